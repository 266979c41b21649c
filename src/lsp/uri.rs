//! Addresses of files and paths, both ways.

use std::path::{Path, PathBuf};

use lsp_types::Uri;

/// `None`: not of a file.
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let rest = if rest.starts_with('/') { rest } else { &rest[rest.find('/')?..] };
    let text = decoded(rest)?;
    // `/c:/metrics` on Windows
    let drive = text.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if drive { text[1..].to_string() } else { text }))
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = (*first == b'%').then(|| behind.get(..2)).flatten();
        let code = code.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8(bytes).ok()
}

pub fn uri(path: &Path) -> Option<Uri> {
    let text = path.to_string_lossy().replace('\\', "/");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded: String = text
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    let slash = if encoded.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{encoded}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{path, uri};
    use std::path::Path;

    #[test]
    fn there_and_back() {
        for text in ["/home/ann/metrics/sales.kpi", "/a b/赢率/%41.kpi"] {
            let address = uri(Path::new(text)).expect("an address");
            assert_eq!(path(&address).as_deref(), Some(Path::new(text)), "{}", address.as_str());
        }
        assert_eq!(path(&"untitled:Untitled-1".parse().expect("an address")), None);
        let windows = path(&"file:///c%3A/metrics/a.kpi".parse().expect("an address"));
        assert_eq!(windows.as_deref(), Some(Path::new("c:/metrics/a.kpi")));
    }
}

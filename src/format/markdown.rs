//! Pages of Markdown: their blocks of Kepi in the one layout, everything else as it is.

use super::format;
use crate::text::{FileId, SourceFile};

/// A block begins with a line ```` ```kpi ```` (and perhaps more words) and ends with ```` ``` ````.
pub fn markdown(page: &str) -> String {
    let mut out = String::new();
    let mut block: Option<String> = None;
    for line in page.split_inclusive('\n') {
        if let Some(text) = block.take_if(|_| line.starts_with("```")) {
            out += &formatted(&text);
        }
        match &mut block {
            Some(text) => text.push_str(line),
            None => {
                out += line;
                block = opens(line).then(String::new);
            }
        }
    }
    out + &block.unwrap_or_default()
}

fn opens(line: &str) -> bool {
    let word = line.strip_prefix("```").and_then(|mark| mark.split_whitespace().next());
    word == Some("kpi")
}

fn formatted(text: &str) -> String {
    let file = SourceFile::new(FileId(0), "block.kpi", text);
    format(&file).unwrap_or_else(|| text.to_owned())
}

//! The pages of `docs/messages`, one a message, which the binary carries with it
//! (`build.rs` lists them), and their look as plain text.

use super::Screen;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a message, as Markdown.
pub fn page(name: &str) -> Option<&'static str> {
    PAGES.iter().find(|(n, _)| *n == name).map(|(_, page)| *page)
}

/// In the order of the alphabet.
pub fn page_names() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(name, _)| *name)
}

/// Markdown as it is read on a terminal: headings and code stand out, their marks go.
pub fn plain(markdown: &str, screen: &Screen) -> String {
    let mut text = String::new();
    let mut code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            code = !code;
            continue;
        }
        match line.trim_start_matches('#') {
            _ if code => text += format!("    {line}").trim_end(),
            heading if heading.len() < line.len() => text += &screen.bold(heading.trim()),
            shown => text += &shown.replace("**", ""),
        }
        text.push('\n');
    }
    text
}

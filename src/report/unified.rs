//! Two versions of a text as a unified diff, as `git diff` shows one.

use similar::{ChangeTag, TextDiff};

use super::Screen;

/// Nothing where both are equal.
pub fn unified(path: &str, old: &str, new: &str, screen: &Screen) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut hunks = diff.unified_diff();
    let mut out = String::new();
    for hunk in hunks.context_radius(3).iter_hunks() {
        if out.is_empty() {
            out += &screen.bold(&format!("--- {path}\n+++ {path}\n"));
        }
        out += &screen.dim(&format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let line = format!("{}{}", change.tag(), change.value().trim_end_matches(['\n', '\r']));
            out += &match change.tag() {
                ChangeTag::Delete => screen.red(&line),
                ChangeTag::Insert => screen.green(&line),
                ChangeTag::Equal => line,
            };
            out.push('\n');
            if change.missing_newline() {
                out += "\\ No newline at end of file\n";
            }
        }
    }
    out
}

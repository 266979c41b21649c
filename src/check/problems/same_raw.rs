//! `same-raw`: two members of an enumeration stand for one text of the data.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct SameRaw {
    pub names: [String; 2],
    pub raw: String,
    pub second: Span,
    pub first: Span,
}

impl Problem for SameRaw {
    fn diagnostic(&self) -> Diagnostic {
        let [a, b] = &self.names;
        Diagnostic::error("same-raw", format!("`{a}` and `{b}` both stand for \"{}\" in the data", self.raw))
            .label(self.second, "the same text again")
            .label(self.first, "stands for it already")
            .help("leave one of them out, or say what the data has for it: `won = \"Closed Won\"`")
    }
}

//! What looks like a date and is none: `2026-1-31`, `2026-02-30`.
//! Never read as a subtraction.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct BadDate {
    pub written: String,
    /// The date or timestamp that is certainly meant.
    pub meant: Option<String>,
    pub why: &'static str,
    pub span: Span,
}

impl Problem for BadDate {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error("bad-date", format!("`{}` is not a date", self.written))
            .label(self.span, self.why);
        match &self.meant {
            Some(meant) => diagnostic.help(format!("write `{meant}`")).fix(self.span, meant.clone()),
            None => diagnostic.help("a date is written `2026-01-31`, a timestamp `2026-01-31T12:00` or `2026-01-31T12:00Z`; a subtraction has blanks around its `-`"),
        }
    }
}

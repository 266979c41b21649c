//! What begins like a number and is none: `1__000`, `12abc`, `1e6`.
//! Reported for the whole word.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct BadNumber {
    pub written: String,
    pub why: &'static str,
    pub span: Span,
}

impl Problem for BadNumber {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-number", format!("`{}` is not a number", self.written))
            .label(self.span, self.why)
            .help("a number is written `1000`, `1_000.50` or `25%`; a name begins with a letter")
    }
}

//! `bad-number`: a number with more digits than can be kept exactly.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadNumber {
    pub span: Span,
}

impl Problem for BadNumber {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-number", "the number has too many digits")
            .label(self.span, "at most 36 digits, 18 of them behind the point")
            .help("write fewer digits")
    }
}

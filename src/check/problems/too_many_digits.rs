//! `too-many-digits`: a number with more digits than can be kept exactly.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct TooManyDigits {
    pub span: Span,
}

impl Problem for TooManyDigits {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("too-many-digits", "the number has too many digits")
            .label(self.span, "at most 36 digits, 18 of them behind the point")
            .help("write fewer digits")
    }
}

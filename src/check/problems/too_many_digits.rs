//! `too-many-digits`: a number with more digits than can be kept exactly.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct TooManyDigits {
    pub span: Span,
    /// Without a point.
    pub whole: bool,
}

impl Problem for TooManyDigits {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("too-many-digits", "the number has too many digits")
            .label(
                self.span,
                match self.whole {
                    true => "a whole number is at most 9,223,372,036,854,775,807",
                    false => "at most 36 digits, 18 of them behind the point",
                },
            )
            .help("write fewer digits")
    }
}

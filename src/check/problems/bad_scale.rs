//! `bad-scale`: more decimal places than can be kept.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadScale {
    pub span: Span,
    /// Of a type or unit that says nothing of digits.
    pub none: bool,
}

impl Problem for BadScale {
    fn diagnostic(&self) -> Diagnostic {
        if self.none {
            return Diagnostic::error("bad-scale", "only money says how many decimal places it has")
                .label(self.span, "takes no number in parentheses")
                .help("leave the number out; of money `USD(4)` keeps four places, of other numbers `decimal(12, 4)`");
        }
        Diagnostic::error("bad-scale", "the number of digits cannot be kept exactly")
            .label(self.span, "too many, or too few for the places behind the point")
            .help("write at most 38 digits, 18 of them behind the point: `decimal(18, 2)`, `USD(4)`")
    }
}

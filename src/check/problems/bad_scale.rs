//! `bad-scale`: more decimal places than can be kept.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadScale {
    pub span: Span,
}

impl Problem for BadScale {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-scale", "the number of digits cannot be kept exactly")
            .label(self.span, "too many, or too few for the places behind the point")
            .help("write at most 38 digits, 18 of them behind the point: `decimal(18, 2)`, `USD(4)`")
    }
}

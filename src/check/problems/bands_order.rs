//! `bands-order`: bands that do not rise.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BandsOrder {
    pub span: Span,
    /// A band without a limit, before others.
    pub open: bool,
}

impl Problem for BandsOrder {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bands-order", "the limits of bands have to rise")
            .label(
                self.span,
                if self.open {
                    "takes the rest, so nothing is left for those behind it"
                } else {
                    "not above the one before"
                },
            )
            .help("order the bands from the smallest; the last one may stand without a limit")
    }
}

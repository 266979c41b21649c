//! `bands-order`: bands that do not rise.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BandsOrder {
    pub span: Span,
    pub wrong: WrongBand,
}

#[derive(Debug, Clone, Copy)]
pub enum WrongBand {
    /// Its limit is not above the one before.
    Below,
    /// It has no limit, and others are behind it.
    Open,
    /// It is the last, and has a limit.
    Closed,
}

impl Problem for BandsOrder {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bands-order", "the limits of bands have to rise, and the last takes the rest")
            .label(
                self.span,
                match self.wrong {
                    WrongBand::Below => "not above the one before",
                    WrongBand::Open => "takes the rest, so nothing is left for those behind it",
                    WrongBand::Closed => "what is not below it would be in no band",
                },
            )
            .help("order the bands from the smallest; the last one stands without a limit")
    }
}

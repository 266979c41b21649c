//! `share-of-ratio`: what does not add up is treated as a part of a sum.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ShareOfRatio {
    pub label: String,
    pub span: Span,
}

impl Problem for ShareOfRatio {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("share-of-ratio", "the values of the members do not add up to that of all")
            .label(self.span, self.label.clone())
            .help("take the share of a sum or a count, or compare with the whole: `x / total(x)`")
    }
}

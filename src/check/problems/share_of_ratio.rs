//! `share-of-ratio`: a ratio is treated as a part of a sum of ratios.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ShareOfRatio {
    pub label: String,
    pub span: Span,
}

impl Problem for ShareOfRatio {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("share-of-ratio", "ratios do not add up to a whole")
            .label(self.span, self.label.clone())
            .help("take the share of what is divided, or compare with the whole: `x / total(x)`")
    }
}

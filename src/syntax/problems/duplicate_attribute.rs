//! An attribute that a metric has twice.
//! Reported at the second one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct DuplicateAttribute {
    pub word: &'static str,
    pub first: Span,
    pub second: Span,
}

impl Problem for DuplicateAttribute {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("duplicate-attribute", format!("the metric has two `{}`", self.word))
            .label(self.second, "a second one")
            .label(self.first, "the first one")
            .help("keep one of them")
    }
}

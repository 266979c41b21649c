//! An attribute that a metric, a rule or a scorecard has twice.
//! Reported at the second one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct DuplicateAttribute {
    /// `metric`, `rule`
    pub of: &'static str,
    pub word: &'static str,
    pub first: Span,
    pub second: Span,
}

impl Problem for DuplicateAttribute {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("duplicate-attribute", format!("`{}` stands twice in the {}", self.word, self.of))
            .label(self.second, "a second one")
            .label(self.first, "the first one")
            .help("keep one of them")
    }
}

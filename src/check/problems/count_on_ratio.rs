//! `count-on-ratio`: a part of something is declared a number of things.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct CountOnRatio {
    pub label: String,
    pub span: Span,
    pub declared: Span,
}

impl Problem for CountOnRatio {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("count-on-ratio", "a ratio is not a count").label(self.span, self.label.clone()).label(self.declared, "declared here").help("declare `percent` or `ratio`; a number that is rounded on purpose may be a count: `round(…)`")
    }
}

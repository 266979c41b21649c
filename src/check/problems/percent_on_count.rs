//! `percent-on-count`: a number of things is declared a part of something.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PercentOnCount {
    /// "a count, a count of leads"
    pub label: String,
    pub span: Span,
    /// `percent`, `points` or `ratio`
    pub declared_text: String,
    pub declared: Span,
}

impl Problem for PercentOnCount {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("percent-on-count", format!("a count cannot be shown as `{}`", self.declared_text))
            .label(self.span, self.label.clone())
            .label(self.declared, "declared here")
            .help("divide it by what it is a part of, or declare `count`")
    }
}

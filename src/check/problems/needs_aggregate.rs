//! `needs-aggregate`: a metric or measure that says nothing of any rows.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NeedsAggregate {
    /// "a metric"
    pub what: &'static str,
    pub span: Span,
}

impl Problem for NeedsAggregate {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("needs-aggregate", format!("{} is made of aggregates", self.what)).label(self.span, "aggregates nothing").help("for example `sum(opportunities.amount)` or `count(opportunities)`; a fixed value is a `parameter`")
    }
}

//! `within-as-value`: `within` where an answer is needed that time has yet to give.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct WithinAsValue {
    /// "a dimension"
    pub place: &'static str,
    pub span: Span,
}

impl Problem for WithinAsValue {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("within-as-value", format!("{} has to be known, and `within` may not be yet", self.place))
            .label(self.span, "may not be known yet")
            .help(
                "ask `within` in the `where` of a metric's aggregate or in a `proportion`; what is known so far asks `paid_on <= ordered_on + 30 days`",
            )
    }
}

//! `period-in-row`: something that is the same in every period looks at the period.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PeriodInRow {
    /// "a dimension"
    pub place: &'static str,
    pub span: Span,
}

impl Problem for PeriodInRow {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("period-in-row", format!("{} is the same in every period", self.place))
            .label(self.span, "depends on the period")
            .help(
                "`period`, `period_start`, `period_end` and `in period` stand in the `where` of a metric's aggregate, or in a computed column that it aggregates",
            )
    }
}

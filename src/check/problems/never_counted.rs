//! `never-counted`: the rows that a condition asks for are not in the window.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NeverCounted {
    /// The date that puts rows into periods.
    pub date: String,
    /// `before` or `after`
    pub place: &'static str,
    pub condition: Span,
    pub aggregate: Span,
}

impl Problem for NeverCounted {
    fn diagnostic(&self) -> Diagnostic {
        let NeverCounted { date, place, .. } = self;
        Diagnostic::error("never-counted", format!("no row of a period has its `{date}` {place} the period"))
            .label(self.condition, "never true here")
            .label(self.aggregate, format!("counts the rows whose `{date}` lies in the period"))
            .help(format!("`ever` takes all rows: `… ever where {date} {place} period`"))
    }
}

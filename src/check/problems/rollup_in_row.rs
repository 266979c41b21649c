//! `rollup-in-row`: a row looks at a rollup that has several rows for it, or none yet.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct RollupInRow {
    pub rollup: String,
    pub how: InRow,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InRow {
    /// A link to a rollup with a row for each period.
    Link,
    /// An aggregate of a rollup whose periods are those of a question.
    Periods,
    /// Which rows exist depends on a rollup.
    Existence,
}

impl Problem for RollupInRow {
    fn diagnostic(&self) -> Diagnostic {
        let rollup = &self.rollup;
        let (message, label, help) = match self.how {
            InRow::Link => (
                format!("`{rollup}` has a row for each period, and a link leads to one row"),
                "several rows",
                "link to a rollup without a period, or to the `latest before` a date of one by a grain",
            ),
            InRow::Periods => (
                format!("`{rollup}` has rows for the periods of a question, and a row here is of none"),
                "has no rows here",
                "say in the rollup which periods: `per …, month` instead of `per …, period`",
            ),
            InRow::Existence => (
                format!("which rows there are cannot depend on the rollup `{rollup}`"),
                "looks at a rollup",
                "choose the rows where they are aggregated, with `where`",
            ),
        };
        Diagnostic::error("rollup-in-row", message).label(self.span, label).help(help)
    }
}

//! `no-moment`: rows that are in force for a while are aggregated, whenever that was.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoMoment {
    pub function: &'static str,
    pub source: String,
    /// The column with which they begin to be in force.
    pub begins: String,
    pub span: Span,
}

impl Problem for NoMoment {
    fn diagnostic(&self) -> Diagnostic {
        let NoMoment { function, source, begins, .. } = self;
        Diagnostic::error("no-moment", format!("`{function}` does not say when the rows of `{source}` are to be in force"))
            .label(self.span, "also those that ended long ago")
            .help(format!(
                "say `at end` or `at start` of the period, or `during` it; `on {begins}` takes those that begin in it, `ever` all"
            ))
    }
}

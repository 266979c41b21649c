//! `rollup-without-key`: a rollup says of which time its rows are, but not of what.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct RollupWithoutKey<'a> {
    pub rollup: &'a str,
    pub span: Span,
}

impl Problem for RollupWithoutKey<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("`{}` does not say what it has a row for", self.rollup);
        Diagnostic::error("rollup-without-key", message).label(self.span, "of what, in each period?").help(
            "name a source, or columns of one, before the period: `per customers, month`; one value for \
                 each period needs no rollup, it is a metric",
        )
    }
}

//! `immature-in-rollup`: a column of a rollup that may have no value yet.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ImmatureInRollup {
    pub rollup: String,
    pub column: String,
    /// Of the `within`, or of what is to be `mature`.
    pub span: Span,
}

impl Problem for ImmatureInRollup {
    fn diagnostic(&self) -> Diagnostic {
        let ImmatureInRollup { rollup, column, .. } = self;
        let message = format!("{rollup}.{column} can be not yet known, and {rollup} cannot hold that");
        Diagnostic::error("immature-in-rollup", message).label(self.span, "time has yet to tell").help(
            "ask `within` or `mature` where the rollup is aggregated, over a date that the rollup keeps",
        )
    }
}

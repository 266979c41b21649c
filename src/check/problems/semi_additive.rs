//! `semi-additive`: how much there is at one moment, or in a window, is added up over several.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct SemiAdditive {
    pub rollup: String,
    pub column: String,
    /// The grain of the rollup.
    pub by: String,
    pub span: Span,
}

impl Problem for SemiAdditive {
    fn diagnostic(&self) -> Diagnostic {
        let SemiAdditive { rollup, column, by, .. } = self;
        Diagnostic::error("semi-additive", format!("`{rollup}.{column}` is not of one {by} alone, and would be added up over several"))
            .label(self.span, format!("one value for every {by}"))
            .help(format!("ask it every {by}, let the rollup follow the question, `per KEY, period`, or multiply by the length that each stands for: `{column} * 1 {by}`"))
    }
}

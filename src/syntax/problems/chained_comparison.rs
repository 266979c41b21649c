//! `a < b < c`.
//! Reported at the second comparison.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct ChainedComparison {
    /// The left side and sign of the first comparison.
    pub first: Span,
    pub second: Span,
}

impl Problem for ChainedComparison {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("chained-comparison", "comparisons do not chain")
            .label(self.second, "a second comparison")
            .label(self.first, "the first one")
            .help("compare twice and join with `and`: `a < b and b < c`")
    }
}

//! `total-of-rank`: the place of one member is asked without the members.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct TotalOfRank {
    pub span: Span,
}

impl Problem for TotalOfRank {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("total-of-rank", "a place among members has no total")
            .label(self.span, "holds a `rank`")
            .help(
                "take the total first, `rank(total(x over region) over rep)`, or the total of what is ranked",
            )
    }
}

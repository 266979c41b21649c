//! `rank-without-over`: a place among the members of no dimension.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct RankOver {
    pub span: Span,
}

impl Problem for RankOver {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("rank-without-over", "`rank` needs one dimension")
            .label(self.span, "place among what?")
            .help("write `rank(x over rep)`")
    }
}

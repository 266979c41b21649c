//! `rank-without-dimension`: a place among members is asked without the members.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct RankWithoutDimension {
    pub dimension: String,
    pub span: Span,
}

impl Problem for RankWithoutDimension {
    fn diagnostic(&self) -> Diagnostic {
        let RankWithoutDimension { dimension, span } = self;
        Diagnostic::error("rank-without-dimension", format!("there is nothing to rank over {dimension}"))
            .label(*span, "a place among members")
            .help(format!("ask by {dimension} too: a rank is a place among its members"))
    }
}

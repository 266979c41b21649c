//! A part of a question that is said twice, such as `every`.
//! Reported at the second one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct DuplicateClause {
    pub first: Span,
    pub second: Span,
}

impl Problem for DuplicateClause {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("duplicate-clause", "the question says this twice")
            .label(self.second, "again")
            .label(self.first, "said here first")
            .help("keep one of them")
    }
}

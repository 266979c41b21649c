//! `given-twice`: something that a declaration says once is said again.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct GivenTwice<'a> {
    /// `key`, `owner`, `every`
    pub what: &'a str,
    pub second: Span,
    pub first: Span,
}

impl Problem for GivenTwice<'_> {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("given-twice", format!("`{}` is given twice", self.what))
            .label(self.second, "again")
            .label(self.first, "first given here")
            .help("keep one of the two")
    }
}

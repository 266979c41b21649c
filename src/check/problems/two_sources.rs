//! `two-sources`: one expression over the rows of two sources.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct TwoSources {
    pub span: Span,
    /// "an aggregate"
    pub what: &'static str,
}

impl Problem for TwoSources {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("two-sources", format!("{} is over the rows of one source", self.what))
            .label(self.span, "of another source")
            .help("reach the other through a link: `account.segment`")
    }
}

//! `proportion-without-of`: a proportion that does not say of which rows.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ProportionOf {
    pub span: Span,
}

impl Problem for ProportionOf {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("proportion-without-of", "`proportion` needs the rows it is a part of")
            .label(self.span, "of which source?")
            .help("write `proportion(P of source where Q)`: of the rows with Q, the part with P")
    }
}

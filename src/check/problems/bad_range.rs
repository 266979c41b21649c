//! `bad-range`: the stretch of time that a test asks for is none.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadRange {
    pub message: String,
    pub span: Span,
    pub help: &'static str,
}

impl Problem for BadRange {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-range", &self.message).label(self.span, "").help(self.help)
    }
}

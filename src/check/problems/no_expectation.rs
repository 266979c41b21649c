//! `no-expectation`: a test that expects nothing, and so can never fail.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoExpectation {
    pub span: Span,
}

impl Problem for NoExpectation {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("no-expectation", "the test expects nothing")
            .label(self.span, "it could never fail")
            .help("add `expect`, for example `expect win_rate every month` with a table")
    }
}

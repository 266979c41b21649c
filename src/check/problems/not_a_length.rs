//! `not-a-length`: a length of time that is not written out.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NotALength {
    pub span: Span,
}

impl Problem for NotALength {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("not-a-length", "a whole length of time is needed here")
            .label(self.span, "not a length of time")
            .help("write it out, for example `30 days` or `12 months`")
    }
}

//! `bad-pattern`: a regular expression that cannot be read.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadPattern {
    /// "unclosed group"
    pub why: String,
    pub span: Span,
}

impl Problem for BadPattern {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-pattern", format!("this is no regular expression: {}", self.why))
            .label(self.span, "cannot be matched")
            .help("a letter that means something is written behind `\\\\`, as in `\"\\\\(\"`; `contains` looks for text as it is")
    }
}

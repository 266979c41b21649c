//! `bad-delimiter`: what separates fields of a CSV file is not one character.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadDelimiter {
    pub span: Span,
}

impl Problem for BadDelimiter {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-delimiter", "a delimiter is one character")
            .label(self.span, "not one")
            .help("for example `delimiter \";\"` or `delimiter \"\\t\"`")
    }
}

//! Words that are all known, in an order that means nothing.
//! Reported at the word that does not fit.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct BadExpression {
    pub message: String,
    pub span: Span,
    pub help: String,
}

impl Problem for BadExpression {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-expression", self.message.clone()).label(self.span, "").help(self.help.clone())
    }
}

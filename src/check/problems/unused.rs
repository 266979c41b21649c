//! `unused`: a declaration that nothing uses.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct Unused {
    /// "parameter", "let"
    pub what: &'static str,
    pub name: String,
    pub span: Span,
}

impl Problem for Unused {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::warning("unused", format!("the {} `{}` is never used", self.what, self.name))
            .label(self.span, "nothing names it")
            .help("use it or leave it out")
    }
}

//! A value as another language writes it: `null`, `'text'`.
//! Reported at the value, with the edit.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct ForeignLiteral {
    pub written: String,
    pub instead: String,
    pub why: &'static str,
    pub span: Span,
}

impl Problem for ForeignLiteral {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("foreign-literal", format!("`{}` is written `{}`", self.written, self.instead))
            .label(self.span, self.why)
            .fix(self.span, self.instead.clone())
    }
}

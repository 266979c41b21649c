//! `=` or `==` between two values.
//! Reported at the sign, with the edit.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct EqualsInExpression {
    /// `=`, `==` or `===`
    pub written: String,
    pub span: Span,
}

impl Problem for EqualsInExpression {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("equals-in-expression", format!("`{}` does not compare", self.written))
            .label(self.span, "say `is`")
            .help("two values are compared with `is`: `stage is won`; `=` gives a name its meaning")
            .fix(self.span, "is")
    }
}

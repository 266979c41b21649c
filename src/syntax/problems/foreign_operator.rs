//! An operator of another language: `!=`, `&&`, `**`.
//! Reported at the sign, with the edit where a word takes its place.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct ForeignOperator {
    pub written: String,
    pub instead: Instead,
    pub span: Span,
}

pub enum Instead {
    /// Another operator in its place.
    Operator(&'static str),
    /// `<` or `>` for dates.
    Comparison(&'static str),
    /// A whole expression, such as `mod(a, b)`.
    Form(&'static str),
}

impl Problem for ForeignOperator {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("`{}` is not an operator here", self.written);
        let diagnostic = Diagnostic::error("foreign-operator", message);
        match self.instead {
            Instead::Operator(operator) => {
                diagnostic.label(self.span, format!("say `{}`", operator.trim())).fix(self.span, operator)
            }
            Instead::Comparison(sign) => diagnostic
                .label(self.span, format!("say `{sign}`"))
                .help(format!(
                    "two dates are compared with `{sign}`; `{}` alone goes with `period`",
                    self.written
                ))
                .fix(self.span, sign),
            Instead::Form(form) => diagnostic.label(self.span, "").help(format!("say {form}")),
        }
    }
}

//! A closing bracket with nothing to close.
//! Reported at the bracket.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct Unopened {
    pub bracket: char,
    pub span: Span,
}

impl Problem for Unopened {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("unopened", format!("this `{}` closes nothing", self.bracket))
            .label(self.span, "nothing is open here")
            .fix(self.span, "")
    }
}

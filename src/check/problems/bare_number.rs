//! `bare-number`: a number without a unit beside one that it could mean several things beside.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BareNumber {
    pub span: Span,
    /// As it should be written: `30 days`, `25%`.
    pub written: String,
    /// "days, from deals.cycle"
    pub beside: String,
    pub beside_span: Span,
}

impl Problem for BareNumber {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bare-number", "a number without a unit does not say what it counts")
            .label(self.span, format!("write `{}`", self.written))
            .label(self.beside_span, self.beside.clone())
            .fix(self.span, self.written.clone())
    }
}

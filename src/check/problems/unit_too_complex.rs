//! `unit-too-complex`: a product of units that no quantity has.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct UnitTooComplex {
    pub span: Span,
}

impl Problem for UnitTooComplex {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("unit-too-complex", "the unit of this expression has too high a power")
            .label(self.span, "in this expression")
            .help("check that the same quantity is not multiplied again and again")
    }
}

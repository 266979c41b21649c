//! An expression with more operators than the limit.
//! Reported for the whole expression.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub const MAX_OPERATORS: usize = 1_000;

pub struct TooManyOperators {
    pub span: Span,
}

impl Problem for TooManyOperators {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("too-many-operators", format!("more than {MAX_OPERATORS} operators in one expression"))
            .label(self.span, "")
            .help("give parts of it names, as computed columns or with `let`; a long list of values reads better as `x in (a, b, c)`")
    }
}

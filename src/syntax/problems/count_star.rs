//! `count(*)`.
//! Reported at the `*`.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct CountStar {
    pub span: Span,
}

impl Problem for CountStar {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("count-star", "`*` does not say what to count")
            .label(self.span, "name a source")
            .help("the rows of a source are counted by its name: `count(orders)`, or `count(orders where is_paid)`")
    }
}

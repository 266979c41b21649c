//! `not-a-grain`: a period of time that the project does not have.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NotAGrain {
    pub span: Span,
}

impl Problem for NotAGrain {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("not-a-grain", "the name of a grain is needed here").label(self.span, "not a grain").help("grains are `day`, `week`, `month`, `quarter`, `year`, `fiscal_quarter`, `fiscal_year` and those of declared calendars, like `retail.month`")
    }
}

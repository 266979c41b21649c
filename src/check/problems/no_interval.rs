//! `no-interval`: rows in force are asked of a source that does not say when they are.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoInterval {
    pub source: String,
    pub span: Span,
}

impl Problem for NoInterval {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("no-interval", format!("`{}` does not say when its rows are in force", self.source))
            .label(self.span, "needs `valid`")
            .help(format!("declare it in `{}`: `valid started_on to ended_on`", self.source))
    }
}

//! `bare-source`: an aggregate of a source that needs one of its columns.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BareSource {
    pub function: &'static str,
    pub source: String,
    pub span: Span,
}

impl Problem for BareSource {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bare-source", format!("`{}` needs a column of `{}`", self.function, self.source))
            .label(self.span, "of which column?")
            .help(format!(
                "name it: `{}({}.…)`; rows by themselves can only be counted",
                self.function, self.source
            ))
    }
}

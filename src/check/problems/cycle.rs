//! `cycle`: a definition that depends on itself.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct Cycle {
    /// The way back, its first name again at the end.
    pub names: Vec<String>,
    pub span: Span,
}

impl Problem for Cycle {
    fn diagnostic(&self) -> Diagnostic {
        let path = self.names.join(" -> ");
        let first = self.names.first().map_or("", String::as_str);
        Diagnostic::error("cycle", format!("`{first}` depends on itself: {path}"))
            .label(self.span, "the circle closes here")
            .help("define one of them without the others")
    }
}

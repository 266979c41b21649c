//! A `\\` in a text that stands for nothing.
//! Reported at the `\\`.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct BadEscape {
    /// With its `\\`.
    pub written: String,
    pub span: Span,
}

impl Problem for BadEscape {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-escape", format!("`{}` means nothing in a text", self.written))
            .label(self.span, "")
            .help("a text knows `\\\"`, `\\\\`, `\\n` and `\\u{1F600}`; a `\\` itself is written `\\\\`")
    }
}

//! `///` above nothing that can be documented.
//! Reported for the whole block of lines.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct MisplacedDoc {
    pub span: Span,
}

impl Problem for MisplacedDoc {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("misplaced-doc", "`///` documents nothing here")
            .label(self.span, "")
            .help("`///` stands first on its line, directly above a declaration, a column, a link or a measure; a comment for readers of the file begins with `//`")
    }
}

//! `needs-column`: a dimension without a column.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NeedsColumn {
    pub span: Span,
}

impl Problem for NeedsColumn {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("needs-column", "a dimension is made of a column of a source")
            .label(self.span, "names no column")
            .help("write its path, for example `accounts.region`")
    }
}

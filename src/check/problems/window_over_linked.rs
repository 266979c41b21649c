//! `window-over-linked`: a period in a computed column, which has none.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct WindowOverLinked {
    pub span: Span,
}

impl Problem for WindowOverLinked {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(
            "window-over-linked",
            "a computed column sees all rows that link here, not those of a period",
        )
        .label(self.span, "has no meaning here")
        .help("leave it out, or choose rows with `where`")
    }
}

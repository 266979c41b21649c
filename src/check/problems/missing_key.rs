//! `missing-key`: a link to a source that does not say what identifies its rows.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct MissingKey {
    pub link: String,
    pub target: String,
    pub span: Span,
    pub target_span: Span,
}

impl Problem for MissingKey {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(
            "missing-key",
            format!("the link `{}` needs the key of `{}`", self.link, self.target),
        )
        .label(self.span, "which row there?")
        .label(self.target_span, "has no `key`")
        .help(format!("declare it in `{}`, for example `key id`", self.target))
    }
}

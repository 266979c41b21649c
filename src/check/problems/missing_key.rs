//! `missing-key`: a link to a source that does not say what identifies its rows.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct MissingKey {
    /// What needs it: "the link `owner`".
    pub what: String,
    pub target: String,
    pub span: Span,
    pub target_span: Span,
}

impl Problem for MissingKey {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("missing-key", format!("{} needs the key of `{}`", self.what, self.target))
            .label(self.span, "which of its rows?")
            .label(self.target_span, "has no `key`")
            .help(format!("declare it in `{}`, for example `key id`", self.target))
    }
}

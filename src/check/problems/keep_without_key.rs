//! `keep-without-key`: of rows with the same key one is kept, but there is no key.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct KeepWithoutKey {
    pub source: String,
    pub span: Span,
}

impl Problem for KeepWithoutKey {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("keep-without-key", format!("`keep latest` needs the key of `{}`", self.source))
            .label(self.span, "the latest of which rows?")
            .help("declare what identifies a row, for example `key id`; of wholly equal rows `keep distinct` keeps one")
    }
}

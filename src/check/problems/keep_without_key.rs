//! `keep-without-key`: `keep latest` in a source that does not say of which rows.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct KeepWithoutKey {
    pub source: String,
    pub span: Span,
}

impl Problem for KeepWithoutKey {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("keep-without-key", "`keep latest` keeps one row of each key, and there is none".to_string())
            .label(self.span, "has no `key`")
            .help(format!("declare it in `{}`, for example `key id`; rows that are equal in all columns go with `keep distinct`", self.source))
    }
}

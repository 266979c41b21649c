//! `not-recorded`: kepi.lock does not know a version yet.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NotRecorded {
    pub name: String,
    pub version: u32,
    pub span: Span,
}

impl Problem for NotRecorded {
    fn diagnostic(&self) -> Diagnostic {
        let NotRecorded { name, version, .. } = self;
        Diagnostic::warning("not-recorded", format!("kepi.lock does not record `{name}` v{version}"))
            .label(self.span, "can change without notice")
            .help("`kepi lock` records it; `status draft` says that it may still change")
    }
}

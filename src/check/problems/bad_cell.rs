//! `bad-cell`: a value in the table of a test that its column cannot hold, or that no
//! result could show.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;
use crate::values::Reason;

#[derive(Debug)]
pub struct BadCell {
    /// "`abc`", "the value"
    pub what: String,
    /// "`amount` of `opportunities`"
    pub of: String,
    pub reason: Reason,
    pub span: Span,
}

impl Problem for BadCell {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error("bad-cell", format!("{} {}", self.what, self.reason.what))
            .label(self.span, format!("a value of {}", self.of));
        match &self.reason.help {
            Some(help) => diagnostic.help(help.clone()),
            None => diagnostic,
        }
    }
}

//! `ambiguous-link`: several links lead from the aggregated rows to this one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct LinkChoice {
    pub from: String,
    pub to: String,
    pub names: Vec<String>,
    pub span: Span,
    /// One is written, but it is none of them.
    pub written: bool,
}

impl Problem for LinkChoice {
    fn diagnostic(&self) -> Diagnostic {
        let LinkChoice { from, to, .. } = self;
        let names = self.names.iter().map(|n| format!("`via {n}`")).collect::<Vec<_>>().join(" or ");
        let message = match self.written {
            true => format!("this is not a link from `{from}` to `{to}`"),
            false => format!("several links lead from `{from}` to `{to}`"),
        };
        Diagnostic::error("ambiguous-link", message).label(self.span, "by which link?").help(
            if names.is_empty() {
                format!("`{from}` has no link to `{to}`")
            } else {
                format!("write {names}")
            },
        )
    }
}

//! `no-time`: dates are needed of a source that has none.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoTime {
    /// What needs them: "`first`", "this window".
    pub what: String,
    pub source: String,
    pub span: Span,
    pub help: Option<String>,
}

impl Problem for NoTime {
    fn diagnostic(&self) -> Diagnostic {
        let NoTime { what, source, .. } = self;
        let help = self.help.clone().unwrap_or_else(|| {
            format!("declare `time` in `{source}`: the date that puts a row into a period")
        });
        Diagnostic::error("no-time", format!("{what} needs dates, but `{source}` has no `time`"))
            .label(self.span, "needs to know when a row happened")
            .help(help)
    }
}

//! `no-path`: a source that a dimension or key cannot be reached from.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoPath {
    pub source: String,
    /// "the dimension `region`"
    pub target: String,
    pub span: Span,
    /// The links that the source has.
    pub known: Vec<String>,
}

impl Problem for NoPath {
    fn diagnostic(&self) -> Diagnostic {
        let NoPath { source, target, .. } = self;
        let links = match &self.known[..] {
            [] => format!("`{source}` has no links"),
            known => format!(
                "`{source}` has the links {}",
                known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        Diagnostic::error("no-path", format!("no links lead from `{source}` to {target}"))
            .label(self.span, "cannot be reached")
            .help(format!("{links}: add one that leads there, or leave `{source}` out"))
    }
}

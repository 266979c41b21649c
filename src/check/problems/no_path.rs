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
    pub rollup: bool,
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
            .help(match self.rollup {
                true => format!(
                    "{links}, which are those of its key: say in the dimension, behind a comma, what it is of \
                     `{source}`, or leave `{source}` out"
                ),
                false => format!("{links}: add one that leads there, or leave `{source}` out"),
            })
    }
}

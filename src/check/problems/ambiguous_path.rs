//! `ambiguous-path`: several ways lead from a source to a dimension or key.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct AmbiguousPath {
    pub source: String,
    pub target: String,
    pub span: Span,
    /// `opportunities.owner`, `opportunities.account.owner`
    pub paths: Vec<String>,
    /// The links to choose from.
    pub choices: Vec<String>,
    /// Whether the target is a dimension, which says `via`; for a key the aggregate does.
    pub dimension: bool,
}

impl Problem for AmbiguousPath {
    fn diagnostic(&self) -> Diagnostic {
        let AmbiguousPath { source, target, .. } = self;
        let paths = self.paths.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", ");
        let choices = self.choices.iter().map(|c| format!("`via {c}`")).collect::<Vec<_>>().join(" or ");
        let help = match self.dimension {
            true => format!("the paths are {paths}; choose one in the dimension: {choices}"),
            false => format!("the paths are {paths}; choose one: {choices}"),
        };
        Diagnostic::error("ambiguous-path", format!("several paths lead from `{source}` to {target}"))
            .label(self.span, "by which path?")
            .help(help)
    }
}

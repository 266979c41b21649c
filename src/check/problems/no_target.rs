//! `no-target`: a rule names a target or benchmark that its metric does not have.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoTarget {
    pub metric: String,
    /// `target` or `benchmark`
    pub goal: String,
    /// Named in a target or benchmark.
    pub of_goal: bool,
    pub span: Span,
}

impl Problem for NoTarget {
    fn diagnostic(&self) -> Diagnostic {
        let NoTarget { metric, goal, of_goal, .. } = self;
        let message = match of_goal {
            true => format!("a target or benchmark is not made of the {goal}"),
            false => format!("`{metric}` has no {goal}"),
        };
        let help = match of_goal {
            true => "write the number or what it is computed from; `value` is the metric".to_string(),
            false => format!("say one in the block of `{metric}` or in its `thresholds`: `{goal} 30%`"),
        };
        Diagnostic::error("no-target", message).label(self.span, "").help(help)
    }
}

//! `no-target`: a rule or a scorecard names a target or benchmark that there is not.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoTarget {
    pub of: Goalless,
    /// `target` or `benchmark`
    pub goal: String,
    pub span: Span,
}

/// Who has none.
#[derive(Debug)]
pub enum Goalless {
    Metric(String),
    /// A target or a benchmark itself.
    Goal,
    /// None of its metrics has one.
    Scorecard(String),
}

impl Problem for NoTarget {
    fn diagnostic(&self) -> Diagnostic {
        let NoTarget { of, goal, .. } = self;
        let message = match of {
            Goalless::Metric(metric) => format!("`{metric}` has no {goal}"),
            Goalless::Goal => format!("a target or benchmark is not made of the {goal}"),
            Goalless::Scorecard(card) => format!("no metric of `{card}` has a {goal} to compare with"),
        };
        let help = match of {
            Goalless::Metric(metric) => {
                format!("say one in the block of `{metric}` or in its `thresholds`: `{goal} 30%`")
            }
            Goalless::Goal => {
                "write the number or what it is computed from; `value` is the metric".to_string()
            }
            Goalless::Scorecard(_) => {
                format!(
                    "leave it out, or say one in the block of a metric or in its `thresholds`: `{goal} 30%`"
                )
            }
        };
        let found = match of {
            Goalless::Scorecard(_) => Diagnostic::warning("no-target", message),
            _ => Diagnostic::error("no-target", message),
        };
        found.label(self.span, "").help(help)
    }
}

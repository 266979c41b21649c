//! `clear-side`: what should end a breach cannot end it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ClearSide {
    /// What it should say: "above", "above the limit, or at it".
    pub wrong: &'static str,
    pub clear: Span,
    pub rule: Span,
}

impl Problem for ClearSide {
    fn diagnostic(&self) -> Diagnostic {
        let (message, help) = match self.wrong {
            "when" => (
                "a rule with two sides is cleared by a condition".to_string(),
                "for example `clear when value > 22% and value < 38%`".to_string(),
            ),
            wrong => (
                "this clears a value that is still beyond the limit".to_string(),
                format!(
                    "the rule is cleared {wrong}: `critical below 20% clear above 22%`, `critical above 90 days clear below 80 days`"
                ),
            ),
        };
        Diagnostic::error("clear-side", message)
            .label(self.clear, "")
            .label(self.rule, "of this rule")
            .help(help)
    }
}

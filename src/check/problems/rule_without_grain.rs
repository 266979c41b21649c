//! `rule-without-grain`: a rule counts periods, and its metric does not say how long they are.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct RuleWithoutGrain {
    pub metric: String,
    /// "counts periods"
    pub why: &'static str,
    pub span: Span,
}

impl Problem for RuleWithoutGrain {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("this {}, and `{}` does not say how long one is", self.why, self.metric);
        Diagnostic::error("rule-without-grain", message)
            .label(self.span, "")
            .help(format!("say it in the block of `{}`: `every month`", self.metric))
    }
}

//! `owner`, `playbook` or `by` on a line of its own below a rule, which it would belong to.
//! Reported at the attribute.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct AttributeBehindRule {
    /// `owner`
    pub word: &'static str,
    /// Behind a target, a benchmark or the like, on its line.
    pub goal: bool,
    pub span: Span,
}

impl Problem for AttributeBehindRule {
    fn diagnostic(&self) -> Diagnostic {
        let word = self.word;
        if self.goal {
            let message = format!("this `{word}` is the metric's, and not of what stands before it");
            return Diagnostic::error("attribute-behind-rule", message).label(self.span, "").help(
                "write it on a line of its own; for some members a target has `where`, and a rule has `by`",
            );
        }
        Diagnostic::error("attribute-behind-rule", format!("this `{word}` would belong to the rule above it"))
            .label(self.span, "")
            .help("attributes stand before the first rule; what is to be the rule's own stands on its line")
    }
}

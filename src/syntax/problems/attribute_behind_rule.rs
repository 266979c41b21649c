//! `owner`, `playbook` or `by` on a line of its own below a rule, which it would belong to.
//! Reported at the attribute.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct AttributeBehindRule {
    /// `owner`
    pub word: &'static str,
    pub span: Span,
}

impl Problem for AttributeBehindRule {
    fn diagnostic(&self) -> Diagnostic {
        let word = self.word;
        Diagnostic::error("attribute-behind-rule", format!("this `{word}` would belong to the rule above it"))
            .label(self.span, "")
            .help("attributes stand before the first rule; what is to be the rule's own stands on its line")
    }
}

//! `text-for-member`: a text where a member of an enumeration is meant.

use std::sync::Arc;

use super::super::Enumeration;
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct TextForMember {
    pub text: String,
    pub span: Span,
    pub enumeration: Arc<Enumeration>,
}

impl Problem for TextForMember {
    fn diagnostic(&self) -> Diagnostic {
        let members = &self.enumeration.members;
        let meant = members.iter().find(|m| m.raw == self.text || m.name == self.text);
        let listed = members.iter().map(|m| format!("`{}`", m.name)).collect::<Vec<_>>().join(", ");
        let diagnostic =
            Diagnostic::error("text-for-member", format!("\"{}\" is a text, not a member", self.text));
        match meant {
            Some(member) => diagnostic
                .label(self.span, format!("write `{}`", member.name))
                .help(format!("members are named without quotes: {listed}"))
                .fix(self.span, member.name.clone()),
            None => diagnostic
                .label(self.span, "not a member either")
                .help(format!("members are named without quotes: {listed}")),
        }
    }
}

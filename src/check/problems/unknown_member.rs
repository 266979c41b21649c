//! `unknown-member`: a word that the enumeration does not have.

use super::super::Enumeration;
use crate::diagnostic::{Diagnostic, Problem, nearest};
use crate::syntax::ast;

#[derive(Debug)]
pub struct UnknownMember<'a> {
    pub found: &'a ast::Ident,
    pub enumeration: &'a Enumeration,
}

impl Problem for UnknownMember<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let UnknownMember { found, enumeration } = self;
        let names = enumeration.members.iter().map(|m| m.name.as_str());
        let raw = enumeration.members.iter().find(|m| m.raw == found.name).map(|m| m.name.as_str());
        let diagnostic =
            Diagnostic::error("unknown-member", format!("there is no member named `{}`", found.name));
        let listed =
            enumeration.members.iter().map(|m| format!("`{}`", m.name)).collect::<Vec<_>>().join(", ");
        let help = format!("the members are {listed}");
        match raw.or_else(|| nearest(&found.name, names)) {
            Some(near) => diagnostic
                .label(found.span, format!("did you mean `{near}`?"))
                .help(help)
                .fix(found.span, near),
            None => diagnostic.label(found.span, "not a member").help(help),
        }
    }
}

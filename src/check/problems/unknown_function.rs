//! `unknown-function`: a function that does not exist.

use super::super::builtins;
use crate::diagnostic::{Diagnostic, Problem, nearest};
use crate::syntax::ast;

#[derive(Debug)]
pub struct UnknownFunction<'a> {
    pub name: &'a ast::Ident,
}

impl Problem for UnknownFunction<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let name = &self.name.name;
        let diagnostic =
            Diagnostic::error("unknown-function", format!("there is no function named `{name}`"));
        let known = builtins::TABLE.iter().map(|b| b.name);
        if let Some(other) = builtins::other_name(&name.to_lowercase()) {
            return diagnostic.label(self.name.span, format!("it is called `{other}` here"));
        }
        match nearest(name, known) {
            Some(near) => {
                diagnostic.label(self.name.span, format!("did you mean `{near}`?")).fix(self.name.span, near)
            }
            None => diagnostic
                .label(self.name.span, "not known")
                .help("all functions and aggregates are listed in docs/language.md"),
        }
    }
}

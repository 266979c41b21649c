//! `unknown-word`: where only a few words may stand, there is another.

use crate::diagnostic::{Diagnostic, Problem, nearest};
use crate::syntax::ast;

#[derive(Debug)]
pub struct UnknownWord<'a> {
    /// What the word should have been: "a tier", "a grain".
    pub what: &'static str,
    pub found: &'a ast::Ident,
    pub known: Vec<String>,
}

impl Problem for UnknownWord<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let UnknownWord { what, found, known } = self;
        let message = format!("`{}` is not {what}", found.name);
        let diagnostic = Diagnostic::error("unknown-word", message);
        if known.is_empty() {
            return diagnostic.label(found.span, "not known here").help("the project has none");
        }
        let one_of = format!(
            "{} {}",
            if known.len() == 1 { "only" } else { "one of" },
            known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")
        );
        match nearest(&found.name, known.iter().map(String::as_str)) {
            Some(near) => diagnostic
                .label(found.span, format!("did you mean `{near}`?"))
                .help(one_of)
                .fix(found.span, near),
            None => diagnostic.label(found.span, "not known here").help(one_of),
        }
    }
}

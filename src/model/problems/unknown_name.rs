//! `unknown-name`: a name that nothing has.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct UnknownName {
    /// What it should have been: "source", "column or link of opportunities".
    pub what: String,
    pub name: String,
    pub span: Span,
    /// What may have been meant, as it would be written here.
    pub near: Option<String>,
    pub help: Option<String>,
}

impl Problem for UnknownName {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("there is no {} named `{}`", self.what, self.name);
        let mut diagnostic = Diagnostic::error("unknown-name", message);
        diagnostic = match &self.near {
            Some(near) => {
                diagnostic.label(self.span, format!("did you mean `{near}`?")).fix(self.span, near.clone())
            }
            None => diagnostic.label(self.span, "not known here"),
        };
        match &self.help {
            Some(help) => diagnostic.help(help.clone()),
            None => diagnostic,
        }
    }
}

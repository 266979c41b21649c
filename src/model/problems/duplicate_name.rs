//! `duplicate-name`: two things in one name space have the same name.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct DuplicateName<'a> {
    /// What bears the name the second time: "a metric", "a column".
    pub what: &'static str,
    pub name: &'a str,
    pub second: Span,
    pub first: Span,
    /// For a metric whose version is taken: the next one that is free.
    pub free_version: Option<u32>,
}

impl Problem for DuplicateName<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let DuplicateName { what, name, .. } = self;
        let diagnostic = Diagnostic::error("duplicate-name", format!("the name `{name}` is taken already"))
            .label(self.second, format!("{what} of that name again"))
            .label(self.first, "first declared here");
        diagnostic.help(match self.free_version {
            Some(version) => format!("give one of them another name, or a version: `{name} v{version}`"),
            None => "give one of them another name".to_string(),
        })
    }
}

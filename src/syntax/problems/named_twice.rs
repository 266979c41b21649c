//! `named-twice`: a name that stands twice in a list of different things.
//! Reported at the second one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct NamedTwice {
    pub name: String,
    pub first: Span,
    pub second: Span,
}

impl Problem for NamedTwice {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("named-twice", format!("the list names `{}` twice", self.name))
            .label(self.second, "again")
            .label(self.first, "named here first")
            .help("leave one of them out")
    }
}

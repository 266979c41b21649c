//! Anything else that does not fit the grammar.
//! Reported where reading stopped.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct Syntax {
    /// What could stand here, in words: "a name or `(`".
    pub expected: String,
    /// What stands here, in words: "`=`", "the end of the file".
    pub found: String,
    pub help: Option<String>,
    pub fix: Option<String>,
    /// May be empty.
    pub label: &'static str,
    pub span: Span,
}

impl Problem for Syntax {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("expected {}, found {}", self.expected, self.found);
        let mut diagnostic = Diagnostic::error("syntax", message).label(self.span, self.label);
        diagnostic.help = self.help.clone();
        match &self.fix {
            Some(fix) => diagnostic.fix(self.span, fix.clone()),
            None => diagnostic,
        }
    }
}

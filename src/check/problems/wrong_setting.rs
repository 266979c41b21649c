//! `bad-parameter`, where a test sets one to what it cannot be.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct WrongSetting {
    pub name: String,
    /// What its values are; empty: the value is not written out.
    pub wanted: String,
    pub span: Span,
    pub declared: Span,
}

impl Problem for WrongSetting {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("this cannot be the value of the parameter `{}`", self.name);
        let help = match self.wanted.as_str() {
            "" => "write out the value, for example `75%`".to_string(),
            wanted => format!("it is {wanted}"),
        };
        Diagnostic::error("bad-parameter", message)
            .label(self.span, "")
            .label(self.declared, "declared here")
            .help(help)
    }
}

//! `link-as-value`: a link of several columns stands where one value is needed.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct LinkAsValue {
    pub name: String,
    pub columns: Vec<String>,
    pub span: Span,
}

impl Problem for LinkAsValue {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("link-as-value", format!("the link `{}` is not one value", self.name))
            .label(self.span, format!("it follows {}", self.columns.join(", ")))
            .help(format!("name a column behind it: `{}.…`", self.name))
    }
}

//! `not-a-fraction`: a part of the rows that is not between 0% and 100%.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NotAFraction {
    pub function: &'static str,
    pub span: Span,
    /// What was meant, where a percent sign is missing.
    pub percent: Option<String>,
    /// It stands second.
    pub turned: bool,
}

impl Problem for NotAFraction {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(
            "not-a-fraction",
            format!("`{}` begins with a part, written out", self.function),
        )
        .label(self.span, "not a number from 0% to 100%");
        if self.turned {
            return diagnostic.help(format!("the part comes first: `{}(90%, …)`", self.function));
        }
        match &self.percent {
            Some(percent) => {
                diagnostic.help(format!("did you mean `{percent}`?")).fix(self.span, percent.clone())
            }
            None => diagnostic.help(format!("for example `{}(90%, …)`", self.function)),
        }
    }
}

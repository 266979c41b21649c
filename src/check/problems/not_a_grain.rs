//! `not-a-grain`: a period of time that the project does not have.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NotAGrain {
    pub span: Span,
    /// A grain that stands in quotes.
    pub quoted: Option<String>,
}

impl Problem for NotAGrain {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error("not-a-grain", "the name of a grain is needed here")
            .label(self.span, "not a grain");
        if let Some(grain) = &self.quoted {
            return diagnostic.help(format!("without quotes: `{grain}`")).fix(self.span, grain.clone());
        }
        diagnostic.help("grains are `day`, `week`, `month`, `quarter`, `year`, `fiscal_quarter`, `fiscal_year` and those of declared calendars, like `retail.month`")
    }
}

//! `out-of-place`: a thing that exists, but not where it is named.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct OutOfPlace {
    /// "the metric `win_rate`"
    pub what: String,
    /// "over rows"
    pub place: &'static str,
    pub span: Span,
    pub help: String,
    /// What to write instead, where that is certain.
    pub fix: Option<String>,
}

impl Problem for OutOfPlace {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("{} cannot stand {}", self.what, self.place);
        let diagnostic = Diagnostic::error("out-of-place", message)
            .label(self.span, "out of place")
            .help(self.help.clone());
        match &self.fix {
            Some(fix) => diagnostic.fix(self.span, fix.clone()),
            None => diagnostic,
        }
    }
}

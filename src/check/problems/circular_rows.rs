//! `circular-rows`: which rows a source has depends on which rows it has.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct CircularRows {
    pub source: String,
    /// The way back to the source, its name again at the end.
    pub way: Vec<String>,
    pub span: Span,
}

impl Problem for CircularRows {
    fn diagnostic(&self) -> Diagnostic {
        let source = &self.source;
        let way = match self.way.len() {
            // straight back: a neighbour, or a link to the source itself
            0..=2 => String::new(),
            _ => format!(": {}", self.way.join(" -> ")),
        };
        let message = format!("which rows `{source}` has depends on which rows it has{way}");
        Diagnostic::error("circular-rows", message)
            .label(self.span, "its `where`, dates or `keep` look at its own rows")
            .help("leave the condition out of the source, and put it where its rows are counted: in a `where` of the metric")
    }
}

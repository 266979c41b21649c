//! `grain-too-fine`: a metric is asked by shorter periods than its data knows.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct GrainTooFine {
    pub metric: String,
    pub source: String,
    /// The grain of the data.
    pub by: String,
    pub asked: String,
    pub span: Span,
}

impl Problem for GrainTooFine {
    fn diagnostic(&self) -> Diagnostic {
        let GrainTooFine { metric, source, by, asked, .. } = self;
        Diagnostic::error(
            "grain-too-fine",
            format!("`{metric}` cannot be asked every {asked}: `{source}` is known by {by}"),
        )
        .label(self.span, format!("reads `{source}`"))
        .help(format!("ask it every {by}, or in periods made of whole ones"))
    }
}

/// The same of a window, whatever is asked.
#[derive(Debug)]
pub struct WindowTooFine {
    pub source: String,
    pub by: String,
    pub span: Span,
}

impl Problem for WindowTooFine {
    fn diagnostic(&self) -> Diagnostic {
        let WindowTooFine { source, by, span } = self;
        Diagnostic::error(
            "grain-too-fine",
            format!("this window would cut through what `{source}` knows by {by}"),
        )
        .label(*span, format!("no whole {by}"))
        .help(format!(
            "take windows that are made of whole periods: each row of `{source}` stands for a {by}"
        ))
    }
}

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
        .help(format!("ask it every {by} or coarser"))
    }
}

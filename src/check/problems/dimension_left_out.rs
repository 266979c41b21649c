//! `dimension-left-out`: a metric is sliced by what its `by` leaves out.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct DimensionLeftOut {
    pub metric: String,
    pub dimension: String,
    pub span: Span,
}

impl Problem for DimensionLeftOut {
    fn diagnostic(&self) -> Diagnostic {
        let DimensionLeftOut { metric, dimension, .. } = self;
        Diagnostic::error("dimension-left-out", format!("`{metric}` is not to be sliced by `{dimension}`"))
            .label(self.span, "")
            .help(format!("its `by` lists what it may be sliced by: add `{dimension}` there"))
    }
}

//! `bad-parameter`: a parameter that is not a value written out.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct BadParameter {
    pub span: Span,
}

impl Problem for BadParameter {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("bad-parameter", "a parameter is a value written out")
            .label(self.span, "not one value")
            .help("write it out, for example `80%`, `30 days` or `\"EMEA\"`; what is computed is a metric")
    }
}

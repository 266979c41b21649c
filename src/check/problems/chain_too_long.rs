//! `chain-too-long`: definitions that build on one another too often.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ChainTooLong {
    pub span: Span,
    pub limit: usize,
}

impl Problem for ChainTooLong {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(
            "chain-too-long",
            format!("more than {} definitions build on one another here", self.limit),
        )
        .label(self.span, "the last of the chain")
        .help("put some of them together")
    }
}

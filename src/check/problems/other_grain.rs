//! `other-grain`: a metric is asked at another grain than the only one it has.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct OnlyEvery {
    pub metric: String,
    pub every: String,
    pub asked: String,
    pub span: Span,
}

impl Problem for OnlyEvery {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(
            "other-grain",
            format!("`{}` is reported every {} only, not every {}", self.metric, self.every, self.asked),
        )
        .label(self.span, "declared so here")
        .help(format!("ask it every {}", self.every))
    }
}

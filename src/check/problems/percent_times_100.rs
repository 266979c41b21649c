//! `percent-times-100`: a part of something is multiplied by 100 and declared `percent`,
//! which multiplies by 100 to show it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PercentTimes100 {
    pub hundred: Span,
    pub declared: Span,
}

impl Problem for PercentTimes100 {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("percent-times-100", "a percentage is not multiplied by 100")
            .label(self.hundred, "leave it out")
            .label(self.declared, "shows 0.624 as `62.4%`")
            .help("`percent` is a way to show a part of something: the value stays 0.624")
    }
}

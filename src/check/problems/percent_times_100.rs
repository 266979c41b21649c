//! `percent-times-100`: a part of something is multiplied by 100 and declared `percent` or
//! `points`, which multiply by 100 to show it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PercentTimes100 {
    pub hundred: Span,
    /// Declared `points`, not `percent`.
    pub points: bool,
    pub declared: Span,
}

impl Problem for PercentTimes100 {
    fn diagnostic(&self) -> Diagnostic {
        let (name, shown) = if self.points { ("points", "62.4") } else { ("percent", "62.4%") };
        Diagnostic::error("percent-times-100", "a percentage is not multiplied by 100")
            .label(self.hundred, "leave it out")
            .label(self.declared, format!("shows 0.624 as `{shown}`"))
            .help(format!("`{name}` is a way to show a part of something: the value stays 0.624"))
    }
}

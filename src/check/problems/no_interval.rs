//! `no-interval`: rows in force are asked of a source that does not say when they are.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoInterval {
    pub source: String,
    /// Which has no `valid` to be declared.
    pub rollup: bool,
    pub span: Span,
}

impl Problem for NoInterval {
    fn diagnostic(&self) -> Diagnostic {
        let (label, help) = match self.rollup {
            true => ("rows of a rollup do not begin and end", "leave the window out".to_string()),
            false => {
                let declared = format!("declare it in `{}`: `valid started_on to ended_on`", self.source);
                ("needs `valid`", declared)
            }
        };
        Diagnostic::error("no-interval", format!("`{}` does not say when its rows are in force", self.source))
            .label(self.span, label)
            .help(help)
    }
}

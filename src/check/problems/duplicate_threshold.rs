//! `duplicate-threshold`: two rules, or two targets, that are about the same.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct DuplicateThreshold {
    /// `critical below`, `target`
    pub what: String,
    /// A target or benchmark, not a rule.
    pub goal: bool,
    pub first: Span,
    pub second: Span,
}

impl Problem for DuplicateThreshold {
    fn diagnostic(&self) -> Diagnostic {
        let help = match self.goal {
            true => {
                "keep one of them; another one for some members has `where`, one for some time `by` a date"
            }
            false => "keep one of them; another one for some members has `where`, a slower one `for`",
        };
        Diagnostic::error("duplicate-threshold", format!("`{}` is said twice of the same", self.what))
            .label(self.second, "again")
            .label(self.first, "first said here")
            .help(help)
    }
}

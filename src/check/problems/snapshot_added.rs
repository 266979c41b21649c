//! `snapshot-added`: pictures of one table are added up.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct SnapshotAdded {
    pub function: &'static str,
    pub source: String,
    /// In a computed column, which has no period.
    pub linked: bool,
    pub span: Span,
}

impl Problem for SnapshotAdded {
    fn diagnostic(&self) -> Diagnostic {
        let does = match self.function {
            "sum" | "count" | "proportion" => "add up the",
            _ => "take in all",
        };
        Diagnostic::error(
            "snapshot-added",
            format!("`{}` would {does} snapshots of `{}`", self.function, self.source),
        )
        .label(self.span, "every snapshot is the whole table again")
        .help(match self.linked {
            true => "a computed column sees all of them: take the `average`, or choose those of a period in a rollup, with `at end`",
            false => "choose one: `at end` or `at start`; or take the `average` over them",
        })
    }
}

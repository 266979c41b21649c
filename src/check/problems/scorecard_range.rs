//! `bad-range`, `bad-date`: the periods that a scorecard shows cannot be.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub enum ScorecardRange {
    EndsBefore(Span),
    /// Both `last` and `from` say where it begins.
    BeginsTwice(Span),
    LastZero(Span),
    NoDate(String, Span),
}

impl Problem for ScorecardRange {
    fn diagnostic(&self) -> Diagnostic {
        match self {
            ScorecardRange::EndsBefore(span) => {
                Diagnostic::error("bad-range", "the range ends before it begins")
                    .label(*span, "")
                    .help("swap its ends")
            }
            ScorecardRange::BeginsTwice(span) => {
                Diagnostic::error("bad-range", "`last` and `from` both say where the range begins")
                    .label(*span, "")
                    .help("leave out one of them")
            }
            ScorecardRange::LastZero(span) => Diagnostic::error("bad-range", "`last 0` shows no period")
                .label(*span, "")
                .help("write `last 1` for the newest period"),
            ScorecardRange::NoDate(text, span) => {
                Diagnostic::error("bad-date", format!("`{text}` is no day, month, quarter or year"))
                    .label(*span, "")
                    .help("write `2026-01-31`, `2026-01`, `2026-Q1` or `2026`")
            }
        }
    }
}

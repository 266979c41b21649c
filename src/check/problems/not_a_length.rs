//! `not-a-length`: a length of time that is not written out, or that no window can have.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub enum NotALength {
    NotWritten(Span),
    NoWholeDays(Span),
    Nothing(Span),
    BetweenDates(Span),
}

impl Problem for NotALength {
    fn diagnostic(&self) -> Diagnostic {
        let (message, span, label, help) = match self {
            NotALength::NotWritten(span) => (
                "a whole length of time is needed here",
                span,
                "not a length of time",
                "write it out, for example `30 days` or `12 months`",
            ),
            NotALength::NoWholeDays(span) => (
                "periods and windows go by whole days",
                span,
                "no whole number of days",
                "take days, weeks or months; `within` compares timestamps to the second",
            ),
            NotALength::BetweenDates(span) => (
                "dates are whole days apart",
                span,
                "no whole number of days",
                "take days or weeks, or declare both sides `timestamp`",
            ),
            NotALength::Nothing(span) => (
                "this length of time is nothing",
                span,
                "no day",
                "write how long it is, for example `30 days` or `1 month`",
            ),
        };
        Diagnostic::error("not-a-length", message).label(*span, label).help(help)
    }
}

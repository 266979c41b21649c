//! `not-a-duration`: something else than a whole length of time is added to a date.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NotADuration {
    /// "USD, from orders.amount"
    pub found: String,
    pub span: Span,
    /// It is added to a timestamp, which also takes hours.
    pub timestamp: bool,
    /// It is a length of time, but not a whole number.
    pub fraction: bool,
    /// A number without a unit.
    pub bare: bool,
    /// Hours, minutes or seconds.
    pub hours: bool,
}

impl Problem for NotADuration {
    fn diagnostic(&self) -> Diagnostic {
        let to = if self.timestamp { "a timestamp" } else { "a date" };
        let wanted = if self.timestamp {
            "a whole length of time"
        } else {
            "whole days, weeks, months, quarters or years"
        };
        let help = match (self.fraction, self.bare) {
            (true, _) => "round it first: `round(…)`",
            (_, true) => "say of what: `30 days`",
            _ if self.hours => "a date has no hours: add days, or begin with a timestamp",
            _ => "write a length of time, for example `30 days`",
        };
        Diagnostic::error("not-a-duration", format!("to {to} only {wanted} can be added"))
            .label(self.span, self.found.clone())
            .help(help)
    }
}

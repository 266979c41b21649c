//! `idle-rule`: what no value breaks, or every value does.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub enum IdleRule {
    /// `outside 20 to 10`
    Outside(Span),
    /// `below 90% of value`
    OwnValue(Span),
    /// `down -5%`
    Backwards { down: bool, span: Span },
    /// `outside 0 stddev of …`
    NoDeviation(Span),
    /// `when 1 < 2`
    Constant(Span),
    /// `thresholds bookings { owner "…" }`
    Block(Span),
}

impl Problem for IdleRule {
    fn diagnostic(&self) -> Diagnostic {
        let error = |message: &str, span: Span, label: &str, help: &str| {
            Diagnostic::error("idle-rule", message).label(span, label).help(help)
        };
        match self {
            IdleRule::Outside(span) => error(
                "every value is outside of these limits",
                *span,
                "the first is above the second",
                "the lower limit comes first: `outside 10 to 20`",
            ),
            IdleRule::OwnValue(span) => error(
                "a value is held against itself",
                *span,
                "the value of the same period",
                "take an earlier one, `prior(value, 1 year)`, or that of all members, `total(value)`",
            ),
            IdleRule::Backwards { down, span } => {
                let (word, other) = if *down { ("down", "up") } else { ("up", "down") };
                error(
                    &format!("`{word}` by less than nothing is no limit"),
                    *span,
                    "below zero",
                    &format!("a change is written without a sign: `{other}` is the other way"),
                )
            }
            IdleRule::NoDeviation(span) => error(
                "every value is more than no deviation away",
                *span,
                "0 deviations",
                "say how many are usual, for example `outside 3 stddev of last 12 periods`",
            ),
            IdleRule::Constant(span) => error(
                "the rule looks at no value",
                *span,
                "the same for every period and member",
                "name the value, or another metric: `when value < 10 and deals > 100`",
            ),
            IdleRule::Block(span) => error(
                "these thresholds hold the metric against nothing",
                *span,
                "no rule, no target, no benchmark",
                "add one, for example `warn below 90% of target`, or leave the block out",
            ),
        }
    }
}

//! `percent-expected`: a bare number where a percentage is meant.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PercentExpected {
    pub metric: String,
    pub metric_span: Span,
    pub wanted: Wanted,
    /// The number written: `digits / 10^scale`.
    pub digits: i128,
    pub scale: u8,
    pub span: Span,
}

/// What the number stands for.
#[derive(Debug)]
pub enum Wanted {
    /// A limit of a metric in percent.
    Limit,
    /// `90% of target`: what it is a part of.
    PartOf(String),
    /// A change of a metric in percent.
    Change { down: bool },
}

impl Problem for PercentExpected {
    fn diagnostic(&self) -> Diagnostic {
        let written = decimal(self.digits, i32::from(self.scale));
        let metric = &self.metric;
        let message = match &self.wanted {
            Wanted::PartOf(whole) => format!("a part of the {whole} is a percentage, and {written} is none"),
            _ => format!("`{metric}` is a percentage, and {written} is none"),
        };
        let diagnostic = Diagnostic::error("percent-expected", message).label(self.span, "a plain number");
        let diagnostic = match &self.wanted {
            Wanted::PartOf(_) => diagnostic,
            _ => diagnostic.label(self.metric_span, "shown in percent"),
        };
        match (&self.wanted, self.meant()) {
            (Wanted::Change { down }, _) => {
                let word = if *down { "down" } else { "up" };
                diagnostic.help(format!(
                    "`{word} {written}%` is a part of the earlier value, `{word} {written} points` a difference"
                ))
            }
            (_, Some(meant)) => diagnostic.help(format!("write `{meant}`")).fix(self.span, meant),
            (_, None) => diagnostic.help("write `1%` or `100%`"),
        }
    }
}

impl PercentExpected {
    /// `25%`, of 25 and of 0.25; of 1 either could be meant.
    fn meant(&self) -> Option<String> {
        let one = 10_i128.checked_pow(u32::from(self.scale))?;
        let scale = i32::from(self.scale);
        match self.digits.checked_abs()?.cmp(&one) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less => Some(format!("{}%", decimal(self.digits, scale - 2))),
            std::cmp::Ordering::Greater => Some(format!("{}%", decimal(self.digits, scale))),
        }
    }
}

/// `digits / 10^scale`, without zeros at the end of the fraction.
fn decimal(digits: i128, scale: i32) -> String {
    let Ok(places) = usize::try_from(scale) else {
        return format!("{digits}{}", "0".repeat(scale.unsigned_abs() as usize));
    };
    let sign = if digits < 0 { "-" } else { "" };
    let padded = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

//! What stands behind `for` or `last` is no number of periods.
//! Reported at the number and what stands behind it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct BadPeriods {
    /// The whole number that was read, if it is large enough.
    pub count: Option<u32>,
    /// A length of time, like `2 months`.
    pub length: bool,
    pub least: u32,
    pub span: Span,
}

impl Problem for BadPeriods {
    fn diagnostic(&self) -> Diagnostic {
        let message = match self.length {
            true => "a rule counts periods, not a length of time",
            false => "this is no number of periods",
        };
        let diagnostic = Diagnostic::error("bad-periods", message).label(self.span, "");
        let Some(count) = self.count else {
            let help = match self.least {
                1 => "a whole number from 1 on: `for 2 periods`",
                _ => "a whole number from 2 on, because one value has no deviation: `of last 12 periods`",
            };
            return diagnostic.help(help);
        };
        let instead = format!("{count} {}", if count == 1 { "period" } else { "periods" });
        diagnostic
            .help(format!("say `{instead}`; how long a period is, is said by the metric's `every`"))
            .fix(self.span, instead)
    }
}

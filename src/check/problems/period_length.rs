//! `period-length`: the length of a period is needed in months where it is known in days, or the reverse.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PeriodLengthGrain {
    pub metric: String,
    /// Needed in months; otherwise in days.
    pub in_months: bool,
    pub asked: String,
    pub span: Span,
}

impl Problem for PeriodLengthGrain {
    fn diagnostic(&self) -> Diagnostic {
        let needed = if self.in_months { "months" } else { "days" };
        let ask = if self.in_months { "month, quarter or year" } else { "day or week" };
        Diagnostic::error(
            "period-length",
            format!(
                "`{}` needs the length of the period in {needed}, which a {} does not have",
                self.metric, self.asked
            ),
        )
        .label(self.span, format!("in {needed}"))
        .help(format!("ask it every {ask}"))
    }
}

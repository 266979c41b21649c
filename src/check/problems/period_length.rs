//! `period-length`: the length of a period is needed in months where it is known in days, or the reverse.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PeriodLengthGrain {
    pub metric: String,
    /// Needed in months; otherwise in days.
    pub in_months: bool,
    /// `None`: nothing is asked by period.
    pub asked: Option<String>,
    pub span: Span,
}

impl Problem for PeriodLengthGrain {
    fn diagnostic(&self) -> Diagnostic {
        let (metric, needed) = (&self.metric, if self.in_months { "months" } else { "days" });
        let ask = if self.in_months { "month, quarter or year" } else { "day or week" };
        let message = match &self.asked {
            Some(asked) => {
                format!(
                    "`{metric}` needs the length of the period in {needed}, which a {asked} does not have"
                )
            }
            None => {
                format!("`{metric}` needs the length of the period in {needed}, and there are no periods")
            }
        };
        Diagnostic::error("period-length", message)
            .label(self.span, format!("in {needed}"))
            .help(format!("ask it every {ask}"))
    }
}

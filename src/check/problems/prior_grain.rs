//! `prior-grain`: periods of that grain, moved by that length, are no periods.

use super::super::Length;
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct PriorGrain {
    pub metric: String,
    pub length: Length,
    pub asked: String,
    pub span: Span,
}

impl Problem for PriorGrain {
    fn diagnostic(&self) -> Diagnostic {
        let length = match self.length {
            Length::Days(1) => "1 day".to_string(),
            Length::Days(n) => format!("{n} days"),
            Length::Months(1) => "1 month".to_string(),
            Length::Months(n) => format!("{n} months"),
            Length::Seconds(n) => format!("{n} seconds"),
        };
        let message = format!(
            "`{}` cannot be asked every {}: moved by {length}, that is no {1}",
            self.metric, self.asked
        );
        Diagnostic::error("prior-grain", message).label(self.span, format!("{length} earlier")).help("weeks move by whole weeks (`52 weeks` for about a year), months by months, quarters by `3 months`")
    }
}

/// A column of a rollup looks back, where nothing is asked by period.
#[derive(Debug)]
pub struct PriorWithoutPeriods {
    pub metric: String,
    pub span: Span,
}

impl Problem for PriorWithoutPeriods {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("`{}` looks at an earlier period, and there are no periods", self.metric);
        Diagnostic::error("no-grain", message)
            .label(self.span, "looks back")
            .help("add --every month, or another grain")
    }
}

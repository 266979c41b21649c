//! `unit-mismatch`: a limit in a unit that its metric is not in.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct LimitMismatch {
    pub metric: String,
    /// `days`, "a percentage"
    pub metric_unit: String,
    pub metric_span: Span,
    pub limit_unit: String,
    /// The unit of the limit and where it comes from.
    pub label: String,
    /// The limit is written with `%`.
    pub percent: bool,
    pub span: Span,
}

impl Problem for LimitMismatch {
    fn diagnostic(&self) -> Diagnostic {
        let LimitMismatch { metric, metric_unit, limit_unit, .. } = self;
        let is = |unit: &str| if unit.contains(' ') { unit.to_string() } else { format!("in {unit}") };
        let message = format!("the limit is {}, but `{metric}` is {}", is(limit_unit), is(metric_unit));
        let help = match self.percent {
            true => "a part of something is written `90% of target`, a change `down 20% from prior year`"
                .to_string(),
            false => "write the limit in the unit of the metric; a number alone takes it".to_string(),
        };
        Diagnostic::error("unit-mismatch", message)
            .label(self.span, self.label.clone())
            .label(self.metric_span, metric_unit.clone())
            .help(help)
    }
}

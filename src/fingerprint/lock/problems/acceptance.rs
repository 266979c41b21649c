//! `acceptance-ended`: a changed meaning was accepted up to a day that has passed.
//! `useless-acceptance`: one that accepts nothing.

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct AcceptanceEnded {
    pub metric: String,
    pub until: Date,
    pub reason: String,
    pub span: Span,
    pub line: Span,
}

impl Problem for AcceptanceEnded {
    fn diagnostic(&self) -> Diagnostic {
        let AcceptanceEnded { metric, until, reason, .. } = self;
        let name = metric.split(' ').next().unwrap_or(metric);
        Diagnostic::error(
            "acceptance-ended",
            format!("the changed meaning of `{metric}` was accepted until {until}: {reason}"),
        )
        .label(self.span, "it still means something else than what is recorded")
        .label(self.line, "accepted here")
        .help(format!(
            "`kepi bump {name}` makes it a version of its own, `kepi correct {name} -m \"…\"` says that the old number was wrong"
        ))
    }
}

#[derive(Debug)]
pub struct UselessAcceptance {
    pub metric: String,
    pub span: Span,
}

impl Problem for UselessAcceptance {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::warning(
            "useless-acceptance",
            format!("kepi.lock accepts a meaning of `{}` that it does not have", self.metric),
        )
        .label(self.span, "accepts nothing")
        .help("`kepi lock` leaves it out")
    }
}

//! `deprecated`: a metric that is to go is used. `deprecation-ended`: it should have gone.

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct DeprecatedUse {
    /// `win_rate v1`
    pub title: String,
    pub reason: String,
    pub until: Option<Date>,
    pub span: Span,
}

impl Problem for DeprecatedUse {
    fn diagnostic(&self) -> Diagnostic {
        let until = self.until.map(|d| format!(" after {d}")).unwrap_or_default();
        Diagnostic::warning("deprecated", format!("`{}` is deprecated: {}", self.title, self.reason))
            .label(self.span, format!("is to go{until}"))
    }
}

#[derive(Debug)]
pub struct DeprecationEnded {
    pub title: String,
    pub reason: String,
    pub until: Date,
    pub span: Span,
    pub uses: Vec<Span>,
}

impl Problem for DeprecationEnded {
    fn diagnostic(&self) -> Diagnostic {
        let DeprecationEnded { title, until, reason, .. } = self;
        let message = format!("`{title}` was to go after {until}: {reason}");
        let mut diagnostic =
            Diagnostic::error("deprecation-ended", message).label(self.span, "it is still there");
        for span in &self.uses {
            diagnostic = diagnostic.label(*span, "used here");
        }
        diagnostic.help(match self.uses.is_empty() {
            true => "delete it, or give it a later day",
            false => "move to its successor and delete it, or give it a later day",
        })
    }
}

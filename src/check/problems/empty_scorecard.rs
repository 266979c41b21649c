//! `empty-scorecard`: a scorecard that shows nothing.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct EmptyScorecard {
    pub name: String,
    pub roles: Vec<String>,
    pub span: Span,
}

impl Problem for EmptyScorecard {
    fn diagnostic(&self) -> Diagnostic {
        let EmptyScorecard { name, roles, span } = self;
        let diagnostic = match &roles[..] {
            [] => Diagnostic::error("empty-scorecard", format!("the scorecard `{name}` shows no metric")),
            roles => {
                let roles = roles.iter().map(|r| format!("`{r}`")).collect::<Vec<_>>().join(" or ");
                let message = format!("the scorecard `{name}` shows no metric: none is for {roles}");
                Diagnostic::error("empty-scorecard", message)
            }
        };
        diagnostic
            .label(*span, "")
            .help("list them, `metrics mrr, win_rate`, or name the `roles` that metrics are for")
    }
}

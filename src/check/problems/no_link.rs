//! `no-link`: rows are aggregated that do not link to this one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct NoLink {
    pub from: String,
    pub to: String,
    /// One that goes by a date.
    pub dated: Option<String>,
    /// Of a rollup the source of its key, whose links it has.
    pub key: Option<String>,
    pub span: Span,
}

impl Problem for NoLink {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("no-link", format!("the rows of `{}` do not link to `{}`", self.from, self.to))
            .label(self.span, "whose rows?")
            .help(match &self.dated {
                None if self.from == self.to => "its rows as a whole are aggregated in a metric, and held against a threshold there; rows of a key in a rollup, `per …`".to_string(),
                Some(link) => format!("the link `{link}` goes by a date, which does not say whose rows they are: declare another"),
                None if self.key.is_some() => format!("a rollup has the links of its key: declare one in `{}`: `name -> {}`", self.key.as_deref().unwrap_or_default(), self.to),
                None => format!("declare a link in `{}`: `name -> {}`", self.from, self.to),
            })
    }
}

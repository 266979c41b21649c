//! `via-elsewhere`: a link that does not lead to the dimension that names it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ViaElsewhere {
    pub source: String,
    pub link: String,
    /// Where it leads.
    pub target: String,
    pub dimension: String,
    /// The links of its source that do lead to the dimension.
    pub known: Vec<String>,
    pub span: Span,
}

impl Problem for ViaElsewhere {
    fn diagnostic(&self) -> Diagnostic {
        let ViaElsewhere { source, link, target, dimension, span, .. } = self;
        let message = format!("`{source}.{link}` does not lead to the dimension `{dimension}`");
        let known: Vec<String> = self.known.iter().map(|k| format!("`{source}.{k}`")).collect();
        let help = match known.is_empty() {
            true => format!("no link of `{source}` does: leave this one out"),
            false => format!("from `{source}` the links that do are {}", known.join(", ")),
        };
        Diagnostic::error("via-elsewhere", message)
            .label(*span, format!("leads to `{target}`, and no further to the dimension"))
            .help(help)
    }
}

//! `meaning-changed`: a recorded version means something else, and nothing says why.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct MeaningChanged {
    pub name: String,
    pub version: u32,
    /// What changed, in the author's terms.
    pub what: Vec<String>,
    /// Others that changed for the same reason.
    pub alike: Vec<String>,
    /// Metrics that changed through these alone.
    pub with_it: Vec<String>,
    pub span: Span,
}

impl Problem for MeaningChanged {
    fn diagnostic(&self) -> Diagnostic {
        let MeaningChanged { name, version, .. } = self;
        let what = match self.what.is_empty() {
            true => "it means something else than kepi.lock has recorded".to_string(),
            false => format!("changed: {}", listed(&self.what, 4)),
        };
        let too =
            if self.alike.is_empty() { String::new() } else { format!("; of {} too", quoted(&self.alike)) };
        let with_it = match self.with_it.is_empty() {
            true => String::new(),
            false => format!("; with it {}", quoted(&self.with_it)),
        };
        let names = std::iter::once(name).chain(&self.alike);
        let names = match self.alike.len() {
            0..=2 => names.cloned().collect::<Vec<_>>().join(" "),
            _ => "--all".to_string(),
        };
        let message = format!("the meaning of `{name}` v{version} changed and nothing says why");
        Diagnostic::error("meaning-changed", message)
            .label(self.span, format!("{what}{too}{with_it}"))
            .help(format!(
                "`kepi bump {name}` keeps v{version} beside a new version, `kepi correct {names} -m \"…\"` says that \
                 the old number was wrong, `kepi accept {names} --until D --reason \"…\"` puts it off"
            ))
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    listed(&names, 6)
}

fn listed(all: &[String], most: usize) -> String {
    let shown = all.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

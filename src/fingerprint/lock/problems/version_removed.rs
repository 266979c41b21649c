//! `version-removed`: a recorded version is gone, or was renamed.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct VersionRemoved {
    pub name: String,
    pub version: u32,
    /// One that has its meaning, and was not recorded.
    pub renamed: Option<String>,
    pub span: Span,
}

impl Problem for VersionRemoved {
    fn diagnostic(&self) -> Diagnostic {
        let VersionRemoved { name, version, .. } = self;
        let (message, help) = match &self.renamed {
            Some(new) => (
                format!("`{name}` v{version} is called {new} now"),
                format!("`kepi lock` records the new name; who uses `{name}` has to follow"),
            ),
            None => (
                format!("`{name}` v{version} is recorded but no longer there"),
                "keep it, as `deprecated \"…\" until D`, for those who use it; `kepi lock` forgets it \
                 where nobody does"
                    .to_string(),
            ),
        };
        Diagnostic::error("version-removed", message).label(self.span, "recorded here").help(help)
    }
}

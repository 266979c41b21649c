//! `lock-conflict`: two lines of kepi.lock say what one version means: two branches
//! changed it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct LockConflict {
    pub name: String,
    pub version: u32,
    pub first: Span,
    pub second: Span,
}

impl Problem for LockConflict {
    fn diagnostic(&self) -> Diagnostic {
        let LockConflict { name, version, .. } = self;
        Diagnostic::error("lock-conflict", format!("kepi.lock has two meanings of `{name}` v{version}"))
            .label(self.second, "another one")
            .label(self.first, "one")
            .help("two branches changed it: agree on the definition, delete the line that no longer holds, then `kepi check`")
    }
}

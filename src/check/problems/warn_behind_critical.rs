//! `warn-behind-critical`: a warning that never comes, because what it warns of is critical already.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct WarnBehindCritical {
    pub warn: Span,
    pub critical: Span,
}

impl Problem for WarnBehindCritical {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::warning("warn-behind-critical", "this never warns: what it warns of is critical before")
            .label(self.warn, "never comes first")
            .label(self.critical, "reached before")
            .help("swap the limits, or let `critical` wait with `for 2 periods`")
    }
}

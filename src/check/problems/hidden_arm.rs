//! `hidden-arm`: a case that never comes, because another one holds before it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct HiddenArm {
    pub later: Span,
    pub before: Span,
}

impl Problem for HiddenArm {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::warning("hidden-arm", "this case never comes: whatever it is true of is taken before")
            .label(self.later, "never reached")
            .label(self.before, "true before")
            .help("the first condition that is true decides: put the narrower one first")
    }
}

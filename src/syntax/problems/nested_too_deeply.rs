//! Brackets and `if`s inside one another beyond the limit.
//! Reported at the first one too many.

use crate::diagnostic::{Diagnostic, Problem};
use crate::syntax::outline::MAX_NESTING;
use crate::text::Span;

pub struct NestedTooDeeply {
    pub span: Span,
}

impl Problem for NestedTooDeeply {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("nested-too-deeply", format!("nested more than {MAX_NESTING} levels deep"))
            .label(self.span, "one level too many")
            .help("give the inner part a name, as a computed column or with `let`")
    }
}

//! `grows-too-large`: a definition that names what names twice, and so on.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct GrowsTooLarge {
    pub name: String,
    pub span: Span,
    pub limit: u64,
}

impl Problem for GrowsTooLarge {
    fn diagnostic(&self) -> Diagnostic {
        let GrowsTooLarge { name, span, limit } = self;
        Diagnostic::error(
            "grows-too-large",
            format!("`{name}` has more than {limit} parts once all that it names is written out"),
        )
        .label(*span, "what it names names others more than once")
        .help("name each value once where it is enough: `greatest(x, 0)` for `if x > 0 then x else 0`")
    }
}

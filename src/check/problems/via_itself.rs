//! `via-itself`: a link from a source to itself is no way from one source to another.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct ViaItself {
    pub source: String,
    pub link: String,
    pub span: Span,
}

impl Problem for ViaItself {
    fn diagnostic(&self) -> Diagnostic {
        let ViaItself { source, link, span } = self;
        Diagnostic::error("via-itself", format!("`{source}.{link}` leads from `{source}` back to `{source}`"))
            .label(*span, "chooses between no ways")
            .help(format!("write the link into the path of the value: `{source}.{link}.…`"))
    }
}

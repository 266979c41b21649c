//! A word that begins no attribute of a metric.
//! Reported at the word, with the nearest one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct UnknownAttribute {
    pub word: String,
    pub nearest: Option<&'static str>,
    pub span: Span,
}

impl Problem for UnknownAttribute {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic =
            Diagnostic::error("unknown-attribute", format!("a metric has no attribute `{}`", self.word))
                .label(self.span, "");
        match self.nearest {
            Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")).fix(self.span, nearest),
            None => diagnostic.help(
                "its attributes are `let`, `owner`, `playbook`, `tags`, `tier`, `roles`, `also`, `label`, `every`, \
                 `by`, `better`, `show`, `status`, `deprecated`; and what it is held against: `target`, \
                 `benchmark`, `warn`, `critical`, `only when`, `missing`",
            ),
        }
    }
}

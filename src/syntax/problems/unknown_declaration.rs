//! A word that begins no declaration.
//! Reported at the word, with the nearest one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct UnknownDeclaration {
    pub word: String,
    pub nearest: Option<&'static str>,
    pub span: Span,
}

impl Problem for UnknownDeclaration {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic =
            Diagnostic::error("unknown-declaration", format!("`{}` begins no declaration", self.word))
                .label(self.span, "");
        match self.nearest {
            Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")).fix(self.span, nearest),
            None => diagnostic.help(
                "a declaration begins with `source`, `rollup`, `dimension`, `metric`, `parameter`, \
                 `calendar`, `thresholds` or `scorecard`",
            ),
        }
    }
}

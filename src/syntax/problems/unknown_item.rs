//! A word that begins no item of a source or rollup.
//! Reported at the word, with the nearest one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct UnknownItem {
    pub word: String,
    /// `source` or `rollup`
    pub of: &'static str,
    pub nearest: Option<&'static str>,
    pub span: Span,
}

impl Problem for UnknownItem {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic =
            Diagnostic::error("unknown-item", format!("`{}` begins no item of a {}", self.word, self.of))
                .label(self.span, "");
        match (self.nearest, self.of) {
            (Some(nearest), _) => {
                diagnostic.help(format!("did you mean `{nearest}`?")).fix(self.span, nearest)
            }
            (None, "rollup") => {
                diagnostic.help("a rollup holds columns (`name = …`), `measure` and `expect`")
            }
            (None, _) => diagnostic.help(
                "a source holds columns (`name : type`, `name = …`), links (`name -> source`), and \
                 `key`, `time`, `valid`, `snapshot`, `keep`, `where`, `measure`, `expect`",
            ),
        }
    }
}

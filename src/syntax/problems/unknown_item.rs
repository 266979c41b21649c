//! A word that begins no item of a source, rollup, scorecard or of thresholds.
//! Reported at the word, with the nearest one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct UnknownItem {
    pub word: String,
    /// `source`, `rollup`, `thresholds` or `scorecard`
    pub of: &'static str,
    pub nearest: Option<&'static str>,
    pub span: Span,
}

impl Problem for UnknownItem {
    fn diagnostic(&self) -> Diagnostic {
        let of = if self.of == "thresholds" { self.of.to_owned() } else { format!("a {}", self.of) };
        let diagnostic = Diagnostic::error("unknown-item", format!("`{}` begins no item of {of}", self.word))
            .label(self.span, "");
        match (self.nearest, self.of) {
            (Some(nearest), _) => {
                diagnostic.help(format!("did you mean `{nearest}`?")).fix(self.span, nearest)
            }
            (None, "rollup") => {
                diagnostic.help("a rollup holds columns (`name = …`), `measure` and `expect`")
            }
            (None, "thresholds") => diagnostic.help(
                "thresholds hold `target`, `benchmark`, `warn`, `critical`, `only when`, `missing`, `owner` and `playbook`",
            ),
            (None, "scorecard") => diagnostic.help(
                "a scorecard holds `metrics`, `every`, `by`, `where`, `having`, `from`, `compare`, `owner`, `roles` and `tags`",
            ),
            (None, _) => diagnostic.help(
                "a source holds columns (`name : type`, `name = …`), links (`name -> source`), and \
                 `key`, `time`, `valid`, `snapshot`, `keep`, `where`, `measure`, `expect`",
            ),
        }
    }
}

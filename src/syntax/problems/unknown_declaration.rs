//! A word that begins no declaration.
//! Reported at the word, with the nearest one.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

pub struct UnknownDeclaration {
    pub word: String,
    /// A `:` follows, as in YAML.
    pub colon: bool,
    pub nearest: Option<&'static str>,
    pub span: Span,
}

impl Problem for UnknownDeclaration {
    fn diagnostic(&self) -> Diagnostic {
        let diagnostic =
            Diagnostic::error("unknown-declaration", format!("`{}` begins no declaration", self.word))
                .label(self.span, "");
        match (lesson(&self.word, self.colon), self.nearest) {
            (Some(lesson), _) => diagnostic.help(lesson),
            (None, Some(near)) => diagnostic.help(format!("did you mean `{near}`?")).fix(self.span, near),
            (None, None) => diagnostic.help(
                "a declaration begins with `source`, `rollup`, `dimension`, `metric`, `parameter`, \
                 `calendar`, `thresholds`, `scorecard`, `consumer` or `test`",
            ),
        }
    }
}

/// What to write instead of what begins a declaration elsewhere.
fn lesson(word: &str, colon: bool) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "metrics" | "measures" | "dimensions" | "sources" | "name" | "type" | "semantic_models"
        | "version"
            if colon =>
        {
            "this is not YAML: each thing is a declaration of its own, `metric win_rate : percent = …`"
        }
        "measure" => {
            "a measure stands in the braces of its source, `measure m = sum(amount)`; over sources stands a `metric`"
        }
        "view" | "explore" | "cube" | "model" | "table" | "entity" | "dataset" => {
            "what a file holds is a `source`, with its columns in braces"
        }
        "alert" | "alerts" | "expr" | "for" | "groups" | "rule" | "rules" | "record" => {
            "an alert is a rule in the braces of its metric, `critical below 20% for 2 periods`, or apart, in \
             `thresholds win_rate { … }`"
        }
        "select" | "with" | "create" | "from" => {
            "a metric is no query but an aggregate: `metric revenue : USD = sum(orders.amount where is_paid)`"
        }
        "let" | "def" | "const" | "var" | "function" => {
            "a name for a part of a metric stands in its braces: `let won = count(deals where is_won)`"
        }
        "import" | "include" | "use" | "ref" => {
            "all files of a project are one: everything can be named without importing it"
        }
        "join" | "link" | "relationship" => {
            "a link stands in the braces of its source: `account -> accounts`"
        }
        _ => return None,
    })
}

//! `link-mismatch`: the columns of a link do not fit the key of its target.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct LinkTypes {
    pub link: String,
    pub target: String,
    pub via: Vec<String>,
    pub key: Vec<String>,
    /// Where the types differ: here and there.
    pub types: Option<(String, String)>,
    pub span: Span,
}

/// A link follows a column that its target has, too, to a key that is called otherwise.
#[derive(Debug)]
pub struct LinkToOther {
    pub target: String,
    pub column: String,
    pub key: String,
    /// What tells rows of the same column apart there, where the link is one in time.
    pub in_time: Option<String>,
    pub span: Span,
}

impl Problem for LinkToOther {
    fn diagnostic(&self) -> Diagnostic {
        let LinkToOther { target, column, key, in_time, .. } = self;
        let message =
            format!("`{column}` is matched to the key of `{target}`, `{key}`, not to its `{column}`");
        let help = match in_time {
            Some(time) => format!("if its `{column}` is meant, `{target}` has the key `{column}, {time}`"),
            None => {
                format!("if its `{column}` is meant, declare `key {column}` in `{target}`: one row for each")
            }
        };
        Diagnostic::warning("link-mismatch", message)
            .label(self.span, format!("leads to the row whose `{key}` is this `{column}`"))
            .help(help)
    }
}

impl Problem for LinkTypes {
    fn diagnostic(&self) -> Diagnostic {
        let LinkTypes { link, target, .. } = self;
        let (via, key) = (self.via.join(", "), self.key.join(", "));
        let diagnostic = Diagnostic::error(
            "link-mismatch",
            format!("the link `{link}` does not fit the key of `{target}`"),
        );
        match &self.types {
            Some((here, there)) => diagnostic
                .label(self.span, format!("`{via}` is {here}, `{target}.{key}` is {there}"))
                .help("declare both with one type, as they are in the data"),
            None => diagnostic
                .label(self.span, format!("follows {via}"))
                .help(format!("the key of `{target}` is {key}: name as many columns here, `via …`")),
        }
    }
}

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

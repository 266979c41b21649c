//! `missing-link-column`: the column that a link follows by its name does not exist.

use crate::diagnostic::{Diagnostic, Problem};
use crate::syntax::ast;

#[derive(Debug)]
pub struct LinkKey<'a> {
    pub link: &'a ast::Ident,
    /// `owner_id`
    pub column: String,
    pub near: Option<String>,
}

impl Problem for LinkKey<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let (link, column) = (&self.link.name, &self.column);
        let via = self.near.as_deref().unwrap_or("COLUMN");
        Diagnostic::error("missing-link-column", format!("the link `{link}` needs a column `{column}`"))
            .label(self.link.span, format!("there is no `{column}`"))
            .help(format!("declare `{column}`, or name the column: `{link} -> … via {via}`"))
    }
}

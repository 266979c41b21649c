//! `sum-behind-link`: a value of one row is added up once for every row that links to it.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct SumBehindLink {
    pub function: &'static str,
    pub column: String,
    /// The source that the column belongs to.
    pub owner: String,
    pub source: String,
    /// `order.shipping`
    pub path: String,
    pub span: Span,
}

impl Problem for SumBehindLink {
    fn diagnostic(&self) -> Diagnostic {
        let SumBehindLink { function, column, owner, source, path, .. } = self;
        Diagnostic::error("sum-behind-link", format!("`{function}` would count `{owner}.{column}` once for every row of `{source}`")).label(self.span, format!("belongs to `{owner}`, behind a link")).help(format!("take it where it belongs: `{function}({owner}.{column})`; if every row of `{source}` has its own share in it, name a computed column there: `{column} = {path}`"))
    }
}

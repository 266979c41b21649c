//! `bad-table`: the header of an expected table does not fit what is asked.

use crate::diagnostic::{Diagnostic, Problem, nearest};
use crate::syntax::ast;
use crate::text::Span;

#[derive(Debug)]
pub struct TestTable {
    /// A column that the result does not have.
    pub found: Option<ast::Cell>,
    /// It is a dimension that is not asked for.
    pub cuts: bool,
    /// A column of the result that the table does not have.
    pub lacking: Option<String>,
    /// What the result has, in order.
    pub known: Vec<String>,
    pub span: Span,
}

impl Problem for TestTable {
    fn diagnostic(&self) -> Diagnostic {
        let header = format!("its header is `| {} |`", self.known.join(" | "));
        if let Some(found) = &self.found {
            let message = format!("the result has no column `{}`", found.text);
            let diagnostic = Diagnostic::error("bad-table", message);
            if self.cuts {
                let help = format!("add `by {}` to the question; as it is, {header}", found.text);
                return diagnostic.label(found.span, "a dimension").help(help);
            }
            return match nearest(&found.text, self.known.iter().map(String::as_str)) {
                Some(near) => diagnostic
                    .label(found.span, format!("did you mean `{near}`?"))
                    .help(header)
                    .fix(found.span, near),
                None => diagnostic.label(found.span, "not asked for").help(header),
            };
        }
        let lacking = self.lacking.as_deref().unwrap_or_default();
        Diagnostic::error("bad-table", format!("the table has no column for `{lacking}`"))
            .label(self.span, "a column is missing here")
            .help(header)
    }
}

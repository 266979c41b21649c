//! `members-expected`: `where` behind a rule says something else than for which members it is.

use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

#[derive(Debug)]
pub struct MembersExpected {
    pub span: Span,
}

impl Problem for MembersExpected {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("members-expected", "`where` names the members that a rule is for")
            .label(self.span, "more than that")
            .help("say `region is \"EMEA\"` or `region in (\"EMEA\", \"APAC\")`, several of them with `and`, each dimension once")
    }
}

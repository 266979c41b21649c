//! `if … then … else …` and `choose { … }`.

use std::sync::Arc;

use super::infer::pair;
use super::operators::{condition, joined};
use super::problems::Action;
use super::scope::{Beside, Scope};
use super::{Enumeration, Expr, ExprKind, Member, Type};
use crate::syntax::ast;
use crate::text::Span;

pub(super) fn if_else(
    scope: &mut dyn Scope,
    test: &ast::Expr,
    then: &ast::Expr,
    otherwise: &ast::Expr,
    beside: Beside,
    span: Span,
) -> Expr {
    let test = condition(scope, test, "`if`");
    let (then, otherwise) = pair(scope, then, otherwise, beside);
    joined(scope, Action::Choose, then, otherwise, |a, b| ExprKind::If(test, a, b), span)
}

/// Its members are the words of its arms, in the order in which they first stand.
pub(super) fn choose(
    scope: &mut dyn Scope,
    arms: &[(ast::Ident, ast::Expr)],
    otherwise: Option<&ast::Ident>,
    span: Span,
) -> Expr {
    let mut members: Vec<Member> = Vec::new();
    let mut index = |word: &ast::Ident| {
        let known = members.iter().position(|m| m.name == word.name);
        known.unwrap_or_else(|| {
            members.push(Member { name: word.name.clone(), raw: word.name.clone() });
            members.len() - 1
        }) as u16
    };
    let mut tests = Vec::with_capacity(arms.len());
    for (word, test) in arms {
        let index = index(word);
        tests.push((condition(scope, test, "`when`"), index));
    }
    let otherwise = otherwise.map(&mut index);
    let ty = Type::Enum(Arc::new(Enumeration { members }));
    Expr::new(ExprKind::Choose(tests, otherwise), ty, span)
}

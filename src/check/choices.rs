//! `if … then … else …` and `choose { … }`.

use std::sync::Arc;

use super::implied::implies;
use super::infer::pair;
use super::operators::{condition, joined};
use super::problems::{Action, HiddenArm};
use super::scope::{Beside, Scope, is_reported};
use super::{Enumeration, Expr, ExprKind, Member, Type};
use crate::diagnostic::Problem;
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
    let mut next = &otherwise;
    let mut between: Vec<&Expr> = Vec::new();
    while let ExprKind::If(later, _, behind) = &*next.kind {
        // what one of those between hides has been said of that one
        if !between.iter().any(|nearer| implies(later, nearer)) {
            hidden(scope, later, &test);
        }
        between.push(later);
        next = behind;
    }
    joined(scope, Action::Choose, then, otherwise, |a, b| ExprKind::If(test, a, b), span)
}

/// Warns of a condition that is never reached, because another one is true before.
fn hidden(scope: &mut dyn Scope, later: &Expr, before: &Expr) {
    if !is_reported(later) && implies(later, before) {
        scope.add(HiddenArm { later: later.span, before: before.span }.diagnostic());
    }
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
    let mut tests: Vec<(Expr, u16)> = Vec::with_capacity(arms.len());
    for (word, test) in arms {
        let index = index(word);
        let test = condition(scope, test, "`when`");
        if let Some((before, _)) = tests.iter().find(|(before, _)| implies(&test, before)) {
            hidden(scope, &test, before);
        }
        tests.push((test, index));
    }
    let otherwise = otherwise.map(&mut index);
    let ty = Type::Enum(Arc::new(Enumeration { members }));
    Expr::new(ExprKind::Choose(tests, otherwise), ty, span)
}

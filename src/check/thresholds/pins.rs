//! `where` behind a rule or target: the members that it is for.

use super::super::checker::Checker;
use super::super::infer::infer;
use super::super::problems::MembersExpected;
use super::super::query_scope::QueryScope;
use super::super::{BinaryOp, Expr, ExprKind, Literal, Type};
use super::Pin;
use crate::diagnostic::Problems;
use crate::syntax::ast;

/// The members that the condition names; `None` where it says something else, which is reported.
pub fn pins(checker: &mut Checker<'_>, ast: &ast::Expr) -> Option<Vec<Pin>> {
    let mut scope = QueryScope { model: &checker.out, problems: Problems::default(), having: false };
    let expr = infer(&mut scope, ast, None);
    let problems = scope.problems;
    let broken = problems.has_errors();
    checker.problems.extend(problems);
    let mut pins = Vec::new();
    if broken || expr.ty == Type::Error {
        return None;
    }
    if !collect(&expr, &mut pins) {
        checker.report(MembersExpected { span: ast.span });
        return None;
    }
    pins.sort_by_key(|pin: &Pin| pin.dimension);
    Some(pins)
}

/// Whether all of the condition names members.
fn collect(expr: &Expr, pins: &mut Vec<Pin>) -> bool {
    let (dimension, list) = match &*expr.kind {
        ExprKind::Binary(BinaryOp::And, a, b) => return collect(a, pins) && collect(b, pins),
        ExprKind::Binary(BinaryOp::Is, a, b) => match &*a.kind {
            ExprKind::Dimension(_) => (a, std::slice::from_ref(b)),
            _ => (b, std::slice::from_ref(a)),
        },
        ExprKind::In(value, list) => (value, &list[..]),
        _ => return false,
    };
    let ExprKind::Dimension(id) = *dimension.kind else { return false };
    let member = |e: &Expr| match &*e.kind {
        ExprKind::Literal(value) => Some(value.clone()),
        _ => None,
    };
    let Some(members) = list.iter().map(member).collect::<Option<Vec<Literal>>>() else { return false };
    if members.is_empty() || pins.iter().any(|pin| pin.dimension == id) {
        return false;
    }
    pins.push(Pin { dimension: id, members });
    true
}

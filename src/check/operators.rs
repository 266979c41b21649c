//! The rules of operators: what may stand on their sides, and what comes out.

use super::dates;
use super::infer::{enumeration, infer, length, literal, pair};
use super::numbers::{agree, product, quotient, sum};
use super::problems::{Action, NotALength, TextForMember, TypeMismatch, WrongType};
use super::scope::{Beside, Scope, as_word, error};
use super::{BinaryOp, Expr, ExprKind, Length, Literal, Placement, Type};
use crate::diagnostic::Problem;
use crate::syntax::ast;
use crate::text::Span;

pub(super) fn binary(
    scope: &mut dyn Scope,
    op: ast::BinaryOp,
    left: &ast::Expr,
    right: &ast::Expr,
    beside: Beside,
    span: Span,
) -> Expr {
    use ast::BinaryOp::*;
    match op {
        Or => logical(scope, BinaryOp::Or, left, right, "`or`", span),
        And => logical(scope, BinaryOp::And, left, right, "`and`", span),
        Else => {
            let (left, right) = pair(scope, left, right, beside);
            joined(scope, Action::Choose, left, right, |l, r| ExprKind::Binary(BinaryOp::Else, l, r), span)
        }
        Is => compared(scope, BinaryOp::Is, left, right, span),
        IsNot => compared(scope, BinaryOp::IsNot, left, right, span),
        Less => compared(scope, BinaryOp::Less, left, right, span),
        LessEq => compared(scope, BinaryOp::LessEq, left, right, span),
        Greater => compared(scope, BinaryOp::Greater, left, right, span),
        GreaterEq => compared(scope, BinaryOp::GreaterEq, left, right, span),
        Add => arithmetic(scope, BinaryOp::Add, left, right, span),
        Sub => arithmetic(scope, BinaryOp::Sub, left, right, span),
        Mul => arithmetic(scope, BinaryOp::Mul, left, right, span),
        Div => arithmetic(scope, BinaryOp::Div, left, right, span),
    }
}

/// An expression that has to be true or false; `place` says where: "`where`".
pub(super) fn condition(scope: &mut dyn Scope, ast: &ast::Expr, place: &'static str) -> Expr {
    let expr = infer(scope, ast, None);
    must_be_condition(scope, expr, place)
}

const IS_MISSING: &str = "whether a value is missing is asked by itself: `or status is missing`";

pub(super) fn must_be_condition(scope: &mut dyn Scope, expr: Expr, place: &'static str) -> Expr {
    if matches!(expr.ty, Type::Bool | Type::Error) {
        return expr;
    }
    let found = super::describe::with_origin(scope.project(), &expr);
    let (place, span) = (place.to_string(), expr.span);
    let help = (expr.ty == Type::Missing).then(|| IS_MISSING.to_string());
    scope.fail(WrongType { place, wanted: "a condition", found, span, help }, span)
}

fn logical(
    scope: &mut dyn Scope,
    op: BinaryOp,
    left: &ast::Expr,
    right: &ast::Expr,
    place: &'static str,
    span: Span,
) -> Expr {
    let left = condition(scope, left, place);
    let right = condition(scope, right, place);
    Expr::new(ExprKind::Binary(op, left, right), Type::Bool, span)
}

/// Two expressions of one type, put together to one of that type.
pub(super) fn joined(
    scope: &mut dyn Scope,
    action: Action,
    left: Expr,
    right: Expr,
    make: impl FnOnce(Expr, Expr) -> ExprKind,
    span: Span,
) -> Expr {
    match common(scope, action, left, right) {
        Some((left, right, ty)) => Expr::new(make(left, right), ty, span),
        None => error(span),
    }
}

/// Brings two expressions to one type; `None` where they have none, reported.
pub(super) fn common(
    scope: &mut dyn Scope,
    action: Action,
    left: Expr,
    right: Expr,
) -> Option<(Expr, Expr, Type)> {
    match (&left.ty, &right.ty) {
        (Type::Error, _) | (_, Type::Error) => Some((left, right, Type::Error)),
        (Type::Missing, ty) => {
            let ty = ty.clone();
            Some((Expr { ty: ty.clone(), ..left }, right, ty))
        }
        (ty, Type::Missing) => {
            let ty = ty.clone();
            Some((left, Expr { ty: ty.clone(), ..right }, ty))
        }
        (Type::Number(_), Type::Number(_)) => {
            let (left, right, number) = agree(scope, action, left, right)?;
            Some((left, right, Type::Number(number)))
        }
        (Type::Enum(a), Type::Enum(b)) if super::same_members(a, b) => {
            let ty = left.ty.clone();
            Some((left, right, ty))
        }
        (Type::Enum(_), Type::Text) | (Type::Text, Type::Enum(_)) => {
            text_beside_member(scope, action, left, right)
        }
        (a, b) if a == b && !matches!(a, Type::Enum(_)) => {
            let ty = a.clone();
            Some((left, right, ty))
        }
        _ => {
            different(scope, action, &left, &right);
            None
        }
    }
}

pub(super) fn different(scope: &mut dyn Scope, action: Action, left: &Expr, right: &Expr) {
    let project = scope.project();
    let problem = TypeMismatch {
        action,
        left: (left.span, super::describe::with_origin(project, left)),
        right: (right.span, super::describe::with_origin(project, right)),
        left_ty: left.ty.clone(),
        right_ty: right.ty.clone(),
        right_text: super::display::short(project, right),
        left_text: super::display::short(project, left),
    };
    scope.fail(problem, left.span);
}

/// `stage is "Closed Won"`: the message names the member.
fn text_beside_member(
    scope: &mut dyn Scope,
    action: Action,
    left: Expr,
    right: Expr,
) -> Option<(Expr, Expr, Type)> {
    let (member_side, text_side) =
        if matches!(left.ty, Type::Enum(_)) { (&left, &right) } else { (&right, &left) };
    let (Some(enumeration), ExprKind::Literal(Literal::Text(text))) =
        (enumeration(&member_side.ty), &*text_side.kind)
    else {
        different(scope, action, &left, &right);
        return None;
    };
    let problem =
        TextForMember { text: text.clone(), span: text_side.span, enumeration: enumeration.clone() };
    scope.fail(problem, text_side.span);
    None
}

fn compared(scope: &mut dyn Scope, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
    let (left, right) = pair(scope, left, right, None);
    comparison(scope, op, left, right, span)
}

pub(super) fn comparison(scope: &mut dyn Scope, op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
    let Some((left, right, ty)) = common(scope, Action::Compare, left, right) else {
        return Expr { ty: Type::Bool, ..error(span) };
    };
    let equality = matches!(op, BinaryOp::Is | BinaryOp::IsNot);
    if !equality && matches!(ty, Type::Bool | Type::Enum(_)) {
        let found = super::describe::with_origin(scope.project(), &left);
        let problem = WrongType {
            place: format!("`{}`", super::display::operator(op)),
            wanted: "something that has an order",
            found,
            span: left.span,
            help: Some("compare with `is`, `is not` or `in (…)`".to_string()),
        };
        return Expr { ty: Type::Bool, ..scope.fail(problem, span) };
    }
    Expr::new(ExprKind::Binary(op, left, right), Type::Bool, span)
}

/// `x in (a, b)`
pub(super) fn within_list(scope: &mut dyn Scope, value: &ast::Expr, list: &[ast::Expr], span: Span) -> Expr {
    let value = infer(scope, value, None);
    let mut items = Vec::with_capacity(list.len());
    for item in list {
        if value.ty == Type::Error && as_word(item).is_some() {
            continue;
        }
        let item = infer(scope, item, enumeration(&value.ty));
        if item.ty == Type::Missing {
            let (place, found, span) = ("a list".to_string(), "missing".to_string(), item.span);
            let help = Some(IS_MISSING.to_string());
            scope.add(WrongType { place, wanted: "values", found, span, help }.diagnostic());
            continue;
        }
        items.push(item);
    }
    // numbers are compared each in its own unit and with its own digits, as by `is`
    let alike = |item: &Expr| !matches!(item.ty, Type::Number(_)) || item.ty == value.ty;
    if items.iter().all(alike) {
        let mut fitting = Vec::with_capacity(items.len());
        for item in items {
            fitting.extend(common(scope, Action::Compare, value.clone(), item).map(|(_, item, _)| item));
        }
        return Expr::new(ExprKind::In(value, fitting), Type::Bool, span);
    }
    let is = |item: Expr| comparison(scope, BinaryOp::Is, value.clone(), item, span);
    let each: Vec<Expr> = items.into_iter().map(is).collect();
    let either = |a, b| Expr::new(ExprKind::Binary(BinaryOp::Or, a, b), Type::Bool, span);
    each.into_iter().reduce(either).unwrap_or_else(|| error(span))
}

fn arithmetic(scope: &mut dyn Scope, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
    let left = infer(scope, left, None);
    let right = infer(scope, right, None);
    arithmetic_of(scope, op, left, right, span)
}

pub(super) fn arithmetic_of(
    scope: &mut dyn Scope,
    op: BinaryOp,
    left: Expr,
    right: Expr,
    span: Span,
) -> Expr {
    match (&left.ty, &right.ty) {
        (Type::Error, _) | (_, Type::Error) => error(span),
        (Type::Missing, ty) | (ty, Type::Missing) => {
            let ty = ty.clone();
            Expr::new(ExprKind::Missing, ty, span)
        }
        (Type::Number(_), Type::Number(_)) => match op {
            BinaryOp::Mul => product(scope, left, right, span),
            BinaryOp::Div => quotient(scope, left, right, span),
            _ => sum(scope, op, left, right, span),
        },
        (Type::Date | Type::Timestamp, _) | (_, Type::Date | Type::Timestamp)
            if matches!(op, BinaryOp::Add | BinaryOp::Sub) =>
        {
            dates::arithmetic(scope, op, left, right, span)
        }
        _ => {
            different(scope, Action::of(op), &left, &right);
            error(span)
        }
    }
}

pub(super) fn negate(scope: &mut dyn Scope, ast: &ast::Expr, span: Span) -> Expr {
    let inner = infer(scope, ast, None);
    match (&*inner.kind, &inner.ty) {
        (_, Type::Error | Type::Missing) => inner,
        (ExprKind::Literal(Literal::Number { digits, scale }), ty) => {
            literal(Literal::Number { digits: -digits, scale: *scale }, ty.clone(), span)
        }
        (_, Type::Number(_)) => {
            let ty = inner.ty.clone();
            Expr::new(ExprKind::Negate(inner), ty, span)
        }
        _ => {
            let found = super::describe::with_origin(scope.project(), &inner);
            let place = "`-`".to_string();
            scope.fail(WrongType { place, wanted: "a number", found, span: inner.span, help: None }, span)
        }
    }
}

/// `d in period`, `d before period`, `d after period`
pub(super) fn placed(scope: &mut dyn Scope, value: &ast::Expr, place: ast::Placement, span: Span) -> Expr {
    let value = infer(scope, value, None);
    let value = dates::must_be_date(scope, value, "`in period`");
    let place = match place {
        ast::Placement::In => Placement::In,
        ast::Placement::Before => Placement::Before,
        ast::Placement::After => Placement::After,
    };
    Expr::new(ExprKind::Placed(value, place), Type::Bool, span)
}

/// `x within 30 days after y`
pub(super) fn within(
    scope: &mut dyn Scope,
    value: &ast::Expr,
    duration: &ast::Expr,
    before: bool,
    anchor: &ast::Expr,
    span: Span,
) -> Expr {
    let value = infer(scope, value, None);
    let value = dates::must_be_date(scope, value, "`within`");
    let anchor = infer(scope, anchor, None);
    let anchor = dates::must_be_date(scope, anchor, "`within`");
    let length_span = duration.span;
    let duration = length(scope, duration);
    let Some((value, anchor, _)) = common(scope, Action::Compare, value, anchor) else { return error(span) };
    if let (Type::Date, Some(Length::Seconds(seconds))) = (&value.ty, duration)
        && seconds % 86_400 != 0
    {
        return scope.fail(NotALength::BetweenDates(length_span), span);
    }
    match duration {
        Some(duration) => Expr::new(ExprKind::Within { value, duration, before, anchor }, Type::Bool, span),
        None => error(span),
    }
}

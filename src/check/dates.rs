//! Arithmetic with dates and timestamps.

use super::operators::different;
use super::problems::{Action, NotADuration, WrongType};
use super::scope::{Scope, error};
use super::{BinaryOp, Expr, ExprKind, Kind, Repr, Type};
use crate::text::Span;
use crate::units::{Base, Unit};

/// `+` and `-` where one side is a date or timestamp.
pub(super) fn arithmetic(scope: &mut dyn Scope, op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
    match (&left.ty, &right.ty) {
        (Type::Date, Type::Date) if op == BinaryOp::Sub => {
            let ty = Type::number(Unit::of(Base::Day), Kind::Plain, Repr::Int);
            // from the second to the first: `closed_on - created_on`
            Expr::new(ExprKind::DaysBetween(left, right), ty, span)
        }
        (Type::Timestamp, Type::Timestamp) if op == BinaryOp::Sub => {
            let ty = Type::number(Unit::of(Base::Second), Kind::Plain, Repr::Decimal(6));
            Expr::new(ExprKind::SecondsBetween(left, right), ty, span)
        }
        (Type::Date | Type::Timestamp, Type::Number(_)) => shift(scope, op, left, right, span),
        (Type::Number(_), Type::Date | Type::Timestamp) if op == BinaryOp::Add => {
            shift(scope, op, right, left, span)
        }
        _ => {
            different(scope, Action::of(op), &left, &right);
            error(span)
        }
    }
}

fn shift(scope: &mut dyn Scope, op: BinaryOp, date: Expr, amount: Expr, span: Span) -> Expr {
    let Some(number) = amount.ty.as_number() else { return error(span) };
    let base = match number.unit.factors() {
        [(base, 1)] => Some(*base),
        _ => None,
    };
    let fine = matches!(base, Some(Base::Second | Base::Minute | Base::Hour));
    let base = base.filter(|b| !matches!(b, Base::Currency(_)));
    let base = base.filter(|_| !fine || date.ty == Type::Timestamp);
    let Some(base) = base.filter(|_| number.repr == Repr::Int) else {
        let found = super::describe::with_origin(scope.project(), &amount);
        let whole = base.is_none() || number.repr == Repr::Int;
        let problem = NotADuration {
            found,
            span: amount.span,
            timestamp: date.ty == Type::Timestamp,
            fraction: !whole,
            bare: super::numbers::is_bare(&amount),
            hours: fine,
        };
        return scope.fail(problem, span);
    };
    let ty = date.ty.clone();
    let amount = if op == BinaryOp::Sub { negative(amount) } else { amount };
    Expr::new(ExprKind::Shift { date, amount, base }, ty, span)
}

fn negative(amount: Expr) -> Expr {
    let (ty, span) = (amount.ty.clone(), amount.span);
    let kind = match &*amount.kind {
        ExprKind::Literal(super::Literal::Number { digits, scale }) => {
            ExprKind::Literal(super::Literal::Number { digits: -digits, scale: *scale })
        }
        _ => ExprKind::Negate(amount),
    };
    Expr::new(kind, ty, span)
}

/// A date or timestamp; anything else is reported.
pub(super) fn must_be_date(scope: &mut dyn Scope, expr: Expr, place: &'static str) -> Expr {
    if matches!(expr.ty, Type::Date | Type::Timestamp | Type::Error | Type::Missing) {
        return expr;
    }
    let found = super::describe::with_origin(scope.project(), &expr);
    let span = expr.span;
    scope.fail(WrongType { place: place.to_string(), wanted: "a date", found, span, help: None }, span)
}

//! What one expression says of another, whatever the data: that they are the same, which of
//! two numbers is greater, that one condition is never true without another.

use std::cmp::Ordering;
use std::mem::discriminant;

use super::{BinaryOp, Expr, ExprKind, Literal};

/// Whether both are the same, wherever they stand. Of what is rarely written it is not known.
pub(super) fn same(a: &Expr, b: &Expr) -> bool {
    use ExprKind::*;
    let leaves = match (&*a.kind, &*b.kind) {
        (Binary(op, ..), Binary(other, ..)) => op == other,
        (Convert(_, ratio), Convert(_, other)) => ratio == other,
        (Call(function, _), Call(other, _)) => function == other,
        (Prior(_, length), Prior(_, other)) => length == other,
        (Total(_, over), Total(_, other)) => over == other,
        (Negate(_), Negate(_)) | (Not(_), Not(_)) | (IsMissing(_), IsMissing(_)) => true,
        (DaysBetween(..), DaysBetween(..)) | (SecondsBetween(..), SecondsBetween(..)) => true,
        (If(..), If(..)) | (In(..), In(..)) => true,
        (x, y) => return discriminant(x) == discriminant(y) && a.children().is_empty() && x == y,
    };
    let (ours, others) = (a.children(), b.children());
    leaves && ours.len() == others.len() && ours.into_iter().zip(others).all(|(x, y)| same(x, y))
}

/// How two values compare: numbers, or parts of the same.
pub(super) fn order(a: &Expr, b: &Expr) -> Option<Ordering> {
    if let (Some((a, below_a)), Some((b, below_b))) = (number(a), number(b)) {
        return Some(a.checked_mul(below_b)?.cmp(&b.checked_mul(below_a)?));
    }
    match (&*a.kind, &*b.kind) {
        (ExprKind::Literal(Literal::Date(a)), ExprKind::Literal(Literal::Date(b))) => Some(a.cmp(b)),
        (ExprKind::Convert(a, r), ExprKind::Convert(b, s)) if r == s => order(a, b),
        (ExprKind::Binary(BinaryOp::Mul, a, x), ExprKind::Binary(BinaryOp::Mul, b, y)) if same(x, y) => {
            order(a, b)
        }
        _ => None,
    }
}

/// A number that is written out, in whatever unit, as a fraction.
fn number(expr: &Expr) -> Option<(i128, i128)> {
    match &*expr.kind {
        ExprKind::Literal(Literal::Number { digits, scale }) => {
            Some((*digits, 10_i128.checked_pow(u32::from(*scale))?))
        }
        ExprKind::Convert(inner, ratio) => {
            let (above, below) = number(inner)?;
            Some((above.checked_mul(i128::from(ratio.num))?, below.checked_mul(i128::from(ratio.den))?))
        }
        _ => None,
    }
}

/// Whether the first condition is never true where the second is not.
pub(super) fn implies(a: &Expr, b: &Expr) -> bool {
    use BinaryOp::*;
    if same(a, b) {
        return true;
    }
    match (&*a.kind, &*b.kind) {
        (ExprKind::Binary(Or, x, y), _) => implies(x, b) && implies(y, b),
        (_, ExprKind::Binary(And, x, y)) => implies(a, x) && implies(a, y),
        (ExprKind::Binary(And, x, y), _) if implies(x, b) || implies(y, b) => true,
        (_, ExprKind::Binary(Or, x, y)) => implies(a, x) || implies(a, y),
        (ExprKind::Binary(Is, x, value), ExprKind::In(y, list)) if same(x, y) => {
            list.iter().any(|item| same(value, item))
        }
        (ExprKind::In(x, some), ExprKind::In(y, list)) if same(x, y) => {
            some.iter().all(|value| list.iter().any(|item| same(value, item)))
        }
        (ExprKind::Binary(op, x, limit), ExprKind::Binary(other, y, bound)) if same(x, y) => {
            within(*op, *other, order(limit, bound))
        }
        _ => false,
    }
}

/// Whether what is `op` a limit is `other` a bound, where the limit is so much to the bound.
fn within(op: BinaryOp, other: BinaryOp, limit: Option<Ordering>) -> bool {
    use BinaryOp::*;
    let Some(limit) = limit else { return false };
    match (op, other) {
        (Greater | GreaterEq | Is, GreaterEq) | (Greater, Greater) => limit.is_ge(),
        (GreaterEq | Is, Greater) => limit.is_gt(),
        (Less | LessEq | Is, LessEq) | (Less, Less) => limit.is_le(),
        (LessEq | Is, Less) => limit.is_lt(),
        (Is, Is) => limit.is_eq(),
        _ => false,
    }
}

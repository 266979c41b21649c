//! Arithmetic on types: units, kinds and representations of numbers through `+ - * /`.

use super::describe::{number_name, with_origin};
use super::problems::{Action, BareNumber, Side, TooManyDigits, UnitMismatch, UnitTooComplex};
use super::scope::{Scope, error};
use super::{BinaryOp, Expr, ExprKind, Kind, Literal, Number, Repr, Type};
use crate::text::Span;
use crate::units::{Dimension, Ratio, Unit};

/// A number written out without a unit: it takes the unit of what it stands beside.
pub(super) fn is_bare(expr: &Expr) -> bool {
    let literal = matches!(&*expr.kind, ExprKind::Literal(Literal::Number { .. }));
    literal && matches!(&expr.ty, Type::Number(n) if n.unit.is_none() && n.kind == Kind::Plain)
}

/// The same expression as a number of another unit and kind, its value unchanged.
pub(super) fn retype(expr: &Expr, unit: Unit, kind: Kind) -> Expr {
    let repr = expr.ty.as_number().map_or(Repr::Float, |n| n.repr);
    Expr { ty: Type::number(unit, kind, repr), ..expr.clone() }
}

/// A bare number in that unit: beside points it is points, of which each is a hundredth.
pub(super) fn bare_in(scope: &mut dyn Scope, bare: &Expr, unit: Unit, kind: Kind) -> Expr {
    let ExprKind::Literal(Literal::Number { digits, scale }) = *bare.kind else {
        return retype(bare, unit, kind);
    };
    if kind != Kind::Points {
        return retype(bare, unit, kind);
    }
    let span = bare.span;
    if scale + 2 > MAX_SCALE {
        return scope.fail(TooManyDigits { span, whole: false }, span);
    }
    let ty = Type::number(Unit::none(), kind, Repr::Decimal(scale + 2));
    Expr::new(ExprKind::Literal(Literal::Number { digits, scale: scale + 2 }), ty, span)
}

/// The same quantity in a unit that is that many times smaller.
pub(super) fn convert(expr: Expr, ratio: Ratio, unit: Unit) -> Expr {
    let Some(number) = expr.ty.as_number() else { return expr };
    let repr = if ratio.den == 1 { number.repr } else { Repr::Float };
    let ty = Type::number(unit, number.kind, repr);
    if ratio.is_one() {
        return Expr { ty, ..expr };
    }
    let span = expr.span;
    Expr::new(ExprKind::Convert(expr, ratio), ty, span)
}

/// Brings two numbers to the unit of the left one; `None` where that cannot be, reported.
pub(super) fn agree(
    scope: &mut dyn Scope,
    action: Action,
    left: Expr,
    right: Expr,
) -> Option<(Expr, Expr, Number)> {
    let (l, r) = (left.ty.as_number()?.clone(), right.ty.as_number()?.clone());
    if let Some(problem) = ambiguous(scope, &left, &right).or_else(|| ambiguous(scope, &right, &left)) {
        scope.fail(problem, left.span);
        return None;
    }
    let apart = |a: Kind, b: Kind| a == Kind::Count && matches!(b, Kind::Percent | Kind::Points);
    let (left, right) = if is_bare(&right) {
        let right = bare_in(scope, &right, l.unit, l.kind);
        (left, right)
    } else if is_bare(&left) {
        let left = bare_in(scope, &left, r.unit, r.kind);
        (left, right)
    } else if l.unit.is_none() && r.unit.is_none() && (apart(l.kind, r.kind) || apart(r.kind, l.kind)) {
        mismatch(scope, action, &left, &right);
        return None;
    } else if let Some(ratio) = r.unit.factor_to(&l.unit) {
        (left, convert(right, ratio, l.unit))
    } else {
        mismatch(scope, action, &left, &right);
        return None;
    };
    let (l, r) = (left.ty.as_number()?, right.ty.as_number()?);
    let kind = join_kind(l.kind, r.kind);
    let number = Number { unit: l.unit.clone(), kind, repr: join_repr(l.repr, r.repr) };
    Some((left, right, number))
}

/// A bare number takes the unit of money without more ado; of a length of time or a
/// percentage it would be a guess.
fn ambiguous(scope: &dyn Scope, beside: &Expr, bare: &Expr) -> Option<BareNumber> {
    let ExprKind::Literal(Literal::Number { digits, scale }) = *bare.kind else { return None };
    let number = beside.ty.as_number().filter(|_| is_bare(bare) && digits != 0 && !is_bare(beside))?;
    let unit = match number.unit.factors() {
        [(base, 1)] if matches!(base.dimension(), Dimension::Time | Dimension::Calendar) => {
            format!(" {}", number.unit)
        }
        [] if number.kind == Kind::Percent && digits.abs() > 10_i128.pow(u32::from(scale)) => "%".to_string(),
        _ => return None,
    };
    let project = scope.project();
    let written = format!("{}{unit}", super::display::short(project, bare)?);
    let beside_text = with_origin(project, beside);
    Some(BareNumber { span: bare.span, written, beside: beside_text, beside_span: beside.span })
}

fn mismatch(scope: &mut dyn Scope, action: Action, left: &Expr, right: &Expr) {
    let project = scope.project();
    let side = |expr: &Expr, number: &Number| Side {
        span: expr.span,
        unit: number.unit.clone(),
        name: number_name(number),
        label: with_origin(project, expr),
        text: super::display::short(project, expr),
    };
    if let (Type::Number(l), Type::Number(r)) = (&left.ty, &right.ty) {
        let problem = UnitMismatch { action, left: side(left, l), right: side(right, r) };
        scope.fail(problem, left.span);
    }
}

/// `a + b`, `a - b` of numbers.
pub(super) fn sum(scope: &mut dyn Scope, op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
    let action = if op == BinaryOp::Add { Action::Add } else { Action::Subtract };
    match agree(scope, action, left, right) {
        Some((left, right, number)) => {
            Expr::new(ExprKind::Binary(op, left, right), Type::Number(number), span)
        }
        None => error(span),
    }
}

/// `a * b`
pub(super) fn product(scope: &mut dyn Scope, left: Expr, right: Expr, span: Span) -> Expr {
    let (Type::Number(l), Type::Number(r)) = (&left.ty, &right.ty) else { return error(span) };
    let Some((unit, ratio)) = l.unit.checked_times(&r.unit) else {
        return scope.fail(UnitTooComplex { span }, span);
    };
    let kind = match (unit.is_none() && l.unit.is_none(), l.kind, r.kind) {
        (true, Kind::Ratio | Kind::Percent, Kind::Ratio | Kind::Percent) => l.kind,
        _ => Kind::Plain,
    };
    let repr = match (l.repr, r.repr) {
        (Repr::Float, _) | (_, Repr::Float) => Repr::Float,
        (Repr::Int, Repr::Int) => Repr::Int,
        (Repr::Int, Repr::Decimal(s)) | (Repr::Decimal(s), Repr::Int) => Repr::Decimal(s),
        (Repr::Decimal(a), Repr::Decimal(b)) if a + b <= MAX_SCALE => Repr::Decimal(a + b),
        (Repr::Decimal(_), Repr::Decimal(_)) => Repr::Float,
    };
    let ty = Type::number(unit.clone(), kind, repr);
    convert(Expr::new(ExprKind::Binary(BinaryOp::Mul, left, right), ty, span), ratio, unit)
}

/// Places behind the point that an exact number may have.
pub(super) const MAX_SCALE: u8 = 18;

/// `a / b`
pub(super) fn quotient(scope: &mut dyn Scope, left: Expr, right: Expr, span: Span) -> Expr {
    let (Type::Number(l), Type::Number(r)) = (&left.ty, &right.ty) else { return error(span) };
    let Some((unit, ratio)) = l.unit.checked_times(&r.unit.inverse()) else {
        return scope.fail(UnitTooComplex { span }, span);
    };
    let kind = if !unit.is_none() { Kind::Plain } else { quotient_kind(&left, l, &right, r) };
    let ty = Type::number(unit.clone(), kind, Repr::Float);
    convert(Expr::new(ExprKind::Binary(BinaryOp::Div, left, right), ty, span), ratio, unit)
}

/// Of two numbers of one unit: a ratio, unless one of them is only a factor.
fn quotient_kind(left: &Expr, l: &Number, right: &Expr, r: &Number) -> Kind {
    let literal = |e: &Expr| matches!(&*e.kind, ExprKind::Literal(_));
    match (l.kind, r.kind) {
        _ if !l.unit.is_none() => Kind::Ratio,
        (kind, _) if literal(right) => {
            if kind == Kind::Count {
                Kind::Plain
            } else {
                kind
            }
        }
        _ if literal(left) => Kind::Plain,
        (Kind::Count, Kind::Ratio | Kind::Percent | Kind::Plain) => Kind::Plain,
        (Kind::Plain | Kind::Ratio | Kind::Percent, Kind::Count) => Kind::Plain,
        _ => Kind::Ratio,
    }
}

pub(super) fn join_kind(left: Kind, right: Kind) -> Kind {
    let part = |k| matches!(k, Kind::Ratio | Kind::Percent | Kind::Points);
    match (left, right) {
        (a, b) if a == b => a,
        (a, b) if part(a) && part(b) => a,
        _ => Kind::Plain,
    }
}

pub(super) fn join_repr(left: Repr, right: Repr) -> Repr {
    match (left, right) {
        (Repr::Float, _) | (_, Repr::Float) => Repr::Float,
        (Repr::Int, other) | (other, Repr::Int) => other,
        (Repr::Decimal(a), Repr::Decimal(b)) => Repr::Decimal(a.max(b)),
    }
}

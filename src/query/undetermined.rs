//! `within`: rows for which it is not yet known whether they count. A condition is read
//! twice: as it is known to be true, and as it could still come to be.

use super::rewrite::{map, through};
use super::rollup;
use crate::check::{BinaryOp, CheckedModel, ColumnKind, Expr, ExprKind, Length, Type};
use crate::text::Span;
use crate::units::Base;

/// Whether the expression asks for something that time has yet to tell.
pub fn has_within(model: &CheckedModel, expr: &Expr) -> bool {
    any(model, expr, &|e| matches!(&*e.kind, ExprKind::Within { .. }))
}

/// Whether the expression asks for the period that the row is counted in.
pub fn has_period(model: &CheckedModel, expr: &Expr) -> bool {
    use ExprKind::{PeriodEnd, PeriodLength, PeriodStart, Placed};
    any(model, expr, &|e| matches!(&*e.kind, PeriodStart | PeriodEnd | PeriodLength | Placed(..)))
}

fn any(model: &CheckedModel, expr: &Expr, is_it: &dyn Fn(&Expr) -> bool) -> bool {
    if is_it(expr) {
        return true;
    }
    if let ExprKind::Column(column) = &*expr.kind
        && let ColumnKind::Computed(value) = &model.column(column).kind
        && !rollup::has_own_period(model, column.source)
    {
        return any(model, value, is_it);
    }
    expr.children().into_iter().any(|child| any(model, child, is_it))
}

/// The expression with the computed columns that ask `within` or for the period written
/// out: a row has them only where it is counted.
pub fn written_out(model: &CheckedModel, expr: &Expr) -> Expr {
    map(expr, &mut |e| match &*e.kind {
        ExprKind::Column(column) => match &model.column(column).kind {
            ColumnKind::Computed(value) => {
                let value = rollup::in_own_period(model, column.source, value);
                let open = has_within(model, &value) || has_period(model, &value);
                open.then(|| written_out(model, &through(&value, &column.links)))
            }
            _ => None,
        },
        _ => None,
    })
}

/// True where the condition is known to be true.
pub fn certain(condition: &Expr) -> Expr {
    read(condition, false)
}

/// True where the condition is true or can still become true.
pub fn possible(condition: &Expr) -> Expr {
    read(condition, true)
}

fn read(condition: &Expr, possible: bool) -> Expr {
    match &*condition.kind {
        ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
            binary(*op, read(a, possible), read(b, possible))
        }
        // what is possibly true is certainly not its opposite
        ExprKind::Not(inner) => expr(ExprKind::Not(read(inner, !possible)), Type::Bool),
        ExprKind::Within { value, duration, before, anchor } => {
            let inside = inside(value, *duration, *before, anchor);
            match possible {
                true => binary(BinaryOp::Or, inside, open(value, *duration, *before, anchor)),
                false => is_true(inside),
            }
        }
        _ => map(condition, &mut |e| match &*e.kind {
            ExprKind::Within { .. } => Some(read(e, possible)),
            _ => None,
        }),
    }
}

/// A missing answer is none.
fn is_true(condition: Expr) -> Expr {
    let no = expr(ExprKind::Literal(crate::check::Literal::Bool(false)), Type::Bool);
    binary(BinaryOp::Else, condition, no)
}

/// `0 <= x - y <= D`, or the other way round.
fn inside(value: &Expr, duration: Length, before: bool, anchor: &Expr) -> Expr {
    let (first, last) = if before { (value, anchor) } else { (anchor, value) };
    let begun = binary(BinaryOp::GreaterEq, last.clone(), first.clone());
    let in_time = binary(BinaryOp::LessEq, last.clone(), later(first, duration));
    binary(BinaryOp::And, begun, in_time)
}

/// The value is missing, and its time has not run out.
fn open(value: &Expr, duration: Length, before: bool, anchor: &Expr) -> Expr {
    let missing = expr(ExprKind::IsMissing(value.clone()), Type::Bool);
    let end = if before { anchor.clone() } else { later(anchor, duration) };
    let today = expr(ExprKind::AsOf, Type::Date);
    binary(BinaryOp::And, missing, is_true(binary(BinaryOp::Less, today, end)))
}

/// The date or instant so much later.
pub fn later(date: &Expr, duration: Length) -> Expr {
    let (amount, base) = match duration {
        // of instants a day is 24 hours
        Length::Days(days) if date.ty == Type::Timestamp => (days * 86_400, Base::Second),
        Length::Days(days) => (days, Base::Day),
        Length::Months(months) => (months, Base::Month),
        Length::Seconds(seconds) if date.ty == Type::Date => (seconds / 86_400, Base::Day),
        Length::Seconds(seconds) => (seconds, Base::Second),
    };
    let number = crate::check::Literal::Number { digits: i128::from(amount), scale: 0 };
    let int = Type::number(crate::units::Unit::none(), crate::check::Kind::Plain, crate::check::Repr::Int);
    let amount = expr(ExprKind::Literal(number), int);
    expr(ExprKind::Shift { date: date.clone(), amount, base }, date.ty.clone())
}

fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    expr(ExprKind::Binary(op, a, b), Type::Bool)
}

fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr::new(kind, ty, Span::default())
}

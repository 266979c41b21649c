//! `within`: rows for which it is not yet known whether they count. A condition is read
//! twice: as it is known to be true, and as it could still come to be.

use super::rewrite::{map, through};
use super::rollup;
use crate::check::{BinaryOp, CheckedModel, ColumnKind, Expr, ExprKind, Length, Literal, Type};
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

/// `and` and `or` are the lesser and the greater of false, missing and true, so each side
/// can be read by itself; in anything else all ways to answer are tried.
fn read(condition: &Expr, possible: bool) -> Expr {
    match &*condition.kind {
        ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
            binary(*op, read(a, possible), read(b, possible))
        }
        // what is possibly true is certainly not its opposite
        ExprKind::Not(inner) => expr(ExprKind::Not(read(inner, !possible)), Type::Bool),
        ExprKind::Within { .. } => answered(condition, possible),
        _ => match ways(condition) {
            Some(ways) => {
                let op = if possible { BinaryOp::Or } else { BinaryOp::And };
                ways.into_iter().reduce(|a, b| binary(op, a, b)).unwrap_or_else(|| condition.clone())
            }
            None if possible => binary(BinaryOp::Or, settled(condition), any_open(condition)),
            None => {
                let closed = expr(ExprKind::Not(any_open(condition)), Type::Bool);
                binary(BinaryOp::And, settled(condition), closed)
            }
        },
    }
}

/// True where the value depends on what is not known yet.
pub fn depends(value: &Expr) -> Expr {
    let Some(ways) = ways(value) else { return any_open(value) };
    let missing = |e: &Expr| expr(ExprKind::IsMissing(e.clone()), Type::Bool);
    let same = |a: &Expr, b: &Expr| {
        let neither = binary(BinaryOp::And, missing(a), missing(b));
        binary(BinaryOp::Else, binary(BinaryOp::Is, a.clone(), b.clone()), neither)
    };
    let others = ways[1..].iter().map(|way| expr(ExprKind::Not(same(&ways[0], way)), Type::Bool));
    others.reduce(|a, b| binary(BinaryOp::Or, a, b)).unwrap_or_else(|| literal(false))
}

/// The expression with every open question answered by no.
pub fn settled(value: &Expr) -> Expr {
    map(value, &mut |e| matches!(&*e.kind, ExprKind::Within { .. }).then(|| answered(e, false)))
}

/// More questions than these are not tried in all ways.
const MOST_QUESTIONS: usize = 6;

/// The expression once for each way in which what it asks can be answered.
fn ways(value: &Expr) -> Option<Vec<Expr>> {
    let mut questions = 0;
    map(value, &mut |e| {
        let asks = matches!(&*e.kind, ExprKind::Within { .. });
        questions += usize::from(asks);
        asks.then(|| e.clone())
    });
    let way = |answers: usize| {
        let mut question = 0;
        map(value, &mut |e| {
            matches!(&*e.kind, ExprKind::Within { .. }).then(|| {
                question += 1;
                answered(e, answers & (1 << (question - 1)) != 0)
            })
        })
    };
    (questions <= MOST_QUESTIONS).then(|| (0..1 << questions).map(way).collect())
}

fn any_open(value: &Expr) -> Expr {
    let mut questions = Vec::new();
    map(value, &mut |e| {
        let ExprKind::Within { value, duration, before, anchor } = &*e.kind else { return None };
        questions.push(open(value, *duration, *before, anchor));
        Some(e.clone())
    });
    questions.into_iter().reduce(|a, b| binary(BinaryOp::Or, a, b)).unwrap_or_else(|| literal(false))
}

/// The `within` with its question, where it is open, answered by yes or no.
fn answered(within: &Expr, yes: bool) -> Expr {
    let ExprKind::Within { value, duration, before, anchor } = &*within.kind else { return within.clone() };
    let missing = |e: &Expr| expr(ExprKind::IsMissing(e.clone()), Type::Bool);
    // what has not happened when its time is over has not happened in time
    let nothing = expr(ExprKind::Missing, Type::Bool);
    let never = expr(ExprKind::If(missing(anchor), nothing, literal(false)), Type::Bool);
    let inside = inside(value, *duration, *before, anchor);
    let closed = expr(ExprKind::If(missing(value), never, inside), Type::Bool);
    match yes {
        true => binary(BinaryOp::Or, closed, open(value, *duration, *before, anchor)),
        false => closed,
    }
}

fn literal(value: bool) -> Expr {
    expr(ExprKind::Literal(Literal::Bool(value)), Type::Bool)
}

/// A missing answer is none.
fn is_true(condition: Expr) -> Expr {
    binary(BinaryOp::Else, condition, literal(false))
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

fn int() -> Type {
    Type::number(crate::units::Unit::none(), crate::check::Kind::Plain, crate::check::Repr::Int)
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
    let number = Literal::Number { digits: i128::from(amount), scale: 0 };
    let amount = expr(ExprKind::Literal(number), int());
    expr(ExprKind::Shift { date: date.clone(), amount, base }, date.ty.clone())
}

fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    expr(ExprKind::Binary(op, a, b), Type::Bool)
}

fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr::new(kind, ty, Span::default())
}

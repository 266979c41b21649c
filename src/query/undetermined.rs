//! `within`: rows for which it is not yet known whether they count. A condition is read
//! twice: as it is known to be true, and as it could still come to be.

use super::build::Builder;
use super::decompose::{count, or_zero};
use super::ir::SlotFunction;
use super::rewrite::{map, through, without_spans};
use super::rollup;
use crate::check::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, ColumnKind, Expr, ExprKind, Length, Literal, Type,
};
use crate::text::Span;
use crate::units::Base;

impl Builder<'_> {
    /// When the aggregate has no value yet: rows that could still come to count, or a
    /// period that is too young.
    pub fn unknown(&mut self, scan: usize, aggregate: &Aggregate) -> Option<Expr> {
        let undetermined = undetermined_rows(self.model, aggregate).map(|rows| {
            let rows = or_zero(self.slot(scan, SlotFunction::Count, Vec::new(), Some(rows), count()));
            let none = expr(ExprKind::Literal(Literal::Number { digits: 0, scale: 0 }), count());
            binary(BinaryOp::Greater, rows, none)
        });
        let young = aggregate.mature.map(|age| {
            let last_day = expr(ExprKind::PeriodEnd, Type::Date);
            let today = expr(ExprKind::AsOf, Type::Date);
            binary(BinaryOp::Greater, later(&last_day, age), today)
        });
        match (undetermined, young) {
            (Some(a), Some(b)) => Some(binary(BinaryOp::Or, a, b)),
            (a, b) => a.or(b),
        }
    }
}

/// The aggregate of what is certain, where something in it is not yet.
pub fn certainly(model: &CheckedModel, aggregate: &Aggregate) -> Aggregate {
    let settle = |e: &Expr| match has_within(model, e) {
        true => certain(&written_out(model, e)),
        false => written_out(model, e),
    };
    let filter = aggregate.filter.as_ref().map(settle);
    Aggregate { args: aggregate.args.iter().map(settle).collect(), filter, ..aggregate.clone() }
}

/// True for the rows that could still come to count, or count otherwise; none where
/// nothing asks `within`.
pub fn undetermined_rows(model: &CheckedModel, aggregate: &Aggregate) -> Option<Expr> {
    let part = (aggregate.function == AggregateFn::Proportion).then(|| aggregate.args.first()).flatten();
    let undetermined = |e: &Expr| has_within(model, e).then(|| undecided(&written_out(model, e)));
    let counts = aggregate.filter.as_ref().and_then(undetermined);
    // whether a row is of the part matters where it may be of the whole
    let counts_as_part = part.and_then(undetermined).map(|open| match &aggregate.filter {
        Some(filter) => binary(BinaryOp::And, possible(&written_out(model, filter)), open),
        None => open,
    });
    let rows = match (counts, counts_as_part) {
        (Some(a), Some(b)) => Some(binary(BinaryOp::Or, a, b)),
        (a, b) => a.or(b),
    };
    rows.map(|rows| without_spans(&rows))
}

/// True where the condition can come to be true, and is not yet certain to be.
fn undecided(condition: &Expr) -> Expr {
    let certain = is_true(certain(condition));
    binary(BinaryOp::And, possible(condition), expr(ExprKind::Not(certain), Type::Bool))
}

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
            let inside = answer(inside(value, *duration, *before, anchor), anchor);
            match possible {
                true => binary(BinaryOp::Or, inside, open(value, *duration, *before, anchor)),
                false => inside,
            }
        }
        _ => read_around(condition, possible),
    }
}

/// A condition that makes something else of what may be open. With one thing open it is read
/// both ways: as that turns out now, and as true; with more of them, it can turn out either way
/// while any is.
fn read_around(condition: &Expr, possible: bool) -> Expr {
    let mut asked: Vec<Expr> = Vec::new();
    map(condition, &mut |e| {
        if matches!(&*e.kind, ExprKind::Within { .. }) && !asked.contains(&without_spans(e)) {
            asked.push(without_spans(e));
        }
        None
    });
    if let [one] = asked.as_slice()
        && let ExprKind::Within { value, duration, before, anchor } = &*one.kind
    {
        let open = open(value, *duration, *before, anchor);
        let with = |answer: Expr| {
            let is_it = |e: &Expr| matches!(&*e.kind, ExprKind::Within { .. });
            map(condition, &mut |e| is_it(e).then(|| answer.clone()))
        };
        let (now, then) =
            (with(read(one, false)), with(expr(ExprKind::Literal(Literal::Bool(true)), Type::Bool)));
        return match possible {
            true => binary(BinaryOp::Or, now, binary(BinaryOp::And, open, then)),
            false => {
                let settled = expr(ExprKind::Not(open), Type::Bool);
                binary(BinaryOp::And, now, binary(BinaryOp::Or, settled, then))
            }
        };
    }
    let mut waits: Option<Expr> = None;
    let known = map(condition, &mut |e| match &*e.kind {
        ExprKind::Within { value, duration, before, anchor } => {
            let open = open(value, *duration, *before, anchor);
            waits = Some(match waits.take() {
                Some(other) => binary(BinaryOp::Or, other, open),
                None => open,
            });
            Some(read(e, false))
        }
        _ => None,
    });
    match (waits, possible) {
        (None, _) => known,
        (Some(open), true) => binary(BinaryOp::Or, known, open),
        (Some(open), false) => binary(BinaryOp::And, known, expr(ExprKind::Not(open), Type::Bool)),
    }
}

/// Whether the value lies inside, once that is no longer open: without an anchor there is no
/// answer, without a value the answer is no.
fn answer(inside: Expr, anchor: &Expr) -> Expr {
    let nothing = expr(ExprKind::IsMissing(anchor.clone()), Type::Bool);
    let missing = expr(ExprKind::Missing, Type::Bool);
    expr(ExprKind::If(nothing, missing, is_true(inside)), Type::Bool)
}

/// A missing answer is none.
fn is_true(condition: Expr) -> Expr {
    let no = expr(ExprKind::Literal(Literal::Bool(false)), Type::Bool);
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
    let number = Literal::Number { digits: i128::from(amount), scale: 0 };
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

//! `within`: rows for which it is not yet known whether they count.

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
    /// When the aggregate has no value yet: rows of which it is not known whether they count, or
    /// a period that is too young.
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
        either(undetermined, young)
    }
}

/// The aggregate of what is known by now.
pub fn certainly(model: &CheckedModel, aggregate: &Aggregate) -> Aggregate {
    let settle = |e: &Expr| answered(&written_out(model, e));
    let filter = aggregate.filter.as_ref().map(settle);
    Aggregate { args: aggregate.args.iter().map(settle).collect(), filter, ..aggregate.clone() }
}

/// True for the rows of which it is not yet known whether they count; none where nothing asks
/// `within`.
pub fn undetermined_rows(model: &CheckedModel, aggregate: &Aggregate) -> Option<Expr> {
    let part = (aggregate.function == AggregateFn::Proportion).then(|| aggregate.args.first()).flatten();
    let filter = aggregate.filter.as_ref().map(|filter| written_out(model, filter));
    let counts = filter.as_ref().and_then(open_in);
    // whether a row is of the part matters where it is of the whole
    let counts_as_part = part.and_then(|part| open_in(&written_out(model, part)));
    let counts_as_part = counts_as_part.map(|open| match &filter {
        Some(filter) => binary(BinaryOp::And, is_true(answered(filter)), open),
        None => open,
    });
    either(counts, counts_as_part).map(|rows| without_spans(&rows))
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

/// With what is known of each `within`: no, where it is open.
fn answered(condition: &Expr) -> Expr {
    map(condition, &mut |e| match &*e.kind {
        ExprKind::Within { value, duration, before, anchor } => {
            Some(answer(inside(value, *duration, *before, anchor), anchor))
        }
        _ => None,
    })
}

/// True where what the expression asks is open. That another part of it says no today settles
/// nothing: an offer that has not been won may be, when it is closed. What `if` and `choose`
/// do not come to is not asked.
fn open_in(expr: &Expr) -> Option<Expr> {
    match &*expr.kind {
        ExprKind::Within { value, duration, before, anchor } => Some(open(value, *duration, *before, anchor)),
        ExprKind::If(condition, a, b) => {
            let holds = is_true(answered(condition));
            let then = open_in(a).map(|open| binary(BinaryOp::And, holds.clone(), open));
            let otherwise = open_in(b).map(|open| binary(BinaryOp::And, not(holds), open));
            either(open_in(condition), either(then, otherwise))
        }
        ExprKind::Choose(arms, _) => arms.iter().rev().fold(None, |later, (condition, _)| {
            let later = later.map(|open| binary(BinaryOp::And, not(is_true(answered(condition))), open));
            either(open_in(condition), later)
        }),
        _ => expr.children().into_iter().map(open_in).fold(None, either),
    }
}

fn either(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => Some(binary(BinaryOp::Or, a, b)),
        (a, b) => a.or(b),
    }
}

fn not(condition: Expr) -> Expr {
    expr(ExprKind::Not(condition), Type::Bool)
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

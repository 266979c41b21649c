//! Aggregates as expressions over slots: an average is a sum over a count.

use super::ir::SlotFunction;
use super::rewrite::without_spans;
use crate::check::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, ColumnRef, Expr, ExprKind, Kind, Literal, Repr, Type,
};
use crate::text::Span;
use crate::units::Unit;

/// What a slot counts: the function, its row expressions, the filter, the type.
pub type Count<'a> = dyn FnMut(SlotFunction, Vec<Expr>, Option<Expr>, Type) -> Expr + 'a;

/// An aggregate as an expression over slots.
pub fn decompose(model: &CheckedModel, aggregate: &Aggregate, ty: &Type, slot: &mut Count) -> Expr {
    let filter = aggregate.filter.as_ref().map(without_spans);
    let args: Vec<Expr> = aggregate.args.iter().map(without_spans).collect();
    let mut make = |function, ty: &Type| slot(function, args.clone(), filter.clone(), ty.clone());
    match aggregate.function {
        AggregateFn::Count => or_zero(make(SlotFunction::Count, &count())),
        AggregateFn::CountDistinct => or_zero(make(SlotFunction::CountDistinct, &count())),
        AggregateFn::Sum => or_zero(make(SlotFunction::Sum, ty)),
        AggregateFn::Min => make(SlotFunction::Min, ty),
        AggregateFn::Max => make(SlotFunction::Max, ty),
        AggregateFn::Median => make(SlotFunction::Percentile(0.5), ty),
        AggregateFn::Percentile(p) => make(SlotFunction::Percentile(p), ty),
        AggregateFn::Stddev => make(SlotFunction::Stddev, ty),
        AggregateFn::Correlation => make(SlotFunction::Correlation, ty),
        AggregateFn::TopShare(part) => make(SlotFunction::TopShare(part), ty),
        AggregateFn::First => slot(SlotFunction::First, in_time(model, aggregate, args), filter, ty.clone()),
        AggregateFn::Last => slot(SlotFunction::Last, in_time(model, aggregate, args), filter, ty.clone()),
        AggregateFn::Average => {
            let sum = make(SlotFunction::Sum, &args.first().map_or(Type::Error, |a| a.ty.clone()));
            quotient(sum, make(SlotFunction::Count, &count()), ty)
        }
        AggregateFn::Proportion => {
            let part = and(filter.clone(), args.first().cloned());
            let part = slot(SlotFunction::Count, Vec::new(), part, count());
            quotient(or_zero(part), slot(SlotFunction::Count, Vec::new(), filter, count()), ty)
        }
    }
}

/// The value and its row's `time`, whatever date puts the row into a period.
fn in_time(model: &CheckedModel, aggregate: &Aggregate, mut args: Vec<Expr>) -> Vec<Expr> {
    let source = aggregate.source;
    args.extend(model.source(source).time.as_ref().map(|time| {
        let column = ColumnRef { links: Vec::new(), source, column: time.column };
        // only its order matters, not whether it is a date or an instant
        Expr::new(ExprKind::Column(column), Type::Date, Span::default())
    }));
    args
}

pub fn count() -> Type {
    Type::number(Unit::none(), Kind::Count, Repr::Int)
}

/// `count` and `sum` of nothing are 0.
pub fn or_zero(slot: Expr) -> Expr {
    let scale = match slot.ty.as_number().map(|n| n.repr) {
        Some(Repr::Decimal(scale)) => scale,
        _ => 0,
    };
    let ty = slot.ty.clone();
    let zero = Literal::Number { digits: 0, scale };
    let zero = Expr::new(ExprKind::Literal(zero), ty.clone(), Span::default());
    Expr::new(ExprKind::Binary(BinaryOp::Else, slot, zero), ty, Span::default())
}

pub fn is_zero(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Literal(Literal::Number { digits: 0, .. }))
}

fn quotient(a: Expr, b: Expr, ty: &Type) -> Expr {
    Expr::new(ExprKind::Binary(BinaryOp::Div, a, b), ty.clone(), Span::default())
}

pub fn and(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    let both = |a, b| Expr::new(ExprKind::Binary(BinaryOp::And, a, b), Type::Bool, Span::default());
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

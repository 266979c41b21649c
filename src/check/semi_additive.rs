//! Columns of a rollup by a fixed grain that say how much there is at a moment: they are
//! added up over keys, never over periods.

use super::{Aggregate, problems::SemiAdditive};
use super::{
    AggregateFn, BinaryOp, CheckedModel, ColumnKind, ColumnRef, Expr, ExprKind, RollupPeriod, SourceId,
    SourceKind, Window,
};
use crate::calendar::Grain;
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

/// Whether the aggregate would add moments up when asked at that grain, or by its window.
pub(super) fn problem(
    model: &CheckedModel,
    aggregate: &Aggregate,
    grain: &Grain,
    span: Span,
) -> Option<Diagnostic> {
    let by = fixed_grain(model, aggregate.source)?;
    let one_period = aggregate.window == Window::Period && by == grain;
    if one_period || aggregate.function != AggregateFn::Sum {
        return None;
    }
    let column = aggregate.args.iter().find_map(|arg| moment(model, arg))?;
    let problem = SemiAdditive {
        rollup: model.source(aggregate.source).name.clone(),
        column: model.column(column).name.clone(),
        by: by.to_string(),
        span,
    };
    Some(problem.diagnostic())
}

fn fixed_grain(model: &CheckedModel, source: SourceId) -> Option<&Grain> {
    match &model.source(source).kind {
        SourceKind::Rollup(rollup) => match &rollup.period {
            RollupPeriod::Fixed(grain) => Some(grain),
            _ => None,
        },
        SourceKind::Stored(_) => None,
    }
}

/// The column of a moment that the expression is a sum of, if it is one. What is multiplied
/// by a length of time is a quantity over it: `closing * 1 month`.
fn moment<'m>(model: &'m CheckedModel, expr: &'m Expr) -> Option<&'m ColumnRef> {
    match &*expr.kind {
        ExprKind::Column(column) if column.links.is_empty() && is_moment(model, column) => Some(column),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Else, a, b) => {
            moment(model, a).or_else(|| moment(model, b))
        }
        ExprKind::Binary(BinaryOp::Mul | BinaryOp::Div, a, b) => {
            let plain = |e: &Expr| e.ty.as_number().is_some_and(|n| n.unit.is_none());
            moment(model, a).filter(|_| plain(b))
        }
        ExprKind::Negate(e) | ExprKind::Convert(e, _) | ExprKind::Prior(e, _) => moment(model, e),
        ExprKind::If(_, a, b) => moment(model, a).or_else(|| moment(model, b)),
        _ => None,
    }
}

fn is_moment(model: &CheckedModel, column: &ColumnRef) -> bool {
    match &model.column(column).kind {
        ColumnKind::Aggregated(expr) => is_aggregated_at(expr) || moment(model, expr).is_some(),
        ColumnKind::Computed(expr) => moment(model, expr).is_some(),
        _ => false,
    }
}

fn is_aggregated_at(expr: &Expr) -> bool {
    match &*expr.kind {
        // what a window holds beyond its period, or what is in force, others hold, too
        ExprKind::Aggregate(aggregate) => !matches!(aggregate.window, Window::Period),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Else, a, b) => {
            is_aggregated_at(a) || is_aggregated_at(b)
        }
        ExprKind::Negate(e) | ExprKind::Convert(e, _) | ExprKind::Prior(e, _) => is_aggregated_at(e),
        _ => false,
    }
}

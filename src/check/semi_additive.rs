//! Columns of a rollup by a fixed grain that say how much there is at a moment: they are
//! added up over keys, never over periods.

use super::checker::Checker;
use super::{Aggregate, problems::SemiAdditive};
use super::{
    AggregateFn, BinaryOp, CheckedModel, ColumnKind, ColumnRef, Expr, ExprKind, RollupPeriod, SourceId,
    SourceKind, Window,
};
use crate::calendar::Grain;
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

/// What adds moments up however it is asked: by its window, in a computed column, or in a
/// rollup that has no periods.
pub(super) fn check(checker: &mut Checker<'_>) {
    let model = &checker.out;
    let mut found = Vec::new();
    for source in &model.sources {
        let whole = matches!(&source.kind, SourceKind::Rollup(r) if r.period == RollupPeriod::None);
        for column in &source.columns {
            match &column.kind {
                ColumnKind::Computed(value) => of(model, value, true, &mut found),
                ColumnKind::Aggregated(value) => of(model, value, whole, &mut found),
                _ => {}
            }
        }
        source.measures.iter().for_each(|measure| of(model, &measure.value, false, &mut found));
    }
    model.metrics.iter().for_each(|metric| of(model, &metric.value, false, &mut found));
    for problem in found {
        // of a metric that says at which grain it is asked, it has been said
        let told = |known: &Diagnostic| {
            known.name == problem.name && known.labels.iter().any(|label| label.span == problem.span())
        };
        if !checker.problems.iter().any(told) {
            checker.problems.add(problem);
        }
    }
}

/// `whole`: it sees all periods.
fn of(model: &CheckedModel, expr: &Expr, whole: bool, found: &mut Vec<Diagnostic>) {
    if let ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } = &*expr.kind
        && (whole || aggregate.window != Window::Period)
    {
        found.extend(problem(model, aggregate, None, expr.span));
    }
    expr.children().into_iter().for_each(|child| of(model, child, whole, found));
}

/// Whether the aggregate would add moments up when asked at that grain, or without one, or by
/// its window.
pub(super) fn problem(
    model: &CheckedModel,
    aggregate: &Aggregate,
    grain: Option<&Grain>,
    span: Span,
) -> Option<Diagnostic> {
    let by = fixed_grain(model, aggregate.source)?;
    let one_period = aggregate.window == Window::Period && grain == Some(by);
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
        ColumnKind::Aggregated(expr) => is_aggregated_at(model, expr) || moment(model, expr).is_some(),
        ColumnKind::Computed(expr) => moment(model, expr).is_some(),
        _ => false,
    }
}

fn is_aggregated_at(model: &CheckedModel, expr: &Expr) -> bool {
    match &*expr.kind {
        // what a window holds beyond its period, what is in force, and what has no date, others
        // hold, too
        ExprKind::Aggregate(aggregate) => {
            let undated = aggregate.on.is_none() && !model.source(aggregate.source).follows_the_question();
            aggregate.window != Window::Period || undated
        }
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Else, a, b) => {
            is_aggregated_at(model, a) || is_aggregated_at(model, b)
        }
        ExprKind::Negate(e) | ExprKind::Convert(e, _) | ExprKind::Prior(e, _) => is_aggregated_at(model, e),
        _ => false,
    }
}

//! Columns of a rollup by a fixed grain that say how much there is at a moment: they are
//! added up over keys, never over periods.

use super::checker::Checker;
use super::{Aggregate, problems::SemiAdditive};
use super::{
    AggregateFn, BinaryOp, CheckedModel, ColumnKind, ColumnRef, Expr, ExprKind, Function, Length,
    RollupPeriod, SourceId, SourceKind, Window,
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
    let column = aggregate.args.iter().find_map(|arg| stock(model, arg))?.column?;
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

/// What is there at a moment, or in a window: how much of it the next period holds again.
#[derive(Clone, PartialEq)]
struct Stock<'m> {
    /// What the expression calls it, where it is a column.
    column: Option<&'m ColumnRef>,
    window: &'m Window,
    /// How far it is moved back, from the outside in.
    moved: Vec<Option<&'m Length>>,
}

impl Stock<'_> {
    /// From one moment to another: their difference is what came between, and may be added up.
    fn is_before_or_after(&self, other: &Self) -> bool {
        let ends = |a: &Window, b: &Window| {
            matches!((a, b), (Window::AtEnd, Window::AtStart) | (Window::AtStart, Window::AtEnd))
        };
        self.moved != other.moved || ends(self.window, other.window)
    }
}

/// The stock that the expression is a sum of, if it is one. What is multiplied by a length of
/// time is a quantity over it: `closing * 1 month`.
fn stock<'m>(model: &'m CheckedModel, expr: &'m Expr) -> Option<Stock<'m>> {
    let of = |e: &'m Expr| stock(model, e);
    let plain = |e: &Expr| e.ty.as_number().is_some_and(|n| n.unit.is_none());
    match &*expr.kind {
        // what a window holds beyond its period, what is in force, and what has no date, others
        // hold, too
        ExprKind::Aggregate(aggregate) => {
            let undated = aggregate.on.is_none() && !model.source(aggregate.source).follows_the_question();
            let lasting = aggregate.window != Window::Period || undated;
            lasting.then(|| Stock { column: None, window: &aggregate.window, moved: Vec::new() })
        }
        ExprKind::Column(column) if column.links.is_empty() => match &model.column(column).kind {
            ColumnKind::Aggregated(value) | ColumnKind::Computed(value) => {
                Some(Stock { column: Some(column), ..of(value)? })
            }
            _ => None,
        },
        ExprKind::Binary(BinaryOp::Sub, a, b) => match (of(a), of(b)) {
            (Some(a), Some(b)) if a.is_before_or_after(&b) => None,
            (a, b) => a.or(b),
        },
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Else, a, b) | ExprKind::If(_, a, b) => {
            of(a).or_else(|| of(b))
        }
        ExprKind::Binary(BinaryOp::Mul, a, b) => {
            of(a).filter(|_| plain(b)).or_else(|| of(b).filter(|_| plain(a)))
        }
        ExprKind::Binary(BinaryOp::Div, a, b) => of(a).filter(|_| plain(b)),
        ExprKind::Negate(e) | ExprKind::Convert(e, _) => of(e),
        ExprKind::Prior(e, length) => {
            let mut found = of(e)?;
            found.moved.insert(0, length.as_ref());
            Some(found)
        }
        ExprKind::Call(
            Function::Abs
            | Function::Round
            | Function::Floor
            | Function::Ceil
            | Function::Least
            | Function::Greatest,
            args,
        ) => args.iter().find_map(of),
        _ => None,
    }
}

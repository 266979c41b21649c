//! What one should know of metrics who asks for them with, or without, periods.

use std::collections::BTreeSet;

use super::range::earlier;
use super::undetermined::has_period;
use crate::calendar::{Calendar, Grain, Period};
use crate::check::{
    Aggregate, AggregateFn, CheckedModel, DimensionId, Expr, ExprKind, Length, RollupPeriod, SourceId,
    SourceKind, Window,
};

/// Whether the metric looks at an earlier period: without periods there is none.
pub fn looks_back(model: &CheckedModel, expr: &Expr) -> bool {
    match &*expr.kind {
        ExprKind::Prior(..) => true,
        ExprKind::Metric(id) => looks_back(model, &model.metric(*id).value),
        _ => expr.children().into_iter().any(|child| looks_back(model, child)),
    }
}

/// Periods that are one after the other, and the earlier one that stands for all of them.
pub struct OneEarlier {
    pub first: Period,
    pub last: Period,
    pub earlier: Period,
}

/// Whether the metric compares several of the periods, oldest first, with the same earlier
/// one: the last day of a shorter month, or the last week of a shorter year.
pub fn one_earlier(
    model: &CheckedModel,
    expr: &Expr,
    grain: &Grain,
    periods: &[&Period],
) -> Option<OneEarlier> {
    match &*expr.kind {
        ExprKind::Metric(id) => one_earlier(model, &model.metric(*id).value, grain, periods),
        ExprKind::Prior(_, Some(length @ Length::Months(_))) => {
            shared(&model.calendar(), grain, periods, *length)
        }
        _ => expr.children().into_iter().find_map(|child| one_earlier(model, child, grain, periods)),
    }
}

fn shared(calendar: &Calendar, grain: &Grain, periods: &[&Period], length: Length) -> Option<OneEarlier> {
    let back = |period: &Period| earlier(calendar, grain, period.start, &[Some(length)]);
    let of_one = |pair: &&[&Period]| back(pair[0]).is_some_and(|start| Some(start) == back(pair[1]));
    let first = periods.windows(2).find(of_one)?[0];
    let start = back(first)?;
    let last = periods.iter().rev().find(|period| back(period) == Some(start))?;
    let earlier = calendar.period(grain, start);
    Some(OneEarlier { first: first.clone(), last: (*last).clone(), earlier })
}

/// The sources of the metric whose rows no date puts into periods: all count in each.
pub fn undated(model: &CheckedModel, expr: &Expr, found: &mut BTreeSet<SourceId>) {
    match &*expr.kind {
        ExprKind::Metric(id) => undated(model, &model.metric(*id).value, found),
        ExprKind::Aggregate(aggregate) => {
            let source = model.source(aggregate.source);
            let same = match &source.kind {
                SourceKind::Stored(_) => true,
                SourceKind::Rollup(rollup) => rollup.period == RollupPeriod::None,
            };
            let dated = source.time.is_some() || source.snapshot.is_some() || aggregate.on.is_some();
            let asks = aggregate.args.iter().chain(&aggregate.filter).any(|e| has_period(model, e));
            if same && !dated && !asks && aggregate.window == Window::Period {
                found.insert(aggregate.source);
            }
        }
        _ => expr.children().into_iter().for_each(|child| undated(model, child, found)),
    }
}

/// Whether the metric only counts rows whatever their date, and yet asks for the period: nothing
/// says which period is the first.
pub fn begins_nowhere(model: &CheckedModel, expr: &Expr) -> bool {
    let mut aggregates = Vec::new();
    all_aggregates(model, expr, &mut aggregates);
    let undated = |a: &&Aggregate| {
        let follows = model.source(a.source).follows_the_question();
        a.window == Window::Ever || a.on.is_none() && a.window == Window::Period && !follows
    };
    let asks = |a: &&Aggregate| a.args.iter().chain(&a.filter).any(|e| has_period(model, e));
    aggregates.iter().all(undated) && aggregates.iter().any(asks)
}

fn all_aggregates<'m>(model: &'m CheckedModel, expr: &'m Expr, found: &mut Vec<&'m Aggregate>) {
    match &*expr.kind {
        ExprKind::Metric(id) => all_aggregates(model, &model.metric(*id).value, found),
        ExprKind::Aggregate(aggregate) => found.push(aggregate),
        _ => expr.children().into_iter().for_each(|child| all_aggregates(model, child, found)),
    }
}

/// The rollups of which the metric counts rows of several periods where it is asked so: a key
/// once for each.
pub fn counted_again(
    model: &CheckedModel,
    expr: &Expr,
    asked: Option<&Grain>,
    found: &mut BTreeSet<SourceId>,
) {
    match &*expr.kind {
        ExprKind::Metric(id) => counted_again(model, &model.metric(*id).value, asked, found),
        ExprKind::Aggregate(aggregate) => {
            let several = match &model.source(aggregate.source).kind {
                SourceKind::Rollup(rollup) => match &rollup.period {
                    RollupPeriod::Fixed(by) => asked != Some(by) || aggregate.window != Window::Period,
                    _ => false,
                },
                SourceKind::Stored(_) => false,
            };
            if several && aggregate.function == AggregateFn::Count {
                found.insert(aggregate.source);
            }
        }
        _ => expr.children().into_iter().for_each(|child| counted_again(model, child, asked, found)),
    }
}

/// The dimensions that the metric takes a total over and that are not asked: without one of
/// them the total is the value itself, and a share of it all. None of them: any.
pub fn not_totalled(model: &CheckedModel, expr: &Expr, by: &[DimensionId]) -> Option<Vec<DimensionId>> {
    match &*expr.kind {
        ExprKind::Total(_, Some(over)) if !over.iter().any(|id| by.contains(id)) => Some(over.clone()),
        ExprKind::Total(_, None) if by.is_empty() => Some(Vec::new()),
        ExprKind::Metric(id) => not_totalled(model, &model.metric(*id).value, by),
        _ => expr.children().into_iter().find_map(|child| not_totalled(model, child, by)),
    }
}

//! Whether each metric of a scorecard can be asked as the scorecard says.

use std::collections::BTreeSet;

use super::super::checker::Checker;
use super::super::problems::{
    DimensionLeftOut, Goalless, NoTarget, OutOfPlace, PriorGrain, ScorecardRange, TooManyPrimary,
};
use super::super::{
    Compare, DimensionId, Expr, ExprKind, Length, MetricId, Scorecard, SourceId, Tier, grain, having_problem,
    rank_problem, reach,
};
use super::Read;
use crate::diagnostic::{Diagnostic, Label, Problem};
use crate::syntax::ast::{ScorecardItem, ScorecardItemKind};
use crate::text::Span;

/// That each of its metrics can be asked so.
pub fn check(checker: &mut Checker<'_>, read: &Read<'_>) {
    let card = &read.out;
    let range =
        card.from.and(read.ast.items.iter().find(|i| matches!(i.kind, ScorecardItemKind::From { .. })));
    if let (Some(range), Some(_)) = (range, card.last) {
        checker.report(ScorecardRange::BeginsTwice(range.span));
    }
    let prior = [Compare::PriorPeriod, Compare::PriorYear].iter().any(|prior| card.compare.contains(prior));
    let compare = read.ast.items.iter().find(|i| matches!(i.kind, ScorecardItemKind::Compare(_)));
    if let (true, None, Some(compare)) = (prior, &card.every, compare) {
        let (what, place) = ("`compare prior …`".to_string(), "in a scorecard without periods");
        let help = "say which it shows, for example `every month last 12`".to_string();
        checker.report(OutOfPlace { what, place, span: compare.span, help, fix: None });
    }
    if let Some(compare) = compare {
        goals(checker, card, compare);
    }
    for filter in card.filter.iter().chain(&card.having) {
        mark_parameters(checker, filter);
    }
    let mut filtered = Vec::new();
    card.filter.iter().for_each(|filter| dimensions(filter, &mut filtered));
    for (&id, &place) in card.metrics.iter().zip(&read.places) {
        check_metric(checker, read, id, place, &filtered);
    }
    let problem = card.having.as_ref().and_then(|having| having_problem(&checker.out, having, &card.by));
    let problem = problem.or_else(|| {
        let having = card.having.as_ref().filter(|_| card.by.is_empty())?;
        let help = "say by which dimensions, `by region`, or put it into a threshold: `warn when …`";
        let (what, place) = ("`having`".to_string(), "in a scorecard without members to choose from");
        let problem = OutOfPlace { what, place, span: having.span, help: help.to_string(), fix: None };
        Some(problem.diagnostic())
    });
    problem.into_iter().for_each(|problem| checker.problems.add(problem));
    let mut having = BTreeSet::new();
    card.having.iter().for_each(|filter| metrics(filter, &mut having));
    for id in having.into_iter().filter(|id| !card.metrics.contains(id)) {
        check_metric(checker, read, id, card.name_span, &filtered);
    }
}

/// That what its metrics are compared with is there for one of them.
fn goals(checker: &mut Checker<'_>, card: &Scorecard, item: &ScorecardItem) {
    let ScorecardItemKind::Compare(words) = &item.kind else { return };
    let thresholds = |id: &MetricId| &checker.out.metric(*id).thresholds;
    let target = card.metrics.iter().any(|id| thresholds(id).target.is_some());
    let benchmark = card.metrics.iter().any(|id| thresholds(id).benchmark.is_some());
    for (word, has) in [("target", target), ("benchmark", benchmark)] {
        let said = words.iter().find(|said| said.name == word);
        if let Some(said) = said.filter(|_| !has && !card.metrics.is_empty()) {
            let (of, goal) = (Goalless::Scorecard(card.name.clone()), word.to_string());
            checker.report(NoTarget { of, goal, span: said.span });
        }
    }
}

fn check_metric(
    checker: &mut Checker<'_>,
    read: &Read<'_>,
    id: MetricId,
    place: Span,
    filtered: &[DimensionId],
) {
    let card = &read.out;
    if let Some(every) = &card.every {
        if let Some(problem) = grain::grain_problem(&checker.out, id, every) {
            return report(checker, card, problem, place);
        }
        if card.compare.contains(&Compare::PriorYear) && !grain::shifts(Length::Months(12), every) {
            let metric = checker.out.metric(id).name.clone();
            return checker.report(PriorGrain {
                metric,
                length: Length::Months(12),
                asked: every.to_string(),
                span: place,
            });
        }
    }
    if let Some(problem) = rank_problem(&checker.out, &checker.out.metric(id).value, &card.by) {
        return report(checker, card, problem, place);
    }
    for (dimension, span) in card.by.iter().zip(&read.by) {
        let left_out = |by: &Vec<DimensionId>| !by.contains(dimension);
        if checker.out.metric(id).attributes.by.as_ref().is_some_and(left_out) {
            let metric = checker.out.metric(id).name.clone();
            let dimension = checker.out.dimension(*dimension).name.clone();
            checker.report(DimensionLeftOut { metric, dimension, span: *span });
            continue;
        }
        let mut sources = reach::sources_for(&checker.out, id, *dimension);
        for expr in compared(checker, card, id) {
            reach::collect(&checker.out, &expr, *dimension, &mut sources);
        }
        check_reach(checker, card, *dimension, sources, place);
    }
    for dimension in filtered.iter().filter(|d| !card.by.contains(d)) {
        let sources = reach::sources_for(&checker.out, id, *dimension);
        check_reach(checker, card, *dimension, sources, place);
    }
}

/// What is computed beside the metric.
fn compared(checker: &Checker<'_>, card: &Scorecard, id: MetricId) -> Vec<Expr> {
    let thresholds = &checker.out.metric(id).thresholds;
    let target = thresholds.target.iter().filter(|_| card.compare.contains(&Compare::Target));
    let benchmark = thresholds.benchmark.iter().filter(|_| card.compare.contains(&Compare::Benchmark));
    target.chain(benchmark).cloned().collect()
}

fn check_reach(
    checker: &mut Checker<'_>,
    card: &Scorecard,
    dimension: DimensionId,
    sources: BTreeSet<SourceId>,
    place: Span,
) {
    if checker.out.dimension(dimension).values.is_empty() {
        return;
    }
    for source in sources {
        if let Err(problem) = checker.slice(source, dimension) {
            report(checker, card, problem, place);
        }
    }
}

/// The message says why; it stands at the metric that the scorecard names.
fn report(checker: &mut Checker<'_>, card: &Scorecard, mut problem: Diagnostic, place: Span) {
    let text = format!("asked so by the scorecard `{}`", card.name);
    problem.labels.insert(0, Label { span: place, text });
    checker.problems.add(problem);
}

fn dimensions(expr: &Expr, found: &mut Vec<DimensionId>) {
    match &*expr.kind {
        ExprKind::Dimension(id) if !found.contains(id) => found.push(*id),
        _ => expr.children().into_iter().for_each(|child| dimensions(child, found)),
    }
}

fn metrics(expr: &Expr, found: &mut BTreeSet<MetricId>) {
    match &*expr.kind {
        ExprKind::Metric(id) => {
            found.insert(*id);
        }
        _ => expr.children().into_iter().for_each(|child| metrics(child, found)),
    }
}

/// What executives look at is a handful.
pub fn lint(checker: &mut Checker<'_>, read: &Read<'_>) {
    const MOST: usize = 5;
    let card = &read.out;
    let executive = |word: &str| word == "executive" || word == "executives";
    if !executive(&card.name) && !card.roles.iter().any(|role| executive(role)) {
        return;
    }
    let primary = |id: &&MetricId| checker.out.metric(**id).attributes.tier == Some(Tier::Primary);
    let number = card.metrics.iter().filter(primary).count();
    if number > MOST {
        let (name, span) = (card.name.clone(), card.name_span);
        checker.report(TooManyPrimary { name, number, most: MOST, span });
    }
}

/// A parameter that only a scorecard names is of use.
fn mark_parameters(checker: &mut Checker<'_>, expr: &Expr) {
    if let ExprKind::Parameter(id) = &*expr.kind {
        checker.used.parameters.insert(*id);
    }
    expr.children().into_iter().for_each(|child| mark_parameters(checker, child));
}

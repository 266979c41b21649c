//! Whether the metric can be judged as its rules say: every dimension reached, every period
//! known.

use std::collections::BTreeSet;

use super::super::checker::Checker;
use super::super::grain::{expression_problem, grain_problem};
use super::super::problems::{DimensionLeftOut, RuleWithoutGrain};
use super::super::{DimensionId, Expr, ExprKind, MetricId, SourceId, rank_problem, reach};
use super::{Item, Rule, Test, Thresholds};
use crate::diagnostic::{Label, Problem};
use crate::syntax::ast::{AttributeKind, Threshold};
use crate::text::Span;

pub fn check(checker: &mut Checker<'_>, id: MetricId, thresholds: &Thresholds, items: &[Item<'_>]) {
    let targets = thresholds.targets.iter().map(|target| (&target.pins, target.span));
    let benchmarks = thresholds.benchmarks.iter().map(|benchmark| (&benchmark.pins, benchmark.span));
    for (pins, span) in targets.chain(benchmarks) {
        pins.iter().for_each(|pin| check_dimension(checker, id, pin.dimension, span, &[]));
    }
    let asts = items.iter().filter_map(|item| match &item.attribute.kind {
        AttributeKind::Threshold(ast) => Some(&**ast),
        _ => None,
    });
    for (rule, ast) in thresholds.rules.iter().zip(asts) {
        let mut exprs = exprs(rule);
        exprs.extend(&thresholds.only_when);
        let by = rule.by.iter().map(|id| (*id, by_span(checker, ast, *id).unwrap_or(rule.span)));
        let pinned = rule.pins.iter().filter(|pin| !rule.by.contains(&pin.dimension));
        let pinned = pinned.map(|pin| (pin.dimension, ast.filter.as_ref().map_or(rule.span, |f| f.span)));
        for (dimension, span) in by.chain(pinned).collect::<Vec<_>>() {
            check_dimension(checker, id, dimension, span, &exprs);
        }
        check_ranks(checker, id, rule);
        check_grain(checker, id, rule, &exprs);
    }
}

fn exprs(rule: &Rule) -> Vec<&Expr> {
    let mut all = test_exprs(&rule.test);
    all.extend(rule.clear.iter().flat_map(|clear| test_exprs(&clear.test)));
    all
}

fn test_exprs(test: &Test) -> Vec<&Expr> {
    match test {
        Test::Below(a) | Test::Above(a) | Test::When(a) => vec![a],
        Test::Outside(a, b) => vec![a, b],
        Test::Deviation { .. } => Vec::new(),
    }
}

fn by_span(checker: &Checker<'_>, ast: &Threshold, id: DimensionId) -> Option<Span> {
    let name = &checker.out.dimension(id).name;
    ast.by.iter().find(|ident| ident.name == *name).map(|ident| ident.span)
}

/// That everything that is read for the rule reaches the dimension.
fn check_dimension(
    checker: &mut Checker<'_>,
    id: MetricId,
    dimension: DimensionId,
    span: Span,
    exprs: &[&Expr],
) {
    let metric = checker.out.metric(id);
    let name = metric.name.clone();
    if metric.attributes.by.as_ref().is_some_and(|by| !by.contains(&dimension)) {
        let dimension = checker.out.dimension(dimension).name.clone();
        return checker.report(DimensionLeftOut { metric: name, dimension, span });
    }
    if checker.out.dimension(dimension).values.is_empty() {
        return;
    }
    let mut sources: BTreeSet<SourceId> = reach::sources_for(&checker.out, id, dimension);
    for expr in exprs {
        reach::collect(&checker.out, expr, dimension, &mut sources);
    }
    for source in sources {
        if let Err(mut problem) = checker.slice(source, dimension) {
            problem.labels.insert(0, Label { span, text: format!("`{name}` is judged so") });
            checker.problems.add(problem);
        }
    }
}

/// That a place is judged among the members that it is one of.
fn check_ranks(checker: &mut Checker<'_>, id: MetricId, rule: &Rule) {
    let by: Vec<DimensionId> =
        rule.by.iter().copied().chain(rule.pins.iter().map(|pin| pin.dimension)).collect();
    let metric = checker.out.metric(id);
    if let Some(mut problem) = rank_problem(&checker.out, &metric.value, &by) {
        problem.labels.insert(0, Label { span: rule.span, text: format!("`{}` is judged so", metric.name) });
        checker.problems.add(problem);
    }
}

/// That the periods of the metric are known where they are counted or gone back to.
fn check_grain(checker: &mut Checker<'_>, id: MetricId, rule: &Rule, exprs: &[&Expr]) {
    let metric = checker.out.metric(id);
    match metric.attributes.every.clone() {
        // what is wrong with the metric itself has been said
        Some(every) if grain_problem(&checker.out, id, &every).is_some() => {}
        Some(every) => {
            let of = |expr: &&Expr| expression_problem(&checker.out, metric.name.clone(), expr, &every);
            let problem = exprs.iter().find_map(of);
            problem.into_iter().for_each(|problem| checker.problems.add(problem));
        }
        None => {
            let counts = rule.for_periods > 1 || rule.clear.as_ref().is_some_and(|c| c.for_periods > 1);
            let why = match &rule.test {
                Test::Deviation { .. } => "looks back on earlier periods",
                _ if exprs.iter().any(|expr| looks_back(expr)) => "looks back on an earlier period",
                _ if counts => "counts periods",
                _ => return,
            };
            let metric = metric.name.clone();
            checker.problems.add(RuleWithoutGrain { metric, why, span: rule.span }.diagnostic());
        }
    }
}

fn looks_back(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Prior(..)) || expr.children().into_iter().any(looks_back)
}

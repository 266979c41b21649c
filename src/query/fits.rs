//! Whether something can be asked at a grain, by dimensions and with a filter: whether the
//! sources that it reads reach them.

use std::collections::BTreeSet;

use super::ask::Request;
use crate::check::{self, CheckedModel, DimensionId, Expectation, Expr, ExprKind, MetricId, SourceId};
use crate::diagnostic::{Diagnostic, Problems};

/// Why the metric cannot be asked at the grain, by the dimensions, or with the filter.
pub fn misfits(model: &CheckedModel, id: MetricId, request: &Request) -> Vec<Diagnostic> {
    let grain = match &request.grain {
        Some(grain) => check::grain_problem(model, id, grain),
        None => check::whole_problem(model, id),
    };
    let mut problems: Vec<Diagnostic> = grain.into_iter().collect();
    let value = &model.metric(id).value;
    problems.extend(check::rank_problem(model, value, &request.by));
    problems.extend(check::left_out(model, id, &request.by));
    problems.extend(out_of_reach(model, value, request));
    problems.extend(like_the_period(model, id, request));
    problems.dedup();
    // the places are in the project's files, which are not those of the ask
    problems.iter_mut().for_each(|p| p.labels.clear());
    problems
}

/// Two columns of one name: `month` by month.
fn like_the_period(model: &CheckedModel, id: MetricId, request: &Request) -> Option<Diagnostic> {
    let grain = request.grain.as_ref()?.to_string();
    let dimension = request.by.iter().any(|by| model.dimension(*by).name == grain);
    let (what, help) = if dimension {
        (
            "the dimension",
            format!("leave out the dimension: the period says it; or call it otherwise, `by_{grain}`"),
        )
    } else if model.metric(id).name == grain {
        ("the metric", "ask it at another grain, or call it otherwise".to_string())
    } else {
        return None;
    };
    let message = format!("the period and {what} would both be the column `{grain}`");
    Some(Diagnostic::error("duplicate-name", message).help(help))
}

/// What tests ask that cannot be asked, each at its question. The model has no errors.
pub fn misasked(model: &CheckedModel) -> Problems {
    let mut problems = Problems::default();
    for test in &model.tests {
        for expectation in &test.expect {
            let Expectation::Values(values) = expectation else { continue };
            let request = Request::of(&values.question, test.as_of);
            let is_given = |id: &MetricId| test.given_values.iter().any(|given| given.metric == *id);
            let computed = request.metrics.iter().filter(|id| !is_given(id));
            let mut found: Vec<Diagnostic> = computed.flat_map(|id| misfits(model, *id, &request)).collect();
            let having = request.having.as_ref();
            found.extend(having.and_then(|having| check::having_problem(model, having, &request.by)));
            found.dedup();
            found.into_iter().for_each(|problem| problems.add(problem.label(values.question.span, "")));
        }
    }
    problems
}

/// Whether an expression over metrics and aggregates can be asked like this.
pub fn fits(model: &CheckedModel, expr: &Expr, request: &Request) -> bool {
    let grain = check::grain::fits(model, expr, request.grain.as_ref());
    let ranks = check::rank_problem(model, expr, &request.by).is_none();
    grain && ranks && out_of_reach(model, expr, request).is_empty()
}

fn out_of_reach(model: &CheckedModel, expr: &Expr, request: &Request) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut filtered = Vec::new();
    request.filter.iter().for_each(|f| dimensions_of(f, &mut filtered));
    let mut reads = Reads::new();
    reads_of(model, expr, &Some(Vec::new()), &mut reads);
    for (source, without) in reads {
        // what is taken without a dimension need not reach it, unless the rows are filtered by it
        let cut = |d: &&DimensionId| without.as_ref().is_some_and(|w| !w.contains(d));
        let asked: BTreeSet<_> = request.by.iter().filter(cut).chain(&filtered).collect();
        for dimension in asked {
            problems.extend(check::reach::slice(model, source, *dimension).err());
        }
    }
    problems
}

/// Sources, each with the dimensions that it is taken without; `None`: without all.
type Reads = BTreeSet<(SourceId, Option<Vec<DimensionId>>)>;

fn reads_of(model: &CheckedModel, expr: &Expr, without: &Option<Vec<DimensionId>>, found: &mut Reads) {
    match &*expr.kind {
        ExprKind::Aggregate(aggregate) => {
            found.insert((aggregate.source, without.clone()));
        }
        ExprKind::Metric(id) => reads_of(model, &model.metric(*id).value, without, found),
        ExprKind::Total(inner, over) => {
            let without = match (without, over) {
                (Some(without), Some(over)) => Some(without.iter().chain(over).copied().collect()),
                _ => None,
            };
            reads_of(model, inner, &without, found);
        }
        _ => expr.children().into_iter().for_each(|child| reads_of(model, child, without, found)),
    }
}

fn dimensions_of(expr: &Expr, found: &mut Vec<DimensionId>) {
    if let ExprKind::Dimension(id) = &*expr.kind
        && !found.contains(id)
    {
        found.push(*id);
    }
    expr.children().into_iter().for_each(|child| dimensions_of(child, found));
}

//! `--coverage`: the metrics that no test asks for, and the conditions that were never
//! true, or never anything else, for any row that the tests give.

use std::sync::Arc;

use super::mutate::asked;
use super::walk::visit;
use crate::check::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, Expr, ExprKind, Kind, Metric, MetricId, Repr, SourceId,
    TestCase, Type, Window,
};
use crate::engine::{self, Bindings, Session};
use crate::query::{self, Request};
use crate::table::Value;
use crate::text::Span;
use crate::units::Unit;

#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// All metrics that are no drafts.
    pub metrics: usize,
    pub untested: Vec<(String, Span)>,
    pub conditions: usize,
    pub gaps: Vec<Gap>,
}

/// A condition that tests do not look at from both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub condition: String,
    pub span: Span,
    pub never: Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    True,
    False,
    /// No row was given that it could be asked of.
    Asked,
}

/// A condition over the rows of a source.
struct Condition {
    source: SourceId,
    expr: Expr,
    seen_true: bool,
    seen_false: bool,
}

pub fn coverage(model: &CheckedModel, tests: &[Arc<TestCase>]) -> Result<Coverage, engine::Error> {
    let model = &query::hoist(model);
    let mut conditions = conditions(model, &asked(tests));
    engine::with_session(|session| {
        for test in tests {
            look(session, model, test, &mut conditions);
        }
    })?;
    let tested = asked(tests);
    let all = || model.metrics.iter().enumerate().filter(|(_, metric)| !metric.attributes.draft);
    let untested = all().filter(|(at, _)| !tested.contains(&MetricId(*at as u32)));
    let name = |metric: &Metric| match metric.current {
        true => metric.name.clone(),
        false => format!("{}.v{}", metric.name, metric.version),
    };
    Ok(Coverage {
        metrics: all().count(),
        untested: untested.map(|(_, metric)| (name(metric), metric.name_span)).collect(),
        conditions: conditions.len(),
        gaps: conditions.iter().filter_map(|condition| gap(model, condition)).collect(),
    })
}

fn gap(model: &CheckedModel, condition: &Condition) -> Option<Gap> {
    let never = match (condition.seen_true, condition.seen_false) {
        (true, true) => return None,
        (false, true) => Never::True,
        (true, false) => Never::False,
        (false, false) => Never::Asked,
    };
    let text = crate::check::expression(model, &condition.expr).to_string();
    Some(Gap { condition: text, span: condition.expr.span, never })
}

// ---------------------------------------------------------------- what there is to look at

/// The conditions of filters, each part that `and` joins by itself, in the order of their places.
fn conditions(model: &CheckedModel, metrics: &[MetricId]) -> Vec<Condition> {
    let mut found: Vec<Condition> = Vec::new();
    visit(model, metrics, &mut |expr| {
        if let ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } = &*expr.kind {
            let part =
                (aggregate.function == AggregateFn::Proportion).then(|| aggregate.args.first()).flatten();
            part.into_iter().chain(&aggregate.filter).for_each(|e| add(&mut found, aggregate.source, e));
        }
    });
    found.sort_by_key(|condition| condition.expr.span);
    found
}

fn add(found: &mut Vec<Condition>, source: SourceId, expr: &Expr) {
    if let ExprKind::Binary(BinaryOp::And, left, right) = &*expr.kind {
        add(found, source, left);
        return add(found, source, right);
    }
    let known = |other: &Condition| other.source == source && other.expr.span == expr.span;
    if !of_period(expr) && !found.iter().any(known) {
        found.push(Condition { source, expr: expr.clone(), seen_true: false, seen_false: false });
    }
}

/// Whether it depends on the period: then rows alone do not answer it.
fn of_period(expr: &Expr) -> bool {
    let own = matches!(
        &*expr.kind,
        ExprKind::Placed(..) | ExprKind::PeriodStart | ExprKind::PeriodEnd | ExprKind::PeriodLength
    );
    own || expr.children().into_iter().any(of_period)
}

// ---------------------------------------------------------------- looking

/// Counts the rows that a test gives, and those for which each condition is true.
fn look(session: &Session, model: &CheckedModel, test: &Arc<TestCase>, conditions: &mut [Condition]) {
    let own = asked(std::slice::from_ref(test));
    let reached = self::conditions(model, &own);
    let mut asking = model.clone();
    let mut metrics = Vec::new();
    let mut places = Vec::new();
    for (at, condition) in conditions.iter().enumerate() {
        let given = test.given.iter().any(|given| given.source == condition.source);
        let known =
            |other: &Condition| other.source == condition.source && other.expr.span == condition.expr.span;
        if given && reached.iter().any(known) {
            places.push(at);
            metrics.push(count(&mut asking, condition.source, Some(condition.expr.clone())));
            metrics.push(count(&mut asking, condition.source, None));
        }
    }
    if metrics.is_empty() {
        return;
    }
    let request = Request { metrics, as_of: test.as_of, ..Request::default() };
    let bindings = Bindings { given: Some(Arc::clone(test)), ..Bindings::default() };
    let Ok(table) = session.answer(&asking, request, &bindings) else { return };
    let Some(row) = table.rows.first() else { return };
    for (counts, at) in row.values.chunks(2).zip(places) {
        if let [Value::Int(yes), Value::Int(all)] = counts {
            conditions[at].seen_true |= *yes > 0;
            conditions[at].seen_false |= yes < all;
        }
    }
}

/// A metric that counts the rows of a source.
fn count(model: &mut CheckedModel, source: SourceId, filter: Option<Expr>) -> MetricId {
    let function = AggregateFn::Count;
    let aggregate = Aggregate {
        source,
        function,
        args: Vec::new(),
        window: Window::Ever,
        on: None,
        filter,
        mature: None,
    };
    let ty = Type::number(Unit::none(), Kind::Count, Repr::Int);
    let span = model.source(source).span;
    let value = Expr::new(ExprKind::Aggregate(Box::new(aggregate)), ty, span);
    let id = MetricId(model.metrics.len() as u32);
    let name = format!("rows {}", model.metrics.len());
    if let Some(like) = model.metrics.first().cloned() {
        model.metrics.push(Metric { name, value, sources: vec![source], current: true, ..like });
    }
    id
}

//! `--coverage`: the metrics that no test asks for, the conditions that were never true, or
//! never anything else, for any row that the tests give or for any value that comes of them,
//! and the rules that were never broken, or never kept, in any state that they ask for.

use std::sync::Arc;

use super::mutate::asked;
use super::mutate_rules::judged;
use super::results;
use super::run::judged_in;
use super::walk::{Over, visit, visit_thresholds};
use crate::check::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, Expectation, Expr, ExprKind, Kind, Metric, MetricId,
    Repr, SourceId, TestCase, Type, Window,
};
use crate::engine::{self, Bindings, Session};
use crate::query::{self, Request};
use crate::table::Value;
use crate::text::{Sources, Span};
use crate::threshold::Verdict;
use crate::units::Unit;

#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// All metrics that are no drafts.
    pub metrics: usize,
    pub untested: Vec<(String, Span)>,
    pub conditions: usize,
    pub gaps: Vec<Gap>,
    /// The rules of the metrics that tests ask for.
    pub rules: usize,
    pub rule_gaps: Vec<Gap>,
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

/// A condition over the rows of a source, or over what is computed (`only when`).
pub struct Condition {
    pub source: Option<SourceId>,
    pub expr: Expr,
    pub seen_true: bool,
    pub seen_false: bool,
}

impl Condition {
    pub fn is(&self, other: &Condition) -> bool {
        self.source == other.source && self.expr.span == other.expr.span
    }
}

/// A rule of a metric, by its number.
struct SeenRule {
    metric: MetricId,
    rule: usize,
    broken: bool,
    kept: bool,
}

pub fn coverage(
    model: &CheckedModel,
    sources: &Sources,
    tests: &[Arc<TestCase>],
) -> Result<Coverage, engine::Error> {
    let model = &query::hoist(model);
    let tested = asked(tests);
    let mut conditions = conditions(model, &tested, &judged(tests));
    let mut rules = rules(model, &tested);
    engine::with_session(|session| {
        for test in tests {
            look(session, model, test, &mut conditions);
            results::look(session, model, test, &mut conditions);
            look_at_rules(session, model, sources, test, &mut rules);
        }
    })?;
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
        rules: rules.len(),
        rule_gaps: rules.iter().filter_map(|rule| rule_gap(model, rule)).collect(),
    })
}

fn rule_gap(model: &CheckedModel, seen: &SeenRule) -> Option<Gap> {
    let rule = &model.metric(seen.metric).thresholds.rules[seen.rule];
    let condition = format!("{} {}", rule.severity.name(), rule.text);
    Some(Gap { condition, span: rule.span, never: never(seen.broken, seen.kept)? })
}

fn never(seen_true: bool, seen_false: bool) -> Option<Never> {
    match (seen_true, seen_false) {
        (true, true) => None,
        (false, true) => Some(Never::True),
        (true, false) => Some(Never::False),
        (false, false) => Some(Never::Asked),
    }
}

fn gap(model: &CheckedModel, condition: &Condition) -> Option<Gap> {
    let never = never(condition.seen_true, condition.seen_false)?;
    let text = crate::check::expression(model, &condition.expr).to_string();
    Some(Gap { condition: text, span: condition.expr.span, never })
}

// ---------------------------------------------------------------- what there is to look at

/// The conditions of filters, and those that choose between values (`if`, `choose`), of
/// those metrics; those that the thresholds of the others are made of. Each part that `and`
/// joins by itself, in the order of their places.
pub fn conditions(model: &CheckedModel, metrics: &[MetricId], judged: &[MetricId]) -> Vec<Condition> {
    let mut found: Vec<Condition> = Vec::new();
    let mut see = |expr: &Expr, over: Over| {
        let source = match over {
            Over::Rows(source) => Some(source),
            Over::Results => None,
            // has no value in what is asked
            Over::Keys if matches!(*expr.kind, ExprKind::If(..) | ExprKind::Choose(..)) => return,
            Over::Keys => None,
        };
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } => {
                let proportion = aggregate.function == AggregateFn::Proportion;
                let part = proportion.then(|| aggregate.args.first()).flatten();
                let all = part.into_iter().chain(&aggregate.filter);
                all.for_each(|e| add(&mut found, Some(aggregate.source), e));
            }
            ExprKind::If(condition, ..) => add(&mut found, source, condition),
            ExprKind::Choose(arms, _) => {
                arms.iter().for_each(|(condition, _)| add(&mut found, source, condition));
            }
            _ => {}
        }
    };
    visit(model, metrics, &mut see);
    visit_thresholds(model, judged, &mut see);
    for metric in judged {
        let thresholds = &model.metric(*metric).thresholds;
        // `when` is a rule, and seen as one
        thresholds.only_when.iter().for_each(|enough| add(&mut found, None, enough));
    }
    found.sort_by_key(|condition| condition.expr.span);
    found
}

fn add(found: &mut Vec<Condition>, source: Option<SourceId>, expr: &Expr) {
    if let ExprKind::Binary(BinaryOp::And, left, right) = &*expr.kind {
        add(found, source, left);
        return add(found, source, right);
    }
    let condition = Condition { source, expr: expr.clone(), seen_true: false, seen_false: false };
    // rows alone do not answer what depends on the period
    let answered = source.is_none() || !of_period(expr);
    if answered && !found.iter().any(|other| other.is(&condition)) {
        found.push(condition);
    }
}

/// Whether it depends on the period.
fn of_period(expr: &Expr) -> bool {
    let own = matches!(
        &*expr.kind,
        ExprKind::Placed(..) | ExprKind::PeriodStart | ExprKind::PeriodEnd | ExprKind::PeriodLength
    );
    own || expr.children().into_iter().any(of_period)
}

fn rules(model: &CheckedModel, metrics: &[MetricId]) -> Vec<SeenRule> {
    let of = |metric: &MetricId| {
        let metric = *metric;
        let rules = 0..model.metric(metric).thresholds.rules.len();
        rules.map(move |rule| SeenRule { metric, rule, broken: false, kept: false })
    };
    metrics.iter().flat_map(of).collect()
}

// ---------------------------------------------------------------- looking

/// Which rules a test's states are broken and kept in, in any period and for any member.
fn look_at_rules(
    session: &Session,
    model: &CheckedModel,
    sources: &Sources,
    test: &Arc<TestCase>,
    rules: &mut [SeenRule],
) {
    let mut metrics: Vec<MetricId> = test
        .expect
        .iter()
        .filter_map(|e| match e {
            Expectation::State(state) => Some(state.metric),
            Expectation::Values(_) => None,
        })
        .collect();
    metrics.dedup();
    for metric in metrics {
        let Ok(judged) = judged_in(session, model, sources, test, metric) else { continue };
        for seen in rules.iter_mut().filter(|seen| seen.metric == metric) {
            let rule = &model.metric(metric).thresholds.rules[seen.rule];
            let own = judged.iter().filter(|j| j.rule.severity == rule.severity && j.rule.text == rule.text);
            for moment in own.flat_map(|judgement| judgement.history.iter()) {
                seen.broken |= matches!(moment.verdict, Verdict::Warn | Verdict::Critical);
                seen.kept |= moment.verdict == Verdict::Ok;
            }
        }
    }
}

/// Counts the rows that a test gives, and those for which each condition is true.
fn look(session: &Session, model: &CheckedModel, test: &Arc<TestCase>, conditions: &mut [Condition]) {
    let own = std::slice::from_ref(test);
    let reached = self::conditions(model, &asked(own), &judged(own));
    let mut asking = model.clone();
    let mut metrics = Vec::new();
    let mut places = Vec::new();
    for (at, condition) in conditions.iter().enumerate() {
        let Some(source) = condition.source else { continue };
        let given = test.given.iter().any(|given| given.source == source);
        if given && reached.iter().any(|other| other.is(condition)) {
            places.push(at);
            metrics.push(count(&mut asking, source, Some(condition.expr.clone())));
            metrics.push(count(&mut asking, source, None));
        }
    }
    if metrics.is_empty() {
        return;
    }
    let request = Request { metrics, as_of: test.as_of, ..Request::default() };
    let bindings = Bindings { given: Some(Arc::clone(test)), ..Bindings::default() };
    let Ok(table) = session.over(&asking, &bindings).answer(request) else { return };
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
        via: None,
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

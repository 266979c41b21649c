//! `expect critical win_rate in 2026-01`: thresholds replayed over what a test gives.

use crate::calendar::Grain;
use crate::check::{
    BinaryOp, CheckedModel, ExpectedState, Expr, ExprKind, GivenValues, Literal, MetricId, Severity,
    TestCase, Type,
};
use crate::engine::{self, SameRows};
use crate::report::shown;
use crate::text::Sources;
use crate::threshold::{self, Answers, Card, Judgement, Member, Moment, Teller, Verdict};

/// What is not as it should be, by what comes of the rules of the metric.
pub fn wrong(model: &CheckedModel, state: &ExpectedState, judged: &[Judgement]) -> Option<String> {
    let metric = model.metric(state.metric);
    let severity = if state.critical { Severity::Critical } else { Severity::Warn };
    if !metric.thresholds.rules.iter().any(|rule| rule.severity == severity) {
        return Some(format!("`{}` has no {} rule", metric.name, severity.name()));
    }
    let wanted = |judgement: &&Judgement| {
        judgement.rule.severity == severity && is_of(model, state.filter.as_ref(), &judgement.member)
    };
    let judged: Vec<&Judgement> = judged.iter().filter(wanted).collect();
    verdict(model, state, severity, &judged)
}

/// What comes of all rules of the metric. The model has the values that are given put in.
pub fn judged(
    over: &SameRows,
    model: &CheckedModel,
    sources: &Sources,
    test: &TestCase,
    id: MetricId,
) -> Result<Vec<Judgement>, engine::Failure> {
    let card = Card { metrics: vec![id], every: grain(model, &test.given_values, id), ..Card::default() };
    let plan = threshold::plan(model, vec![card], test.as_of);
    let computed = over.compute(&plan.requests)?;
    let stale = threshold::stale(model, &computed.examined);
    let teller = Teller { model, sources, flags: "" };
    let answers = Answers { model, plan: &plan, dense: &computed.dense, stale: &stale };
    let cards = threshold::scorecards(&answers, &teller);
    Ok(cards.into_iter().flat_map(|card| card.metrics).flat_map(|metric| metric.judgements).collect())
}

/// The grain of the values that are given of the metric, or its own.
pub fn grain(model: &CheckedModel, given: &[GivenValues], id: MetricId) -> Option<Grain> {
    let values = given.iter().find(|values| values.metric == id);
    values.and_then(|values| values.grain.clone()).or_else(|| model.metric(id).attributes.every.clone())
}

/// Why the expectation does not hold, if it does not.
fn verdict(
    model: &CheckedModel,
    state: &ExpectedState,
    severity: Severity,
    judged: &[&Judgement],
) -> Option<String> {
    let metric = model.metric(state.metric);
    let (name, word) = (&metric.name, severity.name());
    let asked = |moment: &Moment| {
        let label = moment.period.map(|period| &*period.label);
        state.period.as_deref().is_none_or(|period| label == Some(period))
    };
    let moments = || judged.iter().flat_map(|j| j.history.iter().filter(asked).map(move |m| (*j, m)));
    let place = state.period.as_ref().map(|period| format!(" in {period}")).unwrap_or_default();
    if moments().next().is_none() {
        return Some(format!("`{name}` is not judged{place}"));
    }
    let fires = |moment: &Moment| matches!(moment.verdict, Verdict::Warn | Verdict::Critical);
    let fired = moments().find(|(_, moment)| fires(moment));
    let told = |(judgement, moment): (&Judgement, Moment)| {
        let period = moment.period.map(|period| format!(" in {}", period.label)).unwrap_or_default();
        format!("`{}`{period}, where it is {}", judgement.rule.text, shown(moment.value, &metric.show))
    };
    match (state.no, fired) {
        (false, None) => {
            let all: Vec<String> = moments().map(told).collect();
            let newest = all.last().cloned().unwrap_or_default();
            Some(format!("`{name}` breaks no {word} rule{place}, not even {newest}"))
        }
        (true, Some(fired)) => Some(format!("`{name}` breaks {}", told(fired))),
        _ => None,
    }
}

/// Whether the filter names that member; without one it is the whole.
fn is_of(model: &CheckedModel, filter: Option<&Expr>, member: &[Member]) -> bool {
    let Some(filter) = filter else { return member.is_empty() };
    !member.is_empty() && holds(model, filter, member)
}

/// A condition over dimensions, of one member.
fn holds(model: &CheckedModel, filter: &Expr, member: &[Member]) -> bool {
    let is = |dimension: &Expr, value: &Expr| -> bool {
        let (ExprKind::Dimension(id), ExprKind::Literal(literal)) = (&*dimension.kind, &*value.kind) else {
            return false;
        };
        let of = model.dimension(*id);
        let show = crate::check::Show { style: crate::check::Style::Value, decimals: None };
        let text = text(&of.ty, literal);
        member.iter().any(|m| m.dimension == of.name && shown(&m.value, &show) == text)
    };
    match &*filter.kind {
        ExprKind::Binary(BinaryOp::And, a, b) => holds(model, a, member) && holds(model, b, member),
        ExprKind::Binary(BinaryOp::Or, a, b) => holds(model, a, member) || holds(model, b, member),
        ExprKind::Binary(BinaryOp::Is, a, b) => is(a, b) || is(b, a),
        ExprKind::In(value, list) => list.iter().any(|literal| is(value, literal)),
        ExprKind::Not(inner) => !holds(model, inner, member),
        _ => false,
    }
}

fn text(ty: &Type, literal: &Literal) -> String {
    match (literal, ty) {
        (Literal::Text(text), _) => text.clone(),
        (Literal::Member(at), Type::Enum(enumeration)) => {
            enumeration.members.get(usize::from(*at)).map(|member| member.name.clone()).unwrap_or_default()
        }
        (Literal::Bool(value), _) => if *value { "yes" } else { "no" }.to_string(),
        (Literal::Date(date), _) => date.to_string(),
        (other, _) => format!("{other:?}"),
    }
}

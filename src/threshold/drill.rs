//! What is behind a finding: the members and rows that are worst in the period that was judged.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::number::{compare, float};
use super::outcome::{Judgement, Member, Scorecard, Verdict};
use super::questions::{Card, Plan};
use crate::calendar::Grain;
use crate::check::{
    Better, BinaryOp, CheckedModel, DimensionId, Expr, ExprKind, Literal, MetricId, Show, Style, Type,
};
use crate::query::{Request, fits, heading};
use crate::table::{Column, Dense, Role, Row, Table, Value};
use crate::text::Span;

/// A question about one finding.
#[derive(Debug, Clone)]
pub struct Drill {
    /// Of the scorecard, the metric in it, and its judgement, the numbers.
    pub place: (usize, usize, usize),
    pub metric: MetricId,
    /// The whole of the finding, where it can be asked for.
    pub whole: Option<Request>,
    /// By a dimension that cuts it further, where there is one.
    pub members: Option<(DimensionId, Request)>,
}

/// One for each finding.
pub fn drills(
    model: &CheckedModel,
    plan: &Plan,
    scorecards: &[Scorecard],
    as_of: Option<Date>,
) -> Vec<Drill> {
    let mut found = Vec::new();
    for (c, (planned, card)) in plan.cards.iter().zip(scorecards).enumerate() {
        for (m, (metric, scored)) in planned.metrics.iter().zip(&card.metrics).enumerate() {
            for (j, judgement) in scored.judgements.iter().enumerate() {
                if !matches!(judgement.verdict, Verdict::Warn | Verdict::Critical) {
                    continue;
                }
                let Some(whole) = question(model, &planned.card, metric.metric, judgement, as_of) else {
                    continue;
                };
                let members = cut(model, &planned.card, metric.metric, &whole);
                let asked = fits(model, &model.metric(metric.metric).value, &whole);
                let whole = asked.then_some(whole);
                found.push(Drill { place: (c, m, j), metric: metric.metric, whole, members });
            }
        }
    }
    found
}

/// The finding's own period and members, as a question.
fn question(
    model: &CheckedModel,
    card: &Card,
    metric: MetricId,
    judgement: &Judgement,
    as_of: Option<Date>,
) -> Option<Request> {
    let every: Option<&Grain> = model.metric(metric).attributes.every.as_ref().or(card.every.as_ref());
    let mut filter = card.filter.clone();
    for member in &judgement.member {
        let own = condition(model, member)?;
        filter = Some(match filter {
            Some(filter) => truth(ExprKind::Binary(BinaryOp::And, filter, own)),
            None => own,
        });
    }
    let period = judgement.period.as_ref();
    Some(Request {
        metrics: vec![metric],
        grain: every.cloned(),
        filter,
        from: period.map(|p| p.start).or(card.from),
        to: period.map(|p| p.end).or(card.to),
        as_of,
        ..Request::default()
    })
}

/// By the first dimension that tells more: one of the scorecard's, of the metric's rules, of
/// those it may be sliced by, of all.
fn cut(
    model: &CheckedModel,
    card: &Card,
    metric: MetricId,
    whole: &Request,
) -> Option<(DimensionId, Request)> {
    let declared = model.metric(metric);
    let rules = declared.thresholds.rules.iter().flat_map(|rule| &rule.by);
    let allowed = declared.attributes.by.as_deref();
    let all: Vec<DimensionId> = (0..model.dimensions.len() as u32).map(DimensionId).collect();
    let candidates = card.by.iter().chain(rules).chain(allowed.unwrap_or(&all));
    let mut fixed = Vec::new();
    whole.filter.iter().for_each(|filter| dimensions_of(filter, &mut fixed));
    let free = |id: &&DimensionId| !fixed.contains(*id) && allowed.is_none_or(|by| by.contains(id));
    candidates.filter(free).find_map(|id| {
        let request = Request { by: vec![*id], ..whole.clone() };
        fits(model, &declared.value, &request).then_some((*id, request))
    })
}

/// Whether what lowers the value makes the finding worse.
pub fn low_first(model: &CheckedModel, metric: MetricId, judgement: &Judgement) -> bool {
    match float(&judgement.distance) {
        Some(distance) => distance < 0.0,
        None => model.metric(metric).attributes.better != Better::Lower,
    }
}

/// The worst so many members, by the dimension.
pub fn worst(
    model: &CheckedModel,
    (metric, by): (MetricId, DimensionId),
    judgement: &Judgement,
    dense: &Dense,
    most: usize,
) -> Table {
    let low_first = low_first(model, metric, judgement);
    let metric = model.metric(metric);
    let last = dense.periods.len().saturating_sub(1);
    let mut rows: Vec<(Value, Value)> = dense
        .series
        .iter()
        .map(|series| (series.member[0].clone(), dense.value(series, last, 0)))
        .filter(|(_, value)| float(value).is_some())
        .collect();
    rows.sort_by(|(_, a), (_, b)| {
        let order = compare(a, b).unwrap_or(Ordering::Equal);
        if low_first { order } else { order.reverse() }
    });
    let dimension = model.dimension(by);
    let label = dimension.label.clone().unwrap_or_else(|| heading(&dimension.name));
    let plain = Show { style: Style::Value, decimals: None };
    let columns = vec![
        Column { name: dimension.name.clone(), label, role: Role::Dimension, show: plain },
        Column {
            name: metric.name.clone(),
            label: metric.label.clone().unwrap_or_else(|| heading(&metric.name)),
            role: Role::Metric(metric.attributes.better),
            show: metric.show.clone(),
        },
    ];
    let rows = rows.into_iter().take(most);
    let rows = rows.map(|(member, value)| Row { values: vec![member, value], partial: false }).collect();
    Table { columns, rows, as_of: dense.as_of, grain: None }
}

fn dimensions_of(expr: &Expr, found: &mut Vec<DimensionId>) {
    if let ExprKind::Dimension(id) = &*expr.kind {
        found.push(*id);
    }
    expr.children().into_iter().for_each(|child| dimensions_of(child, found));
}

/// `region is "EMEA"`
fn condition(model: &CheckedModel, member: &Member) -> Option<Expr> {
    let id = model.find_dimension(&member.dimension)?;
    let ty = model.dimension(id).ty.clone();
    let dimension = Expr::new(ExprKind::Dimension(id), ty.clone(), Span::default());
    let literal = match (&member.value, &ty) {
        (Value::NoMember | Value::Missing, _) => return Some(truth(ExprKind::IsMissing(dimension))),
        (Value::Text(name), Type::Enum(enumeration)) => {
            let at = enumeration.members.iter().position(|m| m.name == *name)?;
            Literal::Member(u16::try_from(at).ok()?)
        }
        (Value::Text(text), _) => Literal::Text(text.clone()),
        (Value::Bool(value), _) => Literal::Bool(*value),
        (Value::Date(date), _) => Literal::Date(*date),
        (Value::Int(digits), _) => Literal::Number { digits: *digits, scale: 0 },
        (Value::Decimal { digits, scale }, _) => Literal::Number { digits: *digits, scale: *scale },
        _ => return None,
    };
    let literal = Expr::new(ExprKind::Literal(literal), ty, Span::default());
    Some(truth(ExprKind::Binary(BinaryOp::Is, dimension, literal)))
}

fn truth(kind: ExprKind) -> Expr {
    Expr::new(kind, Type::Bool, Span::default())
}

//! An outcome as one long table: a row for each metric, member and period, with its
//! verdict. What CSV and Parquet files have in common.

use super::facts::badness;
use super::words;
use crate::calendar::Period;
use crate::check::{Better, Show, Style};
use crate::report::unit_name;
use crate::table::{Column, Role, Row, Table, Value};
use crate::threshold::{Judgement, Member, Moment, Outcome, Point, Scorecard, ScoredMetric};

/// Those before the dimensions, and those behind.
const FIRST: [&str; 6] = ["scorecard", "metric", "version", "unit", "grain", "period"];
const THEN: [&str; 11] = [
    "first_day",
    "partial",
    "value",
    "prior",
    "prior_year",
    "target",
    "benchmark",
    "limit",
    "verdict",
    "rule",
    "owner",
];

/// Dimensions are columns of their own, `by_region`, so that none is called as one of ours.
/// They are empty where the row is the whole. Numbers of all units share a column, and so
/// are floats there as soon as one is.
pub fn table(outcome: &Outcome) -> Table {
    let dimensions = dimensions(outcome);
    let by: Vec<String> = dimensions.iter().map(|d| format!("by_{d}")).collect();
    let names = FIRST.into_iter().chain(by.iter().map(String::as_str)).chain(THEN);
    let mut rows = Vec::new();
    for scorecard in &outcome.scorecards {
        for metric in &scorecard.metrics {
            rows.extend(rows_of(scorecard, metric, &dimensions));
        }
    }
    Table { columns: names.map(column).collect(), rows, as_of: outcome.as_of, grain: None }
}

fn column(name: &str) -> Column {
    Column {
        name: name.to_string(),
        label: name.to_string(),
        role: Role::Metric(Better::Neither),
        show: Show { style: Style::Value, decimals: None },
    }
}

/// In the order in which they are met.
fn dimensions(outcome: &Outcome) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let metrics = || outcome.scorecards.iter().flat_map(|s| &s.metrics);
    let series = metrics().flat_map(|m| &m.series).flat_map(|s| &s.member);
    let judged = metrics().flat_map(|m| &m.judgements).flat_map(|j| &j.member);
    for member in series.chain(judged) {
        if !found.contains(&member.dimension) {
            found.push(member.dimension.clone());
        }
    }
    found
}

/// Of the series, then of members that are judged without being shown.
fn rows_of(scorecard: &Scorecard, metric: &ScoredMetric, dimensions: &[String]) -> Vec<Row> {
    let row = |member: &[Member], point: &Point| one(scorecard, metric, member, point, dimensions);
    let shown = metric.series.iter().flat_map(|s| s.points.iter().map(|p| row(&s.member, p)));
    let mut rows: Vec<Row> = shown.collect();
    let mut met: Vec<&[Member]> = metric.series.iter().map(|s| s.member.as_slice()).collect();
    for judgement in &metric.judgements {
        if !met.contains(&judgement.member.as_slice()) {
            met.push(&judgement.member);
            rows.extend(judgement.history.iter().map(|m| row(&judgement.member, &point_of(m))));
        }
    }
    rows
}

fn point_of(moment: Moment) -> Point {
    Point {
        period: moment.period.cloned(),
        partial: false,
        value: moment.value.clone(),
        prior: Value::Missing,
        prior_year: Value::Missing,
        target: Value::Missing,
        benchmark: Value::Missing,
    }
}

fn one(
    scorecard: &Scorecard,
    metric: &ScoredMetric,
    member: &[Member],
    point: &Point,
    dimensions: &[String],
) -> Row {
    let definition = &metric.definition;
    let judged = worst_at(metric, member, point.period.as_ref()).filter(|_| !point.partial);
    let first = [
        text(&scorecard.name),
        text(&definition.name),
        Value::Int(i128::from(definition.version)),
        maybe(unit_name(&definition.show).as_deref()),
        maybe(scorecard.grain.as_ref().map(|g| g.to_string()).as_deref()),
        maybe(point.period.as_ref().map(|p| &*p.label)),
    ];
    let by = dimensions.iter().map(|d| {
        let value = member.iter().find(|m| m.dimension == *d).map(|m| &m.value);
        value.map_or(Value::Missing, named)
    });
    let then = [
        point.period.as_ref().map_or(Value::Missing, |p| Value::Date(p.start)),
        Value::Bool(point.partial),
        point.value.clone(),
        point.prior.clone(),
        point.prior_year.clone(),
        point.target.clone(),
        point.benchmark.clone(),
        judged.map_or(Value::Missing, |(_, m)| m.limit.clone()),
        maybe(judged.map(|(_, m)| m.verdict.name())),
        maybe(judged.map(|(j, _)| words::rule(j)).as_deref()),
        maybe(definition.owner.as_deref()),
    ];
    Row { values: first.into_iter().chain(by).chain(then).collect(), partial: point.partial }
}

/// Members are texts, whatever they are in the data: one column holds those of all metrics.
fn named(value: &Value) -> Value {
    let name = match value {
        Value::NoMember => Some("(none)".to_string()),
        value => crate::report::value::raw(value),
    };
    maybe(name.as_deref())
}

/// The worst verdict at a period, by the rule that gave it.
fn worst_at<'a>(
    metric: &'a ScoredMetric,
    member: &[Member],
    period: Option<&Period>,
) -> Option<(&'a Judgement, Moment<'a>)> {
    let at = |j: &'a Judgement| Some((j, j.history.of(period)?));
    let judged = metric.judgements.iter().filter(|j| j.member == member).filter_map(at);
    // of equals the first
    judged.rev().max_by_key(|(_, m)| badness(m.verdict))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_string())
}

fn maybe(value: Option<&str>) -> Value {
    value.map_or(Value::Missing, text)
}

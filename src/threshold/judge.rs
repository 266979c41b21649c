//! Answers → verdicts: the rules of a metric replayed for the whole and for each member.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::number::{float, minus};
use super::outcome::{Behind, Judgement, Moment, Verdict};
use super::questions::{Card, Judged, JudgedRule, Output, Plan};
use super::reading::{Facts, Test, readings};
use super::replay::{Terms, replay};
use super::tell::Teller;
use crate::check::{self, CheckedModel, DimensionId, Literal, MetricId, Pin, Type};
use crate::query::Request;
use crate::table::{Dense, DenseSeries, RowsBehind, Value};

/// Until when the data of sources that promise to be fresh, and are not, can be relied on;
/// `None`: not at all.
pub type Stale = BTreeMap<crate::check::SourceId, Option<Date>>;

/// What was computed, by the plan's requests.
pub struct Answers<'a> {
    pub model: &'a CheckedModel,
    pub plan: &'a Plan,
    pub dense: &'a [Dense],
    pub stale: &'a Stale,
}

/// One for each rule and member it is judged for, as the rules are written.
pub fn judgements(
    answers: &Answers,
    teller: &Teller,
    card: &Card,
    metric: MetricId,
    all: &[Judged],
) -> Vec<Judgement> {
    let thresholds = &answers.model.metric(metric).thresholds;
    let sources = teller.sources(metric);
    let stale: Vec<_> = sources.iter().filter_map(|source| answers.stale.get(source).copied()).collect();
    let mut found: Vec<(usize, Judgement)> = Vec::new();
    for judged in all {
        let request = &answers.plan.requests[judged.request];
        let one = One { answers, teller, card, metric, judged, request, stale: stale.clone() };
        for rule in &judged.rules {
            found.extend(one.rule(rule).into_iter().map(|j| (rule.rule, j)));
        }
        if let Some(severity) = thresholds.missing {
            // after all the others
            found.extend(one.missing(severity).into_iter().map(|j| (usize::MAX, j)));
        }
    }
    found.sort_by_key(|(rule, _)| *rule);
    found.into_iter().map(|(_, judgement)| judgement).collect()
}

/// A metric by some dimensions.
struct One<'a> {
    answers: &'a Answers<'a>,
    teller: &'a Teller<'a>,
    card: &'a Card,
    metric: MetricId,
    judged: &'a Judged,
    request: &'a Request,
    /// Until when its sources can be relied on that are stale.
    stale: Vec<Option<Date>>,
}

impl One<'_> {
    fn dense(&self) -> &Dense {
        &self.answers.dense[self.judged.request]
    }

    fn rule(&self, judged: &JudgedRule) -> Vec<Judgement> {
        let model = self.answers.model;
        let rules = &model.metric(self.metric).thresholds.rules;
        let rule = &rules[judged.rule];
        let test = test(&rule.test);
        let clear = rule.clear.as_ref().map(|clear| self::test(&clear.test));
        let terms = Terms {
            severity: rule.severity,
            lasts: rule.for_periods.max(1),
            clears: rule.clear.as_ref().map(|clear| clear.for_periods.max(1)),
        };
        let told = self.teller.rule(self.metric, rule);
        let pinned = |pins: &[Pin], series: &DenseSeries| self.pinned(pins, &series.member);
        let expected = self.expected(&rule.pins);
        let series = self.dense().series.iter().chain(&expected);
        let series = series.filter(|s| pinned(&rule.pins, s));
        let series = series.filter(|s| !rule.overridden_by.iter().any(|o| pinned(&rules[*o].pins, s)));
        series
            .map(|series| {
                let facts = self.facts(series, judged, test);
                let replayed = replay(terms, readings(test, clear, facts));
                self.judgement(told.clone(), series, replayed)
            })
            .collect()
    }

    /// Where no data is a finding of its own.
    fn missing(&self, severity: check::Severity) -> Vec<Judgement> {
        let terms = Terms { severity, lasts: 1, clears: None };
        let told = self.teller.missing(self.metric, severity);
        let none = JudgedRule { rule: 0, limit: None, upper: None, clear: None };
        let judgement = |series| {
            let facts = self.facts(series, &none, Test::Missing);
            self.judgement(told.clone(), series, replay(terms, readings(Test::Missing, None, facts)))
        };
        self.dense().series.iter().map(judgement).collect()
    }

    /// Members that a rule names and that the data does not know: there is nothing to
    /// judge them by, and that is worth knowing.
    fn expected(&self, pins: &[Pin]) -> Vec<DenseSeries> {
        let by = &self.judged.by;
        if pins.is_empty() || self.card.filter.is_some() || by.len() != pins.len() {
            return Vec::new();
        }
        let mut members: Vec<Vec<Value>> = vec![Vec::new()];
        for dimension in by {
            let named = pins.iter().filter(|pin| pin.dimension == *dimension).flat_map(|pin| &pin.members);
            let values: Vec<Value> = named.map(|l| value_of(self.answers.model, *dimension, l)).collect();
            let with = |member: &Vec<Value>| {
                let member = member.clone();
                values.iter().map(move |v| [member.as_slice(), std::slice::from_ref(v)].concat()).collect()
            };
            members = members.iter().flat_map(|m| -> Vec<Vec<Value>> { with(m) }).collect();
        }
        members.retain(|member| !self.dense().series.iter().any(|s| s.member == *member));
        let from = self.dense().periods.len();
        let series = |member| DenseSeries { member, from, rows: Vec::new() };
        members.into_iter().map(series).collect()
    }

    /// Whether the member is one of those pinned.
    fn pinned(&self, pins: &[Pin], member: &[Value]) -> bool {
        pins.iter().all(|pin| {
            let at = self.judged.by.iter().position(|d| *d == pin.dimension);
            let value = at.and_then(|at| member.get(at));
            let is = |literal| Some(&value_of(self.answers.model, pin.dimension, literal)) == value;
            pin.members.iter().any(is)
        })
    }

    /// Of each period that has ended, from the member's first on.
    fn facts<'b>(&'b self, series: &'b DenseSeries, rule: &JudgedRule, test: Test) -> Vec<Facts<'b>> {
        let dense = self.dense();
        let value = self.judged.value.place(self.request);
        let known = series.from.max(dense.first.get(value).copied().unwrap_or_default());
        let ended = (0..dense.periods.len()).filter(|at| !dense.partial.get(*at).is_some_and(|p| *p));
        let newest = ended.clone().next_back();
        let judged = ended.filter(|at| *at >= known || Some(*at) == newest);
        let cell = |at: usize, output: Option<Output>| -> &'b Value {
            output.map_or(&Value::Missing, |o| dense.cell(series, at, o.place(self.request)))
        };
        let (limit, condition) = match test {
            Test::When => (None, rule.limit),
            _ => (rule.limit, None),
        };
        let mut facts = Vec::with_capacity(dense.periods.len());
        facts.extend(judged.map(|at| Facts {
            period: self.request.grain.as_ref().map(|_| &dense.periods[at]),
            value: cell(at, Some(self.judged.value)),
            limit: cell(at, limit),
            upper: cell(at, rule.upper),
            condition: cell(at, condition),
            clear: cell(at, rule.clear),
            enough: self.judged.enough.map(|enough| cell(at, Some(enough))),
            stale: self.stale(at, Some(at) == newest),
        }));
        facts
    }

    /// The newest period is stale where any of the sources is, earlier ones where the data
    /// does not reach their end.
    fn stale(&self, at: usize, newest: bool) -> bool {
        if self.stale.is_empty() {
            return false;
        }
        let last = self.dense().periods[at].end.checked_sub(1.day()).ok();
        self.stale
            .iter()
            .any(|reliable| newest || reliable.is_none_or(|until| last.is_none_or(|last| last > until)))
    }

    /// What more can be said of why it is not judged.
    fn reason(&self, last: &Moment) -> Option<String> {
        let thresholds = &self.answers.model.metric(self.metric).thresholds;
        match last.verdict {
            Verdict::Stale => {
                let sources = self.teller.sources(self.metric);
                let stale = sources.iter().find(|source| self.answers.stale.contains_key(source))?;
                Some(format!("the data of {} is not fresh", self.answers.model.source(*stale).name))
            }
            Verdict::TooFew => Some(match &thresholds.only_when {
                Some(enough) => format!("only when {}", self.teller.written(enough.span)),
                None => "too few of the periods before have a value".to_string(),
            }),
            Verdict::NoData if float(&last.value).is_some() => {
                Some("there is nothing to hold the value against".to_string())
            }
            _ => None,
        }
    }

    /// How many rows the value of the newest period that has ended is made of.
    fn behind(&self, series: &DenseSeries) -> Vec<Behind> {
        let dense = self.dense();
        let Some(newest) = (0..dense.periods.len()).rev().find(|at| !dense.partial[*at]) else {
            return Vec::new();
        };
        let of_metric = |rows: &&RowsBehind| Output::Metric(rows.metric) == self.judged.value;
        let behind = dense.behind.iter().filter(of_metric).map(|rows| Behind {
            source: rows.source.clone(),
            by: rows.by.clone(),
            count: match dense.value(series, newest, rows.output) {
                Value::Int(count) => u64::try_from(count).unwrap_or_default(),
                _ => 0,
            },
            worst: None,
        });
        behind.collect()
    }

    fn judgement(
        &self,
        rule: super::outcome::Rule,
        series: &DenseSeries,
        replayed: super::replay::Replayed,
    ) -> Judgement {
        let member = self.teller.member(&self.judged.by, &series.member);
        let none =
            Moment { period: None, value: Value::Missing, limit: Value::Missing, verdict: Verdict::NoData };
        let last = replayed.history.last().cloned().unwrap_or(none);
        Judgement {
            command: self.teller.command(self.metric, self.request, self.card, &member),
            rule,
            member,
            distance: minus(&last.value, &last.limit),
            reason: self.reason(&last),
            period: last.period,
            verdict: last.verdict,
            value: last.value,
            limit: last.limit,
            since: replayed.since,
            periods: replayed.periods,
            history: replayed.history,
            drill: None,
            rows: self.behind(series),
        }
    }
}

fn test(test: &check::Test) -> Test {
    match test {
        check::Test::Below(_) => Test::Below,
        check::Test::Above(_) => Test::Above,
        check::Test::Outside(..) => Test::Outside,
        check::Test::Deviation { factor, last } => Test::Deviation { factor: *factor, last: *last as usize },
        check::Test::When(_) => Test::When,
    }
}

/// A member as it stands in an answer.
fn value_of(model: &CheckedModel, dimension: DimensionId, literal: &Literal) -> Value {
    match (literal, &model.dimension(dimension).ty) {
        (Literal::Member(at), Type::Enum(enumeration)) => {
            let member = enumeration.members.get(usize::from(*at));
            member.map_or(Value::NoMember, |member| Value::Text(member.name.clone()))
        }
        (Literal::Member(at), _) => Value::Int(i128::from(*at)),
        (Literal::Bool(value), _) => Value::Bool(*value),
        (Literal::Text(text), _) => Value::Text(text.clone()),
        (Literal::Date(date), _) => Value::Date(*date),
        (Literal::Timestamp(at), _) => Value::Timestamp(*at),
        (Literal::Number { digits, scale: 0 }, _) => Value::Int(*digits),
        (Literal::Number { digits, scale }, _) => Value::Decimal { digits: *digits, scale: *scale },
    }
}

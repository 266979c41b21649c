//! Answers → verdicts: the rules of a metric replayed for the whole and for each member.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;

use super::history::{Moment, Past};
use super::number::{float, minus};
use super::outcome::{Behind, Judgement, Member, Rule, Verdict};
use super::questions::{Card, Judged, JudgedRule, Output, Plan};
use super::reading::{Facts, Test, readings};
use super::replay::{Terms, replay};
use super::tell::Teller;
use crate::check::{self, CheckedModel, DimensionId, Literal, MetricId, Pin, Type};
use crate::query::Request;
use crate::table::{Dense, DenseSeries, RowsBehind, Value, Values};

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
        let dense = &answers.dense[judged.request];
        let one = One { answers, teller, card, metric, judged, request, dense, stale: stale.clone() };
        let mut rules: Vec<Applied> = judged.rules.iter().map(|rule| one.applied(rule)).collect();
        rules.extend(thresholds.missing.map(|severity| one.missing(severity)));
        one.judge(&rules, &mut found);
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
    dense: &'a Dense,
    /// Until when its sources can be relied on that are stale.
    stale: Vec<Option<Date>>,
}

/// A rule, ready to be held against one member after the other.
struct Applied<'a> {
    /// Its number among the metric's; `missing` comes after all the others.
    number: usize,
    test: Test,
    clear: Option<Test>,
    terms: Terms,
    outputs: JudgedRule,
    told: Rule,
    pins: &'a [Pin],
    /// The members it is for, and those it is not for.
    only: Pinned,
    except: Vec<Pinned>,
}

/// For each pin the place of its dimension among those judged by, and the members it names.
struct Pinned(Vec<(Option<usize>, Vec<Value>)>);

/// What all judgements of one member share.
struct Shared {
    past: Arc<Past>,
    /// The periods of which the past tells, by their numbers.
    judged: Vec<usize>,
    member: Vec<Member>,
    command: String,
    rows: Vec<Behind>,
}

impl<'a> One<'a> {
    fn applied(&self, judged: &JudgedRule) -> Applied<'a> {
        let rules = &self.answers.model.metric(self.metric).thresholds.rules;
        let rule = &rules[judged.rule];
        Applied {
            number: judged.rule,
            test: test(&rule.test),
            clear: rule.clear.as_ref().map(|clear| test(&clear.test)),
            terms: Terms {
                severity: rule.severity,
                lasts: rule.for_periods.max(1),
                clears: rule.clear.as_ref().map(|clear| clear.for_periods.max(1)),
            },
            outputs: judged.clone(),
            told: self.teller.rule(self.metric, rule),
            pins: &rule.pins,
            only: self.pinned(&rule.pins),
            except: rule.overridden_by.iter().map(|other| self.pinned(&rules[*other].pins)).collect(),
        }
    }

    /// Where no data is a finding of its own.
    fn missing(&self, severity: check::Severity) -> Applied<'a> {
        Applied {
            number: usize::MAX,
            test: Test::Missing,
            clear: None,
            terms: Terms { severity, lasts: 1, clears: None },
            outputs: JudgedRule { rule: usize::MAX, limit: None, upper: None, clear: None },
            told: self.teller.missing(self.metric, severity),
            pins: &[],
            only: Pinned(Vec::new()),
            except: Vec::new(),
        }
    }

    fn judge(&self, rules: &[Applied], found: &mut Vec<(usize, Judgement)>) {
        let mut facts = Vec::with_capacity(self.dense.periods.len());
        for series in &self.dense.series {
            let mut shared = None;
            for rule in rules.iter().filter(|rule| rule.is_for(&series.member)) {
                let shared = shared.get_or_insert_with(|| self.shared(series));
                found.push((rule.number, self.judgement(rule, series, shared, &mut facts)));
            }
        }
        for rule in rules {
            for series in self.expected(rule.pins).iter().filter(|series| rule.is_for(&series.member)) {
                found
                    .push((rule.number, self.judgement(rule, series, &self.shared(series), &mut Vec::new())));
            }
        }
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
        members.retain(|member| !self.dense.series.iter().any(|s| s.member == *member));
        let from = self.dense.periods.len();
        let series = |member| DenseSeries { member, from, outputs: Vec::new() };
        members.into_iter().map(series).collect()
    }

    fn pinned(&self, pins: &[Pin]) -> Pinned {
        let pinned = |pin: &Pin| {
            let at = self.judged.by.iter().position(|d| *d == pin.dimension);
            let value = |literal| value_of(self.answers.model, pin.dimension, literal);
            (at, pin.members.iter().map(value).collect())
        };
        Pinned(pins.iter().map(pinned).collect())
    }

    /// The periods that have ended, from the member's first on; the newest in any case.
    fn judged(&self, series: &DenseSeries) -> Vec<usize> {
        let dense = self.dense;
        let place = self.judged.value.place(self.request);
        let known = series.from.max(dense.first.get(place).copied().unwrap_or_default());
        let ended = (0..dense.periods.len()).filter(|at| !dense.partial.get(*at).is_some_and(|p| *p));
        let newest = ended.clone().next_back();
        ended.filter(|at| *at >= known || Some(*at) == newest).collect()
    }

    fn past(&self, series: &DenseSeries, judged: &[usize]) -> Past {
        let values = self.dense.values(series, self.judged.value.place(self.request));
        let period = |at: &usize| self.request.grain.as_ref().map(|_| self.dense.periods[*at].clone());
        Past {
            periods: judged.iter().map(period).collect(),
            values: judged.iter().map(|at| values.at(*at).clone()).collect(),
        }
    }

    fn facts<'b>(
        &'b self,
        series: &'b DenseSeries,
        rule: &Applied,
        judged: &[usize],
        facts: &mut Vec<Facts<'b>>,
    ) {
        let dense = self.dense;
        let values = |output: Option<Output>| {
            output.map_or(Values::NONE, |output| dense.values(series, output.place(self.request)))
        };
        let (limit, condition) = match rule.test {
            Test::When => (None, rule.outputs.limit),
            _ => (rule.outputs.limit, None),
        };
        let (value, limit, condition) = (values(Some(self.judged.value)), values(limit), values(condition));
        let (upper, clear) = (values(rule.outputs.upper), values(rule.outputs.clear));
        let enough = self.judged.enough.map(|enough| values(Some(enough)));
        facts.clear();
        facts.extend(judged.iter().map(|&at| Facts {
            value: value.at(at),
            limit: limit.at(at),
            upper: upper.at(at),
            condition: condition.at(at),
            clear: clear.at(at),
            enough: enough.map(|enough| enough.at(at)),
            stale: self.stale(at, Some(&at) == judged.last()),
        }));
    }

    /// The newest period is stale where any of the sources is, earlier ones where the data
    /// does not reach their end.
    fn stale(&self, at: usize, newest: bool) -> bool {
        if self.stale.is_empty() {
            return false;
        }
        let last = self.dense.periods[at].end.checked_sub(1.day()).ok();
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
            Verdict::NoData if float(last.value).is_some() => {
                Some("there is nothing to hold the value against".to_string())
            }
            _ => None,
        }
    }

    /// How many rows the value of the newest period that has ended is made of.
    fn behind(&self, series: &DenseSeries) -> Vec<Behind> {
        let dense = self.dense;
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

    fn shared(&self, series: &DenseSeries) -> Shared {
        let member = self.teller.member(&self.judged.by, &series.member);
        let command = self.teller.command(self.metric, self.request, self.card, &member);
        let judged = self.judged(series);
        Shared {
            past: Arc::new(self.past(series, &judged)),
            judged,
            member,
            command,
            rows: self.behind(series),
        }
    }

    fn judgement<'b>(
        &'b self,
        rule: &Applied,
        series: &'b DenseSeries,
        shared: &Shared,
        facts: &mut Vec<Facts<'b>>,
    ) -> Judgement {
        self.facts(series, rule, &shared.judged, facts);
        let readings = readings(rule.test, rule.clear, facts);
        let replayed = replay(rule.terms, Arc::clone(&shared.past), readings);
        let none =
            Moment { period: None, value: &Value::Missing, limit: &Value::Missing, verdict: Verdict::NoData };
        let last = replayed.history.last().unwrap_or(none);
        Judgement {
            command: shared.command.clone(),
            rule: rule.told.clone(),
            member: shared.member.clone(),
            distance: minus(last.value, last.limit),
            reason: self.reason(&last),
            period: last.period.cloned(),
            verdict: last.verdict,
            value: last.value.clone(),
            limit: last.limit.clone(),
            since: replayed.since,
            periods: replayed.periods,
            history: replayed.history,
            drill: None,
            rows: shared.rows.clone(),
        }
    }
}

impl Applied<'_> {
    fn is_for(&self, member: &[Value]) -> bool {
        self.only.names(member) && !self.except.iter().any(|other| other.names(member))
    }
}

impl Pinned {
    /// Whether the member is one of those pinned.
    fn names(&self, member: &[Value]) -> bool {
        let named = |(at, members): &(Option<usize>, Vec<Value>)| {
            at.and_then(|at| member.get(at)).is_some_and(|value| members.contains(value))
        };
        self.0.iter().all(named)
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

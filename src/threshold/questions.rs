//! What has to be computed to show and judge scorecards: as few questions as there are
//! grains, filters and sets of dimensions, each for all metrics at once.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::calendar::Grain;
use crate::check::{self, CheckedModel, Compare, DimensionId, Expr, MetricId, Thresholds};
use crate::query::{Request, fits};
use crate::text::Span;

/// A scorecard as it is to be run: one of the project, or metrics without one.
#[derive(Debug, Clone, Default)]
pub struct Card {
    pub name: String,
    pub label: String,
    pub docs: Option<String>,
    pub span: Option<Span>,
    pub metrics: Vec<MetricId>,
    pub every: Option<Grain>,
    pub by: Vec<DimensionId>,
    pub filter: Option<Expr>,
    /// As written.
    pub filter_text: Option<String>,
    pub having: Option<Expr>,
    pub last: Option<u32>,
    pub from: Option<Date>,
    /// The first day after the range.
    pub to: Option<Date>,
    pub compare: Vec<Compare>,
}

/// The questions, and where the answers to what are.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub requests: Vec<Request>,
    pub cards: Vec<PlannedCard>,
}

#[derive(Debug, Clone)]
pub struct PlannedCard {
    pub card: Card,
    pub metrics: Vec<PlannedMetric>,
}

#[derive(Debug, Clone)]
pub struct PlannedMetric {
    pub metric: MetricId,
    /// For the whole, and by the scorecard's dimensions, where it has any.
    pub shown: Vec<Shown>,
    pub judged: Vec<Judged>,
}

#[derive(Debug, Clone)]
pub struct Shown {
    pub request: usize,
    pub value: Output,
    pub target: Option<Output>,
    pub benchmark: Option<Output>,
    pub having: Option<Output>,
}

/// The rules of a metric that are judged for each combination of members of some dimensions.
#[derive(Debug, Clone)]
pub struct Judged {
    pub request: usize,
    pub by: Vec<DimensionId>,
    pub value: Output,
    pub enough: Option<Output>,
    pub rules: Vec<JudgedRule>,
}

#[derive(Debug, Clone)]
pub struct JudgedRule {
    /// An index into the metric's rules.
    pub rule: usize,
    /// The limit, the lower one of two, or the condition.
    pub limit: Option<Output>,
    pub upper: Option<Output>,
    pub clear: Option<Output>,
}

/// One of a request's outputs: a metric, or an expression beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Metric(usize),
    Beside(usize),
}

impl Output {
    /// Its place among all outputs.
    pub fn place(self, request: &Request) -> usize {
        match self {
            Output::Metric(at) => at,
            Output::Beside(at) => request.metrics.len() + at,
        }
    }
}

pub fn plan(model: &CheckedModel, cards: Vec<Card>, as_of: Option<Date>) -> Plan {
    let mut planner = Planner { model, as_of, requests: Vec::new() };
    let cards = cards.into_iter().map(|card| planner.card(card)).collect();
    Plan { requests: planner.requests, cards }
}

struct Planner<'a> {
    model: &'a CheckedModel,
    as_of: Option<Date>,
    requests: Vec<Request>,
}

impl Planner<'_> {
    fn card(&mut self, card: Card) -> PlannedCard {
        let metrics = card.metrics.iter().map(|&metric| self.metric(&card, metric)).collect();
        PlannedCard { card, metrics }
    }

    fn metric(&mut self, card: &Card, metric: MetricId) -> PlannedMetric {
        let mut shown = vec![self.shown(card, metric, &[])];
        if !card.by.is_empty() {
            shown.push(self.shown(card, metric, &card.by));
        }
        let declared = self.model.metric(metric);
        let every = declared.attributes.every.as_ref().or(card.every.as_ref());
        let lists = rules_by(&declared.thresholds);
        let judged = lists.into_iter().filter_map(|(by, rules)| self.judged(card, every, metric, by, rules));
        let judged = judged.collect();
        PlannedMetric { metric, shown: shown.into_iter().flatten().collect(), judged }
    }

    fn shown(&mut self, card: &Card, metric: MetricId, by: &[DimensionId]) -> Option<Shown> {
        let request = self.request(card, card.every.as_ref(), by);
        let value = self.value(request, metric)?;
        let thresholds = self.model.metric(metric).thresholds.clone();
        // what is to be reached in a month is not what is to be reached in a quarter
        let own = self.model.metric(metric).attributes.every.clone();
        let comparable = own.is_none() || own == card.every;
        let mut beside = |expr: Option<&Expr>| expr.map(|expr| self.beside(request, expr));
        Some(Shown {
            request,
            value,
            target: beside(thresholds.target.as_ref().filter(|_| comparable)),
            benchmark: beside(thresholds.benchmark.as_ref().filter(|_| comparable)),
            having: beside(card.having.as_ref()),
        })
    }

    fn judged(
        &mut self,
        card: &Card,
        every: Option<&Grain>,
        metric: MetricId,
        by: Vec<DimensionId>,
        rules: Vec<usize>,
    ) -> Option<Judged> {
        let request = self.request(card, every, &by);
        let value = self.value(request, metric)?;
        self.requests[request].counts = true;
        let thresholds = self.model.metric(metric).thresholds.clone();
        let enough = thresholds.only_when.as_ref().map(|enough| self.beside(request, enough));
        let rules = rules.into_iter().map(|rule| {
            let declared = &thresholds.rules[rule];
            let (limit, upper) = self.test(request, &declared.test);
            let clear = declared.clear.as_ref().and_then(|clear| self.test(request, &clear.test).0);
            JudgedRule { rule, limit, upper, clear }
        });
        let rules = rules.collect();
        Some(Judged { request, by, value, enough, rules })
    }

    fn test(&mut self, request: usize, test: &check::Test) -> (Option<Output>, Option<Output>) {
        match test {
            check::Test::Below(limit) | check::Test::Above(limit) | check::Test::When(limit) => {
                (Some(self.beside(request, limit)), None)
            }
            check::Test::Outside(low, high) => {
                (Some(self.beside(request, low)), Some(self.beside(request, high)))
            }
            check::Test::Deviation { .. } => (None, None),
        }
    }

    /// The question at that grain and by these dimensions: all of history, because the
    /// state of a rule can come from long ago.
    fn request(&mut self, card: &Card, grain: Option<&Grain>, by: &[DimensionId]) -> usize {
        let from = card.from.filter(|_| grain.is_none());
        let same = |r: &Request| {
            (r.grain.as_ref(), r.by.as_slice(), r.from, r.to) == (grain, by, from, card.to)
                && r.filter == card.filter
        };
        if let Some(found) = self.requests.iter().position(same) {
            return found;
        }
        self.requests.push(Request {
            grain: grain.cloned(),
            by: by.to_vec(),
            filter: card.filter.clone(),
            from,
            to: card.to,
            as_of: self.as_of,
            ..Request::default()
        });
        self.requests.len() - 1
    }

    /// `None`: it cannot be asked like this, such as a rank for the whole.
    fn value(&mut self, request: usize, metric: MetricId) -> Option<Output> {
        let asked = &mut self.requests[request];
        if let Some(found) = asked.metrics.iter().position(|m| *m == metric) {
            return Some(Output::Metric(found));
        }
        if !fits(self.model, &self.model.metric(metric).value, asked) {
            return None;
        }
        asked.metrics.push(metric);
        Some(Output::Metric(asked.metrics.len() - 1))
    }

    fn beside(&mut self, request: usize, expr: &Expr) -> Output {
        let beside = &mut self.requests[request].beside;
        let found = beside.iter().position(|e| e == expr).unwrap_or_else(|| {
            beside.push(expr.clone());
            beside.len() - 1
        });
        Output::Beside(found)
    }
}

/// The sets of dimensions that the rules of a metric are judged by, each with its rules in
/// the order written: none for the whole, first.
fn rules_by(thresholds: &Thresholds) -> Vec<(Vec<DimensionId>, Vec<usize>)> {
    let mut found: Vec<(Vec<DimensionId>, Vec<usize>)> = Vec::new();
    let mut add = |by: BTreeSet<DimensionId>, rule: usize| {
        let by: Vec<_> = by.into_iter().collect();
        match found.iter_mut().find(|(known, _)| *known == by) {
            Some((_, rules)) if rules.contains(&rule) => {}
            Some((_, rules)) => rules.push(rule),
            None => found.push((by, vec![rule])),
        }
    };
    let own = |rule: &check::Rule| {
        let pinned: BTreeSet<_> = rule.pins.iter().map(|pin| pin.dimension).collect();
        let by: BTreeSet<_> = pinned.iter().chain(&rule.by).copied().collect();
        [pinned, by]
    };
    if thresholds.rules.is_empty() && thresholds.missing.is_some() {
        return vec![(Vec::new(), Vec::new())];
    }
    for (at, rule) in thresholds.rules.iter().enumerate() {
        own(rule).into_iter().for_each(|by| add(by, at));
        // in whose place it stands for its members, it does also where they are cut finer
        for &other in &rule.overridden_by {
            let [pinned, _] = own(&thresholds.rules[other]);
            for by in own(rule).into_iter().filter(|by| by.is_superset(&pinned)) {
                add(by, other);
            }
        }
    }
    found.iter_mut().for_each(|(_, rules)| rules.sort_unstable());
    found.sort_by_key(|(by, _)| by.len());
    found
}

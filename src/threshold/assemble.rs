//! Answers → scorecards: the values of each metric over the periods shown, what they are
//! compared with, and what was judged of them.

use super::judge::{Answers, Stale, judgements};
use super::outcome::{Broken, Point, Promise, Scorecard, ScoredMetric, Series, Severity};
use super::questions::{Output, PlannedCard, PlannedMetric, Shown};
use super::tell::Teller;
use crate::check::{CheckedModel, ExpectKind, Length};
use crate::query::{earlier, fresh_until};
use crate::table::{Dense, DenseSeries, Examined, Value};

pub fn scorecards(answers: &Answers, teller: &Teller) -> Vec<Scorecard> {
    answers.plan.cards.iter().map(|planned| scorecard(answers, teller, planned)).collect()
}

fn scorecard(answers: &Answers, teller: &Teller, planned: &PlannedCard) -> Scorecard {
    let card = &planned.card;
    let first = planned.metrics.iter().flat_map(|m| &m.shown).next();
    let periods = first.map_or_else(Vec::new, |shown| {
        let dense = &answers.dense[shown.request];
        periods(planned, dense).into_iter().map(|at| dense.periods[at].clone()).collect()
    });
    Scorecard {
        name: card.name.clone(),
        label: card.label.clone(),
        docs: card.docs.clone(),
        place: card.span.map(|span| teller.place(span)),
        grain: card.every.clone(),
        periods: if card.every.is_some() { periods } else { Vec::new() },
        filter: card.filter_text.clone(),
        compare: card.compare.clone(),
        metrics: planned.metrics.iter().map(|metric| scored(answers, teller, planned, metric)).collect(),
    }
}

/// Those shown, by their numbers.
fn periods(planned: &PlannedCard, dense: &Dense) -> Vec<usize> {
    let card = &planned.card;
    let in_range = |at: &usize| card.from.is_none_or(|from| dense.periods[*at].end > from);
    let all: Vec<usize> = (0..dense.periods.len()).filter(in_range).collect();
    let newest = card.last.map_or(all.len(), |last| all.len().min(last as usize));
    all[all.len() - newest..].to_vec()
}

fn scored(answers: &Answers, teller: &Teller, planned: &PlannedCard, metric: &PlannedMetric) -> ScoredMetric {
    let mut series = Vec::new();
    for shown in &metric.shown {
        let dense = &answers.dense[shown.request];
        let view = View { answers, shown, dense, periods: periods(planned, dense) };
        let kept = dense.series.iter().filter(|s| view.kept(s));
        let by = &answers.plan.requests[shown.request].by;
        series.extend(kept.map(|s| Series { member: teller.member(by, &s.member), points: view.points(s) }));
    }
    ScoredMetric {
        definition: teller.definition(metric.metric),
        series,
        judgements: judgements(answers, teller, &planned.card, metric.metric, &metric.judged),
    }
}

struct View<'a> {
    answers: &'a Answers<'a>,
    shown: &'a Shown,
    dense: &'a Dense,
    periods: Vec<usize>,
}

impl View<'_> {
    fn cell(&self, series: &DenseSeries, period: usize, output: Option<Output>) -> Value {
        let request = &self.answers.plan.requests[self.shown.request];
        output.map_or(Value::Missing, |output| self.dense.value(series, period, output.place(request)))
    }

    /// `having`, in the newest period shown that has ended.
    fn kept(&self, series: &DenseSeries) -> bool {
        let ended = |at: &&usize| !self.dense.partial.get(**at).is_some_and(|partial| *partial);
        let newest = self.periods.iter().rev().find(ended).or(self.periods.last());
        let having = self.shown.having.filter(|_| !series.member.is_empty());
        having.is_none()
            || newest.is_some_and(|newest| self.cell(series, *newest, having) == Value::Bool(true))
    }

    fn points(&self, series: &DenseSeries) -> Vec<Point> {
        self.periods.iter().map(|at| self.point(series, *at)).collect()
    }

    fn point(&self, series: &DenseSeries, at: usize) -> Point {
        let value = Some(self.shown.value);
        let before = |at: Option<usize>| at.map_or(Value::Missing, |at| self.cell(series, at, value));
        Point {
            period: self.dense.grain.as_ref().map(|_| self.dense.periods[at].clone()),
            partial: self.dense.partial.get(at).is_some_and(|partial| *partial),
            value: self.cell(series, at, value),
            prior: before(at.checked_sub(1)),
            prior_year: before(self.year_before(at)),
            target: self.cell(series, at, self.shown.target),
            benchmark: self.cell(series, at, self.shown.benchmark),
        }
    }

    fn year_before(&self, at: usize) -> Option<usize> {
        let (grain, calendar) = (self.dense.grain.as_ref()?, self.answers.model.calendar());
        let start = earlier(&calendar, grain, self.dense.periods[at].start, &[Some(Length::Months(12))])?;
        self.dense.periods.binary_search_by_key(&start, |p| p.start).ok()
    }
}

/// What the sources promise, with what was found.
pub fn promises(model: &CheckedModel, teller: &Teller, examined: Vec<Examined>) -> Vec<Promise> {
    let promise = |found: Examined| {
        let source = model.source(found.source);
        let expect = &source.expects[found.expect];
        let text = teller.written(expect.span);
        Promise {
            id: format!("{}/{text}", source.name),
            source: source.name.clone(),
            text,
            severity: if expect.warn { Severity::Warn } else { Severity::Critical },
            place: teller.place(expect.span),
            broken: found.broken.map(|(rows, examples)| Broken { rows, examples }),
        }
    };
    examined.into_iter().map(promise).collect()
}

/// The sources that promise to be fresh and are not; those that only warn are judged all the same.
pub fn stale(model: &CheckedModel, examined: &[Examined]) -> Stale {
    let mut stale = Stale::new();
    for found in examined.iter().filter(|found| found.broken.is_some()) {
        let expect = &model.source(found.source).expects[found.expect];
        if let (ExpectKind::Fresh(within), false) = (&expect.kind, expect.warn) {
            stale.insert(found.source, found.newest.and_then(|newest| fresh_until(newest, *within)));
        }
    }
    stale
}

//! What a chart draws, as numbers: the values of a metric by period, with its targets,
//! limits and verdicts.

use crate::calendar::Period;
use crate::check::Show;
use crate::report::compact::compact;
use crate::report::outcome::facts::{badness, number};
use crate::report::{shown, value::MISSING};
use crate::table::Value;
use crate::threshold::{Member, Scorecard, ScoredMetric, Series, Severity, Verdict};

/// Lines of members that one chart can tell apart.
const MOST: usize = 6;

pub struct Lines<'a> {
    pub periods: Vec<&'a Period>,
    pub partial: Vec<bool>,
    /// The whole, or the first members where there is none.
    pub tracks: Vec<Track<'a>>,
    /// Of the whole: `None` where no period has one.
    pub target: Option<Vec<Option<f64>>>,
    pub limits: Vec<(Severity, Vec<Option<f64>>)>,
    /// The worst at each period.
    pub verdicts: Vec<Option<Verdict>>,
    show: &'a Show,
}

pub struct Track<'a> {
    pub member: &'a [Member],
    pub values: Vec<Option<f64>>,
    shown: Vec<&'a Value>,
}

impl<'a> Lines<'a> {
    pub fn of(scorecard: &'a Scorecard, metric: &'a ScoredMetric) -> Lines<'a> {
        let periods: Vec<&Period> = scorecard.periods.iter().collect();
        let whole = metric.series.iter().find(|s| s.member.is_empty());
        let members = metric.series.iter().take(MOST);
        let drawn: Vec<&Series> = whole.map_or_else(|| members.collect(), |whole| vec![whole]);
        let partial = |p: &&Period| point(drawn.first().copied(), p).is_some_and(|point| point.partial);
        let target = values(&periods, |p| height(&point(whole, p)?.target));
        Lines {
            partial: periods.iter().map(partial).collect(),
            target: target.iter().any(Option::is_some).then_some(target),
            limits: if whole.is_some() { limits(metric, &periods) } else { Vec::new() },
            verdicts: if whole.is_some() { verdicts(metric, &periods) } else { Vec::new() },
            tracks: drawn.into_iter().map(|series| track(series, &periods)).collect(),
            show: &metric.definition.show,
            periods,
        }
    }

    pub fn is_drawable(&self) -> bool {
        self.tracks.iter().any(|track| track.values.iter().flatten().count() > 1)
    }

    /// From zero where values are far from one another, with room above and below.
    pub fn range(&self) -> (f64, f64) {
        let tracks = self.tracks.iter().flat_map(|t| &t.values);
        let others = self.target.iter().flatten().chain(self.limits.iter().flat_map(|(_, l)| l));
        let all = || tracks.clone().chain(others.clone()).flatten().copied();
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        if !low.is_finite() || !high.is_finite() {
            return (0.0, 1.0);
        }
        // what hardly differs is a flat line: its differences are not those of the values
        if high - low <= high.abs().max(low.abs()) * 1e-9 {
            let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            return (low - room, high + room);
        }
        let room = (high - low) * 0.1;
        match low {
            low if low >= 0.0 && low < high * 0.5 => (0.0, high + room),
            low => (low - room, high + room),
        }
    }

    pub fn axis(&self, y: f64) -> String {
        compact(y, self.show)
    }

    /// The names of as many periods as have room.
    pub fn labels(&self) -> Vec<(usize, String)> {
        let widest = self.periods.iter().map(|p| p.label.chars().count()).max().unwrap_or(1);
        let room = (66 / (widest + 2)).max(2);
        let step = self.periods.len().div_ceil(room).max(1);
        // the newest always has its name
        let first = (self.periods.len().max(1) - 1) % step;
        (first..self.periods.len()).step_by(step).map(|at| (at, self.periods[at].label.to_string())).collect()
    }

    /// For each period: `2026-05: 23.5%, target 30.0%, warn`.
    pub fn tips(&self) -> Vec<String> {
        let text = |(at, period): (usize, &&Period)| {
            let values = self.tracks.iter().map(|track| {
                let value = track.shown.get(at).map_or(MISSING.to_string(), |v| shown(v, self.show));
                match track.member {
                    [] => value,
                    some => format!("{} {value}", crate::report::outcome::words::members(some)),
                }
            });
            let mut parts: Vec<String> = values.collect();
            let of =
                |values: &[Option<f64>]| Some(shown(&Value::Float(values.get(at).copied()??), self.show));
            parts.extend(self.target.as_deref().and_then(of).map(|t| format!("target {t}")));
            for (severity, values) in &self.limits {
                parts.extend(of(values).map(|l| format!("{} limit {l}", severity.name())));
            }
            let verdict = self.verdicts.get(at).copied().flatten().filter(|v| *v != Verdict::Ok);
            parts.extend(verdict.map(|v| v.name().to_string()));
            parts.extend(self.partial[at].then(|| "not ended".to_string()));
            format!("{}: {}", period.label, parts.join(", "))
        };
        self.periods.iter().enumerate().map(text).collect()
    }
}

/// `None` also of what is too large for differences to be numbers.
pub fn height(value: &Value) -> Option<f64> {
    number(value).filter(|y| y.abs() < 1e100)
}

fn track<'a>(series: &'a Series, periods: &[&Period]) -> Track<'a> {
    let value = |p: &&Period| point(Some(series), p).map_or(&Value::Missing, |point| &point.value);
    let shown: Vec<&Value> = periods.iter().map(value).collect();
    Track { member: &series.member, values: shown.iter().map(|v| height(v)).collect(), shown }
}

fn point<'a>(series: Option<&'a Series>, period: &Period) -> Option<&'a crate::threshold::Point> {
    series?.points.iter().find(|point| point.period.as_ref() == Some(period))
}

fn values(periods: &[&Period], of: impl Fn(&Period) -> Option<f64>) -> Vec<Option<f64>> {
    periods.iter().map(|p| of(p)).collect()
}

/// Of each rule on the whole that has any; equal lines once.
fn limits(metric: &ScoredMetric, periods: &[&Period]) -> Vec<(Severity, Vec<Option<f64>>)> {
    let mut found: Vec<(Severity, Vec<Option<f64>>)> = Vec::new();
    for judgement in metric.judgements.iter().filter(|j| j.member.is_empty()) {
        let at = |p: &Period| judgement.history.of(Some(p));
        let line = (judgement.rule.severity, values(periods, |p| height(at(p)?.limit)));
        if line.1.iter().any(Option::is_some) && !found.contains(&line) {
            found.push(line);
        }
    }
    found
}

fn verdicts(metric: &ScoredMetric, periods: &[&Period]) -> Vec<Option<Verdict>> {
    let whole = || metric.judgements.iter().filter(|j| j.member.is_empty());
    let at = |p: &Period| {
        let moments = whole().filter_map(|j| j.history.of(Some(p)));
        moments.map(|m| m.verdict).max_by_key(|v| badness(*v))
    };
    periods.iter().map(|p| at(p)).collect()
}

//! Two answers to one question, value by value.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::questions::{Asked, Question};
use super::{Both, Change, Count, MemberChange, Movement, Slice, verdicts};
use crate::calendar::Period;
use crate::check::{Show, Style};
use crate::table::Value;
use crate::threshold::{Member, Scorecard, ScoredMetric, Series, compare, float, minus};

/// What one side answered, by the cards of its question; or why it did not.
type Answer<'a> = Option<Result<&'a [Scorecard], &'a str>>;

/// The last so many periods are judged on both sides.
pub fn movement(question: &Question, answers: Both<Answer<'_>>, replayed: usize) -> Movement {
    let cards = answers.map(|answer| answer.and_then(Result::ok).unwrap_or_default());
    let metrics = cards.map(|cards| cards.first().and_then(|card| card.metrics.first()));
    let failed = |own: &Option<String>, answer: Answer<'_>| {
        own.clone().or_else(|| answer.and_then(Result::err).map(str::to_string))
    };
    let shows = metrics.map(|metric| metric.map(|m| m.definition.show.clone()));
    let show = match (shows.before, shows.after) {
        (Some(before), Some(after)) => Both { before, after },
        (Some(one), None) | (None, Some(one)) => Both::same(one),
        (None, None) => Both::same(Show { style: Style::Number, decimals: None }),
    };
    let failed = Both {
        before: failed(&question.failed.before, answers.before),
        after: failed(&question.failed.after, answers.after),
    };
    if failed.before.is_some() || failed.after.is_some() {
        return uncompared(question, metrics, show, failed);
    }
    let same_unit = same_unit(&show);
    let grids = Both { before: grid(metrics.before, 0), after: grid(metrics.after, 0) };
    let whole = Compared::of(grids, same_unit);
    let sides = question.sides.as_ref();
    let slices: Vec<(&Vec<String>, Compared)> = (0..question.slices.len())
        .filter_map(|at| {
            let of = |asked: &Option<Asked>, cards: &[Scorecard]| {
                let place = 1 + asked.as_ref()?.slices[..at].iter().flatten().count();
                asked.as_ref()?.slices[at].as_ref()?;
                cards.get(place)?.metrics.first().map(|m| grid(Some(m), 1))
            };
            let found = Both { before: of(sides.before, cards.before), after: of(sides.after, cards.after) };
            // what cannot be sliced so on a side has been noted; what is not there at all has not
            let comparable = |found: bool, asked: bool| found || !asked;
            let both = comparable(found.before.is_some(), metrics.before.is_some())
                && comparable(found.after.is_some(), metrics.after.is_some());
            let found = found.map(Option::unwrap_or_default);
            both.then(|| (&question.slices[at], Compared::of(found, same_unit)))
        })
        .collect();
    let (period, is_newest_whole) = shown_period(&whole, slices.iter().map(|(_, compared)| compared));
    let start = period.as_ref().map(|p| p.start);
    Movement {
        subject: question.touched.subject.clone(),
        there: Both { before: question.touched.before.is_some(), after: question.touched.after.is_some() },
        failed,
        grain: question.grain(),
        total: whole.at(start).pop().map(|member| member.change),
        totals: whole.count(),
        slices: slices
            .into_iter()
            .map(|(by, compared)| Slice {
                by: by.clone(),
                members: compared.at(start),
                count: compared.count(),
            })
            .collect(),
        verdicts: verdicts::movements(metrics, replayed, question),
        notes: question.notes.clone(),
        show,
        period,
        is_newest_whole,
    }
}

/// What is known of the side that could be computed: nothing differs from what nobody knows.
fn uncompared(
    question: &Question,
    metrics: Both<Option<&ScoredMetric>>,
    show: Both<Show>,
    failed: Both<Option<String>>,
) -> Movement {
    let whole = Compared::of(metrics.map(|metric| grid(metric, 0)), true);
    let starts = whole.starts();
    let newest = starts.iter().rev().find(|start| !whole.is_partial(**start)).or(starts.last()).copied();
    Movement {
        subject: question.touched.subject.clone(),
        there: Both { before: question.touched.before.is_some(), after: question.touched.after.is_some() },
        failed,
        show,
        grain: question.grain(),
        period: newest.and_then(|start| whole.period(start)),
        is_newest_whole: newest.is_some_and(|start| !whole.is_partial(start)),
        total: newest.and_then(|start| whole.at(start).pop()).map(|member| member.change),
        totals: Count::default(),
        slices: Vec::new(),
        verdicts: Vec::new(),
        notes: question.notes.clone(),
    }
}

/// One unit may be shown as percent or ratio; dollars are no euros.
fn same_unit(show: &Both<Show>) -> bool {
    match (&show.before.style, &show.after.style) {
        (Style::Unit(a), Style::Unit(b)) => a == b,
        (Style::Unit(_), _) | (_, Style::Unit(_)) => false,
        (Style::Value, other) | (other, Style::Value) => *other == Style::Value,
        _ => true,
    }
}

/// Values by member and period.
type Key = (String, Option<Date>);

#[derive(Debug, Default)]
struct Grid {
    values: BTreeMap<Key, Value>,
    members: BTreeMap<String, Vec<Member>>,
    /// With whether it has not ended.
    periods: BTreeMap<Option<Date>, (Option<Period>, bool)>,
}

/// Of the whole, or of the members.
fn grid(metric: Option<&ScoredMetric>, members: usize) -> Grid {
    let mut grid = Grid::default();
    let wanted = |series: &&Series| series.member.is_empty() == (members == 0);
    for series in metric.iter().flat_map(|m| &m.series).filter(wanted) {
        let values: Vec<&Value> = series.member.iter().map(|m| &m.value).collect();
        let member = format!("{values:?}");
        grid.members.insert(member.clone(), series.member.clone());
        for point in &series.points {
            let start = point.period.as_ref().map(|p| p.start);
            grid.periods.insert(start, (point.period.clone(), point.partial));
            grid.values.insert((member.clone(), start), point.value.clone());
        }
    }
    grid
}

/// Two grids, one upon the other.
struct Compared {
    grids: Both<Grid>,
    same_unit: bool,
    /// Of those that have a value on a side.
    known: BTreeSet<Key>,
    differing: BTreeSet<Key>,
}

impl Compared {
    fn of(grids: Both<Grid>, same_unit: bool) -> Compared {
        let mut compared = Compared { grids, same_unit, known: BTreeSet::new(), differing: BTreeSet::new() };
        let keys: BTreeSet<&Key> =
            compared.grids.before.values.keys().chain(compared.grids.after.values.keys()).collect();
        let values = keys.into_iter().map(|key| (key.clone(), compared.values(key)));
        let (mut known, mut differing) = (BTreeSet::new(), BTreeSet::new());
        for (key, values) in values {
            if values.before == Value::Missing && values.after == Value::Missing {
                continue;
            }
            if differs(&values, same_unit) {
                differing.insert(key.clone());
            }
            known.insert(key);
        }
        (compared.known, compared.differing) = (known, differing);
        compared
    }

    fn values(&self, key: &Key) -> Both<Value> {
        self.grids.as_ref().map(|grid| grid.values.get(key).cloned().unwrap_or(Value::Missing))
    }

    fn count(&self) -> Count {
        let first = self.differing.iter().map(|(_, start)| *start).min();
        let members: BTreeSet<&str> = self.known.iter().map(|(member, _)| member.as_str()).collect();
        let periods: BTreeSet<Option<Date>> = self.known.iter().map(|(_, start)| *start).collect();
        Count {
            changed: self.differing.len(),
            values: self.known.len(),
            periods: periods.len(),
            members: members.iter().filter(|m| **m != "[]").count(),
            first: first.and_then(|start| self.period(start)),
        }
    }

    fn period(&self, start: Option<Date>) -> Option<Period> {
        let find = |grid: &Grid| grid.periods.get(&start).and_then(|(period, _)| period.clone());
        find(&self.grids.after).or_else(|| find(&self.grids.before))
    }

    fn is_partial(&self, start: Option<Date>) -> bool {
        let find = |grid: &Grid| grid.periods.get(&start).is_some_and(|(_, partial)| *partial);
        find(&self.grids.after) || find(&self.grids.before)
    }

    fn starts(&self) -> BTreeSet<Option<Date>> {
        self.grids.before.periods.keys().chain(self.grids.after.periods.keys()).copied().collect()
    }

    /// Those that have a value there, the farthest moved first.
    fn at(&self, start: Option<Date>) -> Vec<MemberChange> {
        let here = self.known.iter().filter(|(_, at)| *at == start);
        let mut all: Vec<MemberChange> = here
            .map(|key| {
                let of = |grid: &Grid| grid.members.get(&key.0).cloned();
                let member = of(&self.grids.after).or_else(|| of(&self.grids.before));
                let change = change(self.values(key), self.same_unit, self.differing.contains(key));
                MemberChange { member: member.unwrap_or_default(), change }
            })
            .collect();
        all.sort_by(|a, b| distance(&b.change).total_cmp(&distance(&a.change)));
        all
    }
}

fn differs(values: &Both<Value>, same_unit: bool) -> bool {
    match compare(&values.before, &values.after) {
        Some(order) => order != Ordering::Equal || !same_unit,
        None => values.before != values.after,
    }
}

fn change(values: Both<Value>, same_unit: bool, differs: bool) -> Change {
    let difference = match (same_unit, differs) {
        (false, _) => Value::Missing,
        // of floats the last digits are noise
        (true, false) if float(&values.before).is_some() => Value::Int(0),
        (true, _) => minus(&values.after, &values.before),
    };
    let before = float(&values.before).filter(|before| *before != 0.0);
    let relative = match (float(&difference), before) {
        (Some(difference), Some(before)) => Value::Float(difference / before.abs()),
        _ => Value::Missing,
    };
    Change { values, differs, difference, relative }
}

/// What appeared or went is as far as it is large.
fn distance(change: &Change) -> f64 {
    let of = |value: &Value| float(value).map(f64::abs);
    let far = of(&change.difference).or(of(&change.values.after)).or(of(&change.values.before));
    if change.differs { far.unwrap_or(0.0).max(f64::MIN_POSITIVE) } else { -1.0 }
}

/// The newest whole period; where nothing differs in it, the newest in which something does.
fn shown_period<'a>(
    whole: &'a Compared,
    slices: impl Iterator<Item = &'a Compared>,
) -> (Option<Period>, bool) {
    let all: Vec<&Compared> = [whole].into_iter().chain(slices).collect();
    let starts: BTreeSet<Option<Date>> = all.iter().flat_map(|compared| compared.starts()).collect();
    let partial = |start: &Option<Date>| all.iter().any(|compared| compared.is_partial(*start));
    let differing: BTreeSet<Option<Date>> =
        all.iter().flat_map(|compared| compared.differing.iter().map(|(_, start)| *start)).collect();
    let newest = starts.iter().rev().find(|start| !partial(start));
    let found = match newest {
        Some(newest) if differing.is_empty() || differing.contains(newest) => Some(newest),
        // whole ones before those that have not ended
        _ => differing.iter().rev().find(|s| !partial(s)).or(differing.last()).or(newest).or(starts.last()),
    };
    let period = found.and_then(|start| all.iter().find_map(|compared| compared.period(*start)));
    (period, found.is_some() && found == newest)
}

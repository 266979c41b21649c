//! What a rule says of one period: its value held against its limit, before anything is
//! said of how long that has been so.

use std::cmp::Ordering;

use super::number::{compare, float};
use super::outcome::Verdict;
use crate::calendar::Period;
use crate::table::Value;

/// The numbers of one period, as the engine computed them.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub period: Option<Period>,
    pub value: Value,
    /// What the value is held against; for `when` there is none.
    pub limit: Value,
    /// Of `when`: the condition.
    pub condition: Value,
    /// The limit, or the condition, by which the rule is cleared.
    pub clear: Value,
    /// Whether `only when` holds; `None` where there is none.
    pub enough: Option<Value>,
    /// The data that the value is made of does not reach up to here.
    pub stale: bool,
}

/// How the value is held against the limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Test {
    /// Less than the limit.
    Below,
    /// More than the limit.
    Above,
    /// The limit or less: `down 20% from …` matches a fall by just that.
    AtMost,
    AtLeast,
    /// So many standard deviations away from the mean of so many periods before.
    Outside {
        deviations: f64,
        periods: usize,
    },
    /// The condition is true.
    When,
    /// There is no value.
    Missing,
}

/// What a rule says of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub period: Option<Period>,
    pub value: Value,
    pub limit: Value,
    pub found: Found,
    /// What it is cleared by is so.
    pub clear: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Matches,
    Passes,
    /// Neither: this is why.
    Unknown(Verdict),
}

/// One reading a period, oldest first.
pub fn readings(test: Test, clear: Option<Test>, facts: Vec<Facts>) -> Vec<Reading> {
    let values: Vec<Option<f64>> = match test {
        Test::Outside { .. } => facts.iter().map(known).collect(),
        _ => Vec::new(),
    };
    let reading = |(at, facts): (usize, Facts)| match test {
        Test::Outside { deviations, periods } => {
            let before = &values[at.saturating_sub(periods)..at];
            outside(facts, Band::of(before, deviations, periods))
        }
        test => plain(test, clear, facts),
    };
    facts.into_iter().enumerate().map(reading).collect()
}

fn plain(test: Test, clear: Option<Test>, facts: Facts) -> Reading {
    let found = match unknown(test, &facts) {
        Some(verdict) => Found::Unknown(verdict),
        None => held(test, &facts.value, &facts.limit, &facts.condition),
    };
    let cleared = |clear| held(clear, &facts.value, &facts.clear, &facts.clear) == Found::Matches;
    let clear = !matches!(found, Found::Unknown(_)) && clear.is_some_and(cleared);
    Reading { period: facts.period, value: facts.value, limit: facts.limit, found, clear }
}

/// Why nothing can be said, the weightiest reason first.
fn unknown(test: Test, facts: &Facts) -> Option<Verdict> {
    if facts.stale {
        return Some(Verdict::Stale);
    }
    if facts.value == Value::Immature {
        return Some(Verdict::Immature);
    }
    if facts.enough.as_ref().is_some_and(|enough| *enough != Value::Bool(true)) {
        return Some(Verdict::TooFew);
    }
    (no_value(&facts.value) && test != Test::Missing).then_some(Verdict::NoData)
}

fn no_value(value: &Value) -> bool {
    matches!(value, Value::Missing | Value::NoMember)
}

fn held(test: Test, value: &Value, limit: &Value, condition: &Value) -> Found {
    let matches = match test {
        Test::Missing => Some(no_value(value)),
        Test::When => match condition {
            Value::Bool(holds) => Some(*holds),
            _ => None,
        },
        _ => compare(value, limit).map(|order| match test {
            Test::Below => order == Ordering::Less,
            Test::Above => order == Ordering::Greater,
            Test::AtMost => order != Ordering::Greater,
            _ => order != Ordering::Less,
        }),
    };
    match matches {
        Some(true) => Found::Matches,
        Some(false) => Found::Passes,
        // a limit that is missing, such as what was a year ago in the first year
        None if *limit == Value::Immature || *condition == Value::Immature => {
            Found::Unknown(Verdict::Immature)
        }
        None => Found::Unknown(Verdict::NoData),
    }
}

/// What may be expected after the values of some periods.
struct Band {
    low: f64,
    high: f64,
}

impl Band {
    /// Nothing is expected where fewer than half of the periods have a value, or fewer
    /// than three (of fewer periods, all).
    fn of(before: &[Option<f64>], deviations: f64, periods: usize) -> Option<Band> {
        let known: Vec<f64> = before.iter().flatten().copied().collect();
        let needed = periods.div_ceil(2).max(periods.min(3)).max(2);
        if known.len() < needed {
            return None;
        }
        let count = known.len() as f64;
        let mean = known.iter().sum::<f64>() / count;
        let squares: f64 = known.iter().map(|x| (x - mean) * (x - mean)).sum();
        let away = deviations * (squares / (count - 1.0)).sqrt();
        Some(Band { low: mean - away, high: mean + away })
    }
}

fn outside(facts: Facts, band: Option<Band>) -> Reading {
    let value = float(&facts.value);
    let nearer = |band: &Band| match value {
        Some(value) if value - band.low < band.high - value => band.low,
        _ => band.high,
    };
    let limit = band.as_ref().map_or(Value::Missing, |band| Value::Float(nearer(band)));
    let found = match (unknown(Test::When, &facts), &band) {
        (Some(verdict), _) => Found::Unknown(verdict),
        (None, None) => Found::Unknown(Verdict::TooFew),
        (None, Some(band)) => {
            let beyond = |limit: f64, order| compare(&facts.value, &Value::Float(limit)) == Some(order);
            match beyond(band.low, Ordering::Less) || beyond(band.high, Ordering::Greater) {
                true => Found::Matches,
                false => Found::Passes,
            }
        }
    };
    Reading { period: facts.period, value: facts.value, limit, found, clear: false }
}

/// The value, where it may count for what is expected later.
fn known(facts: &Facts) -> Option<f64> {
    unknown(Test::When, facts).map_or_else(|| float(&facts.value), |_| None)
}

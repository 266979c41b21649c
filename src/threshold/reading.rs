//! What a rule says of one period: its value held against its limit, before anything is
//! said of how long that has been so.

use std::cmp::Ordering;

use super::number::{compare, float};
use super::outcome::Verdict;
use crate::table::Value;

/// The numbers of one period, where the answer has them: there are many of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts<'a> {
    pub value: &'a Value,
    /// What the value is held against; for `when` there is none.
    pub limit: &'a Value,
    /// Of `outside A to B`: the upper limit.
    pub upper: &'a Value,
    /// Of `when`: the condition.
    pub condition: &'a Value,
    /// The limit, or the condition, by which the rule is cleared.
    pub clear: &'a Value,
    /// Whether `only when` holds; `None` where there is none.
    pub enough: Option<&'a Value>,
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
    /// Less than the limit or more than the upper one.
    Outside,
    /// Farther away from the mean of so many periods before than so many of their
    /// standard deviations.
    Deviation { factor: f64, last: usize },
    /// The condition is true.
    When,
    /// There is no value.
    Missing,
}

/// What a rule says of each period, oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Readings {
    pub states: Vec<Reading>,
    /// What each value is held against.
    pub limits: Vec<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
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

/// Of each period, oldest first.
pub fn readings(test: Test, clear: Option<Test>, facts: &[Facts]) -> Readings {
    let mut readings = Readings::default();
    match test {
        Test::Deviation { factor, last } => {
            let values: Vec<Option<f64>> = facts.iter().map(known).collect();
            for (at, facts) in facts.iter().enumerate() {
                let (limit, upper) = expected(&values[at.saturating_sub(last)..at], factor, last);
                let facts = Facts { limit: &limit, upper: &upper, ..*facts };
                readings.states.push(reading(test, clear, &facts));
                readings.limits.push(nearer(&facts).clone());
            }
        }
        _ => {
            let limit = |facts: &Facts| match test {
                Test::Outside => nearer(facts).clone(),
                _ => facts.limit.clone(),
            };
            readings.states.extend(facts.iter().map(|facts| reading(test, clear, facts)));
            readings.limits.extend(facts.iter().map(limit));
        }
    }
    readings
}

/// Of a period, held against its limits.
fn reading(test: Test, clear: Option<Test>, facts: &Facts) -> Reading {
    let found = match unknown(test, facts) {
        Some(verdict) => Found::Unknown(verdict),
        None => held(test, facts),
    };
    let clear = !matches!(found, Found::Unknown(_)) && clear.is_some_and(|clear| cleared(clear, facts));
    Reading { found, clear }
}

/// Why nothing can be said, the weightiest reason first.
fn unknown(test: Test, facts: &Facts) -> Option<Verdict> {
    if facts.stale {
        return Some(Verdict::Stale);
    }
    if matches!(facts.value, Value::Immature) {
        return Some(Verdict::Immature);
    }
    if facts.enough.as_ref().is_some_and(|enough| truth(enough) != Some(true)) {
        return Some(Verdict::TooFew);
    }
    (no_value(facts.value) && test != Test::Missing).then_some(Verdict::NoData)
}

fn no_value(value: &Value) -> bool {
    matches!(value, Value::Missing | Value::NoMember)
}

fn held(test: Test, facts: &Facts) -> Found {
    let value = facts.value;
    let matches = match test {
        Test::Missing => Some(no_value(value)),
        Test::When => truth(facts.condition),
        Test::Below => is(value, Ordering::Less, facts.limit),
        Test::Above => is(value, Ordering::Greater, facts.limit),
        Test::Outside | Test::Deviation { .. } => {
            let low = is(value, Ordering::Less, facts.limit);
            low.zip(is(value, Ordering::Greater, facts.upper)).map(|(low, high)| low || high)
        }
    };
    match matches {
        Some(true) => Found::Matches,
        Some(false) => Found::Passes,
        None => Found::Unknown(without_limit(test, facts)),
    }
}

/// Why the value cannot be held against anything: before the first year has passed there
/// is nothing to be down from.
fn without_limit(test: Test, facts: &Facts) -> Verdict {
    let immature = [facts.limit, facts.upper, facts.condition].contains(&&Value::Immature);
    match test {
        Test::Deviation { .. } => Verdict::TooFew,
        _ if immature => Verdict::Immature,
        _ => Verdict::NoData,
    }
}

fn cleared(clear: Test, facts: &Facts) -> bool {
    match clear {
        Test::Below => is(facts.value, Ordering::Less, facts.clear) == Some(true),
        Test::Above => is(facts.value, Ordering::Greater, facts.clear) == Some(true),
        _ => truth(facts.clear) == Some(true),
    }
}

fn is(value: &Value, order: Ordering, limit: &Value) -> Option<bool> {
    compare(value, limit).map(|found| found == order)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(holds) => Some(*holds),
        _ => None,
    }
}

/// Of two limits the one that the value is nearer to.
fn nearer<'a>(facts: &Facts<'a>) -> &'a Value {
    let away = |limit: &Value| Some((float(facts.value)? - float(limit)?).abs());
    match (away(facts.limit), away(facts.upper)) {
        (Some(low), Some(high)) if low < high => facts.limit,
        (_, Some(_)) => facts.upper,
        _ => &Value::Missing,
    }
}

/// From where to where a value may be expected, after those of some periods: nothing is
/// expected where fewer than half of them are known, or fewer than three (of fewer, all).
fn expected(before: &[Option<f64>], factor: f64, last: usize) -> (Value, Value) {
    let known = || before.iter().flatten();
    let needed = last.div_ceil(2).max(last.min(3)).max(2);
    if known().count() < needed {
        return (Value::Missing, Value::Missing);
    }
    let count = known().count() as f64;
    let mean = known().sum::<f64>() / count;
    let squares: f64 = known().map(|x| (x - mean) * (x - mean)).sum();
    let away = factor * (squares / (count - 1.0)).sqrt();
    (Value::Float(mean - away), Value::Float(mean + away))
}

/// The value, where it may count for what is expected later.
fn known(facts: &Facts) -> Option<f64> {
    unknown(Test::When, facts).map_or_else(|| float(facts.value), |_| None)
}

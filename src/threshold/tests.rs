//! A rule over a few periods, one sign each, and the states that follow, written by hand.
//!
//! A value is a number, `-` missing, `~` immature, `x` a value of too few, `?` one for which
//! it is not known whether they are enough, `s` a stale one. A state is `.` ok, `W` warn,
//! `C` critical, and otherwise the sign of why it is not judged.

use super::history::Past;
use super::outcome::{Severity, Verdict};
use super::reading::{Facts, Test, readings};
use super::replay::{Replayed, Terms, replay};
use crate::calendar::{Calendar, Grain, Period};
use crate::table::Value;
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Arc;

struct Rule {
    test: Test,
    limit: Value,
    terms: Terms,
    clear: Option<(Test, Value)>,
}

fn rule(test: Test, limit: i128) -> Rule {
    let terms = Terms { severity: Severity::Critical, lasts: 1, clears: None };
    Rule { test, limit: Value::Int(limit), terms, clear: None }
}

impl Rule {
    fn warn(mut self) -> Rule {
        self.terms.severity = Severity::Warn;
        self
    }

    fn lasting(mut self, periods: u32) -> Rule {
        self.terms.lasts = periods;
        self
    }

    fn clear(mut self, test: Test, limit: i128, periods: u32) -> Rule {
        self.terms.clears = Some(periods);
        self.clear = Some((test, Value::Int(limit)));
        self
    }

    fn replay(&self, values: &str) -> Replayed {
        let facts = values.split_whitespace().map(|sign| self.facts(sign));
        let facts: Vec<Facts> = facts.collect();
        replay(self.terms, past(&facts), readings(self.test, self.clear.as_ref().map(|c| c.0), &facts))
    }

    fn facts(&self, sign: &str) -> Facts<'static> {
        let value = match sign {
            "-" => Value::Missing,
            "~" => Value::Immature,
            "x" | "?" | "s" => Value::Int(0),
            number => Value::Int(number.parse().expect("a number")),
        };
        Facts {
            value: kept(value),
            limit: kept(self.limit.clone()),
            upper: kept(Value::Missing),
            condition: kept(Value::Missing),
            clear: kept(self.clear.as_ref().map_or(Value::Missing, |c| c.1.clone())),
            enough: match sign {
                "x" => Some(kept(Value::Bool(false))),
                "?" => Some(kept(Value::Missing)),
                _ => Some(kept(Value::Bool(true))),
            },
            stale: sign == "s",
        }
    }
}

/// A month for each of them.
fn past(facts: &[Facts]) -> Arc<Past> {
    let periods = (0..facts.len()).map(|at| Some(month(at))).collect();
    Arc::new(Past { periods, values: facts.iter().map(|f| f.value.clone()).collect() })
}

/// What an answer would hold on to.
fn kept<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn month(at: usize) -> Period {
    Calendar::default().period(&Grain::Month, Date::constant(2026, 1, 1) + (at as i64).months())
}

fn signs(replayed: &Replayed) -> String {
    let sign = |verdict| match verdict {
        Verdict::Ok => ".",
        Verdict::Warn => "W",
        Verdict::Critical => "C",
        Verdict::NoData => "-",
        Verdict::Immature => "~",
        Verdict::TooFew => "x",
        Verdict::Stale => "s",
    };
    replayed.history.iter().map(|m| sign(m.verdict)).collect::<Vec<_>>().join(" ")
}

fn check(rule: Rule, values: &str, states: &str) {
    assert_eq!(signs(&rule.replay(values)), states, "of {values}");
}

#[test]
fn equal_to_the_limit_is_neither_below_nor_above() {
    check(rule(Test::Below, 20), "21 20 19", ". . C");
    check(rule(Test::Above, 20), "19 20 21", ". . C");
    check(rule(Test::Below, 20).warn(), "19", "W");
}

#[test]
fn the_limits_themselves_are_not_outside() {
    let terms = Terms { severity: Severity::Warn, lasts: 1, clears: None };
    let rule = rule(Test::Outside, 10);
    let facts = |sign| Facts { upper: kept(Value::Int(20)), ..rule.facts(sign) };
    let facts: Vec<Facts> = "9 10 15 20 21 -".split(' ').map(facts).collect();
    let replayed = replay(terms, past(&facts), readings(Test::Outside, None, &facts));
    assert_eq!(signs(&replayed), "W . . . W -");
    let limits: Vec<&Value> = replayed.history.iter().take(5).map(|m| m.limit).collect();
    assert_eq!(limits, [10, 10, 20, 20, 20].map(Value::Int).iter().collect::<Vec<_>>());
}

#[test]
fn for_some_periods_fires_on_the_last_of_them() {
    let rule = || rule(Test::Below, 20).lasting(3);
    check(rule(), "10 10 10 10 30 10 10", ". . C C . . .");
    check(rule(), "10 10", ". .");
}

#[test]
fn what_is_not_known_breaks_a_run_and_never_matches() {
    let rule = || rule(Test::Below, 20).lasting(2);
    check(rule(), "10 - 10 10", ". - . C");
    check(rule(), "10 ~ 10 10", ". ~ . C");
    check(rule(), "10 x 10 10", ". x . C");
    check(rule(), "10 s 10 10", ". s . C");
    check(rule(), "10 10 - 10 10", ". C - . C");
}

#[test]
fn the_first_period_is_judged_as_any_other() {
    check(rule(Test::Below, 20), "10", "C");
    check(rule(Test::Below, 20), "-", "-");
    check(rule(Test::Below, 20), "", "");
}

#[test]
fn where_clear_is_given_only_that_ends_it() {
    let rule = |periods| rule(Test::Below, 20).clear(Test::Above, 22, periods);
    check(rule(1), "19 21 22 23 21 19", "C C C . . C");
    check(rule(2), "19 23 21 23 23", "C C C C .");
    // what is not known neither fires nor clears
    check(rule(1), "19 - 21 23 -", "C - C . -");
    check(rule(2), "19 23 - 23 23", "C C - C .");
    check(rule(1), "- 21", "- .");
}

#[test]
fn a_run_and_clear_go_together() {
    let rule = rule(Test::Below, 20).lasting(2).clear(Test::Above, 22, 1);
    // cleared, it needs a whole run again
    check(rule, "19 19 21 23 19 21 19 19", ". C C . . . . C");
}

#[test]
fn too_few_are_not_judged() {
    check(rule(Test::Below, 20), "10 x ? 10", "C x x C");
}

#[test]
fn the_weightiest_reason_is_told() {
    let rule = rule(Test::Below, 20);
    let told = |value: Value, enough: bool, stale: bool| {
        let enough = Some(kept(Value::Bool(enough)));
        let facts = Facts { value: kept(value), enough, stale, ..rule.facts("1") };
        let replayed = replay(rule.terms, past(&[facts]), readings(rule.test, None, &[facts]));
        replayed.history.last().expect("a moment").verdict
    };
    assert_eq!(told(Value::Immature, false, true), Verdict::Stale);
    assert_eq!(told(Value::Immature, false, false), Verdict::Immature);
    assert_eq!(told(Value::Missing, false, false), Verdict::TooFew);
    assert_eq!(told(Value::Missing, true, false), Verdict::NoData);
}

#[test]
fn a_missing_value_can_be_what_is_looked_for() {
    check(rule(Test::Missing, 0), "10 - ~ x s 10", ". C ~ x s .");
    check(rule(Test::Missing, 0).warn().lasting(2), "- - 10", ". W .");
}

#[test]
fn a_missing_limit_is_no_judgement() {
    let rule = Rule { limit: Value::Missing, ..rule(Test::Below, 0) };
    check(rule, "10", "-");
    let young = Rule { limit: Value::Immature, ..self::rule(Test::Below, 0) };
    check(young, "10", "~");
}

#[test]
fn a_condition_decides_where_it_is_known() {
    let terms = Terms { severity: Severity::Warn, lasts: 1, clears: None };
    let facts = |condition| Facts { condition: kept(condition), ..rule(Test::When, 0).facts("5") };
    let conditions = [Value::Bool(true), Value::Bool(false), Value::Missing].map(facts);
    assert_eq!(signs(&replay(terms, past(&conditions), readings(Test::When, None, &conditions))), "W . -");
}

#[test]
fn outside_what_the_periods_before_let_expect() {
    let rule = |last| rule(Test::Deviation { factor: 2.0, last }, 0).warn();
    // of 10 12 14 the mean is 12, their sample deviation 2: between 8 and 16; of 10 12 14 16
    // it is 13 and 2.582: between 7.836 and 18.164
    check(rule(4), "10 12 14 16 18", "x x x . .");
    check(rule(4), "10 12 14 16 19", "x x x . W");
    check(rule(4), "10 12 14 16 7", "x x x . W");
    // only those before count, and only so many of them: of 12 14 16 19 up to 21.222
    check(rule(4), "10 12 14 16 19 21", "x x x . W .");
    // three are enough of four, two are not
    check(rule(4), "- 12 14 - 13 20", "- x x - x W");
    check(rule(2), "10 10 10", "x x .");
    // where nothing has moved, anything that does is outside
    check(rule(3), "10 10 10 11", "x x x W");
}

#[test]
fn the_limit_told_is_the_nearer_one() {
    let rule = rule(Test::Deviation { factor: 1.0, last: 2 }, 0);
    let limit = |values: &str| match rule.replay(values).history.last().expect("a moment").limit {
        Value::Float(x) => (x * 1000.0).round() / 1000.0,
        other => panic!("{other:?}"),
    };
    // 10 and 12: 11 and the square root of 2 to either side
    assert_eq!(limit("10 12 9"), 9.586);
    assert_eq!(limit("10 12 13"), 12.414);
}

#[test]
fn since_when_and_for_how_long() {
    let replayed = rule(Test::Below, 20).lasting(2).replay("30 10 10 10");
    assert_eq!((replayed.since, replayed.periods), (Some(month(2)), 2));
    let replayed = rule(Test::Below, 20).replay("10 10 30");
    assert_eq!((replayed.since, replayed.periods), (None, 0));
    let latched = rule(Test::Below, 20).clear(Test::Above, 22, 1);
    let replayed = latched.replay("19 - 21");
    assert_eq!((replayed.since, replayed.periods), (Some(month(0)), 3));
    let replayed = latched.replay("19 21 -");
    assert_eq!((replayed.since, replayed.periods), (None, 0));
}

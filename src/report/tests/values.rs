//! Single values as people read them.

use jiff::civil::date;

use super::{money, style};
use crate::check::{Show, Style};
use crate::report::shown;
use crate::table::Value;

/// The expected texts are written by hand from language.md and the rules of issue 2.
#[track_caller]
fn check(value: Value, name: &str, expected: &str) {
    assert_eq!(shown(&value, &Show { style: style(name), decimals: None }), expected);
}

#[test]
fn money_has_its_sign_and_the_places_of_its_currency() {
    check(money(123_450), "USD", "$1,234.50");
    check(money(123_450), "EUR", "€1,234.50");
    check(money(-123_450), "USD", "-$1,234.50");
    check(money(123_450), "USD/month", "$1,234.50/month");
    check(money(123_450), "CHF", "CHF 1,234.50");
    check(money(123_450), "CAD", "CAD 1,234.50");
    check(Value::Int(1_234_567), "JPY", "¥1,234,567");
    check(Value::Float(1234.5), "JPY", "¥1,235");
    check(Value::Float(0.005), "USD", "$0.01");
    check(Value::Float(-0.004), "USD", "$0.00");
    check(money(0), "USD", "$0.00");
    check(money(i128::MAX), "USD", "$1,701,411,834,604,692,317,316,873,037,158,841,057.27");
}

#[test]
fn rounding_is_half_away_from_zero_on_shortest_digits() {
    // 1.005 is stored as 1.00499999999999989…; people wrote 1.005
    check(Value::Float(1.005), "USD", "$1.01");
    check(Value::Float(-1.005), "USD", "-$1.01");
    check(Value::Decimal { digits: 25, scale: 1 }, "JPY", "¥3");
    check(Value::Float(0.6245), "percent", "62.5%");
    check(Value::Float(999.9996), "number", "1,000");
}

#[test]
fn plain_numbers() {
    check(Value::Float(0.624), "percent", "62.4%");
    check(Value::Float(1.0), "percent", "100.0%");
    check(Value::Float(-0.05), "percent", "-5.0%");
    check(Value::Float(0.05), "points", "5.0");
    check(Value::Float(0.624), "ratio", "0.624");
    check(Value::Int(1_234), "count", "1,234");
    check(Value::Int(999), "count", "999");
    check(Value::Float(12.34567), "number", "12.35");
    check(Value::Float(1234.567), "number", "1,234.6");
    check(Value::Float(0.000123456), "number", "0.0001235");
    check(Value::Float(5.0), "number", "5");
    check(Value::Float(0.0), "number", "0");
    check(Value::Float(f64::NAN), "number", "–");
    check(Value::Float(f64::INFINITY), "USD", "–");
}

#[test]
fn durations() {
    check(Value::Int(43), "days", "43 days");
    check(Value::Float(43.0), "days", "43 days");
    check(Value::Float(43.25), "days", "43.3 days");
    check(Value::Int(1), "days", "1 day");
    check(Value::Int(0), "days", "0 days");
    check(Value::Float(1.5), "hours", "1.5 hours");
    check(Value::Float(2.5), "1/month", "2.5/month");
}

#[test]
fn what_is_no_number() {
    check(Value::Missing, "USD", "–");
    check(Value::Immature, "percent", "immature");
    check(Value::NoMember, "value", "(none)");
    check(Value::Bool(true), "value", "yes");
    check(Value::Date(date(2026, 1, 31)), "value", "2026-01-31");
    check(Value::Timestamp(1_769_860_800_000_000), "value", "2026-01-31T12:00Z");
    check(Value::Int(12345), "value", "12345");
}

#[test]
fn declared_decimals_win() {
    let shown_as = |style, decimals, value| shown(&value, &Show { style, decimals: Some(decimals) });
    assert_eq!(shown_as(Style::Percent, 0, Value::Float(0.624)), "62%");
    assert_eq!(shown_as(style("USD"), 0, money(123_450)), "$1,235");
    assert_eq!(shown_as(style("days"), 2, Value::Int(43)), "43.00 days");
    assert_eq!(shown_as(Style::Number, 1, Value::Float(1234.56)), "1,234.6");
}

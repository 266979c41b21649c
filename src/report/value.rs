//! One value as people read it: `$1,234.50`, `62.4%`, `43 days`, `–`. Rounded half
//! away from zero, on the exact decimal or on a float's shortest digits.

use std::borrow::Borrow;

use jiff::tz::TimeZone;

use super::decimal::Decimal;
use crate::check::{Show, Style};
use crate::table::Value;
use crate::units::{Base, Currency, Unit};

/// What stands where there is no value.
pub const MISSING: &str = "–";

/// The places behind the point for a whole column, so that its points stand in one line.
pub fn places<V: Borrow<Value>>(show: &Show, values: impl IntoIterator<Item = V>) -> u8 {
    if let Some(places) = show.decimals {
        return places;
    }
    let numbers = values.into_iter().filter_map(|v| decimal(v.borrow()));
    match &show.style {
        Style::Percent | Style::Points => 1,
        Style::Unit(unit) => match unit.currency() {
            Some(currency) => currency.scale(),
            None if is_plain_time(unit) => u8::from(!numbers.into_iter().all(|n| n.is_whole())),
            None => significant(numbers),
        },
        Style::Count | Style::Ratio | Style::Number => significant(numbers),
        Style::Value => 0,
    }
}

/// Four significant digits of each, yet no more than seven of the largest.
fn significant(numbers: impl Iterator<Item = Decimal>) -> u8 {
    let (mut most, mut whole) = (0, 0);
    for number in numbers {
        most = most.max(number.places(4));
        whole = whole.max(number.whole_digits());
    }
    let least = if whole == 0 { 12 } else { 7_usize.saturating_sub(whole).max(1) };
    most.min(least as u8)
}

/// `43 days`: one unit of time and nothing else.
fn is_plain_time(unit: &Unit) -> bool {
    matches!(unit.factors(), [(base, 1)] if !matches!(base, Base::Currency(_)))
}

/// The value alone.
pub fn shown(value: &Value, show: &Show) -> String {
    shown_at(value, show, places(show, [value]))
}

/// The value with so many places behind the point.
pub fn shown_at(value: &Value, show: &Show, places: u8) -> String {
    match value {
        Value::Missing => MISSING.to_string(),
        Value::Immature => "immature".to_string(),
        Value::NoMember => "(none)".to_string(),
        Value::Bool(true) => "yes".to_string(),
        Value::Bool(false) => "no".to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Period(period) => period.label.to_string(),
        Value::Timestamp(microseconds) => timestamp(*microseconds),
        Value::Int(_) | Value::Decimal { .. } | Value::Float(_) => match decimal(value) {
            Some(number) => styled(number, show, places, value),
            None => MISSING.to_string(),
        },
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(n) => Some(Decimal::new(*n, 0)),
        Value::Decimal { digits, scale } => Some(Decimal::new(*digits, *scale)),
        Value::Float(x) => Decimal::from_f64(*x),
        _ => None,
    }
}

fn styled(number: Decimal, show: &Show, places: u8, value: &Value) -> String {
    match &show.style {
        Style::Percent => signed(&number.shifted(2).rounded(places), "", "%"),
        Style::Points => signed(&number.shifted(2).rounded(places), "", ""),
        Style::Unit(unit) => {
            let (before, after) = around(unit);
            let number = number.rounded(places);
            let after = if number.grouped() == "1" { singular(unit, after) } else { after };
            signed(&number, &before, &after)
        }
        Style::Ratio | Style::Number | Style::Count => signed(&number.rounded(places), "", ""),
        // a dimension's number is a name: no commas, all digits
        Style::Value => raw(value).unwrap_or_default(),
    }
}

fn signed(number: &Decimal, before: &str, after: &str) -> String {
    let sign = if number.is_negative() { "-" } else { "" };
    format!("{sign}{before}{}{after}", number.grouped())
}

/// What stands before and after a number in this unit: `$` and `/month`, nothing and ` days`.
pub fn around(unit: &Unit) -> (String, String) {
    let Some(currency) = unit.currency() else {
        let name = unit.to_string();
        return match name.strip_prefix('1') {
            Some(per) => (String::new(), per.to_string()),
            None if name.is_empty() => (String::new(), name),
            None => (String::new(), format!(" {name}")),
        };
    };
    let (rest, _) = unit.over(&Unit::of(Base::Currency(currency)));
    let rest = rest.to_string();
    let after = match rest.strip_prefix('1') {
        Some(per) => per.to_string(),
        None if rest.is_empty() => rest,
        None => format!(" {rest}"),
    };
    (sign(currency), after)
}

fn singular(unit: &Unit, after: String) -> String {
    if is_plain_time(unit) { after.trim_end_matches('s').to_string() } else { after }
}

/// Only signs that stand for one currency; elsewhere the code, so that nobody
/// takes Canadian dollars for American ones.
fn sign(currency: Currency) -> String {
    match currency.code() {
        "USD" => "$".to_string(),
        "EUR" | "GBP" | "JPY" | "INR" | "KRW" | "ILS" | "VND" | "PHP" | "NGN" | "UAH" | "TRY" => {
            currency.symbol()
        }
        code => format!("{code} "),
    }
}

/// To the minute where the seconds are zero; always in UTC.
fn timestamp(microseconds: i64) -> String {
    match jiff::Timestamp::from_microsecond(microseconds) {
        Ok(at) => {
            let text = at.to_zoned(TimeZone::UTC).datetime().to_string();
            let text = text.strip_suffix(":00").unwrap_or(&text);
            format!("{text}Z")
        }
        Err(_) => MISSING.to_string(),
    }
}

/// For machines: all digits, no unit, dates and periods as they are named.
/// `None` where there is no value.
pub fn raw(value: &Value) -> Option<String> {
    Some(match value {
        Value::Missing | Value::Immature => return None,
        Value::Int(n) => n.to_string(),
        Value::Decimal { digits, scale } => {
            let number = Decimal::new(*digits, *scale);
            format!("{}{}", if *digits < 0 { "-" } else { "" }, number.plain())
        }
        Value::Float(x) if !x.is_finite() => return None,
        // -0 is an artefact of arithmetic
        Value::Float(x) => (x + 0.0).to_string(),
        Value::Bool(b) => b.to_string(),
        other => shown(other, &Show { style: Style::Value, decimals: None }),
    })
}

/// As it is declared in `.kpi` files; `None` for what is not a number.
pub fn unit_name(show: &Show) -> Option<String> {
    Some(match &show.style {
        Style::Percent => "percent".to_string(),
        Style::Points => "points".to_string(),
        Style::Ratio => "ratio".to_string(),
        Style::Count => "count".to_string(),
        Style::Number => "number".to_string(),
        Style::Unit(unit) => unit.to_string(),
        Style::Value => return None,
    })
}

//! Arithmetic of judged values: exact where both sides are, otherwise with floats, in
//! which the last digits are noise and never decide a verdict.

use std::cmp::Ordering;

use crate::table::Value;

/// Two floats are equal if they differ by less than this part of the greater: a quotient
/// that should be 0.3 may be 0.30000000000000004.
const NOISE: f64 = 1e-12;

/// `None` where one of them is no number, and they are no dates or texts either.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Date(a), Value::Date(b)) => return Some(a.cmp(b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => return Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => return Some(a.cmp(b)),
        _ => {}
    }
    if let (Some(a), Some(b)) = (exact(a), exact(b))
        && let Some((a, b, _)) = aligned(a, b)
    {
        return Some(a.cmp(&b));
    }
    let (a, b) = (float(a)?, float(b)?);
    match (a - b).abs() <= NOISE * a.abs().max(b.abs()) {
        true => Some(Ordering::Equal),
        false => a.partial_cmp(&b),
    }
}

/// `a - b`; missing where one of them is no number.
pub fn minus(a: &Value, b: &Value) -> Value {
    if let (Some(a), Some(b)) = (exact(a), exact(b))
        && let Some((a, b, scale)) = aligned(a, b)
        && let Some(digits) = a.checked_sub(b)
    {
        return match scale {
            0 => Value::Int(digits),
            scale => Value::Decimal { digits, scale },
        };
    }
    match (float(a), float(b)) {
        (Some(a), Some(b)) => Value::Float(a - b),
        _ => Value::Missing,
    }
}

pub fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        // both are exact, so that the quotient is the nearest float there is
        Value::Decimal { digits, scale } => Some(*digits as f64 / 10f64.powi(i32::from(*scale))),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

/// Digits and scale.
fn exact(value: &Value) -> Option<(i128, u8)> {
    match value {
        Value::Int(n) => Some((*n, 0)),
        Value::Decimal { digits, scale } => Some((*digits, *scale)),
        _ => None,
    }
}

/// Both at the finer scale; `None` beyond what 128 bits hold.
fn aligned(a: (i128, u8), b: (i128, u8)) -> Option<(i128, i128, u8)> {
    if a.1 == b.1 {
        return Some((a.0, b.0, a.1));
    }
    let scale = a.1.max(b.1);
    let at = |(digits, own): (i128, u8)| digits.checked_mul(10i128.checked_pow(u32::from(scale - own))?);
    Some((at(a)?, at(b)?, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(digits: i128, scale: u8) -> Value {
        Value::Decimal { digits, scale }
    }

    #[test]
    fn exact_values_are_compared_exactly() {
        assert_eq!(compare(&decimal(100, 2), &Value::Int(1)), Some(Ordering::Equal));
        assert_eq!(compare(&decimal(99, 2), &Value::Int(1)), Some(Ordering::Less));
        let huge = i128::MAX / 10;
        assert_eq!(compare(&Value::Int(huge), &Value::Int(huge - 1)), Some(Ordering::Greater));
    }

    #[test]
    fn the_last_digits_of_floats_are_noise() {
        assert_eq!(compare(&Value::Float(0.1 + 0.2), &decimal(3, 1)), Some(Ordering::Equal));
        assert_eq!(compare(&Value::Float(1.0 / 3.0), &Value::Float(0.333_333_33)), Some(Ordering::Greater));
        assert_eq!(compare(&Value::Float(0.0), &Value::Int(0)), Some(Ordering::Equal));
        assert_eq!(compare(&Value::Float(-1e-30), &Value::Int(0)), Some(Ordering::Less));
    }

    #[test]
    fn what_is_no_number_is_not_compared() {
        assert_eq!(compare(&Value::Missing, &Value::Int(1)), None);
        assert_eq!(compare(&Value::Int(1), &Value::Text("1".into())), None);
        assert_eq!(compare(&Value::Text("a".into()), &Value::Text("b".into())), Some(Ordering::Less));
        let date = |day| Value::Date(jiff::civil::date(2026, 1, day));
        assert_eq!(compare(&date(2), &date(1)), Some(Ordering::Greater));
        assert_eq!(minus(&Value::Immature, &Value::Int(1)), Value::Missing);
    }

    #[test]
    fn differences_stay_exact() {
        assert_eq!(minus(&decimal(1050, 2), &Value::Int(11)), decimal(-50, 2));
        assert_eq!(minus(&Value::Int(3), &Value::Int(5)), Value::Int(-2));
        assert_eq!(minus(&Value::Float(0.5), &decimal(25, 2)), Value::Float(0.25));
    }
}

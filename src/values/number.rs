//! Numbers as they are written: whole, exact decimal, float. Exact or refused.

use super::Reason;

/// `-42`; never `42.0`, `1e3`, `1,000`.
pub fn int(text: &[u8]) -> Result<i64, Reason> {
    let text = text.trim_ascii();
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(not_an_int(text));
    }
    let mut value: i64 = 0;
    for digit in digits {
        let digit = i64::from(digit - b'0');
        // built downwards, because the smallest has no positive twin
        value = value.checked_mul(10).and_then(|v| v.checked_sub(digit)).ok_or_else(|| {
            Reason::new("is too large for a whole number of 64 bits")
                .help("declare the column `text` if it is an id")
        })?;
    }
    let value = if negative { Some(value) } else { value.checked_neg() };
    value.ok_or_else(|| {
        Reason::new("is too large for a whole number of 64 bits")
            .help("declare the column `text` if it is an id")
    })
}

fn not_an_int(text: &[u8]) -> Reason {
    let reason = Reason::new("is not a whole number");
    if Parts::of(text).is_some() {
        return not_whole();
    }
    with_hint(reason, text)
}

pub fn not_whole() -> Reason {
    let reason = Reason::new("is not a whole number");
    reason.help("declare the column `number`, or a unit such as `USD` or `days`")
}

/// The same number; of the two zeros that floats have the one without a sign.
pub fn one_zero(value: f64) -> f64 {
    value + 0.0
}

/// A 64-bit float; neither infinite nor NaN, nor `-0.0`.
pub fn float(text: &[u8]) -> Result<f64, Reason> {
    let text = text.trim_ascii();
    let written = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    let value = match std::str::from_utf8(text) {
        Ok(word) if text.iter().all(written) => word.parse::<f64>().ok(),
        _ => None,
    };
    match value {
        Some(value) if value.is_finite() => Ok(one_zero(value)),
        Some(_) => Err(Reason::new("is too large for a 64-bit float")),
        None => Err(with_hint(Reason::new("is not a number"), text)),
    }
}

/// `text` times ten to the `scale`, exactly, of at most `precision` digits.
pub fn decimal(text: &[u8], precision: u8, scale: u8) -> Result<i128, Reason> {
    let text = text.trim_ascii();
    if let Some(value) = plain(text, scale) {
        return fits(value, precision, scale);
    }
    let parts = Parts::of(text).ok_or_else(|| with_hint(Reason::new("is not a number"), text))?;
    let value = parts.at(scale)?;
    fits(value, precision, scale)
}

/// The usual case, without a look back: a sign, up to 18 digits and a point.
fn plain(text: &[u8], scale: u8) -> Option<i128> {
    let (negative, rest) = sign(text);
    if rest.is_empty() || rest.len() > 18 {
        return None;
    }
    let (mut value, mut places) = (0i64, None);
    for byte in rest {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(byte - b'0');
                places = places.map(|n: u8| n + 1);
            }
            b'.' if places.is_none() => places = Some(0),
            _ => return None,
        }
    }
    let places = places.unwrap_or(0);
    if places > scale || rest == b"." {
        return None;
    }
    let value = i128::from(value).checked_mul(power(scale - places)?)?;
    Some(if negative { -value } else { value })
}

/// A number as written: digits without sign and trailing zeros, and the power of ten.
struct Parts {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Parts {
    fn of(text: &[u8]) -> Option<Parts> {
        let (negative, rest) = sign(text);
        let (mantissa, exponent) = match rest.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (&rest[..at], std::str::from_utf8(&rest[at + 1..]).ok()?.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let point = mantissa.iter().position(|b| *b == b'.').unwrap_or(mantissa.len());
        let (whole, behind) = mantissa.split_at(point);
        let behind = behind.strip_prefix(b".").unwrap_or(behind);
        let mut digits = [whole, behind].concat();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut exponent = i64::from(exponent) - behind.len() as i64;
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent += 1;
        }
        Some(Parts { negative, digits, exponent })
    }

    /// As a whole number of units of ten to the minus `scale`.
    fn at(&self, scale: u8) -> Result<i128, Reason> {
        let zeros = self.exponent + i64::from(scale);
        if self.digits.is_empty() {
            return Ok(0);
        }
        if zeros < 0 {
            return Err(too_many_places(scale));
        }
        let mut value: i128 = 0;
        for digit in &self.digits {
            value = value
                .checked_mul(10)
                .and_then(|v| v.checked_add(i128::from(digit - b'0')))
                .ok_or_else(too_large)?;
        }
        let power = u8::try_from(zeros).ok().and_then(power).ok_or_else(too_large)?;
        let value = value.checked_mul(power).ok_or_else(too_large)?;
        Ok(if self.negative { -value } else { value })
    }
}

/// The one decimal of that scale whose nearest float this is; none if there is no such,
/// or several.
pub fn decimal_of_float(value: f64, precision: u8, scale: u8) -> Result<i128, Reason> {
    of_float(value, precision, scale, |units, power| units / power == value)
}

/// The same of a float of 32 bits: `12.34` is another number there.
pub fn decimal_of_float32(value: f32, precision: u8, scale: u8) -> Result<i128, Reason> {
    of_float(f64::from(value), precision, scale, |units, power| (units / power) as f32 == value)
}

fn of_float(
    value: f64,
    precision: u8,
    scale: u8,
    is_nearest: impl Fn(f64, f64) -> bool,
) -> Result<i128, Reason> {
    if !value.is_finite() {
        return Err(Reason::new("is not a finite number"));
    }
    let power = 10f64.powi(i32::from(scale));
    let units = (value * power).round();
    let small = units.abs() < EXACT;
    if small && !is_nearest(units, power) {
        return Err(too_many_places(scale));
    }
    if small && !is_nearest(units - 1.0, power) && !is_nearest(units + 1.0, power) {
        return fits(units as i128, precision, scale);
    }
    // so large that its neighbours are the same float: no places behind the point are known
    if value.fract() != 0.0 || value.abs() >= 1e38 {
        return Err(Reason::new("is too large to be exact as a float").help("write the column as decimals"));
    }
    fits(rescale(value as i128, 0, scale)?, precision, scale)
}

/// The whole numbers up to here have a float each.
pub const EXACT: f64 = 9_007_199_254_740_992.0;

/// The float nearest to `value` times ten to minus `scale`.
pub fn float_of_decimal(value: i128, scale: i8) -> f64 {
    // up to here both numbers are exact, so that their quotient is rounded once
    if value.unsigned_abs() <= 1 << 53 && (0..=22).contains(&scale) {
        return value as f64 / 10f64.powi(i32::from(scale));
    }
    format!("{value}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN)
}

/// The same number with another number of places; refused where digits would be lost.
pub fn rescale(value: i128, from: i8, to: u8) -> Result<i128, Reason> {
    let more = i32::from(to) - i32::from(from);
    let power = u8::try_from(more.abs()).ok().and_then(power);
    match power {
        _ if value == 0 => Ok(0),
        Some(power) if more >= 0 => value.checked_mul(power).ok_or_else(too_large),
        Some(power) if value % power == 0 => Ok(value / power),
        _ if more >= 0 => Err(too_large()),
        _ => Err(too_many_places(to)),
    }
}

/// The value, if it has no more than `precision` digits.
pub fn fits(value: i128, precision: u8, scale: u8) -> Result<i128, Reason> {
    match power(precision) {
        Some(limit) if value.unsigned_abs() >= limit.unsigned_abs() => {
            let whole = precision.saturating_sub(scale);
            Err(Reason::new(format!(
                "is too large: the column has {} before the point",
                count(whole, "digit")
            ))
            .help("declare the column with more digits: `decimal(p, s)`"))
        }
        _ => Ok(value),
    }
}

fn too_many_places(scale: u8) -> Reason {
    Reason::new(format!("has more than {} behind the point", count(scale, "digit")))
        .help("declare the column `number`, or with more places such as `USD(4)`, or round the data")
}

fn too_large() -> Reason {
    Reason::new("is too large for a decimal of 38 digits")
}

fn count(n: u8, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

fn power(exponent: u8) -> Option<i128> {
    10i128.checked_pow(u32::from(exponent))
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// What the author of the data may have meant by something that is no number.
fn with_hint(reason: Reason, text: &[u8]) -> Reason {
    let word = String::from_utf8_lossy(text);
    let has = |signs: &[char]| word.contains(signs);
    let digits = word.bytes().any(|b| b.is_ascii_digit());
    if digits && has(&[',', '\'', '_', '\u{a0}', '\u{202f}']) {
        reason.help("numbers are written with a decimal point and without thousands separators: `1234.50`")
    } else if digits && has(&['$', '€', '£', '¥']) {
        reason.help("numbers are written without a currency sign: `1234.50`")
    } else if digits && word.ends_with('%') {
        reason.help("a share is written as a number: `0.25` for 25%")
    } else if matches!(
        word.to_lowercase().as_str(),
        "null" | "none" | "n/a" | "na" | "nan" | "-" | "#n/a" | "\\n"
    ) {
        reason.help("leave the field empty where the value is missing")
    } else {
        reason
    }
}

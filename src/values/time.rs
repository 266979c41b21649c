//! Dates and timestamps as they are written: ISO 8601, nothing guessed.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::Reason;
use crate::calendar::epoch_day;

pub const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Days since 1970-01-01 of `2026-01-31`, also with a time of day that is midnight.
pub fn date(text: &[u8], zone: &mut LocalTime) -> Result<i32, Reason> {
    let text = text.trim_ascii();
    let (date, rest) = leading_date(text).ok_or_else(|| no_date(text))?;
    if rest.is_empty() {
        return Ok(epoch_day(date));
    }
    let (micros, instant) = written_time(rest, date).ok_or_else(|| no_date(text))?;
    let micros = if instant { zone.clock_of(micros) } else { micros };
    day_at_midnight(micros).ok_or_else(not_midnight)
}

/// The day, if so many microseconds since 1970 are a midnight.
pub fn day_at_midnight(micros: i64) -> Option<i32> {
    (micros.rem_euclid(MICROS_PER_DAY) == 0).then(|| micros.div_euclid(MICROS_PER_DAY) as i32)
}

/// Microseconds since 1970-01-01T00:00Z of `2026-01-31 12:00[:ss[.ffffff]]`, with `T`,
/// with `Z` or `+02:00`. Without a zone it is local time, a date alone local midnight.
pub fn timestamp(text: &[u8], zone: &mut LocalTime) -> Result<i64, Reason> {
    let text = text.trim_ascii();
    let (date, rest) = leading_date(text).ok_or_else(|| no_timestamp(text))?;
    if rest.is_empty() {
        return Ok(zone.instant_of(i64::from(epoch_day(date)) * MICROS_PER_DAY));
    }
    if too_fine(rest) {
        return Err(finer_than_micros());
    }
    let (micros, instant) = written_time(rest, date).ok_or_else(|| no_timestamp(text))?;
    Ok(if instant { micros } else { zone.instant_of(micros) })
}

pub fn not_midnight() -> Reason {
    Reason::new("is not a date: it has a time of day").help("declare the column `timestamp`")
}

pub fn finer_than_micros() -> Reason {
    Reason::new("is finer than a microsecond").help("round the timestamps to microseconds in the data")
}

/// `2026-01-31` and what follows it.
fn leading_date(text: &[u8]) -> Option<(Date, &[u8])> {
    let (date, rest) = text.split_at_checked(10)?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?);
    let date = Date::new(year as i16, month as i8, day as i8).ok()?;
    (rest.is_empty() || matches!(rest[0], b' ' | b'T' | b't')).then_some((date, rest))
}

/// The time after a date, as microseconds since 1970 with the date; and whether a zone
/// was given, so that they are an instant.
fn written_time(rest: &[u8], date: Date) -> Option<(i64, bool)> {
    let rest = rest[1..].trim_ascii_start();
    let end = rest.iter().position(|b| !matches!(b, b'0'..=b'9' | b':' | b'.')).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(end);
    let day = i64::from(epoch_day(date)) * MICROS_PER_DAY;
    let micros = day + time_of_day(time)?;
    match offset(zone.trim_ascii_start())? {
        Some(seconds) => Some((micros - seconds * 1_000_000, true)),
        None => Some((micros, false)),
    }
}

/// `12:00`, `2:05:09`, `12:00:00.123456` as microseconds.
fn time_of_day(text: &[u8]) -> Option<i64> {
    let mut parts = text.splitn(3, |b| *b == b':');
    let hour = parts.next().filter(|h| matches!(h.len(), 1 | 2))?;
    let minute = parts.next().filter(|m| m.len() == 2)?;
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(second) => {
            let (whole, fraction) = second.split_at_checked(2)?;
            (number(whole)?, micros(fraction)?)
        }
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some((i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 1_000_000 + fraction)
}

/// `.5` as 500000; further digits must be zeros.
fn micros(fraction: &[u8]) -> Option<i64> {
    let Some((point, digits)) = fraction.split_first() else { return Some(0) };
    if *point != b'.' || digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (kept, rest) = digits.split_at(digits.len().min(6));
    if rest.iter().any(|b| *b != b'0') {
        return None;
    }
    Some(kept.iter().chain(b"000000").take(6).fold(0, |v, b| v * 10 + i64::from(b - b'0')))
}

fn too_fine(rest: &[u8]) -> bool {
    let Some(point) = rest.iter().position(|b| *b == b'.') else { return false };
    let digits = rest[point + 1..].iter().take_while(|b| b.is_ascii_digit());
    digits.skip(6).any(|b| *b != b'0')
}

/// Seconds east of Greenwich of `Z`, `UTC`, `+02:00`, `+0200`, `-05`; `None` for nothing.
fn offset(text: &[u8]) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    if [b"Z".as_slice(), b"UTC", b"GMT"].iter().any(|zone| text.eq_ignore_ascii_case(zone)) {
        return Some(Some(0));
    }
    let sign = match text[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match &text[1..] {
        [a, b] => (number(&[*a, *b])?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (number(&[*a, *b])?, number(&[*c, *d])?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then(|| Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60)))
}

fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
}

fn no_date(text: &[u8]) -> Reason {
    Reason::new("is not a date").help(hint(text, "dates are written `2026-01-31`"))
}

fn no_timestamp(text: &[u8]) -> Reason {
    Reason::new("is not a timestamp")
        .help(hint(text, "timestamps are written `2026-01-31 12:00:00`, with `Z` or `+02:00` if not local"))
}

fn hint(text: &[u8], usual: &str) -> String {
    let word = String::from_utf8_lossy(text);
    if matches!(word.to_lowercase().as_str(), "null" | "none" | "n/a" | "na" | "nat" | "-" | "\\n") {
        "leave the field empty where the value is missing".to_owned()
    } else if text.len() > 4 && text.iter().all(u8::is_ascii_digit) {
        format!("{usual}; `{word}` could mean several things")
    } else {
        usual.to_owned()
    }
}

/// Wall clocks of one zone to instants and back. A wall clock that a change of clocks
/// skips is moved on by the gap; of one that comes twice the first is meant (jiff's
/// "compatible", RFC 5545).
#[derive(Debug, Clone)]
pub struct LocalTime {
    zone: TimeZone,
    /// Seen so far; the one that held last is tried first.
    steady: Vec<Steady>,
    last: usize,
}

/// A time without changes of clocks.
#[derive(Debug, Clone, PartialEq)]
struct Steady {
    /// Local microseconds, with a day to spare on both sides.
    clock: std::ops::Range<i64>,
    /// What local time is ahead of UTC.
    offset: i64,
}

impl LocalTime {
    pub fn new(zone: &TimeZone) -> LocalTime {
        let offset = zone.to_fixed_offset().ok().map(|offset| i64::from(offset.seconds()) * 1_000_000);
        let steady = offset.map(|offset| Steady { clock: i64::MIN..i64::MAX, offset });
        LocalTime { zone: zone.clone(), steady: steady.into_iter().collect(), last: 0 }
    }

    /// Whether local time is UTC, so that nothing needs converting.
    pub fn is_utc(&self) -> bool {
        self.steady.first() == Some(&Steady { clock: i64::MIN..i64::MAX, offset: 0 })
    }

    /// The instant of a wall clock, both in microseconds.
    pub fn instant_of(&mut self, local: i64) -> i64 {
        let holds = |steady: &Steady| steady.clock.contains(&local);
        if !self.steady.get(self.last).is_some_and(holds) {
            match self.steady.iter().position(holds) {
                Some(known) => self.last = known,
                None => return self.looked_up(local),
            }
        }
        local.saturating_sub(self.steady[self.last].offset)
    }

    fn looked_up(&mut self, local: i64) -> i64 {
        let instant = civil(local).and_then(|dt| self.zone.to_ambiguous_timestamp(dt).compatible().ok());
        // beyond the years that clocks know no zone applies
        let Some(instant) = instant else { return local };
        let steady = self.around(instant);
        if steady.clock.contains(&local) {
            self.last = self.steady.len();
            self.steady.push(steady);
        }
        instant.as_microsecond()
    }

    /// The time between the changes of clocks before and after.
    fn around(&self, at: Timestamp) -> Steady {
        // a change at this very instant lies before it
        let just_after = at.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(at);
        let before = self.zone.preceding(just_after).next().map_or(Timestamp::MIN, |t| t.timestamp());
        let after = self.zone.following(at).next().map_or(Timestamp::MAX, |t| t.timestamp());
        let offset = i64::from(self.zone.to_offset(at).seconds()) * 1_000_000;
        let start = before.as_microsecond() + offset + MICROS_PER_DAY;
        Steady { clock: start..after.as_microsecond() + offset - MICROS_PER_DAY, offset }
    }

    /// The wall clock of an instant, both in microseconds.
    pub fn clock_of(&self, instant: i64) -> i64 {
        match Timestamp::from_microsecond(instant) {
            Ok(timestamp) => instant + i64::from(self.zone.to_offset(timestamp).seconds()) * 1_000_000,
            Err(_) => instant,
        }
    }
}

/// A wall clock as jiff has it.
fn civil(local: i64) -> Option<DateTime> {
    let date = crate::calendar::from_epoch_day(i32::try_from(local.div_euclid(MICROS_PER_DAY)).ok()?)?;
    let micros = local.rem_euclid(MICROS_PER_DAY);
    let seconds = micros / 1_000_000;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let time = Time::new(hour as i8, minute as i8, second as i8, (micros % 1_000_000 * 1000) as i32).ok()?;
    Some(DateTime::from_parts(date, time))
}

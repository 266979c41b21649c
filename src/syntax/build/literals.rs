//! Texts, numbers, dates and durations, as values: escapes undone, dates on the calendar.

use jiff::civil::{Date, DateTime, Time};
use pest::iterators::Pair;

use super::Builder;
use crate::syntax::ast::{DurationUnit, Expr, ExprKind, Number, Text};
use crate::syntax::grammar::Rule;
use crate::syntax::problems::{BadDate, BadEscape, BadNumber};
use crate::text::Span;

impl Builder<'_> {
    /// Of a pair `string`.
    pub(super) fn text(&mut self, pair: &Pair<Rule>) -> Text {
        let span = self.token_span(pair);
        let quoted = pair.as_str();
        let content = &quoted[1..quoted.len() - 1];
        let value = if content.contains('\\') { self.unescape(content, span) } else { content.to_owned() };
        Text { value, span }
    }

    pub(super) fn unescape(&mut self, content: &str, span: Span) -> String {
        let mut value = String::with_capacity(content.len());
        let mut rest = content;
        while let Some(at) = rest.find('\\') {
            value.push_str(&rest[..at]);
            rest = &rest[at..];
            let (meaning, length) = escape(rest);
            match meaning {
                Some(meaning) => value.push(meaning),
                None => {
                    let start = span.end as usize - 1 - rest.len();
                    let span = Span::new(self.file, start, start + length);
                    self.problems.push(BadEscape { written: rest[..length].to_owned(), span });
                }
            }
            rest = &rest[length..];
        }
        value.push_str(rest);
        value
    }

    /// Of a pair `number`.
    pub(super) fn number(&mut self, pair: &Pair<Rule>) -> Option<Number> {
        let written = pair.as_str();
        let (digits, percent) = match written.strip_suffix('%') {
            Some(digits) => (digits, true),
            None => (written, false),
        };
        match number_mistake(digits) {
            None if digits.contains('_') => Some(Number { digits: digits.replace('_', ""), percent }),
            None => Some(Number { digits: digits.to_owned(), percent }),
            Some(why) => {
                let span = self.token_span(pair);
                self.problems.push(BadNumber { written: written.to_owned(), why, span });
                None
            }
        }
    }

    /// `30`, `25%`, `30 days`
    pub(super) fn quantity(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let number = inner.next().and_then(|number| self.number(&number));
        let unit = inner.next().and_then(|unit| duration_unit(unit.as_str()));
        let kind = match (number, unit) {
            (None, _) => ExprKind::Error,
            (Some(number), None) => ExprKind::Number(number),
            (Some(amount), Some(unit)) => ExprKind::Duration { amount, unit },
        };
        expr(kind, span)
    }

    /// Of a pair `date`: a date or a timestamp.
    pub(super) fn date_or_timestamp(&mut self, pair: &Pair<Rule>) -> Expr {
        let span = self.token_span(pair);
        let kind = match moment(pair.as_str()) {
            Ok(Moment::Date(date)) => ExprKind::Date(date),
            Ok(Moment::Timestamp { at, utc }) => ExprKind::Timestamp { at, utc },
            Err(mistake) => {
                self.report_date(pair.as_str(), mistake, span);
                ExprKind::Error
            }
        };
        expr(kind, span)
    }

    /// Of a pair `date` where only a date has a meaning.
    pub(super) fn date(&mut self, pair: &Pair<Rule>) -> Option<(Date, Span)> {
        let span = self.token_span(pair);
        let mistake = match moment(pair.as_str()) {
            Ok(Moment::Date(date)) => return Some((date, span)),
            Ok(Moment::Timestamp { at, .. }) => {
                Mistake { why: "a day is meant here", meant: Some(at.date().to_string()) }
            }
            Err(mistake) => mistake,
        };
        self.report_date(pair.as_str(), mistake, span);
        None
    }

    fn report_date(&mut self, written: &str, mistake: Mistake, span: Span) {
        self.problems.push(BadDate {
            written: written.to_owned(),
            meant: mistake.meant,
            why: mistake.why,
            span,
        });
    }
}

pub(super) fn expr(kind: ExprKind, span: Span) -> Expr {
    Expr { kind: Box::new(kind), span }
}

/// What the escape that `text` begins with stands for, and its length.
fn escape(text: &str) -> (Option<char>, usize) {
    let Some(letter) = text[1..].chars().next() else { return (None, 1) };
    match letter {
        '"' | '\\' => (Some(letter), 2),
        'n' => (Some('\n'), 2),
        'u' => unicode_escape(text),
        other => (None, 1 + other.len_utf8()),
    }
}

/// `\u{1F600}`
fn unicode_escape(text: &str) -> (Option<char>, usize) {
    let Some(end) = text.starts_with("\\u{").then(|| text.find('}')).flatten() else { return (None, 2) };
    let digits = &text[3..end];
    let code = (digits.len() <= 6).then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    (code.and_then(char::from_u32), end + 1)
}

fn duration_unit(word: &str) -> Option<DurationUnit> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "second" => DurationUnit::Second,
        "minute" => DurationUnit::Minute,
        "hour" => DurationUnit::Hour,
        "day" => DurationUnit::Day,
        "week" => DurationUnit::Week,
        "month" => DurationUnit::Month,
        "quarter" => DurationUnit::Quarter,
        "year" => DurationUnit::Year,
        _ => return None,
    })
}

/// What is wrong with a number without its `%`.
fn number_mistake(digits: &str) -> Option<&'static str> {
    if let Some(other) = digits.bytes().find(|b| !(b.is_ascii_digit() || matches!(b, b'_' | b'.'))) {
        return Some(match other {
            b'e' | b'E' => "exponents are written out",
            _ => "a letter in a number",
        });
    }
    if digits.split('.').any(|part| part.starts_with('_') || part.ends_with('_') || part.contains("__")) {
        return Some("`_` stands between two digits");
    }
    (digits.matches('.').count() > 1).then_some("more than one point")
}

enum Moment {
    Date(Date),
    Timestamp { at: DateTime, utc: bool },
}

struct Mistake {
    why: &'static str,
    meant: Option<String>,
}

impl Mistake {
    fn because(why: &'static str) -> Mistake {
        Mistake { why, meant: None }
    }
}

/// Reads `2026-01-31` and `2026-01-31T12:00[:00[.000]][Z]`, and nothing else.
fn moment(written: &str) -> Result<Moment, Mistake> {
    let Some((day, time)) = written.split_once(['T', 't']) else { return date(written).map(Moment::Date) };
    let date = date(day).map_err(|mistake| Mistake {
        meant: mistake.meant.map(|meant| format!("{meant}T{time}")),
        ..mistake
    })?;
    let (clock, utc) = match time.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, true),
        None => (time, false),
    };
    if clock.contains(['+', '-']) {
        return Err(Mistake::because("a timestamp is local, or ends in `Z` and is UTC"));
    }
    let time = clock_time(clock).ok_or(Mistake::because("no time of day"))?;
    if written.contains(['t', 'z']) {
        return Err(Mistake { why: "`T` and `Z` are capital", meant: Some(written.to_uppercase()) });
    }
    Ok(Moment::Timestamp { at: date.to_datetime(time), utc })
}

fn date(written: &str) -> Result<Date, Mistake> {
    let parts: Vec<&str> = written.split(['-', '/']).collect();
    let [first, second, third] = parts[..] else { return Err(Mistake::because("a month, not a day")) };
    let number = |part: &str| part.parse::<i16>().ok();
    let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else {
        return Err(Mistake::because("a date has a year, a month and a day"));
    };
    if first.len() != 4 {
        let why = "the year comes first";
        let meant = if a > 12 {
            calendar_date(c, b, a)
        } else if b > 12 {
            calendar_date(c, a, b)
        } else {
            None
        };
        return Err(Mistake { why, meant: meant.map(|date| date.to_string()) });
    }
    let Some(date) = calendar_date(a, b, c) else {
        return Err(Mistake::because("the calendar has no such day"));
    };
    if second.len() != 2 || third.len() != 2 {
        return Err(Mistake { why: "month and day have two digits", meant: Some(date.to_string()) });
    }
    Ok(date)
}

fn calendar_date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// `12:00`, `12:00:30`, `12:00:30.250`
fn clock_time(written: &str) -> Option<Time> {
    let (clock, fraction) = written.split_once('.').unwrap_or((written, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    let well_formed = parts.iter().all(|part| part.len() == 2) && (2..=3).contains(&parts.len());
    let bad_fraction =
        written.contains('.') && (parts.len() < 3 || fraction.is_empty() || fraction.len() > 9);
    if !well_formed || bad_fraction {
        return None;
    }
    let mut numbers = parts.iter().map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (numbers.next()??, numbers.next()??, numbers.next().unwrap_or(Some(0))?);
    let nanoseconds = format!("{fraction:0<9}").parse().ok()?;
    Time::new(hour, minute, second, nanoseconds).ok()
}

//! Periods as tables of days: for every way that rows are put into periods, the first
//! and the last period that a row of a day counts in. Windows only move forward, so
//! these are all the periods between the two.

use jiff::ToSpan;
use jiff::civil::Date;

use super::expr::Scope;
use super::functions::Lookup;
use crate::calendar::{Calendar, Period, epoch_day};
use crate::check::{Length, Window};
use crate::query::Query;

/// The periods of rows with one date.
pub struct Dated {
    pub first: Lookup,
    pub last: Lookup,
}

/// Days `from` up to and without `end`; `None`: since ever, for ever.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: Option<i32>,
    end: Option<i32>,
}

/// Rows of one date count in the periods whose window holds it.
pub fn dated(query: &Query, calendar: &Calendar, window: &Window) -> Dated {
    let stretches: Vec<Stretch> =
        begun(query).iter().map(|(start, end)| stretch(query, calendar, window, *start, *end)).collect();
    let first = |day: i32| stretches.partition_point(|s| s.end.is_some_and(|end| end <= day));
    let last = |day: i32| stretches.partition_point(|s| s.from.is_none_or(|from| from <= day));
    let days: Vec<i32> = stretches.iter().flat_map(|s| [s.from, s.end]).flatten().collect();
    let number = |day: i32, which: fn(usize, usize) -> usize| {
        // `last` is the number after the last one
        let (first, after) = (first(day), last(day));
        if first < after { which(first, after - 1) as i32 } else { -1 }
    };
    Dated {
        first: table(&days, -1, |day| number(day, |first, _| first)),
        last: table(&days, -1, |day| number(day, |_, last| last)),
    }
}

/// Rows in force count in the periods from that of the first table, by the day they
/// begin, to that of the second, by the day they end.
pub fn in_force(query: &Query, window: &Window) -> (Lookup, Lookup) {
    let mut periods = begun(query);
    if *window == Window::AtStart {
        periods.extend(next_to_begin(query, periods.len()));
    }
    let moments: Vec<(i32, i32)> = periods
        .iter()
        .map(|(start, end)| match window {
            // before its first instant and not ended by then
            Window::AtStart => (epoch_day(*start), epoch_day(*start)),
            // begun before the period's end, ended after its start
            Window::During => (epoch_day(*end), epoch_day(*start) + 1),
            _ => (epoch_day(*end), epoch_day(*end)),
        })
        .collect();
    let some = |n: usize| if n < moments.len() { n as i32 } else { -1 };
    let first = |day: i32| some(moments.partition_point(|(before, _)| *before <= day));
    let last = |day: i32| moments.partition_point(|(_, ended)| *ended <= day) as i32 - 1;
    let days: Vec<i32> = moments.iter().flat_map(|(a, b)| [*a, *b]).collect();
    (table(&days, -1, first), table(&days, moments.len() as i32 - 1, last))
}

fn table(days: &[i32], missing: i32, number: impl Fn(i32) -> i32) -> Lookup {
    let first_day = days.iter().min().map_or(0, |d| d.saturating_sub(1));
    let last_day = days.iter().max().map_or(0, |d| d.saturating_add(1));
    let values = (first_day..=last_day).map(&number).collect();
    let (before, after) = (number(first_day.saturating_sub(1)), number(last_day.saturating_add(1)));
    Lookup { first_day, values, before, after, missing }
}

/// First day and end of each period that begins no later than `as_of`; the last one
/// ends with `as_of`. What comes after has no rows.
fn begun(query: &Query) -> Vec<(Date, Date)> {
    let horizon = query.as_of.and_then(|d| d.checked_add(1.day()).ok());
    let begins = |start: &Date| horizon.is_none_or(|h| *start < h);
    let periods = query.periods.iter().filter(|p| begins(&p.start));
    periods.map(|p| (p.start, horizon.map_or(p.end, |h| p.end.min(h)))).collect()
}

/// How many of the periods begin no later than `as_of`.
pub fn begun_periods(query: &Query) -> usize {
    query.periods.iter().filter(|p| query.as_of.is_none_or(|as_of| p.start <= as_of)).count()
}

/// Whether the period is the one that follows that of `as_of`.
pub fn follows(scope: &Scope, period: &Period) -> bool {
    let (Some(grain), Some(as_of)) = (&scope.query.grain, scope.query.as_of) else { return false };
    period.start.yesterday().is_ok_and(|day| scope.model.calendar().start_of(grain, day) <= as_of)
}

/// The next period opens with what is in force after `as_of`.
fn next_to_begin(query: &Query, begun: usize) -> Option<(Date, Date)> {
    let horizon = query.as_of?.checked_add(1.day()).ok()?;
    query.periods.get(begun).map(|p| (p.start.min(horizon), horizon))
}

fn stretch(query: &Query, calendar: &Calendar, window: &Window, start: Date, end: Date) -> Stretch {
    let from = match window {
        Window::Trailing(length) => Some(epoch_day(back(end, *length))),
        Window::ToDate(None) => None,
        Window::ToDate(Some(grain)) => Some(epoch_day(calendar.start_of(grain, end - 1.day()))),
        // without a grain and a `from` the one period has no first day of its own
        _ if query.grain.is_none() && query.open_start => None,
        _ => Some(epoch_day(start)),
    };
    // without any date there is no end
    Stretch { from, end: (end < Date::MAX).then(|| epoch_day(end)) }
}

fn back(end: Date, length: Length) -> Date {
    let earlier = match length {
        Length::Days(days) => jiff::Span::new().try_days(days),
        Length::Months(months) => jiff::Span::new().try_months(months),
        Length::Seconds(seconds) => jiff::Span::new().try_days(seconds / 86_400),
    };
    earlier.and_then(|span| end.checked_sub(span)).unwrap_or(Date::MIN)
}

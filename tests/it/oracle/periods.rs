//! Periods found day by day: a period starts on the days that its grain says.

use jiff::ToSpan;
use jiff::civil::Date;
use kepi::calendar::{WeekCalendar, Which};
use kepi::check::{CheckedModel, Length};
use kepi::model::Settings;

use super::links::back;

/// From `start` up to and without `end`; `None`: since ever, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub start: Option<Date>,
    pub end: Option<Date>,
}

/// Whether a period of the grain starts on the day.
fn starts(model: &CheckedModel, grain: &str, day: Date) -> bool {
    let settings: &Settings = &model.settings;
    let month_of = |first: i8, length: i8| day.day() == 1 && (day.month() + 12 - first) % length == 0;
    match grain {
        "day" => true,
        "week" => day.weekday() == settings.week_starts,
        "month" => day.day() == 1,
        "quarter" => month_of(1, 3),
        "year" => month_of(1, 12),
        "fiscal_quarter" => month_of(settings.fiscal_year_starts, 3),
        "fiscal_year" => month_of(settings.fiscal_year_starts, 12),
        declared => {
            let (calendar, unit) = declared.split_once('.').expect("a declared grain");
            let calendar = calendar_of(model, calendar);
            let days = (day - year_start(calendar, day)).get_days();
            days % 7 == 0 && starts_with_week(calendar, unit, days / 7)
        }
    }
}

fn calendar_of<'m>(model: &'m CheckedModel, name: &str) -> &'m WeekCalendar {
    model.calendars.iter().find(|c| c.name == name).expect("a calendar")
}

/// Whether the unit starts with that week of the year, counted from 0. The 53rd belongs to
/// the last month.
fn starts_with_week(calendar: &WeekCalendar, unit: &str, week: i32) -> bool {
    let (first, second) = (i32::from(calendar.weeks[0]), i32::from(calendar.weeks[1]));
    match unit {
        "week" => true,
        "month" => week < 52 && [0, first, first + second].contains(&(week % 13)),
        "quarter" => [0, 13, 26, 39].contains(&week),
        "year" => week == 0,
        other => panic!("{other} is no unit of a calendar"),
    }
}

/// The day on which the year that holds this day starts.
fn year_start(calendar: &WeekCalendar, day: Date) -> Date {
    let mut day = day;
    while day.weekday() != calendar.weekday {
        day -= 1.day();
    }
    while !starts_year(calendar, day) {
        day -= 7.days();
    }
    day
}

fn starts_year(calendar: &WeekCalendar, day: Date) -> bool {
    let in_month = |d: Date| d.month() == calendar.month;
    day.weekday() == calendar.weekday
        && match calendar.which {
            Which::First => in_month(day) && day.day() <= 7,
            Which::Last => in_month(day) && (day + 7.days()).month() != calendar.month,
            // up to three days before the first of the month, and up to three after
            Which::Nearest => in_month(day + 3.days()) && !in_month(day - 4.days()),
        }
}

pub fn start_of(model: &CheckedModel, grain: &str, date: Date) -> Date {
    let mut day = date;
    while !starts(model, grain, day) {
        day -= 1.day();
    }
    day
}

pub fn end_of(model: &CheckedModel, grain: &str, start: Date) -> Date {
    let mut day = start + 1.day();
    while !starts(model, grain, day) {
        day += 1.day();
    }
    day
}

pub fn of(model: &CheckedModel, grain: &str, day: Date) -> Period {
    let start = start_of(model, grain, day);
    Period { start: Some(start), end: Some(end_of(model, grain, start)) }
}

/// All that hold a day from `first` to `last`.
pub fn between(model: &CheckedModel, grain: &str, first: Date, last: Date) -> Vec<Period> {
    let mut found: Vec<Period> = Vec::new();
    let mut day = first;
    while day <= last {
        let period = of(model, grain, day);
        day = period.end.expect("an end");
        found.push(period);
    }
    found
}

/// The start of the period so much earlier.
pub fn earlier(model: &CheckedModel, grain: &str, start: Date, step: Option<Length>) -> Date {
    match (step, grain.split_once('.')) {
        (None, _) => start_of(model, grain, start - 1.day()),
        (Some(Length::Months(months)), Some((calendar, unit))) => {
            years_earlier(calendar_of(model, calendar), unit, start, months / 12)
        }
        (Some(length), _) => back(start, length),
    }
}

/// The unit of the same number in its year; the last week stands for a 53rd.
fn years_earlier(calendar: &WeekCalendar, unit: &str, start: Date, years: i64) -> Date {
    let year = year_start(calendar, start);
    let mut then = year;
    for _ in 0..years {
        then = year_start(calendar, then - 1.day());
    }
    let mut weeks = 0;
    let mut day = year;
    while day < start {
        day += 7.days();
        weeks += 1;
    }
    let found = then + (weeks * 7).days();
    match unit {
        "week" if starts_year(calendar, found) && weeks > 0 => found - 7.days(),
        _ => found,
    }
}

#[test]
fn periods_day_by_day() {
    let settings = Settings { fiscal_year_starts: 2, ..Settings::default() };
    let settings = CheckedModel { settings, ..CheckedModel::default() };
    let d = |text: &str| text.parse::<Date>().expect("a date");
    assert_eq!(start_of(&settings, "week", d("2026-01-01")), d("2025-12-29"));
    assert_eq!(start_of(&settings, "fiscal_quarter", d("2026-01-31")), d("2025-11-01"));
    assert_eq!(start_of(&settings, "fiscal_year", d("2026-01-31")), d("2025-02-01"));
    assert_eq!(end_of(&settings, "month", d("2024-02-01")), d("2024-03-01"));
    assert_eq!(between(&settings, "quarter", d("2025-12-31"), d("2026-04-01")).len(), 3);
}

//! Periods found day by day: a period starts on the days that its grain says.

use jiff::ToSpan;
use jiff::civil::Date;
use kepi::model::Settings;

/// From `start` up to and without `end`; `None`: since ever, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub start: Option<Date>,
    pub end: Option<Date>,
}

fn starts(settings: &Settings, grain: &str, day: Date) -> bool {
    let month_of = |first: i8, length: i8| day.day() == 1 && (day.month() + 12 - first) % length == 0;
    match grain {
        "day" => true,
        "week" => day.weekday() == settings.week_starts,
        "month" => day.day() == 1,
        "quarter" => month_of(1, 3),
        "year" => month_of(1, 12),
        "fiscal_quarter" => month_of(settings.fiscal_year_starts, 3),
        "fiscal_year" => month_of(settings.fiscal_year_starts, 12),
        other => panic!("{other} is no grain here"),
    }
}

pub fn start_of(settings: &Settings, grain: &str, date: Date) -> Date {
    let mut day = date;
    while !starts(settings, grain, day) {
        day -= 1.day();
    }
    day
}

pub fn end_of(settings: &Settings, grain: &str, start: Date) -> Date {
    let mut day = start + 1.day();
    while !starts(settings, grain, day) {
        day += 1.day();
    }
    day
}

/// All that hold a day from `first` to `last`.
pub fn between(settings: &Settings, grain: &str, first: Date, last: Date) -> Vec<Period> {
    let mut found = Vec::new();
    let mut start = start_of(settings, grain, first);
    while start <= last {
        let end = end_of(settings, grain, start);
        found.push(Period { start: Some(start), end: Some(end) });
        start = end;
    }
    found
}

#[test]
fn periods_day_by_day() {
    let settings = Settings { fiscal_year_starts: 2, ..Settings::default() };
    let d = |text: &str| text.parse::<Date>().expect("a date");
    assert_eq!(start_of(&settings, "week", d("2026-01-01")), d("2025-12-29"));
    assert_eq!(start_of(&settings, "fiscal_quarter", d("2026-01-31")), d("2025-11-01"));
    assert_eq!(start_of(&settings, "fiscal_year", d("2026-01-31")), d("2025-02-01"));
    assert_eq!(end_of(&settings, "month", d("2024-02-01")), d("2024-03-01"));
    assert_eq!(between(&settings, "quarter", d("2025-12-31"), d("2026-04-01")).len(), 3);
}

use super::*;
use jiff::civil::date;

fn check_label(grain: Grain, day: Date, expected: &str) {
    assert_eq!(Calendar::default().period(&grain, day).label.as_ref(), expected);
}

#[test]
fn periods_have_names_that_sort() {
    check_label(Grain::Day, date(2026, 1, 31), "2026-01-31");
    check_label(Grain::Week, date(2021, 1, 3), "2020-W53");
    check_label(Grain::Week, date(2021, 1, 4), "2021-W01");
    check_label(Grain::Month, date(2026, 1, 31), "2026-01");
    check_label(Grain::Quarter, date(2026, 12, 31), "2026-Q4");
    check_label(Grain::Year, date(2026, 1, 1), "2026");
}

#[test]
fn a_week_may_start_on_sunday() {
    let calendar = Calendar { week_starts: Weekday::Sunday, ..Calendar::default() };
    let week = calendar.period(&Grain::Week, date(2026, 1, 3));
    assert_eq!((week.start, week.end), (date(2025, 12, 28), date(2026, 1, 4)));
}

#[test]
fn a_fiscal_year_bears_the_name_of_the_year_it_ends_in() {
    let calendar = Calendar { fiscal_year_starts: 2, ..Calendar::default() };
    let quarter = calendar.period(&Grain::FiscalQuarter, date(2026, 1, 31));
    assert_eq!((quarter.start, &*quarter.label), (date(2025, 11, 1), "FY2026-Q4"));
    assert_eq!(calendar.period(&Grain::FiscalYear, date(2026, 2, 1)).label.as_ref(), "FY2027");
}

#[test]
fn periods_cover_a_range_without_gaps() {
    let periods = Calendar::default().periods(&Grain::Month, date(2024, 1, 31), date(2024, 4, 1));
    let labels: Vec<_> = periods.iter().map(|p| &*p.label).collect();
    assert_eq!(labels, ["2024-01", "2024-02", "2024-03", "2024-04"]);
    assert!(Calendar::default().periods(&Grain::Day, date(2024, 1, 2), date(2024, 1, 1)).is_empty());
}

#[test]
fn a_grain_is_made_of_another_or_not() {
    let calendar = Calendar { fiscal_year_starts: 2, ..Calendar::default() };
    assert!(calendar.divides(&Grain::Month, &Grain::FiscalQuarter));
    assert!(!calendar.divides(&Grain::Quarter, &Grain::FiscalYear));
    assert!(!calendar.divides(&Grain::Week, &Grain::Month));
    assert!(!calendar.divides(&Grain::Quarter, &Grain::Month));
    assert!(calendar.divides(&Grain::Day, &Grain::Week));
}

/// The National Retail Federation's calendar: 2023 has 53 weeks, from 29 January 2023
/// to 3 February 2024, and 2024 starts on 4 February.
#[test]
fn a_retail_year_may_have_53_weeks() {
    let retail = WeekCalendar {
        name: "retail".into(),
        weeks: [4, 5, 4],
        which: Which::Nearest,
        weekday: Weekday::Sunday,
        month: 2,
    };
    assert_eq!(retail.start_of(WeekUnit::Year, date(2024, 2, 3)), date(2023, 1, 29));
    assert_eq!(retail.end_of(WeekUnit::Year, date(2023, 1, 29)), date(2024, 2, 4));
    assert_eq!(retail.start_of(WeekUnit::Month, date(2024, 2, 3)), date(2023, 12, 31));
    assert_eq!(retail.end_of(WeekUnit::Month, date(2023, 12, 31)), date(2024, 2, 4));
    assert_eq!(retail.label(WeekUnit::Month, date(2023, 12, 31)), "2023-M12");
    assert_eq!(retail.label(WeekUnit::Week, date(2024, 1, 28)), "2023-W53");
}

/// A range without an end ends with the last date that there is.
#[test]
fn the_last_day_of_all_lies_in_a_retail_year() {
    for (which, month) in [(Which::First, 1), (Which::Last, 12), (Which::Nearest, 1), (Which::Nearest, 12)] {
        let name = "retail".into();
        let retail = WeekCalendar { name, weeks: [4, 5, 4], which, weekday: Weekday::Sunday, month };
        for day in [date(9999, 12, 30), date(-9999, 1, 2)] {
            let start = retail.start_of(WeekUnit::Year, day);
            assert!(start <= day, "{which:?} {month}: {start} {day}");
        }
    }
}

#[test]
fn a_person_writes_a_stretch_of_time() {
    let check =
        |text: &str, expected: Option<(Date, Date)>| assert_eq!(parse_range(text), expected, "{text}");
    check("2026", Some((date(2026, 1, 1), date(2027, 1, 1))));
    check("2026-Q4", Some((date(2026, 10, 1), date(2027, 1, 1))));
    check("2026-02", Some((date(2026, 2, 1), date(2026, 3, 1))));
    check("2026-02-28", Some((date(2026, 2, 28), date(2026, 3, 1))));
    check("2026-2", None);
    check("2026-02-30", None);
    check("2026-Q5", None);
    check("26-02", None);
}

#[test]
fn periods_are_found_by_their_names() {
    let calendar = Calendar { fiscal_year_starts: 2, ..Calendar::default() };
    let check = |grain: Grain, text: &str, expected: Option<(Date, Date)>| {
        assert_eq!(calendar.named(&grain, text), expected, "{text}");
    };
    check(Grain::Week, "2020-W53", Some((date(2020, 12, 28), date(2021, 1, 4))));
    check(Grain::Week, "2021-W53", None);
    check(Grain::FiscalYear, "FY2026", Some((date(2025, 2, 1), date(2026, 2, 1))));
    check(Grain::FiscalQuarter, "FY2026-Q4", Some((date(2025, 11, 1), date(2026, 2, 1))));
    check(Grain::FiscalQuarter, "2026-W01", None);
    check(Grain::Month, "é", None);
}

#[test]
fn days_are_counted_from_1970() {
    assert_eq!(epoch_day(date(2000, 3, 1)), 11_017);
    assert_eq!(from_epoch_day(11_017), Some(date(2000, 3, 1)));
}

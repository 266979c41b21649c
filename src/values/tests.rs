//! What is read as which value, and what is refused in which words.

use jiff::civil::date as day;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::calendar::epoch_day;

/// `value` or `reason; help`.
fn told<T: std::fmt::Debug>(read: Result<T, Reason>) -> String {
    match read {
        Ok(value) => format!("{value:?}"),
        Err(Reason { what, help: None }) => what,
        Err(Reason { what, help: Some(help) }) => format!("{what}; {help}"),
    }
}

#[test]
fn whole_numbers() {
    let check = |text: &str, expected: &str| assert_eq!(told(int(text.as_bytes())), expected, "{text}");
    check("42", "42");
    check("-42", "-42");
    check("+42", "42");
    check("007", "7");
    check("\t 42 ", "42");
    check("-9223372036854775808", "-9223372036854775808");
    let large = "is too large for a whole number of 64 bits; declare the column `text` if it is an id";
    check("9223372036854775808", large);
    check("12345678901234567890", large);
    let not_whole = "is not a whole number; declare the column `number`, or a unit such as `USD` or `days`";
    check("77.0", not_whole);
    check("1e3", not_whole);
    let separators = "is not a whole number; numbers are written with a decimal point and without thousands separators: `1234.50`";
    check("1,234", separators);
    check("1 234", "is not a whole number");
    check("1_000", separators);
    check("n/a", "is not a whole number; leave the field empty where the value is missing");
    check("-", "is not a whole number; leave the field empty where the value is missing");
    check("abc", "is not a whole number");
    check("", "is not a whole number");
    check("0x10", "is not a whole number");
    check("--1", "is not a whole number");
}

#[test]
fn floats() {
    let check = |text: &str, expected: &str| assert_eq!(told(float(text.as_bytes())), expected, "{text}");
    check("1.5", "1.5");
    check("-.5", "-0.5");
    check("5.", "5.0");
    check("1e3", "1000.0");
    check("1E-3", "0.001");
    check(" 2 ", "2.0");
    check("0.1", "0.1");
    check("-0.0", "0.0");
    check("NaN", "is not a number; leave the field empty where the value is missing");
    check("inf", "is not a number");
    check("-Infinity", "is not a number");
    check("1e999", "is too large for a 64-bit float");
    check("25%", "is not a number; a share is written as a number: `0.25` for 25%");
    check("1e", "is not a number");
    check(".", "is not a number");
}

#[test]
fn decimals() {
    let check =
        |text: &str, expected: &str| assert_eq!(told(decimal(text.as_bytes(), 12, 2)), expected, "{text}");
    check("12.34", "1234");
    check("-12.3", "-1230");
    check("12", "1200");
    check("+.5", "50");
    check("12.", "1200");
    check(" 12.34 ", "1234");
    check("12.340000000000000000000000", "1234");
    check("000000000000000000000000012.34", "1234");
    check("1e3", "100000");
    check("1.5e-1", "15");
    check("15e-1", "150");
    check("0e99", "0");
    check("-0.00", "0");
    check("9999999999.99", "999999999999");
    let places = "has more than 2 digits behind the point; declare the column `number`, or with more places such as `USD(4)`, or round the data";
    check("12.345", places);
    check("1e-3", places);
    check("0.001", places);
    let large = "is too large: the column has 10 digits before the point; declare the column with more digits: `decimal(p, s)`";
    check("10000000000", large);
    check("-10000000000.00", large);
    check("1e30", large);
    check("1e99", "is too large for a decimal of 38 digits");
    check("1e2147483647", "is too large for a decimal of 38 digits");
    check("1e99999999999", "is not a number");
    check("123456789012345678901234567890123456789012", "is too large for a decimal of 38 digits");
    let separators = "is not a number; numbers are written with a decimal point and without thousands separators: `1234.50`";
    check("1,234.50", separators);
    check("12,50", separators);
    check("$12.50", "is not a number; numbers are written without a currency sign: `1234.50`");
    check("12.50 €", "is not a number; numbers are written without a currency sign: `1234.50`");
    check("(12.50)", "is not a number");
    check("1.2.3", "is not a number");
    check(".", "is not a number");
    check("e5", "is not a number");
    check("1e5.5", "is not a number");
    check("NULL", "is not a number; leave the field empty where the value is missing");
    assert_eq!(
        told(decimal(b"99999999999999999999999999999999999999", 38, 0)),
        "99999999999999999999999999999999999999"
    );
    assert_eq!(
        told(decimal(b"1.5", 5, 0)),
        "has more than 0 digits behind the point; declare the column `number`, or with more places such as `USD(4)`, or round the data"
    );
}

#[test]
fn booleans() {
    for text in ["true", "TRUE", "t", "Yes", "y", "1", " true "] {
        assert_eq!(bool(text.as_bytes()), Ok(true), "{text}");
    }
    for text in ["false", "False", "f", "no", "N", "0"] {
        assert_eq!(bool(text.as_bytes()), Ok(false), "{text}");
    }
    let refused = "is neither true nor false; write `true` or `false`, `yes` or `no`, `1` or `0`";
    assert_eq!(told(bool(b"2")), refused);
    assert_eq!(told(bool(b"on")), refused);
}

#[test]
fn members() {
    let members = ["open", "Closed Won", "Closed Lost"].map(str::to_owned);
    let check = |text: &str, expected: &str| assert_eq!(told(member(text.as_bytes(), &members)), expected);
    check("Closed Won", "1");
    let none = "is none of `open`, `Closed Won`, `Closed Lost`";
    check("closed won", &format!("{none}; did you mean `Closed Won`? values are compared exactly"));
    check(" open", &format!("{none}; did you mean `open`? values are compared exactly"));
    check("opne", &format!("{none}; did you mean `open`?"));
    check("Prospecting", &format!("{none}; add it to the column's `one of (…)`, or correct the data"));
    let many: Vec<String> = (0..20).map(|i| format!("member {i}")).collect();
    assert!(told(member(b"x", &many)).starts_with("is none of `member 0`, "));
    assert!(told(member(b"x", &many)).contains("`member 7`, … (20 in all);"));
}

fn zone(name: &str) -> LocalTime {
    LocalTime::new(&TimeZone::get(name).expect("a zone"))
}

#[test]
fn dates() {
    let check = |text: &str, expected: &str| {
        assert_eq!(told(date(text.as_bytes(), &mut zone("Europe/Berlin"))), expected, "{text}");
    };
    check("1970-01-02", "1");
    check(" 1970-01-02 ", "1");
    check("1970-01-02 00:00:00", "1");
    check("1970-01-02T00:00", "1");
    check("1970-01-02 00:00:00.000000", "1");
    check("2024-02-29", "19782");
    // midnight in Berlin
    check("1970-01-01T23:00:00Z", "1");
    check("1970-01-02T00:00:00+01:00", "1");
    let time = "is not a date: it has a time of day; declare the column `timestamp`";
    check("1970-01-02 12:00:00", time);
    check("1970-01-02T00:00:00Z", time);
    let refused = "is not a date; dates are written `2026-01-31`";
    for text in [
        "31/01/2026",
        "2026-1-31",
        "2026-02-30",
        "2026-13-01",
        "01.02.2026",
        "2026-01-31x",
        "26-01-31",
        "2026/01/31",
    ] {
        check(text, refused);
    }
    check("2026-01-31 25:00", refused);
    check("20260131", "is not a date; dates are written `2026-01-31`; `20260131` could mean several things");
    check("n/a", "is not a date; leave the field empty where the value is missing");
}

#[test]
fn timestamps() {
    let check = |text: &str, expected: &str| {
        assert_eq!(told(timestamp(text.as_bytes(), &mut LocalTime::new(&TimeZone::UTC))), expected, "{text}");
    };
    check("1970-01-01 00:00:01", "1000000");
    check("1970-01-01T00:01", "60000000");
    check("1970-01-01 00:00:00.5", "500000");
    check("1970-01-01 00:00:00.123456", "123456");
    check("1970-01-01 00:00:00.123456000", "123456");
    check("1970-01-01 2:00:00", "7200000000");
    check("1970-01-01", "0");
    check("1970-01-01T02:00:00Z", "7200000000");
    check("1970-01-01 02:00:00 UTC", "7200000000");
    check("1970-01-01T02:00:00+02:00", "0");
    check("1970-01-01T02:00:00+0200", "0");
    check("1970-01-01T02:00:00+02", "0");
    check("1969-12-31T19:00:00-05:00", "0");
    check("9999-12-31 00:00:00", "253402214400000000");
    check(
        "1970-01-01 00:00:00.1234567",
        "is finer than a microsecond; round the timestamps to microseconds in the data",
    );
    let refused =
        "is not a timestamp; timestamps are written `2026-01-31 12:00:00`, with `Z` or `+02:00` if not local";
    for text in [
        "1970-01-01 24:00",
        "1970-01-01 12",
        "1970-01-01 12:0",
        "1970-01-01 12:60",
        "1970-01-01 12:00:60",
        "1970-01-01 12:00 PM",
        "1970-01-01 12:00 CET",
        "1970-01-01 12:00:00.",
        "01/31/2026 12:00",
        "1970-01-01 12:00+99:00",
        "1970-01-01 ",
    ] {
        if text.trim() == "1970-01-01" {
            check(text, "0");
        } else {
            check(text, refused);
        }
    }
    check(
        "1769860800",
        "is not a timestamp; timestamps are written `2026-01-31 12:00:00`, with `Z` or `+02:00` if not local; `1769860800` could mean several things",
    );
}

/// Instants from the tables of the time zones, as `date --utc --date 'TZ="…" …'` gives them.
#[test]
fn local_times() {
    let check = |name: &str, text: &str, expected: &str| {
        let mut zone = zone(name);
        let micros = timestamp(text.as_bytes(), &mut zone).expect(text);
        let instant = jiff::Timestamp::from_microsecond(micros).expect("in range").to_string();
        assert_eq!(instant, expected, "{text} in {name}");
    };
    check("Europe/Berlin", "2026-01-31 12:00", "2026-01-31T11:00:00Z");
    check("Europe/Berlin", "2026-07-31 12:00", "2026-07-31T10:00:00Z");
    check("Europe/Berlin", "2026-07-31", "2026-07-30T22:00:00Z");
    // skipped by the change of clocks: moved on by the gap
    check("America/New_York", "2024-03-10 02:30", "2024-03-10T07:30:00Z");
    check("America/New_York", "2024-03-10 01:59", "2024-03-10T06:59:00Z");
    check("America/New_York", "2024-03-10 03:00", "2024-03-10T07:00:00Z");
    // comes twice: the first is meant
    check("America/New_York", "2024-11-03 01:30", "2024-11-03T05:30:00Z");
    check("America/New_York", "2024-11-03 02:30", "2024-11-03T07:30:00Z");
    // a day without midnight
    check("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z");
    check("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z");
    // a day that was left out
    check("Pacific/Apia", "2011-12-31 12:00", "2011-12-30T22:00:00Z");
}

proptest! {
    /// The remembered offset never changes a result, whatever was read before.
    #[test]
    fn local_time_remembers_nothing_wrong(seconds in proptest::collection::vec(0i64..4_000_000_000, 1..40)) {
        for name in ["America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca"] {
            let tz = TimeZone::get(name).expect("a zone");
            let mut zone = LocalTime::new(&tz);
            for second in &seconds {
                let local = jiff::Timestamp::from_second(*second).expect("in range").to_zoned(TimeZone::UTC).datetime();
                let expected = tz.to_ambiguous_timestamp(local).compatible().expect("in range").as_microsecond();
                prop_assert_eq!(zone.instant_of(second * 1_000_000), expected);
            }
        }
    }

    #[test]
    fn decimals_agree_with_big_integers(units in -999_999_999_999i64..=999_999_999_999, zeros in 0usize..30) {
        let sign = if units < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:02}{}", units.abs() / 100, units.abs() % 100, "0".repeat(zeros));
        prop_assert_eq!(decimal(text.as_bytes(), 12, 2), Ok(i128::from(units)));
    }

    /// What a float shows with two places is the decimal it stands for.
    #[test]
    fn floats_are_the_decimals_they_show(units in -1_000_000_000_000_000i64..=1_000_000_000_000_000) {
        let text = format!("{}{}.{:02}", if units < 0 { "-" } else { "" }, units.abs() / 100, units.abs() % 100);
        let value: f64 = text.parse().expect("a float");
        prop_assert_eq!(decimal_of_float(value, 38, 2), Ok(i128::from(units)));
        prop_assert_eq!(float_of_decimal(i128::from(units), 2), value);
    }

    #[test]
    fn days_agree_with_jiff(days in -700_000i32..2_900_000) {
        let date = crate::calendar::from_epoch_day(days).expect("in range");
        prop_assert_eq!(epoch_day(date), days);
    }
}

#[test]
fn floats_to_decimals() {
    let check =
        |value: f64, expected: &str| assert_eq!(told(decimal_of_float(value, 38, 2)), expected, "{value}");
    check(12.34, "1234");
    check(-0.0, "0");
    check(
        0.1 + 0.2,
        "has more than 2 digits behind the point; declare the column `number`, or with more places such as `USD(4)`, or round the data",
    );
    check(1e15, "100000000000000000");
    // the same float as …09.68
    check(77_951_534_316_209.69, "is too large to be exact as a float; write the column as decimals");
    check(1e300, "is too large to be exact as a float; write the column as decimals");
    check(f64::NAN, "is not a finite number");
    assert_eq!(told(decimal_of_float32(12.34, 38, 2)), "1234");
    assert_eq!(told(decimal_of_float32(12.345, 38, 3)), "12345");
    assert!(decimal_of_float32(12.345, 38, 2).is_err());
    assert_eq!(epoch_day(day(1970, 1, 1)), 0);
}

#[test]
fn other_scales() {
    assert_eq!(told(rescale(1234, 2, 4)), "123400");
    assert_eq!(told(rescale(123_400, 4, 2)), "1234");
    assert_eq!(told(rescale(12, -2, 0)), "1200");
    assert!(rescale(123_401, 4, 2).is_err());
    assert!(rescale(i128::MAX, 0, 2).is_err());
    assert_eq!(told(rescale(0, 0, 38)), "0");
}

#[test]
fn texts() {
    assert_eq!(told(text("é".as_bytes())), "\"é\"");
    assert_eq!(
        told(text(b"M\xfcller")),
        "is not UTF-8; save the file as UTF-8; it may be Latin-1 or Windows-1252"
    );
}

/// The table of `docs/data.md`: what it says is read is read, what it says is refused is refused.
#[test]
fn the_reference() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/data.md")).expect("the page");
    let rows = page.lines().skip_while(|line| !line.starts_with("| type |")).skip(2);
    let mut seen = 0;
    for row in rows.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').collect();
        let ty = cells[1].split('`').nth(1).expect("a type");
        let spans = |cell: usize| cells[cell].split('`').skip(1).step_by(2);
        for text in spans(2) {
            assert!(is_read(ty, text), "`{text}` is not read as {ty}");
        }
        for text in spans(3) {
            assert!(!is_read(ty, text), "`{text}` is read as {ty}");
        }
        seen += 1;
    }
    assert_eq!(seen, 8);
}

fn is_read(ty: &str, value: &str) -> bool {
    let (value, mut utc) = (value.as_bytes(), LocalTime::new(&TimeZone::UTC));
    match ty {
        "text" => text(value).is_ok(),
        "bool" => bool(value).is_ok(),
        "int" => int(value).is_ok(),
        "number" => float(value).is_ok(),
        "decimal(12, 2)" => decimal(value, 12, 2).is_ok(),
        "date" => date(value, &mut utc).is_ok(),
        "timestamp" => timestamp(value, &mut utc).is_ok(),
        _ => member(value, &["open".to_owned(), "won".to_owned()]).is_ok(),
    }
}

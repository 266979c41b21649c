//! Dates as days since 1970, over whole columns.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array};
use datafusion::arrow::datatypes::{Date32Type, Int64Type};
use datafusion::common::{Result, exec_datafusion_err};

use crate::calendar::{Calendar, Grain, epoch_day, from_epoch_day};

/// Year, month and day of a day since 1970, by Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn civil(day: i32) -> (i64, i64, i64) {
    let z = i64::from(day) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

pub fn year(day: i32) -> i64 {
    civil(day).0
}

pub fn quarter(day: i32) -> i64 {
    (civil(day).1 - 1) / 3 + 1
}

pub fn month(day: i32) -> i64 {
    civil(day).1
}

pub fn day(day: i32) -> i64 {
    civil(day).2
}

/// 1 is Monday; 1970-01-01 was a Thursday.
pub fn weekday(day: i32) -> i64 {
    (i64::from(day) + 3).rem_euclid(7) + 1
}

/// The week of the ISO year: the one that holds its Thursday.
pub fn iso_week(day: i32) -> i64 {
    let thursday = day + 4 - weekday(day) as i32;
    let (year, ..) = civil(thursday);
    let mut first = thursday;
    while first > i32::MIN + 7 && civil(first - 7).0 == year {
        first -= 7;
    }
    i64::from((thursday - first) / 7) + 1
}

pub fn part(dates: &ArrayRef, part: fn(i32) -> i64) -> Result<ArrayRef> {
    Ok(Arc::new(dates.as_primitive::<Date32Type>().unary::<_, Int64Type>(part)))
}

pub fn start_of(calendar: &Calendar, grain: &Grain, dates: &ArrayRef) -> Result<ArrayRef> {
    let mut last: Option<(i32, i32)> = None;
    let dates = dates.as_primitive::<Date32Type>().iter().map(|day| {
        let Some(day) = day else { return Ok(None) };
        if let Some((seen, start)) = last
            && seen == day
        {
            return Ok(Some(start));
        }
        let date = from_epoch_day(day).ok_or_else(|| out_of_range(day))?;
        let start = epoch_day(calendar.start_of(grain, date));
        last = Some((day, start));
        Ok(Some(start))
    });
    Ok(Arc::new(dates.collect::<Result<Date32Array>>()?))
}

fn out_of_range(day: i32) -> datafusion::error::DataFusionError {
    exec_datafusion_err!("a date {day} days from 1970-01-01 is beyond the calendar")
}

/// Both columns' values where both are present.
fn both<T>(
    dates: &ArrayRef,
    numbers: &ArrayRef,
    make: impl Fn(i32, i64) -> Result<T>,
) -> impl Iterator<Item = Result<Option<T>>> {
    let dates = dates.as_primitive::<Date32Type>();
    let numbers = numbers.as_primitive::<Int64Type>();
    (0..dates.len()).map(move |i| match dates.is_valid(i) && numbers.is_valid(i) {
        true => make(dates.value(i), numbers.value(i)).map(Some),
        false => Ok(None),
    })
}

pub fn shift_days(dates: &ArrayRef, days: &ArrayRef) -> Result<ArrayRef> {
    let shifted = both(dates, days, |date, days| {
        i32::try_from(i64::from(date).saturating_add(days)).map_err(|_| out_of_range(date))
    });
    let shifted: Date32Array = shifted.collect::<Result<_>>()?;
    Ok(Arc::new(shifted))
}

pub fn shift_months(dates: &ArrayRef, months: &ArrayRef) -> Result<ArrayRef> {
    let shifted = both(dates, months, |day, months| {
        let date = from_epoch_day(day).ok_or_else(|| out_of_range(day))?;
        let months = jiff::Span::new().try_months(months).map_err(|_| out_of_range(day))?;
        // the last day of a shorter month stands for days it does not have
        Ok(epoch_day(date.checked_add(months).map_err(|_| out_of_range(day))?))
    });
    let shifted: Date32Array = shifted.collect::<Result<_>>()?;
    Ok(Arc::new(shifted))
}

/// Whole months: from 31 January to 28 February is none, to 1 March is one.
pub fn months_between(from: &ArrayRef, to: &ArrayRef) -> Result<ArrayRef> {
    let (from, to) = (from.as_primitive::<Date32Type>(), to.as_primitive::<Date32Type>());
    let months = (0..from.len()).map(|i| {
        (from.is_valid(i) && to.is_valid(i)).then(|| {
            let ((y1, m1, d1), (y2, m2, d2)) = (civil(from.value(i)), civil(to.value(i)));
            let months = (y2 - y1) * 12 + (m2 - m1);
            match months {
                months if months > 0 && d2 < d1 => months - 1,
                months if months < 0 && d2 > d1 => months + 1,
                months => months,
            }
        })
    });
    Ok(Arc::new(months.collect::<Int64Array>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn parts_agree_with_the_calendar() {
        for offset in (-200_000..200_000).step_by(37) {
            let date = from_epoch_day(offset).unwrap();
            let expected = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
            assert_eq!(civil(offset), expected);
            assert_eq!(weekday(offset), i64::from(date.weekday().to_monday_one_offset()), "{date}");
            assert_eq!(iso_week(offset), i64::from(date.iso_week_date().week()), "{date}");
        }
    }

    fn check_shift(from: jiff::civil::Date, months: i64, expected: jiff::civil::Date) {
        let dates: ArrayRef = Arc::new(Date32Array::from(vec![epoch_day(from)]));
        let months: ArrayRef = Arc::new(Int64Array::from(vec![months]));
        let shifted = shift_months(&dates, &months).unwrap();
        assert_eq!(shifted.as_primitive::<Date32Type>().value(0), epoch_day(expected));
    }

    #[test]
    fn a_shorter_month_ends_earlier() {
        check_shift(date(2024, 1, 31), 1, date(2024, 2, 29));
        check_shift(date(2024, 3, 31), -1, date(2024, 2, 29));
        check_shift(date(2023, 12, 15), 2, date(2024, 2, 15));
    }

    fn check_months(from: jiff::civil::Date, to: jiff::civil::Date, expected: i64) {
        let column = |d| -> ArrayRef { Arc::new(Date32Array::from(vec![epoch_day(d)])) };
        let months = months_between(&column(from), &column(to)).unwrap();
        assert_eq!(months.as_primitive::<Int64Type>().value(0), expected, "{from} {to}");
    }

    #[test]
    fn months_between_are_whole() {
        check_months(date(2024, 1, 31), date(2024, 2, 29), 0);
        check_months(date(2024, 1, 31), date(2024, 3, 31), 2);
        check_months(date(2024, 1, 1), date(2025, 1, 1), 12);
        check_months(date(2024, 3, 1), date(2024, 1, 2), -1);
    }
}

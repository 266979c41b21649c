//! Instants (microseconds since 1970, UTC) and the clocks on the wall.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Int64Array, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datafusion::common::{Result, exec_datafusion_err};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use crate::calendar::epoch_day;

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

pub fn local_date(zone: &TimeZone, instants: &ArrayRef) -> Result<ArrayRef> {
    let instants = instants.as_primitive::<TimestampMicrosecondType>();
    if *zone == TimeZone::UTC {
        let days = instants.iter().map(|t| t.map(|t| t.div_euclid(MICROSECONDS_A_DAY) as i32));
        return Ok(Arc::new(days.collect::<Date32Array>()));
    }
    let days = instants.iter().map(|t| t.map(|t| Ok(epoch_day(zoned(zone, t)?.date()))).transpose());
    Ok(Arc::new(days.collect::<Result<Date32Array>>()?))
}

fn zoned(zone: &TimeZone, microseconds: i64) -> Result<Zoned> {
    let instant = Timestamp::from_microsecond(microseconds).map_err(|_| {
        exec_datafusion_err!("an instant {microseconds} microseconds from 1970 is beyond the calendar")
    })?;
    Ok(instant.to_zoned(zone.clone()))
}

fn shift(
    instants: &ArrayRef,
    amounts: &ArrayRef,
    make: impl Fn(i64, i64) -> Result<i64>,
) -> Result<ArrayRef> {
    let instants = instants.as_primitive::<TimestampMicrosecondType>();
    let amounts = amounts.as_primitive::<Int64Type>();
    let shifted = (0..instants.len()).map(|i| match instants.is_valid(i) && amounts.is_valid(i) {
        true => make(instants.value(i), amounts.value(i)).map(Some),
        false => Ok(None),
    });
    Ok(Arc::new(shifted.collect::<Result<TimestampMicrosecondArray>>()?))
}

pub fn shift_seconds(instants: &ArrayRef, seconds: &ArrayRef) -> Result<ArrayRef> {
    shift(instants, seconds, |instant, seconds| {
        let shifted = seconds.checked_mul(1_000_000).and_then(|s| instant.checked_add(s));
        shifted
            .ok_or_else(|| exec_datafusion_err!("an instant {seconds} seconds later is beyond the calendar"))
    })
}

pub fn shift_local_days(zone: &TimeZone, instants: &ArrayRef, days: &ArrayRef) -> Result<ArrayRef> {
    shift(instants, days, |instant, days| shift_local(zone, instant, Span::new().try_days(days)))
}

pub fn shift_local_months(zone: &TimeZone, instants: &ArrayRef, months: &ArrayRef) -> Result<ArrayRef> {
    shift(instants, months, |instant, months| shift_local(zone, instant, Span::new().try_months(months)))
}

fn shift_local(zone: &TimeZone, instant: i64, span: std::result::Result<Span, jiff::Error>) -> Result<i64> {
    let shifted = span.map(|span| zoned(zone, instant).map(|z| z.checked_add(span)));
    let shifted = shifted.map_err(|e| exec_datafusion_err!("{e}"))??;
    Ok(shifted.map_err(|e| exec_datafusion_err!("{e}"))?.timestamp().as_microsecond())
}

pub fn microseconds_between(a: &ArrayRef, b: &ArrayRef) -> Result<ArrayRef> {
    let (a, b) = (a.as_primitive::<TimestampMicrosecondType>(), b.as_primitive::<TimestampMicrosecondType>());
    let between = (0..a.len()).map(|i| (a.is_valid(i) && b.is_valid(i)).then(|| a.value(i) - b.value(i)));
    Ok(Arc::new(between.collect::<Int64Array>()))
}

//! Rows put into periods by table: for every day the number of its period, so that
//! all calendars cost one look-up.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Int32Array, Int32Builder, ListBuilder,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{Date32Type, Int32Type};
use datafusion::common::Result;

/// A number for each day: of the days before the table, in it, and after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lookup {
    pub first_day: i32,
    /// Negative: none.
    pub values: Vec<i32>,
    pub before: i32,
    pub after: i32,
    /// Of a missing date.
    pub missing: i32,
}

impl Lookup {
    pub fn get(&self, day: i32) -> i32 {
        let index = i64::from(day) - i64::from(self.first_day);
        match usize::try_from(index) {
            Err(_) => self.before,
            Ok(index) => self.values.get(index).copied().unwrap_or(self.after),
        }
    }
}

pub fn lookup(table: &Lookup, dates: &ArrayRef) -> Result<ArrayRef> {
    let dates = dates.as_primitive::<Date32Type>();
    if dates.null_count() == 0 {
        let numbers: Vec<i32> = dates.values().iter().map(|day| table.get(*day)).collect();
        let none = numbers.iter().any(|number| *number < 0);
        let nulls = none.then(|| numbers.iter().map(|number| *number >= 0).collect::<NullBuffer>());
        return Ok(Arc::new(Int32Array::new(numbers.into(), nulls)));
    }
    let some = |number: i32| (number >= 0).then_some(number);
    let numbers = dates.iter().map(|day| some(day.map_or(table.missing, |day| table.get(day))));
    Ok(Arc::new(numbers.collect::<Int32Array>()))
}

/// Lists of the numbers from `first` to `last`; empty where there are none.
pub fn numbers(first: &ArrayRef, last: &ArrayRef) -> Result<ArrayRef> {
    let (first, last) = (first.as_primitive::<Int32Type>(), last.as_primitive::<Int32Type>());
    let mut lists = ListBuilder::new(Int32Builder::new());
    for i in 0..first.len() {
        if first.is_valid(i) && last.is_valid(i) {
            (first.value(i)..=last.value(i)).for_each(|n| lists.values().append_value(n));
        }
        lists.append(true);
    }
    Ok(Arc::new(lists.finish()))
}

pub fn period_date(dates: &[i32], periods: &ArrayRef) -> Result<ArrayRef> {
    let periods = periods.as_primitive::<Int32Type>();
    let dates =
        periods.iter().map(|p| p.and_then(|p| dates.get(p as usize).copied()).filter(|d| *d != i32::MAX));
    Ok(Arc::new(dates.collect::<Date32Array>()))
}

//! Every type that a Parquet file can hold a column in, every way to break one, and how
//! several are read as one table.

mod files;
mod types;

use std::sync::Arc;

use datafusion::arrow::array::*;
use datafusion::arrow::datatypes::DataType;
use jiff::tz::TimeZone;

pub fn array<A: Array + 'static>(array: A) -> ArrayRef {
    Arc::new(array)
}

pub fn decimal(values: &[i128], precision: u8, scale: i8) -> Decimal128Array {
    Decimal128Array::from(values.to_vec()).with_data_type(DataType::Decimal128(precision, scale))
}

pub fn ints(values: Vec<i64>) -> ArrayRef {
    array(Int64Array::from(values))
}

pub fn new_york() -> TimeZone {
    TimeZone::get("America/New_York").expect("a zone")
}

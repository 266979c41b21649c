//! Values to the bytes of a Parquet file: what `--format parquet` writes, and the
//! sample. The same values give the same bytes.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use jiff::civil::date;

use crate::table::Value;

/// Rows as wide as `names`. A column has the type of its values: whole numbers,
/// decimals at the largest scale found, floats, dates, instants (UTC) or text; periods
/// and groups without a member are text. Missing and immature values are null.
pub fn parquet(names: &[&str], rows: &[Vec<Value>]) -> Result<Vec<u8>, ParquetError> {
    let column = |index: usize| rows.iter().map(|row| &row[index]).collect::<Vec<_>>();
    let arrays = names.iter().enumerate().map(|(index, name)| (*name, array(&column(index)), true));
    let batch = RecordBatch::try_from_iter_with_nullable(arrays)?;
    let properties = WriterProperties::builder().set_created_by("kepi".to_string()).build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), batch.schema(), options)?;
    writer.write(&batch)?;
    writer.into_inner()
}

/// What a column of values can be written as; each may hold the ones before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Int,
    Decimal,
    Float,
    Bool,
    Date,
    Timestamp,
    Text,
}

fn kind(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Missing | Value::Immature => return None,
        Value::Int(n) if i64::try_from(*n).is_ok() => Kind::Int,
        Value::Int(_) | Value::Decimal { .. } => Kind::Decimal,
        Value::Float(_) => Kind::Float,
        Value::Bool(_) => Kind::Bool,
        Value::Date(_) => Kind::Date,
        Value::Timestamp(_) => Kind::Timestamp,
        Value::Text(_) | Value::Period(_) | Value::NoMember => Kind::Text,
    })
}

/// Numbers widen to one another; anything else that is mixed is text.
fn common(a: Kind, b: Kind) -> Kind {
    if a == b || (a <= Kind::Float && b <= Kind::Float) { a.max(b) } else { Kind::Text }
}

fn array(values: &[&Value]) -> ArrayRef {
    match values.iter().filter_map(|v| kind(v)).reduce(common).unwrap_or(Kind::Text) {
        Kind::Int => Arc::new(values.iter().map(|v| int(v)).collect::<Int64Array>()),
        Kind::Decimal => decimals(values),
        Kind::Float => Arc::new(values.iter().map(|v| float(v)).collect::<Float64Array>()),
        Kind::Bool => Arc::new(values.iter().map(|v| boolean(v)).collect::<BooleanArray>()),
        Kind::Date => Arc::new(values.iter().map(|v| days(v)).collect::<Date32Array>()),
        Kind::Timestamp => {
            let instants = values.iter().map(|v| microseconds(v)).collect::<TimestampMicrosecondArray>();
            Arc::new(instants.with_timezone("UTC"))
        }
        Kind::Text => Arc::new(values.iter().map(|v| text(v)).collect::<StringArray>()),
    }
}

fn decimals(values: &[&Value]) -> ArrayRef {
    let parts = |value: &Value| match value {
        Value::Int(n) => Some((*n, 0)),
        Value::Decimal { digits, scale } => Some((*digits, *scale)),
        _ => None,
    };
    let scale = values.iter().filter_map(|v| parts(v)).map(|(_, scale)| scale).max().unwrap_or(0);
    let widened =
        |(digits, own): (i128, u8)| digits.checked_mul(10_i128.checked_pow(u32::from(scale - own))?);
    let digits: Vec<Option<i128>> = values.iter().map(|v| parts(v).and_then(widened)).collect();
    let small = digits.iter().flatten().all(|d| d.unsigned_abs() < 10_u128.pow(18));
    let precision = if small { 18 } else { 38 };
    let array = Decimal128Array::from_iter(digits).with_precision_and_scale(precision, scale as i8);
    match array {
        Ok(array) => Arc::new(array),
        // more places than Parquet has: as near as a float comes
        Err(_) => Arc::new(values.iter().map(|v| float(v)).collect::<Float64Array>()),
    }
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => i64::try_from(*n).ok(),
        _ => None,
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Decimal { digits, scale } => Some(*digits as f64 / 10_f64.powi(i32::from(*scale))),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        _ => None,
    }
}

fn days(value: &Value) -> Option<i32> {
    match value {
        Value::Date(day) => Some((*day - date(1970, 1, 1)).get_days()),
        _ => None,
    }
}

fn microseconds(value: &Value) -> Option<i64> {
    match value {
        Value::Timestamp(at) => Some(*at),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Missing | Value::Immature => return None,
        Value::Text(text) => text.clone(),
        Value::Period(period) => period.label.clone(),
        Value::NoMember => "(none)".to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(x) => x.to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Timestamp(at) => jiff::Timestamp::from_microsecond(*at).ok()?.to_string(),
        Value::Decimal { .. } => float(value)?.to_string(),
    })
}

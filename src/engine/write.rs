//! A table as a Parquet file: exact, so that it can be read back as what it is.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::file::properties::WriterProperties;

use crate::calendar::epoch_day;
use crate::table::{Table, Value};

use super::error::Error;
use crate::values;

/// Writes the table, one column for each of its columns, by their names: periods as the
/// date they start on, numbers exact, whatever is missing (or not yet known) as null.
pub fn write_parquet(path: &Path, table: &Table) -> Result<(), Error> {
    let bytes = parquet_bytes(table)?;
    fs::write(path, bytes).map_err(|e| {
        let what = match e.kind() {
            std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
            _ => e.to_string(),
        };
        Error::new(format!("the file cannot be written: {what}")).file(path.to_string_lossy())
    })
}

/// The bytes of that file.
pub fn parquet_bytes(table: &Table) -> Result<Vec<u8>, Error> {
    let fail = |e: &dyn std::fmt::Display| Error::new(format!("the table cannot be written as Parquet: {e}"));
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (i, column) in table.columns.iter().enumerate() {
        let values: Vec<&Value> = table.rows.iter().map(|row| &row.values[i]).collect();
        let array = array(&values)
            .ok_or_else(|| fail(&format!("`{}` holds values of several types", column.name)))?;
        fields.push(Field::new(&column.name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let options = datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(table.rows.len()));
    let batch =
        RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options).map_err(|e| fail(&e))?;
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new_with_options(&mut bytes, schema, options_of_file()).map_err(|e| fail(&e))?;
    writer.write(&batch).map_err(|e| fail(&e))?;
    writer.close().map_err(|e| fail(&e))?;
    Ok(bytes)
}

/// Nothing that names a version of a library: the same table gives the same bytes.
fn options_of_file() -> ArrowWriterOptions {
    let properties = WriterProperties::builder().set_created_by("kepi".to_owned()).build();
    ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true)
}

/// What a column holds, by its values: the narrowest that holds all of them exactly.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    Int,
    Decimal { scale: u8 },
    Float,
    Text,
    Date,
    Timestamp,
}

fn array(values: &[&Value]) -> Option<ArrayRef> {
    let mut kind = None;
    for value in values {
        if let Some(next) = kind_of(value) {
            kind = Some(kind.map_or(Some(next), |known| both(known, next))?);
        }
    }
    // a column without any value is a number without any
    Some(match kind.unwrap_or(Kind::Float) {
        Kind::Bool => Arc::new(values.iter().map(|v| as_bool(v)).collect::<BooleanArray>()),
        Kind::Int => Arc::new(values.iter().map(|v| as_int(v)).collect::<Int64Array>()),
        Kind::Decimal { scale } => Arc::new(decimals(values, scale)?),
        Kind::Float => Arc::new(values.iter().map(|v| as_float(v)).collect::<Float64Array>()),
        Kind::Text => Arc::new(values.iter().map(|v| as_text(v)).collect::<StringArray>()),
        Kind::Date => Arc::new(values.iter().map(|v| as_day(v)).collect::<Date32Array>()),
        Kind::Timestamp => Arc::new(
            values.iter().map(|v| as_micros(v)).collect::<TimestampMicrosecondArray>().with_timezone("UTC"),
        ),
    })
}

fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Missing | Value::Immature | Value::NoMember => return None,
        Value::Bool(_) => Kind::Bool,
        Value::Int(v) if i64::try_from(*v).is_ok() => Kind::Int,
        Value::Int(_) => Kind::Decimal { scale: 0 },
        Value::Decimal { scale, .. } => Kind::Decimal { scale: *scale },
        Value::Float(_) => Kind::Float,
        Value::Text(_) => Kind::Text,
        Value::Date(_) | Value::Period(_) => Kind::Date,
        Value::Timestamp(_) => Kind::Timestamp,
    })
}

fn both(a: Kind, b: Kind) -> Option<Kind> {
    match (a, b) {
        (Kind::Decimal { scale: a }, Kind::Decimal { scale: b }) => Some(Kind::Decimal { scale: a.max(b) }),
        (Kind::Decimal { scale }, Kind::Int) | (Kind::Int, Kind::Decimal { scale }) => {
            Some(Kind::Decimal { scale })
        }
        (Kind::Float, Kind::Int | Kind::Decimal { .. }) | (Kind::Int | Kind::Decimal { .. }, Kind::Float) => {
            Some(Kind::Float)
        }
        (a, b) => (a == b).then_some(a),
    }
}

fn decimals(values: &[&Value], scale: u8) -> Option<Decimal128Array> {
    let digits = |value: &&Value| match value {
        Value::Int(v) => values::rescale(*v, 0, scale).map(Some),
        Value::Decimal { digits, scale: from } => values::rescale(*digits, *from as i8, scale).map(Some),
        _ => Ok(None),
    };
    let array = values.iter().map(digits).collect::<Result<Decimal128Array, _>>().ok()?;
    // eight bytes each where that is enough, sixteen otherwise
    let small = array.iter().flatten().all(|digits| digits.unsigned_abs() < 10_u128.pow(18)) && scale <= 18;
    Some(array.with_data_type(DataType::Decimal128(if small { 18 } else { 38 }, scale as i8)))
}

fn as_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(v) => Some(*v),
        _ => None,
    }
}

fn as_int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(v) => i64::try_from(*v).ok(),
        _ => None,
    }
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(v) => Some(*v),
        Value::Int(v) => Some(values::float_of_decimal(*v, 0)),
        Value::Decimal { digits, scale } => Some(values::float_of_decimal(*digits, *scale as i8)),
        _ => None,
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(v) => Some(v),
        _ => None,
    }
}

fn as_day(value: &Value) -> Option<i32> {
    match value {
        Value::Date(v) => Some(epoch_day(*v)),
        Value::Period(v) => Some(epoch_day(v.start)),
        _ => None,
    }
}

fn as_micros(value: &Value) -> Option<i64> {
    match value {
        Value::Timestamp(v) => Some(*v),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::Period;
    use crate::check::{Better, Show, Style};
    use crate::engine::testing::Folder;
    use crate::table::{Column, Role, Row};

    fn table(names: &[&str], rows: Vec<Vec<Value>>) -> Table {
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            label: (*name).to_owned(),
            role: Role::Metric(Better::Higher),
            show: Show { style: Style::Number, decimals: None },
        };
        Table {
            columns: names.iter().map(column).collect(),
            rows: rows.into_iter().map(|values| Row { values, partial: false }).collect(),
            as_of: None,
            grain: None,
        }
    }

    /// Read back by a contract.
    fn check(names: &[&str], rows: Vec<Vec<Value>>, contract: &str, expected: &str) {
        let folder = Folder::new();
        write_parquet(&folder.path().join("t.parquet"), &table(names, rows)).expect("written");
        assert_eq!(folder.read("t.parquet", contract), expected);
    }

    #[test]
    fn values_come_back_as_they_were() {
        let start = date(2026, 1, 1);
        let period = Period { start, end: date(2026, 2, 1), label: "2026-01".into() };
        let decimal = |digits, scale| Value::Decimal { digits, scale };
        let rows = vec![
            vec![
                Value::Period(period),
                Value::Text("é".to_owned()),
                decimal(12345, 2),
                Value::Float(0.1),
                Value::Int(7),
            ],
            vec![Value::Date(start), Value::NoMember, decimal(-12345, 4), Value::Immature, Value::Missing],
        ];
        check(
            &["month", "region", "bookings", "win_rate", "deals"],
            rows,
            "month: date; region: text?; bookings: decimal(20,4); win_rate: number?; deals: int?",
            "2026-01-01 | é | 123.4500 | 0.1 | 7\n2026-01-01 | – | -1.2345 | – | –",
        );
    }

    #[test]
    fn other_values() {
        check(
            &["flag", "at", "large", "none"],
            vec![vec![
                Value::Bool(true),
                Value::Timestamp(0),
                Value::Int(i128::from(i64::MAX) + 1),
                Value::Missing,
            ]],
            "flag: bool; at: timestamp; large: decimal(38,0); none: number?",
            "true | 1970-01-01T00:00:00 | 9223372036854775808 | –",
        );
        check(&["n"], vec![], "n: number", "");
    }

    #[test]
    fn what_cannot_be_written() {
        let mixed = table(&["x"], vec![vec![Value::Bool(true)], vec![Value::Int(1)]]);
        let error = parquet_bytes(&mixed).expect_err("two types");
        assert_eq!(
            error.to_string(),
            "the table cannot be written as Parquet: `x` holds values of several types"
        );
        let error =
            write_parquet(Path::new("/nowhere/t.parquet"), &table(&["x"], vec![])).expect_err("no folder");
        assert_eq!(
            error.to_string(),
            "/nowhere/t.parquet: the file cannot be written: there is no such folder"
        );
    }
}

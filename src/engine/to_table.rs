//! Arrow -> Table: the plan's columns as plain values, by the types of the query.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};
use datafusion::arrow::util::display::array_value_to_string;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::Error;
use crate::calendar::from_epoch_day;
use crate::check::{Show, Style, Type};
use crate::query::Query;
use crate::table::{Column, Role, Row, Table, Value};

pub fn table(query: &Query, batches: &[RecordBatch]) -> Result<Table, Error> {
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            rows.push(self::row(query, batch, row)?);
        }
    }
    Ok(Table { columns: columns(query), rows, as_of: query.as_of, grain: query.grain.clone() })
}

/// Rows of plain values, of these types first and of numbers.
pub fn rows(batches: &[RecordBatch], types: &[&Type]) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cell = |(i, column): (usize, &ArrayRef)| {
                let ty = types.get(i).copied().unwrap_or(&Type::Missing);
                Ok(value(column, row, ty)?.unwrap_or(Value::Missing))
            };
            let values = batch.columns().iter().enumerate().map(cell).collect::<Result<_, Error>>()?;
            rows.push(Row { values, partial: false });
        }
    }
    Ok(rows)
}

fn columns(query: &Query) -> Vec<Column> {
    let plain = Show { style: Style::Value, decimals: None };
    let period = query.grain.iter().map(|grain| {
        let name = grain.to_string();
        let label = heading(&name);
        Column { name, label, role: Role::Period, show: plain.clone() }
    });
    let dimensions = query.dimensions.iter().map(|d| Column {
        name: d.name.clone(),
        label: d.label.clone(),
        role: Role::Dimension,
        show: plain.clone(),
    });
    let metrics = query.outputs.iter().map(|o| Column {
        name: o.name.clone(),
        label: o.label.clone(),
        role: Role::Metric(o.better),
        show: o.show.clone(),
    });
    period.chain(dimensions).chain(metrics).collect()
}

fn heading(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    first + &chars.as_str().replace(['_', '.'], " ")
}

fn row(query: &Query, batch: &RecordBatch, row: usize) -> Result<Row, Error> {
    let period = batch.column(0).as_primitive::<Int32Type>().value(row) as usize;
    let period = &query.periods[period];
    let mut values = Vec::new();
    if query.grain.is_some() {
        values.push(Value::Period(period.clone()));
    }
    let immature = |output: usize| {
        let flags = batch.column(1 + query.dimensions.len() + query.outputs.len() + output).as_boolean();
        flags.is_valid(row) && flags.value(row)
    };
    let types = query.dimensions.iter().map(|d| (&d.ty, Value::NoMember));
    let types = types.chain(query.outputs.iter().map(|o| (&o.value.ty, Value::Missing)));
    for (column, (ty, missing)) in batch.columns()[1..].iter().zip(types) {
        values.push(value(column, row, ty)?.unwrap_or(missing));
    }
    let metrics = values.len() - query.outputs.len();
    (0..query.outputs.len()).filter(|i| immature(*i)).for_each(|i| values[metrics + i] = Value::Immature);
    let partial = query.grain.is_some() && query.as_of.is_some_and(|as_of| last_day(period.end) > as_of);
    Ok(Row { values, partial })
}

fn last_day(end: Date) -> Date {
    end.yesterday().unwrap_or(end)
}

fn value(column: &ArrayRef, row: usize, ty: &Type) -> Result<Option<Value>, Error> {
    if column.is_null(row) {
        return Ok(None);
    }
    Ok(Some(match column.data_type() {
        DataType::Null => return Ok(None),
        DataType::Boolean => Value::Bool(column.as_boolean().value(row)),
        DataType::Int64 => Value::Int(i128::from(column.as_primitive::<Int64Type>().value(row))),
        DataType::Int32 => Value::Int(i128::from(column.as_primitive::<Int32Type>().value(row))),
        DataType::Int16 => member(column.as_primitive::<Int16Type>().value(row), ty),
        DataType::Float64 => match column.as_primitive::<Float64Type>().value(row) {
            // what has no finite value has none
            x if !x.is_finite() => return Ok(None),
            // a negative zero is no sign of anything
            x => Value::Float(x + 0.0),
        },
        DataType::Decimal128(_, scale) => Value::Decimal {
            digits: column.as_primitive::<Decimal128Type>().value(row),
            scale: (*scale).max(0) as u8,
        },
        DataType::Date32 => {
            let day = column.as_primitive::<Date32Type>().value(row);
            Value::Date(from_epoch_day(day).ok_or_else(|| Error::new("a date is beyond the calendar"))?)
        }
        DataType::Timestamp(..) => {
            Value::Timestamp(column.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        DataType::Utf8View => Value::Text(column.as_string_view().value(row).to_string()),
        DataType::Utf8 => Value::Text(column.as_string::<i32>().value(row).to_string()),
        other => return Err(Error::new(format!("a result of the type {other} cannot be shown"))),
    }))
}

fn member(code: i16, ty: &Type) -> Value {
    let members: &[crate::check::Member] = match ty {
        Type::Enum(enumeration) => &enumeration.members,
        _ => &[],
    };
    match usize::try_from(code).ok().and_then(|code| members.get(code)) {
        Some(member) => Value::Text(member.name.clone()),
        None => Value::Int(i128::from(code)),
    }
}

/// The one date of a result of one row; of an instant its date in the time zone.
pub fn date(batches: &[RecordBatch], zone: &TimeZone) -> Option<Date> {
    let column = batches.iter().find(|b| b.num_rows() > 0)?.column(0).clone();
    if column.is_null(0) {
        return None;
    }
    match column.data_type() {
        DataType::Date32 => from_epoch_day(column.as_primitive::<Date32Type>().value(0)),
        DataType::Timestamp(..) => {
            let instant = column.as_primitive::<TimestampMicrosecondType>().value(0);
            let instant = jiff::Timestamp::from_microsecond(instant).ok()?;
            Some(instant.to_zoned(zone.clone()).date())
        }
        _ => None,
    }
}

/// The values of a result's first row, as texts; `types` of those that need one to be read.
pub fn first_row(batch: &RecordBatch, types: &[&Type], zone: &TimeZone) -> Vec<String> {
    let shown = |(i, column): (usize, &ArrayRef)| match (types.get(i), column.data_type()) {
        (Some(ty @ Type::Enum(_)), DataType::Int16) if column.is_valid(0) => {
            match member(column.as_primitive::<Int16Type>().value(0), ty) {
                Value::Text(name) => name,
                _ => String::new(),
            }
        }
        (_, DataType::Timestamp(..)) if column.is_valid(0) => {
            let instant = column.as_primitive::<TimestampMicrosecondType>().value(0);
            let local =
                jiff::Timestamp::from_microsecond(instant).map(|t| t.to_zoned(zone.clone()).datetime());
            local.map_or_else(|_| String::new(), |local| local.to_string())
        }
        _ => array_value_to_string(column, 0).unwrap_or_default(),
    };
    batch.columns().iter().enumerate().map(shown).collect()
}

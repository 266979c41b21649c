//! A table of the sample on its way into a file: a header, rows of values, and CSV.

use jiff::civil::Date;

use crate::table::Value;
#[cfg(feature = "engine")]
use crate::{
    check::{Show, Style},
    table::{Column, Role, Row, Table},
};

pub struct Sheet {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// As wide as `columns`.
    pub rows: Vec<Vec<Value>>,
}

impl Sheet {
    /// Comma separated, a header, `\n`; a missing value is an empty field.
    pub fn csv(&self) -> Vec<u8> {
        let header = self.columns.join(",");
        let rows = self.rows.iter().map(|row| row.iter().map(field).collect::<Vec<_>>().join(","));
        let mut text = std::iter::once(header).chain(rows).collect::<Vec<_>>().join("\n");
        text.push('\n');
        text.into_bytes()
    }

    #[cfg(feature = "engine")]
    pub fn table(self) -> Table {
        let column = |name: &&str| Column {
            name: name.to_string(),
            label: name.to_string(),
            role: Role::Dimension,
            show: Show { style: Style::Value, decimals: None },
        };
        Table {
            columns: self.columns.iter().map(column).collect(),
            rows: self.rows.into_iter().map(|values| Row { values, partial: false }).collect(),
            as_of: None,
            grain: None,
        }
    }
}

pub fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

/// Missing where the sample has no word for it.
pub fn word(value: &str) -> Value {
    if value.is_empty() { Value::Missing } else { text(value) }
}

pub fn int(value: i64) -> Value {
    Value::Int(value.into())
}

pub fn cents(value: i64) -> Value {
    Value::Decimal { digits: value.into(), scale: 2 }
}

pub fn optional<T>(value: Option<T>, cell: impl Fn(T) -> Value) -> Value {
    value.map_or(Value::Missing, cell)
}

pub fn date(value: Date) -> Value {
    Value::Date(value)
}

/// A moment of a day in UTC.
pub fn moment(day: Date, second: i64) -> Value {
    let days = (day - jiff::civil::date(1970, 1, 1)).get_days();
    Value::Timestamp((i64::from(days) * 86_400 + second) * 1_000_000)
}

fn field(value: &Value) -> String {
    match value {
        Value::Text(text) if text.contains([',', '"', '\n']) => format!("\"{}\"", text.replace('"', "\"\"")),
        Value::Text(text) => text.clone(),
        Value::Int(n) => n.to_string(),
        Value::Decimal { digits, .. } => {
            format!("{}{}.{:02}", if *digits < 0 { "-" } else { "" }, digits.abs() / 100, digits.abs() % 100)
        }
        Value::Date(day) => day.to_string(),
        Value::Timestamp(micros) => jiff::Timestamp::from_second(micros / 1_000_000)
            .map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        _ => String::new(),
    }
}

//! A table as one JSON object: what each column is, and rows as objects of all
//! digits. A value that is missing is `null`; one that is not yet known is `null`
//! too, and `immature` lists it. The shape is numbered by `version`.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use super::value::{raw, unit_name};
use crate::check::Better;
use crate::table::{Column, Role, Row, Table, Value};

pub fn render(table: &Table) -> String {
    let columns: Vec<Json> = table.columns.iter().map(column).collect();
    let mut text = String::from("{\n  \"version\": 1,\n");
    field(&mut text, "as_of", &json!(table.as_of.map(|d| d.to_string())));
    field(&mut text, "grain", &json!(table.grain.as_ref().map(|g| g.to_string())));
    list(&mut text, "columns", columns.iter().map(Json::to_string));
    list(&mut text, "rows", table.rows.iter().map(|r| row(&table.columns, r)));
    list(&mut text, "periods", periods(table).iter().map(Json::to_string));
    list(&mut text, "immature", immature(table).iter().map(Json::to_string));
    text.truncate(text.len() - 2);
    text + "\n}\n"
}

fn field(text: &mut String, name: &str, value: &Json) {
    writeln!(text, "  {}: {value},", json!(name)).expect("a String takes all");
}

fn list(text: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.map(|i| format!("\n    {i}")).collect();
    let end = if items.is_empty() { "" } else { "\n  " };
    writeln!(text, "  {}: [{}{end}],", json!(name), items.join(",")).expect("a String takes all");
}

fn column(column: &Column) -> Json {
    let mut object = json!({ "name": column.name, "label": column.label });
    match column.role {
        Role::Period => object["role"] = json!("period"),
        Role::Dimension => object["role"] = json!("dimension"),
        Role::Metric(better) => {
            object["role"] = json!("metric");
            object["unit"] = json!(unit_name(&column.show));
            object["better"] = json!(match better {
                Better::Higher => "higher",
                Better::Lower => "lower",
                Better::Neither => "neither",
            });
        }
    }
    object
}

/// Written by hand: money has more digits than a JSON library's float.
fn row(columns: &[Column], row: &Row) -> String {
    let fields = columns.iter().zip(&row.values);
    let fields: Vec<String> = fields.map(|(c, v)| format!("{}: {}", json!(c.name), scalar(v))).collect();
    format!("{{{}}}", fields.join(", "))
}

fn scalar(value: &Value) -> String {
    match (value, raw(value)) {
        (_, None) | (Value::NoMember, _) => "null".to_string(),
        (Value::Float(x), _) => json!(x + 0.0).to_string(),
        (Value::Int(_) | Value::Decimal { .. } | Value::Bool(_), Some(text)) => text,
        (_, Some(text)) => json!(text).to_string(),
    }
}

/// Each period once, with its first and last day.
fn periods(table: &Table) -> Vec<Json> {
    let Some(at) = table.columns.iter().position(|c| c.role == Role::Period) else {
        return Vec::new();
    };
    let mut found: Vec<Json> = Vec::new();
    for row in &table.rows {
        if let Value::Period(period) = &row.values[at] {
            let last = period.end.yesterday().unwrap_or(period.end);
            found.push(json!({
                "name": &*period.label,
                "first_day": period.start.to_string(),
                "last_day": last.to_string(),
                "partial": row.partial,
            }));
        }
    }
    found.dedup();
    found
}

/// Which values are not yet known; rows are counted from 0.
fn immature(table: &Table) -> Vec<Json> {
    let cells = table.rows.iter().enumerate().flat_map(|(i, row)| {
        let cells = row.values.iter().zip(&table.columns);
        cells.filter(|(v, _)| **v == Value::Immature).map(move |(_, c)| json!({ "row": i, "column": c.name }))
    });
    cells.collect()
}

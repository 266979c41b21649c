//! A table as CSV (RFC 4180, with `\n`) for machines: names as headings, all digits,
//! percent as 0.624, dates and periods by their ISO names. Missing and immature
//! values are empty; rows without a member say `(none)`.

use super::value::raw;
use crate::table::Table;

pub fn render(table: &Table) -> String {
    let mut text = record(table.columns.iter().map(|c| c.name.clone()));
    for row in &table.rows {
        text += &record(row.values.iter().map(|v| raw(v).unwrap_or_default()));
    }
    text
}

fn record(fields: impl Iterator<Item = String>) -> String {
    let fields: Vec<String> = fields.map(quoted).collect();
    // one empty field would be an empty line, which readers skip
    let line = if fields == [""] { "\"\"".to_string() } else { fields.join(",") };
    line + "\n"
}

fn quoted(field: String) -> String {
    if field.contains([',', '"', '\n', '\r']) || field.trim() != field {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

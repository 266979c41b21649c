//! The table expected against the table found: values as they are shown, at the precision
//! that is written.

use std::collections::HashMap;

use super::outcome::{ComparedCell, ComparedRow, Standing};
use crate::check::{Show, Style, Written, WrittenCell, WrittenColumn, WrittenRow};
use crate::report::{shown, shown_at};
use crate::table::{Role, Row, Table, Value};
use crate::values::Shown;

/// Every row of both, those expected first, in their order.
pub fn compare(expected: &Written, found: &Table) -> Vec<ComparedRow> {
    let places = places(expected, found);
    let mut left: HashMap<Vec<String>, usize> = HashMap::new();
    for (at, row) in found.rows.iter().enumerate() {
        left.insert(key_found(expected, &places, row), at);
    }
    let mut rows = Vec::new();
    for (at, row) in expected.rows.iter().enumerate() {
        rows.push(match left.remove(&key_written(expected, row)) {
            Some(other) => both(at, row, other, &found.rows[other], &places, found),
            None => only_expected(row),
        });
    }
    let mut unexpected: Vec<usize> = left.into_values().collect();
    unexpected.sort_unstable();
    rows.extend(unexpected.into_iter().map(|at| only_found(at, &found.rows[at], &places, found)));
    rows
}

/// For each column of the table written, its place among those found.
pub fn places(expected: &Written, found: &Table) -> Vec<usize> {
    let first = |role: fn(&Role) -> bool| found.columns.iter().position(|c| role(&c.role)).unwrap_or(0);
    let dimensions = first(|role| *role == Role::Dimension);
    let metrics = first(|role| matches!(role, Role::Metric(_)));
    let place = |column: &WrittenColumn| match column {
        WrittenColumn::Period => 0,
        WrittenColumn::Dimension(at) => dimensions + at,
        WrittenColumn::Metric(at) => metrics + at,
    };
    expected.columns.iter().map(place).collect()
}

fn is_key(column: &WrittenColumn) -> bool {
    !matches!(column, WrittenColumn::Metric(_))
}

fn key_written(expected: &Written, row: &WrittenRow) -> Vec<String> {
    let cells = expected.columns.iter().zip(&row.cells).filter(|(column, _)| is_key(column));
    cells.map(|(_, cell)| if cell.is_missing() { "(none)".to_string() } else { cell.text.clone() }).collect()
}

fn key_found(expected: &Written, places: &[usize], row: &Row) -> Vec<String> {
    let cells = expected.columns.iter().zip(places).filter(|(column, _)| is_key(column));
    cells.map(|(_, place)| name(&row.values[*place])).collect()
}

/// A period, or a member of a dimension.
pub fn name(value: &Value) -> String {
    shown(value, &Show { style: Style::Value, decimals: None })
}

fn both(
    expected: usize,
    row: &WrittenRow,
    found: usize,
    other: &Row,
    places: &[usize],
    table: &Table,
) -> ComparedRow {
    let cells = row.cells.iter().zip(places).map(|(cell, place)| {
        let column = &table.columns[*place];
        match column.role {
            Role::Metric(_) => compared(cell, &other.values[*place], &column.show),
            _ => {
                ComparedCell { expected: cell.text.clone(), found: name(&other.values[*place]), equal: true }
            }
        }
    });
    ComparedRow { standing: Standing::Both { expected, found }, cells: cells.collect() }
}

fn only_expected(row: &WrittenRow) -> ComparedRow {
    let cell =
        |cell: &WrittenCell| ComparedCell { expected: cell.text.clone(), found: String::new(), equal: false };
    ComparedRow { standing: Standing::Expected, cells: row.cells.iter().map(cell).collect() }
}

fn only_found(at: usize, row: &Row, places: &[usize], table: &Table) -> ComparedRow {
    let cell = |place: &usize| {
        let found = shown(&row.values[*place], &table.columns[*place].show);
        ComparedCell { expected: String::new(), found, equal: false }
    };
    ComparedRow { standing: Standing::Found(at), cells: places.iter().map(cell).collect() }
}

/// The value in the way that the cell is written.
fn compared(cell: &WrittenCell, value: &Value, show: &Show) -> ComparedCell {
    let is_number = matches!(value, Value::Int(_) | Value::Decimal { .. } | Value::Float(_));
    let written = Shown::read(&cell.text).filter(|_| is_number && !cell.quoted);
    let (found, equal) = match (&written, value) {
        (Some(written), _) => {
            let found = shown_at(value, show, written.places);
            let equal = Shown::read(&found).is_some_and(|found| same(written, &found));
            (found, equal)
        }
        (None, Value::Missing) => (shown(value, show), cell.is_missing()),
        (None, Value::Bool(is)) => {
            let words = if *is { ["yes", "true"] } else { ["no", "false"] };
            (shown(value, show), words.contains(&cell.text.as_str()))
        }
        (None, _) => {
            let found = shown(value, show);
            let equal = found == cell.text;
            (found, equal)
        }
    };
    let expected = if cell.is_missing() { "–".to_string() } else { cell.text.clone() };
    ComparedCell { expected, found, equal }
}

fn same(written: &Shown, found: &Shown) -> bool {
    written.number() == found.number() && same_unit(written, found)
}

/// Signs and units may be left out; where they are written they have to be right.
pub fn same_unit(written: &Shown, found: &Shown) -> bool {
    let plural = |text: &str| text.trim_end_matches('s').to_string();
    (written.before.is_empty() || written.before == found.before)
        && (written.after.is_empty() || plural(&written.after) == plural(&found.after))
}

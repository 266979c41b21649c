//! What is said when the data does not keep to what rows are joined by: which rows, and
//! how to put it right.

use datafusion::arrow::array::RecordBatch;

use super::error::Error;
use super::locate::Place;
use super::to_table;
use crate::check::{CheckedModel, ColumnId, Type};
use crate::query::Promise;

/// At the first of the rows; the others are named.
pub fn located(error: Error, places: &[Place]) -> Error {
    let Some((first, others)) = places.split_first().filter(|(_, others)| !others.is_empty()) else {
        return error;
    };
    let other = |place: &Place| match place.file == first.file {
        true => place.row.to_string(),
        false => format!("{} {}", place.file, place.row),
    };
    let others: Vec<String> = others.iter().map(other).collect();
    let message = format!("{} (also in {})", error.message, others.join(", "));
    Error { message, ..error }.file(&first.file).row(first.row)
}

/// The error, from the first row that breaks the promise.
pub fn broken(model: &CheckedModel, promise: &Promise, batch: &RecordBatch) -> Error {
    let declared = model.source(promise.source());
    let columns = promise.columns(model);
    let types: Vec<&Type> = columns.iter().map(|c| &declared.columns[c.index()].ty).collect();
    let values = to_table::first_row(batch, &types, &model.settings.timezone);
    let name = |c: &ColumnId| declared.columns[c.index()].name.as_str();
    let told = |from: usize, to: usize| {
        let names: Vec<&str> = columns[from..to].iter().map(name).collect();
        format!("{} {}", names.join(", "), values[from..to].join(", "))
    };
    let (count, source) = (columns.len(), &declared.name);
    let rows = values.get(count).map_or("", String::as_str);
    match promise {
        Promise::OneOfKey { .. } => {
            Error::new(format!("{rows} rows of {source} have the same key, {}", told(0, count)))
            .help(match (declared.valid, declared.snapshot) {
                (Some(_), _) => format!("rows are joined to {source} by its key, so each may occur only once: a link to the row in force on a date says which, `-> {source} at DATE`; otherwise repair the data"),
                (None, Some(_)) => format!("rows are joined to {source} by its key, so each may occur only once: a link to one of its pictures says which, `-> {source} latest before DATE`, where it has a `time`; otherwise repair the data"),
                (None, None) => format!("rows are joined to {source} by its key, so each may occur only once: repair the data, or declare the key that is unique; `keep latest` keeps the newest of several"),
            })
        }
        Promise::OneLatest { by, .. } => {
            let key = told(0, count - 1);
            let latest = match values[count - 1].as_str() {
                "" => format!("no {}", name(by)),
                _ => format!("the same {}", told(count - 1, count)),
            };
            Error::new(format!("{rows} rows of {source} with the key {key} have {latest}"))
                .help(format!("`keep latest {}` keeps the one row of a key that has the greatest: repair the data, or keep the latest by a column that tells them apart; `keep distinct` keeps one of equal rows", name(by)))
        }
        Promise::OneAtATime { key, time, .. } if key.contains(time) => {
            Error::new(format!("{rows} rows of {source} have the same key, {}", told(0, count)))
                .help("repair the data, or keep one of them, with `keep` or `where`".to_string())
        }
        Promise::OneAtATime { .. } => {
            let (key, time) = (told(0, count - 1), told(count - 1, count));
            Error::new(format!("{rows} rows of {source} with {key} have the same {time}"))
                .help(format!("of {source} each counts, and where a link leads to the latest before a date, none is the latest: repair the data, or keep one of them, with `keep` or `where`"))
        }
        Promise::OneInForce { .. } => {
            let (from, to, next) = (rows, &values[count + 1], &values[count + 2]);
            let to = match to.as_str() {
                "" => "without an end".to_string(),
                to => format!("to {to}"),
            };
            let key = told(0, count);
            Error::new(format!("two rows of {source} with {key} are in force at once: one from {from} {to}, one from {next}"))
                .help(format!("a link leads to the one row of {source} in force on a date: repair the data, so that one row ends before the next begins; an end is exclusive"))
        }
    }
}

//! Files and a contract to a table whose rows are exactly what the contract says, or
//! an error; and the words that all kinds of file share.

use std::sync::Arc;

use datafusion::arrow::error::ArrowError;
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use jiff::tz::TimeZone;

use crate::check::FileFormat;
use crate::diagnostic::nearest;

use super::contract::{Contract, ContractColumn};
use super::error::Error;
use super::files::{DataFile, FileSet};
use super::parquet::ParquetTable;
use super::{csv, parquet};
use crate::values::{LocalTime, Reason};

/// The table that the files make up. Looks at headers and footers only: a wrong value
/// fails the scan that meets it, with an [`Error`] that [`Error::carried_by`] finds.
///
/// Its columns are those of the contract, in that order and by their names in `.kpi`
/// files: text as `Utf8View`, bool `Boolean`, int `Int64`, float `Float64`, decimal
/// `Decimal128`, date `Date32`, timestamp `Timestamp(Microsecond, None)` (the instant
/// in UTC), an enumeration as `Int16` (the member's index).
pub fn open(
    contract: &Contract,
    files: &FileSet,
    timezone: &TimeZone,
) -> Result<Arc<dyn TableProvider>, Error> {
    let zone = LocalTime::new(timezone);
    match files.format {
        FileFormat::Csv => csv::open(contract, files, &zone),
        FileFormat::Parquet => parquet::open(contract, files, &zone),
    }
}

/// The error that a failed plan is told by: ours if the scan of one of these tables met
/// it; where a file turned out to be broken, the one that names the file.
pub fn explain(error: &DataFusionError, tables: &[Arc<dyn TableProvider>]) -> Error {
    if let Some(ours) = Error::carried_by(error) {
        return ours.clone();
    }
    let root = error.find_root();
    if reads_files(root)
        && let Some(found) = tables.iter().find_map(|table| table.downcast_ref::<ParquetTable>()?.look())
    {
        return found;
    }
    if let Some(found) = too_great(root) {
        return found;
    }
    let text = root.strip_backtrace();
    Error::new(text.lines().next().unwrap_or_default())
}

/// What is computed exactly, and has more digits than there is room for.
fn too_great(error: &DataFusionError) -> Option<Error> {
    let DataFusionError::ArrowError(error, _) = error else { return None };
    let found = match &**error {
        ArrowError::ArithmeticOverflow(text) => text.rsplit("on: ").next().unwrap_or(text),
        ArrowError::CastError(text) if text.contains("out of range") => {
            text.trim_start_matches("value of ").split(' ').next().unwrap_or(text)
        }
        ArrowError::InvalidArgumentError(text) if text.contains("to store in a Decimal") => {
            text.split(' ').next().unwrap_or(text)
        }
        _ => return None,
    };
    Some(Error::new(format!("a result has too many digits to be exact: {found}")).help(
        "whole numbers are kept up to 9,223,372,036,854,775,807, amounts to 28 digits; a column that need not \
         be exact is declared `number`, and has room for all of them",
    ))
}

/// Whether it comes from reading a file, and not from what is computed.
fn reads_files(error: &DataFusionError) -> bool {
    match error {
        DataFusionError::ParquetError(_) | DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => {
            true
        }
        DataFusionError::ArrowError(error, _) => matches!(
            **error,
            ArrowError::ParquetError(_) | ArrowError::IoError(..) | ArrowError::ExternalError(_)
        ),
        _ => false,
    }
}

/// Opens all files, many at a time where there are many. Of several errors the first in
/// their order is told.
pub fn each<T: Send>(
    files: &[DataFile],
    open: impl Fn(&DataFile) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    const AT_ONCE: usize = 8;
    if files.len() < 4 * AT_ONCE {
        return files.iter().map(open).collect();
    }
    let open = &open;
    std::thread::scope(|scope| {
        let share = |files| scope.spawn(move || files_of_one(files, open));
        let shares: Vec<_> = files.chunks(files.len().div_ceil(AT_ONCE)).map(share).collect();
        let mut all = Vec::with_capacity(files.len());
        for share in shares {
            all.extend(share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}

fn files_of_one<T>(
    files: &[DataFile],
    open: impl Fn(&DataFile) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    files.iter().map(open).collect()
}

/// A value that is not what its column is declared to hold.
pub fn wrong_value(column: &ContractColumn, value: &[u8], why: Reason) -> Error {
    let value = shown(&String::from_utf8_lossy(value));
    let error = Error::new(format!("`{value}` {}", why.what)).column(&column.raw).value(value);
    Error { help: why.help, ..error }
}

pub fn missing_value(column: &ContractColumn) -> Error {
    let help = format!("if it may be missing, declare it so with `?`: `{} : …?`", column.name);
    Error::new("the value is missing").column(&column.raw).help(help)
}

/// A value short enough for a message of one line.
fn shown(value: &str) -> String {
    let mut short: String = value.chars().take(60).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
}

/// What to do about a column that a file does not have, given those that it has.
pub fn other_column(column: &ContractColumn, names: &[String], file: &DataFile) -> String {
    let folders: Vec<String> = file.partition.iter().map(|(key, _)| key.clone()).collect();
    let all = || names.iter().chain(&folders).map(String::as_str);
    let close = all().find(|name| name.trim().eq_ignore_ascii_case(column.raw.trim()));
    match close.or_else(|| nearest(&column.raw, all())) {
        Some(close) => format!("did you mean `{close}`? then declare `{} : … from {close:?}`", column.name),
        None if folders.is_empty() => format!("the data has {}", list(names)),
        None => format!("the data has {}, and by its folders {}", list(names), list(&folders)),
    }
}

/// The first few, in backquotes.
pub fn list(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    if names.len() > 12 {
        shown.push(format!("… ({} in all)", names.len()));
    }
    shown.join(", ")
}

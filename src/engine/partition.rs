//! Columns whose values stand in the names of folders: `region=EU/part-0.parquet`.

use datafusion::scalar::ScalarValue;

use super::columns::{ColumnBuilder, data_type};
use super::contract::ContractColumn;
use super::error::Error;
use super::files::DataFile;
use super::open::{missing_value, wrong_value};
use crate::values::LocalTime;

/// The value that the file's folders give the column; `None` if they do not name it.
pub fn value(
    column: &ContractColumn,
    file: &DataFile,
    zone: &LocalTime,
) -> Result<Option<ScalarValue>, Error> {
    let Some((_, text)) = file.partition.iter().find(|(key, _)| *key == column.raw) else { return Ok(None) };
    let Some(text) = text else {
        if !column.optional {
            return Err(missing_value(column).file(&file.shown));
        }
        let null = ScalarValue::try_from(data_type(&column.ty));
        return null.map(Some).map_err(|e| Error::new(e.to_string()));
    };
    let mut builder = ColumnBuilder::new(&column.ty, zone, 1);
    builder
        .push(text.as_bytes())
        .map_err(|why| wrong_value(column, text.as_bytes(), why).file(&file.shown))?;
    let value = ScalarValue::try_from_array(&builder.finish(), 0);
    value.map(Some).map_err(|e| Error::new(e.to_string()))
}

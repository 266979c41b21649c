//! The second look: when a scan fails, the files are read again in order, for the
//! words of the first mistake in the data.

use std::fs::File;
use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::engine::contract::{Contract, ContractColumn};
use crate::engine::error::{Error, Row};
use crate::engine::open::{missing_value, wrong_value};
use crate::values::LocalTime;

use super::convert::{Bad, convert};
use super::footer::{Cell, ParquetFile, damaged};

/// One reading of all the files.
#[derive(Debug)]
pub struct Scan {
    pub contract: Contract,
    pub files: Arc<[ParquetFile]>,
    /// The columns that are read: indices into the contract's.
    pub columns: Vec<usize>,
    pub zone: LocalTime,
    pub first: OnceLock<Error>,
}

impl Scan {
    /// Of several mistakes the one that stands first in the data, whichever was met first.
    pub fn first_error(&self, column: &ContractColumn, array: &ArrayRef, bad: Bad) -> Error {
        self.first.get_or_init(|| self.look().unwrap_or_else(|| described(column, array, bad))).clone()
    }

    /// The first mistake, if there is any.
    pub fn look(&self) -> Option<Error> {
        self.files.iter().find_map(|file| self.look_into(file).err())
    }

    fn look_into(&self, file: &ParquetFile) -> Result<(), Error> {
        let fail = |e: &dyn std::fmt::Display| damaged(&file.file, e);
        let input = File::open(&file.file.path).map_err(|e| file.file.unreadable(&e))?;
        let wanted: Vec<usize> =
            self.columns.iter().copied().filter(|i| file.index_of(*i).is_some()).collect();
        let roots = wanted.iter().filter_map(|i| file.index_of(*i));
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, file.footer.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let mut before = 0;
        for batch in builder.with_projection(mask).build().map_err(|e| fail(&e))? {
            let batch = batch.map_err(|e| fail(&e))?;
            self.check(&batch, &wanted).map_err(|(row, error)| {
                error.file(&file.file.shown).row(Row::Number(before + row as u64 + 1))
            })?;
            before += batch.num_rows() as u64;
        }
        Ok(())
    }

    /// The first row of the batch with a mistake, and of that row the first column.
    fn check(&self, batch: &RecordBatch, columns: &[usize]) -> Result<(), (usize, Error)> {
        let mut found: Option<(usize, Error)> = None;
        for column in columns.iter().map(|i| &self.contract.columns[*i]) {
            let Some(array) = batch.column_by_name(&column.raw) else { continue };
            if let Err(bad) = convert(array, column, &self.zone)
                && found.as_ref().is_none_or(|(row, _)| bad.row < *row)
            {
                found = Some((bad.row, described(column, array, bad)));
            }
        }
        found.map_or(Ok(()), Err)
    }
}

fn described(column: &ContractColumn, array: &ArrayRef, bad: Bad) -> Error {
    let Some(why) = bad.why else { return missing_value(column) };
    let options = FormatOptions::default();
    let shown = ArrayFormatter::try_new(array, &options).ok();
    let value = shown.filter(|_| bad.row < array.len()).map(|shown| shown.value(bad.row).to_string());
    wrong_value(column, value.unwrap_or_default().as_bytes(), why)
}

impl ParquetFile {
    /// The place in the file of a column of the contract, if it is there.
    pub fn index_of(&self, column: usize) -> Option<usize> {
        match &self.cells[column] {
            Cell::Column { index, .. } => Some(*index),
            Cell::Folder(_) => None,
        }
    }
}

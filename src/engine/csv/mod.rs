//! CSV files as a table: columns by header, values by contract, rows complete or an
//! error. In parts, so that several cores read.

mod header;
mod parts;
mod quotes;
mod rows;

#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::columns;
use super::contract::Contract;
use super::error::{Error, Row};
use super::files::{DataFile, FileSet};
use super::open::each;
use crate::values::LocalTime;
use header::CsvFile;
use rows::{Part, Rows, Wanted};

pub fn open(contract: &Contract, files: &FileSet, zone: &LocalTime) -> Result<Arc<dyn TableProvider>, Error> {
    let open = |file: &DataFile| header::open(contract, file, files.delimiter_of(file), zone).map(Arc::new);
    let files = each(&files.files, open)?;
    Ok(Arc::new(CsvTable {
        contract: contract.clone(),
        schema: columns::schema(contract),
        files,
        zone: zone.clone(),
    }))
}

/// The lines that rows begin in, by their numbers from 0, in ascending order.
pub fn lines(file: &DataFile, delimiter: u8, numbers: &[u64]) -> Result<Vec<Row>, Error> {
    let zone = LocalTime::new(&jiff::tz::TimeZone::UTC);
    let nothing = Contract { source: String::new(), columns: Vec::new() };
    let opened = header::open(&nothing, file, delimiter, &zone)?;
    rows::lines(&opened, numbers)
}

fn reader<R: Read>(input: R, delimiter: u8, buffer: usize) -> csv::Reader<R> {
    // rows of another length are found here, with better words
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true).buffer_capacity(buffer).from_reader(input)
}

#[derive(Debug)]
struct CsvTable {
    contract: Contract,
    schema: SchemaRef,
    files: Vec<Arc<CsvFile>>,
    zone: LocalTime,
}

#[async_trait]
impl TableProvider for CsvTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let places = projection.cloned().unwrap_or_else(|| (0..self.contract.columns.len()).collect());
        let schema: SchemaRef = Arc::new(self.schema.project(&places)?);
        let columns = places.iter().map(|i| self.contract.columns[*i].clone()).collect();
        let wanted = Wanted { places, columns, schema: Arc::clone(&schema), zone: self.zone.clone() };
        let groups = parts::cut(&self.files, state.config().target_partitions());
        let scan = Arc::new(Scan {
            wanted: Arc::new(wanted),
            parts: groups.iter().flatten().cloned().collect(),
            failed: Mutex::new(None),
        });
        let mut first = 0;
        let mut streams: Vec<Arc<dyn PartitionStream>> = Vec::new();
        for group in groups {
            let parts = first..first + group.len();
            first = parts.end;
            streams.push(Arc::new(CsvStream { scan: Arc::clone(&scan), parts }));
        }
        Ok(Arc::new(StreamingTableExec::try_new(schema, streams, None, None, false, limit)?))
    }
}

/// One reading of all the files.
#[derive(Debug)]
struct Scan {
    wanted: Arc<Wanted>,
    /// In the order of files and rows.
    parts: Vec<Part>,
    /// The mistake that stands first in the data.
    failed: Mutex<Option<Error>>,
}

impl Scan {
    /// Of several mistakes the first is told, whichever was met first.
    fn first_error(&self, part: usize, error: Error) -> Error {
        let mut failed = self.failed.lock().unwrap_or_else(|e| e.into_inner());
        failed
            .get_or_insert_with(|| self.parts[..part].iter().find_map(|p| self.error_in(p)).unwrap_or(error))
            .clone()
    }

    fn error_in(&self, part: &Part) -> Option<Error> {
        match Rows::open(part, &self.wanted) {
            Ok(mut rows) => rows.find_map(Result::err),
            Err(error) => Some(error),
        }
    }
}

/// Some parts, one after the other.
#[derive(Debug)]
struct CsvStream {
    scan: Arc<Scan>,
    parts: std::ops::Range<usize>,
}

impl PartitionStream for CsvStream {
    fn schema(&self) -> &SchemaRef {
        &self.scan.wanted.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let scan = Arc::clone(&self.scan);
        let batches = self.parts.clone().flat_map(move |i| {
            let (rows, error) = match Rows::open(&scan.parts[i], &scan.wanted) {
                Ok(rows) => (Some(rows), None),
                Err(error) => (None, Some(Err(error))),
            };
            let scan = Arc::clone(&scan);
            let batches = rows.into_iter().flatten().chain(error);
            batches.map(move |batch| batch.map_err(|e| DataFusionError::from(scan.first_error(i, e))))
        });
        let schema = Arc::clone(&self.scan.wanted.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, futures::stream::iter(batches)))
    }
}

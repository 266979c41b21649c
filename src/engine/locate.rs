//! Where rows stand: in which file, and at which line of it. Looked for only where the data
//! breaks a promise, by reading the files once more.

use std::collections::HashMap;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;

use super::bind::{self, Bindings};
use super::contract::Contract;
use super::csv;
use super::error::{Error, Row};
use super::files::{DataFile, FileSet};
use super::run::failed;
use crate::check::{CheckedModel, ColumnId, FileFormat, SourceId};

/// A row's place in the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Relative to the project where it lies there.
    pub file: String,
    pub row: Row,
}

/// The rows that are looked for: the values of stored columns, in this order.
pub struct Sought<'a> {
    pub source: SourceId,
    pub columns: &'a [ColumnId],
    pub rows: &'a [RecordBatch],
    /// So many places of each.
    pub most: usize,
}

/// The first places of each row, in the order of files and rows. None where the rows are in
/// no file, as those of a test.
pub async fn places(
    model: &CheckedModel,
    bindings: &Bindings,
    sought: &Sought<'_>,
) -> Result<Vec<Vec<Place>>, Error> {
    let count = sought.rows.iter().map(RecordBatch::num_rows).sum();
    let mut found = vec![Vec::new(); count];
    if bindings.given.is_some() || sought.columns.is_empty() || count == 0 {
        return Ok(found);
    }
    let source = model.source(sought.source);
    let columns = sought.columns.iter().filter_map(|c| bind::contract_column(&source.columns[c.index()]));
    let contract = Contract { source: source.name.clone(), columns: columns.collect() };
    let arrays = |batch: &RecordBatch| batch.columns()[..contract.columns.len()].to_vec();
    let fields = arrays(&sought.rows[0]).iter().map(|a| SortField::new(a.data_type().clone())).collect();
    let converter = RowConverter::new(fields).map_err(|e| failed(e.into()))?;
    let mut wanted: HashMap<OwnedRow, Vec<usize>> = HashMap::new();
    let mut at = 0;
    for batch in sought.rows {
        for row in &rows(&converter, &arrays(batch))? {
            wanted.entry(row.owned()).or_default().push(at);
            at += 1;
        }
    }
    let files = bind::find(source, bindings)?;
    for file in &files.files {
        let one = FileSet { files: vec![file.clone()], ..files.clone() };
        let table = super::open(&contract, &one, &model.settings.timezone)?;
        // one after the other, as they stand in the file
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        let frame = context.read_table(table).map_err(failed)?;
        let mut batches = frame.execute_stream().await.map_err(failed)?;
        let mut before = 0;
        let mut here: Vec<(u64, usize)> = Vec::new();
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(failed)?;
            for (n, row) in rows(&converter, batch.columns())?.iter().enumerate() {
                let Some(all) = wanted.get(&row.owned()) else { continue };
                // equal rows are told apart by their places
                let room = |at: &&usize| {
                    let taken = here.iter().filter(|(_, of)| of == *at).count();
                    found[**at].len() + taken < sought.most
                };
                here.extend(all.iter().find(room).map(|at| (before + n as u64, *at)));
            }
            before += batch.num_rows() as u64;
        }
        add(&mut found, &here, file, &files)?;
        if found.iter().all(|places| places.len() == sought.most) {
            break;
        }
    }
    Ok(found)
}

fn rows(converter: &RowConverter, columns: &[ArrayRef]) -> Result<datafusion::arrow::row::Rows, Error> {
    converter.convert_columns(columns).map_err(|e| failed(e.into()))
}

fn add(
    found: &mut [Vec<Place>],
    here: &[(u64, usize)],
    file: &DataFile,
    files: &FileSet,
) -> Result<(), Error> {
    let numbers: Vec<u64> = here.iter().map(|(number, _)| *number).collect();
    let lines = match files.format {
        FileFormat::Csv => csv::lines(file, files.delimiter_of(file), &numbers)?,
        FileFormat::Parquet => numbers.iter().map(|n| Row::Number(n + 1)).collect(),
    };
    for ((_, at), row) in here.iter().zip(lines) {
        found[*at].push(Place { file: file.shown.clone(), row });
    }
    Ok(())
}

/// `data/deals.csv line 12, line 40`
pub fn told(places: &[Place]) -> String {
    let mut text = String::new();
    let mut file = "";
    for place in places {
        let separator = if text.is_empty() { "" } else { ", " };
        let named = if place.file == file { String::new() } else { format!("{} ", place.file) };
        text += &format!("{separator}{named}{}", place.row);
        file = &place.file;
    }
    text
}

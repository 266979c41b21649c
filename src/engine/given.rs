//! The rows that a test gives, as a table: read like those of files, by the same contract.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::catalog::{MemTable, TableProvider};

use super::bind::contract_column;
use super::columns::{self, ColumnBuilder};
use super::contract::{Contract, ContractColumn};
use super::error::Error;
use crate::check::{CheckedModel, ColumnId, ColumnKind, Given, SourceId, Type};
use crate::values::{self, LocalTime};

/// The source's table, with these of its stored columns; without rows where none are given.
pub fn open(
    model: &CheckedModel,
    given: &[Given],
    id: SourceId,
    wanted: &BTreeSet<ColumnId>,
) -> Result<Arc<dyn TableProvider>, Error> {
    let source = model.source(id);
    let given = given.iter().find(|given| given.source == id);
    let stored = |id: &ColumnId| {
        // what a test leaves out is missing, whatever the contract says
        let column = contract_column(&source.columns[id.index()])?;
        Some((*id, ContractColumn { optional: true, ..column }))
    };
    let (ids, columns): (Vec<ColumnId>, Vec<ContractColumn>) = wanted.iter().filter_map(stored).unzip();
    let zone = LocalTime::new(&model.settings.timezone);
    let arrays: Result<Vec<ArrayRef>, Error> =
        ids.iter().zip(&columns).map(|(id, column)| array(given, *id, column, &zone)).collect();
    let schema = columns::schema(&Contract { source: source.name.clone(), columns });
    let rows = given.map_or(0, |given| given.rows.len());
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays?, &options);
    let table = batch.map_err(|e| Error::new(e.to_string())).and_then(|batch| {
        MemTable::try_new(schema, vec![vec![batch]]).map_err(|e| Error::new(e.strip_backtrace()))
    });
    Ok(Arc::new(table?))
}

/// The days in a stored column of dates; `None` of any other column, also of one that is
/// computed. What is not given is missing.
pub fn days(model: &CheckedModel, given: &[Given], id: SourceId, column: ColumnId) -> Option<Vec<i32>> {
    let declared = &model.source(id).columns[column.index()];
    if declared.ty != Type::Date || !matches!(declared.kind, ColumnKind::Stored { .. }) {
        return None;
    }
    let mut zone = LocalTime::new(&model.settings.timezone);
    let rows = given.iter().find(|given| given.source == id);
    let at = rows.and_then(|given| given.columns.iter().position(|own| *own == column));
    let (Some(given), Some(at)) = (rows, at) else { return Some(Vec::new()) };
    let texts = given.rows.iter().filter_map(|row| row.cells.get(at)?.as_deref());
    texts.map(|text| values::date(text.as_bytes(), &mut zone).ok()).collect()
}

fn array(
    given: Option<&Given>,
    id: ColumnId,
    column: &ContractColumn,
    zone: &LocalTime,
) -> Result<ArrayRef, Error> {
    let rows = given.map_or(&[][..], |given| &given.rows);
    let at = given.and_then(|given| given.columns.iter().position(|column| *column == id));
    let mut builder = ColumnBuilder::new(&column.ty, zone, rows.len());
    for row in rows {
        match at.and_then(|at| row.cells.get(at)?.as_deref()) {
            // `check` has read them already
            Some(text) => builder.push(text.as_bytes()).map_err(|why| Error::new(why.what))?,
            None => builder.push_missing(),
        }
    }
    Ok(builder.finish())
}

//! The rows behind values: asked for one finding at a time, the worst first.

use super::bind::Bindings;
use super::error::Error;
use super::expects::column;
use super::run::{Failure, Options, Run, ask_failed, block_on, failed};
use super::to_table;
use crate::check::{CheckedModel, ColumnRef, SourceId, Type};
use crate::plan::{self, Tables, WantedRows};
use crate::query::{self, Behind, Needs, Query, Request, column_refs};
use crate::table::{Table, Value};
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Float64Type;

/// Rows of one source that a metric is made of, in the last period of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct WorstRows {
    pub source: SourceId,
    pub by: Option<String>,
    pub rows: Table,
}

/// One metric in one period.
#[derive(Debug, Clone)]
pub struct AskRows {
    pub request: Request,
    /// What lowers the value comes first.
    pub low_first: bool,
}

/// The worst rows behind each, so many of each source. The model has to be one that
/// [`query::hoist`] has gone over.
pub fn worst_rows(
    model: &CheckedModel,
    asked: &[AskRows],
    most: usize,
    bindings: &Bindings,
    options: &Options,
) -> Result<Vec<Vec<WorstRows>>, Failure> {
    let run = Run::new(model, bindings, options);
    block_on(async {
        let mut found = Vec::new();
        for ask in asked {
            found.push(run.worst_rows(ask, most).await?);
        }
        Ok(found)
    })
}

impl Run<'_> {
    async fn worst_rows(&self, ask: &AskRows, most: usize) -> Result<Vec<WorstRows>, Failure> {
        let draft = query::draft(self.model, ask.request.clone()).map_err(ask_failed)?;
        let all = query::behind(self.model, &draft);
        let mut needs = query::needs(self.model, &draft);
        for behind in &all {
            needs.add(Needs::of_columns(self.model, behind.source, &self.model.source(behind.source).key));
        }
        let tables = self.tables(&needs, draft.request.as_of.is_none())?;
        let as_of = self.newest(&draft, &tables).await?;
        let bounds = self.first_dates(&draft, &tables, as_of).await?;
        let query = query::finish(self.model, draft, &bounds).map_err(|d| ask_failed(vec![d]))?;
        let mut found = Vec::new();
        for behind in all {
            let rows = self.worst_of(&query, &tables, &behind, ask.low_first, most).await?;
            found.push(WorstRows { source: behind.source, by: behind.by, rows });
        }
        Ok(found)
    }

    async fn worst_of(
        &self,
        query: &Query,
        tables: &Tables,
        behind: &Behind,
        low_first: bool,
        most: usize,
    ) -> Result<Table, Error> {
        let columns = self.told_by(behind);
        let totals = match plan::totals(self.model, query, tables, behind).map_err(failed)? {
            Some(plan) => {
                let batches = self.collect(plan, tables).await?;
                let row = batches.iter().find(|batch| batch.num_rows() > 0);
                let total =
                    |i: usize| row.map_or(0.0, |r| r.column(i).as_primitive::<Float64Type>().value(0));
                (0..behind.weights.len()).map(total).collect()
            }
            None => Vec::new(),
        };
        let wanted = WantedRows { behind, columns: &columns, low_first, most };
        let plan = plan::worst_rows(self.model, query, tables, &wanted, &totals).map_err(failed)?;
        let batches = self.collect(plan, tables).await?;
        let types: Vec<&Type> = columns.iter().map(|c| &self.model.column(c).ty).collect();
        let rows = to_table::rows(&batches, &types)?;
        let columns = columns.iter().map(|c| column(self.model, c)).collect();
        let mut table = Table { columns, rows, as_of: query.as_of, grain: None };
        without_empty(&mut table);
        Ok(table)
    }

    /// The key, the dates that put the rows into periods, and what is read of them.
    fn told_by(&self, behind: &Behind) -> Vec<ColumnRef> {
        let source = behind.source;
        let own = |c| ColumnRef { links: Vec::new(), source, column: c };
        let declared = self.model.source(source);
        let mut found: Vec<ColumnRef> = declared.key.iter().copied().map(own).collect();
        found.extend(behind.scan.placement.columns().into_iter().cloned());
        let slots = behind.scan.slots.iter().flat_map(|slot| slot.filter.iter().chain(&slot.args));
        let mut read = Vec::new();
        slots.for_each(|expr| column_refs(expr, &mut read));
        found.extend(read.into_iter().cloned());
        let mut seen: Vec<ColumnRef> = Vec::new();
        found.retain(|column| {
            let again = seen.contains(column);
            seen.push(column.clone());
            !again
        });
        found
    }
}

/// A column that says nothing of any of the rows takes room from those that do.
fn without_empty(table: &mut Table) {
    let says = |at: usize| table.rows.iter().any(|row| row.values[at] != Value::Missing);
    let kept: Vec<bool> = (0..table.columns.len()).map(|at| at == 0 || says(at)).collect();
    let mut at = kept.iter();
    table.columns.retain(|_| *at.next().unwrap_or(&true));
    for row in &mut table.rows {
        let mut at = kept.iter();
        row.values.retain(|_| *at.next().unwrap_or(&true));
    }
}

//! Many requests at once, each answered without gaps: what scorecards are made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::ScalarValue;

use super::bind::Bindings;
use super::dates::{self, Ahead};
use super::error::Error;
use super::run::{Failure, Options, Run, ask_failed, block_on, failed};
use super::to_table;
use crate::check::CheckedModel;
use crate::plan::{self, Tables};
use crate::query::{self, Counted, Draft, Needs, Query, Request};
use crate::table::{Dense, Examined, Row, RowsBehind};

#[derive(Debug, Clone, Default)]
pub struct Computed {
    /// The answers, in the order of the requests.
    pub dense: Vec<Dense>,
    /// The promises of the sources that were read.
    pub examined: Vec<Examined>,
    pub ahead: Option<Ahead>,
}

/// The model has to be one that [`query::hoist`] has gone over, as the requests have.
pub fn compute(
    model: &CheckedModel,
    requests: &[Request],
    bindings: &Bindings,
    options: &Options,
) -> Result<Computed, Failure> {
    let run = Run::new(model, bindings, options);
    block_on(run.all(requests))
}

impl Run<'_> {
    pub async fn all(&self, requests: &[Request]) -> Result<Computed, Failure> {
        let mut drafts = Vec::new();
        let mut needs = Needs::default();
        for request in requests.iter().filter(|request| !request.metrics.is_empty()) {
            let draft = query::draft(self.model, request.clone()).map_err(ask_failed)?;
            needs.add(query::needs(self.model, &draft));
            drafts.push(draft);
        }
        let Some(first) = drafts.first().cloned() else { return Ok(Computed::default()) };
        let read = needs.stored.keys().copied().collect();
        self.add_expects(&mut needs, &read);
        let tables = self.tables(&needs, first.request.as_of.is_none())?;
        let up_to = self.up_to(&first, &tables).await?;
        let as_of = up_to.as_of;
        let unbounded = Query { as_of, cuts: true, ..query::unbounded(&first) };
        for promise in &needs.promises {
            self.check(&unbounded, &tables, promise).await?;
        }
        let mut counted = BTreeSet::new();
        drafts.iter().for_each(|draft| dates::counted(draft, &mut counted));
        let mut drafts = drafts.into_iter();
        let mut computed = Computed { ahead: up_to.ahead(self.model, &counted), ..Computed::default() };
        for request in requests {
            let draft = if request.metrics.is_empty() { None } else { drafts.next() };
            computed.dense.push(match draft {
                Some(draft) => self.dense(draft, &tables, as_of).await?,
                None => Dense::default(),
            });
        }
        computed.examined = self.examine(&unbounded, &tables, &read).await?;
        Ok(computed)
    }

    async fn dense(
        &self,
        draft: Draft,
        tables: &Tables,
        as_of: Option<jiff::civil::Date>,
    ) -> Result<Dense, Failure> {
        let bounds = self.first_dates(&draft, tables, as_of).await?;
        let behind = draft.behind.iter().map(|counted| rows_behind(self.model, counted)).collect();
        let scans = draft.scans.clone();
        let query = query::finish(self.model, draft, &bounds).map_err(|d| ask_failed(vec![d]))?;
        let begins = query::begins(&query, &scans, &bounds);
        let plan = plan::lower(self.model, &query, tables).map_err(failed)?;
        let batches = self.collect(plan, tables).await?;
        let mut rows = to_table::table(&query, &batches)?.rows;
        if let Some(gaps) = gaps(&query, &batches)? {
            let plan = plan::blank(self.model, &query, tables, gaps).map_err(failed)?;
            rows.extend(to_table::table(&query, &self.collect(plan, tables).await?)?.rows);
        }
        Ok(Dense { behind, ..dense(&query, begins, rows) })
    }
}

fn rows_behind(model: &CheckedModel, counted: &Counted) -> RowsBehind {
    let Counted { metric, output, source, by } = counted.clone();
    RowsBehind { metric, output, source: model.source(source).name.clone(), by }
}

fn dense(query: &Query, begins: Vec<usize>, rows: Vec<Row>) -> Dense {
    let shown = query.periods[query.hidden..].to_vec();
    let partial = shown.iter().map(|period| {
        let unfinished = |as_of| period.end.yesterday().is_ok_and(|last| last > as_of);
        query.grain.is_some() && query.as_of.is_some_and(unfinished)
    });
    let empty = Dense {
        as_of: query.as_of,
        grain: query.grain.clone(),
        partial: partial.collect(),
        first: begins.into_iter().map(|first| first.saturating_sub(query.hidden)).collect(),
        periods: shown,
        behind: Vec::new(),
        series: Vec::new(),
    };
    empty.fill(query.dimensions.len(), rows)
}

/// The periods, after its first, in which a member has no row: numbers of periods and groups,
/// as a table.
fn gaps(query: &Query, batches: &[RecordBatch]) -> Result<Option<Arc<dyn TableProvider>>, Error> {
    if query.dimensions.is_empty() || query.grain.is_none() {
        return Ok(None);
    }
    let groups = query.dimensions.len();
    let mut members: BTreeMap<String, (Vec<ScalarValue>, BTreeSet<i32>)> = BTreeMap::new();
    for batch in batches {
        let value = |column: usize, row: usize| {
            ScalarValue::try_from_array(batch.column(column), row).map_err(failed)
        };
        for row in 0..batch.num_rows() {
            let ScalarValue::Int32(Some(period)) = value(0, row)? else { continue };
            let member = (1..=groups).map(|i| value(i, row)).collect::<Result<Vec<_>, _>>()?;
            let entry = members.entry(format!("{member:?}"));
            entry.or_insert_with(|| (member, BTreeSet::new())).1.insert(period);
        }
    }
    let mut periods = Vec::new();
    let mut columns: Vec<Vec<ScalarValue>> = vec![Vec::new(); groups];
    for (member, has) in members.values() {
        let first = has.first().copied().unwrap_or_default();
        for period in (first..query.periods.len() as i32).filter(|period| !has.contains(period)) {
            periods.push(period);
            columns.iter_mut().zip(member).for_each(|(column, value)| column.push(value.clone()));
        }
    }
    if periods.is_empty() {
        return Ok(None);
    }
    let columns = columns.into_iter().map(|c| ScalarValue::iter_to_array(c).map_err(failed));
    table(periods, columns.collect::<Result<Vec<_>, _>>()?).map(Some)
}

fn table(periods: Vec<i32>, groups: Vec<ArrayRef>) -> Result<Arc<dyn TableProvider>, Error> {
    let mut fields = vec![Field::new(plan::PERIOD, DataType::Int32, false)];
    let group =
        |(i, column): (usize, &ArrayRef)| Field::new(plan::group_name(i), column.data_type().clone(), true);
    fields.extend(groups.iter().enumerate().map(group));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(Int32Array::from(periods))];
    columns.extend(groups);
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| failed(e.into()))?;
    Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]]).map_err(failed)?))
}

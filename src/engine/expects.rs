//! What sources promise (`expect`), held against the data: how many rows break it, and the
//! first of them. A broken one stops nothing; it is a finding.

use std::collections::BTreeSet;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use jiff::civil::Date;

use super::error::Error;
use super::run::{Run, failed};
use super::to_table;
use crate::check::{Better, ColumnId, ColumnRef, ExpectKind, Expr, Show, SourceId, Style, Type};
use crate::plan::{self, Tables};
use crate::query::{Needs, Query, column_refs, dated_by, fresh_until};
use crate::table::{Column, Examined, Role, Row, Table, Value};

const NUMBER: Role = Role::Metric(Better::Neither);

impl Run<'_> {
    /// What has to be read for the promises of these sources.
    pub fn add_expects(&self, needs: &mut Needs, sources: &BTreeSet<SourceId>) {
        for source in sources.iter().filter(|s| !self.model.source(**s).expects.is_empty()) {
            needs.add(Needs::of_expects(self.model, *source));
        }
    }

    pub async fn examine(
        &self,
        query: &Query,
        tables: &Tables,
        sources: &BTreeSet<SourceId>,
    ) -> Result<Vec<Examined>, Error> {
        let mut found = Vec::new();
        for source in sources {
            found.extend(self.examine_source(query, tables, *source).await?);
        }
        Ok(found)
    }

    async fn examine_source(
        &self,
        query: &Query,
        tables: &Tables,
        source: SourceId,
    ) -> Result<Vec<Examined>, Error> {
        let expects = &self.model.source(source).expects;
        let conditions = expects.iter().filter_map(|expect| match &expect.kind {
            ExpectKind::Holds(condition) => Some(condition),
            _ => None,
        });
        let conditions: Vec<&Expr> = conditions.collect();
        let mut counts = self.counts(query, tables, source, &conditions).await?.into_iter();
        let mut found = Vec::new();
        for (at, expect) in expects.iter().enumerate() {
            let mut examined = Examined { source, expect: at, broken: None, newest: None };
            match &expect.kind {
                ExpectKind::Holds(condition) => {
                    let rows = counts.next().unwrap_or_default();
                    if rows > 0 {
                        let examples = self.breaking_rows(query, tables, source, condition).await?;
                        examined.broken = Some((rows, examples));
                    }
                }
                ExpectKind::Unique(columns) => {
                    examined.broken = self.repeated(query, tables, source, columns).await?;
                }
                ExpectKind::Fresh(within) => {
                    examined.newest = self.newest_of(query, tables, source).await?;
                    let until = examined.newest.and_then(|newest| fresh_until(newest, *within));
                    let stale = query.as_of.is_some_and(|as_of| until.is_none_or(|until| until < as_of));
                    examined.broken = stale.then(|| (0, age(query.as_of, examined.newest)));
                }
            }
            found.push(examined);
        }
        Ok(found)
    }

    async fn counts(
        &self,
        query: &Query,
        tables: &Tables,
        source: SourceId,
        conditions: &[&Expr],
    ) -> Result<Vec<u64>, Error> {
        if conditions.is_empty() {
            return Ok(Vec::new());
        }
        let plan = plan::breaking(self.model, query, tables, source, conditions).map_err(failed)?;
        let batches = self.collect(plan, tables).await?;
        let count = |at: usize| number(&batches, at);
        Ok((0..conditions.len()).map(count).collect())
    }

    /// Told by their keys, and by the columns that the promise looks at.
    async fn breaking_rows(
        &self,
        query: &Query,
        tables: &Tables,
        source: SourceId,
        condition: &Expr,
    ) -> Result<Table, Error> {
        let key = self.model.source(source).key.iter();
        let mut columns: Vec<ColumnRef> =
            key.map(|c| ColumnRef { links: Vec::new(), source, column: *c }).collect();
        let mut looked_at = Vec::new();
        column_refs(condition, &mut looked_at);
        for column in looked_at {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
        let plan = plan::broken_by(self.model, query, tables, source, condition, &columns);
        let batches = self.collect(plan.map_err(failed)?, tables).await?;
        self.table(query, columns, None, &batches)
    }

    async fn repeated(
        &self,
        query: &Query,
        tables: &Tables,
        source: SourceId,
        columns: &[ColumnId],
    ) -> Result<Option<(u64, Table)>, Error> {
        let plan = plan::repetitions(self.model, query, tables, source, columns).map_err(failed)?;
        let rows = number(&self.collect(plan, tables).await?, 0);
        if rows == 0 {
            return Ok(None);
        }
        let plan = plan::first_repeated(self.model, query, tables, source, columns).map_err(failed)?;
        let batches = self.collect(plan, tables).await?;
        let columns = columns.iter().map(|c| ColumnRef { links: Vec::new(), source, column: *c });
        Ok(Some((rows, self.table(query, columns.collect(), Some("rows"), &batches)?)))
    }

    async fn newest_of(
        &self,
        query: &Query,
        tables: &Tables,
        source: SourceId,
    ) -> Result<Option<Date>, Error> {
        if dated_by(self.model.source(source)).is_none() {
            return Ok(None);
        }
        let plan = plan::newest_dates(self.model, query, tables, source).map_err(failed)?;
        self.date(plan, tables).await
    }

    fn table(
        &self,
        query: &Query,
        columns: Vec<ColumnRef>,
        counted: Option<&str>,
        batches: &[RecordBatch],
    ) -> Result<Table, Error> {
        let types: Vec<&Type> = columns.iter().map(|c| &self.model.column(c).ty).collect();
        let rows = to_table::rows(batches, &types)?;
        let mut shown: Vec<Column> = columns.iter().map(|c| self.column(c)).collect();
        shown.extend(counted.map(|name| Column {
            name: name.to_string(),
            label: name.to_string(),
            role: NUMBER,
            show: Show { style: Style::Count, decimals: None },
        }));
        Ok(self.shown(shown, query, rows))
    }

    fn column(&self, column: &ColumnRef) -> Column {
        let name = plan::column_name(self.model, column);
        let (role, style) = match &self.model.column(column).ty {
            Type::Number(number) if number.unit.is_none() => (NUMBER, Style::Number),
            Type::Number(number) => (NUMBER, Style::Unit(number.unit.clone())),
            _ => (Role::Dimension, Style::Value),
        };
        Column { label: name.clone(), name, role, show: Show { style, decimals: None } }
    }

    fn shown(&self, columns: Vec<Column>, query: &Query, rows: Vec<Row>) -> Table {
        Table { columns, rows, as_of: query.as_of, grain: None }
    }
}

/// Of data that is not fresh: its newest date, and the day that it should reach.
fn age(as_of: Option<Date>, newest: Option<Date>) -> Table {
    let show = Show { style: Style::Value, decimals: None };
    let column = |name: &str| Column {
        name: name.to_string(),
        label: name.to_string(),
        role: Role::Dimension,
        show: show.clone(),
    };
    let value = |date: Option<Date>| date.map_or(Value::Missing, Value::Date);
    let row = Row { values: vec![value(newest), value(as_of)], partial: false };
    Table { columns: vec![column("newest"), column("as_of")], rows: vec![row], as_of, grain: None }
}

/// The n-th number of a result of one row.
fn number(batches: &[RecordBatch], at: usize) -> u64 {
    let row = batches.iter().find(|batch| batch.num_rows() > 0);
    let value = row.map(|batch| batch.column(at).as_primitive::<Int64Type>().value(0));
    value.and_then(|n| u64::try_from(n).ok()).unwrap_or_default()
}

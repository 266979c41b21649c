//! What sources promise (`expect`), held against the data: how many rows break it, and the
//! first of them. A broken one stops nothing; it is a finding.

use std::collections::BTreeSet;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use jiff::civil::Date;

use super::error::Error;
use super::locate::{self, Place, Sought};
use super::run::{Run, failed};
use super::to_table;
use crate::check::{
    Better, CheckedModel, ColumnId, ColumnKind, ColumnRef, ExpectKind, Expr, Show, SourceId, Style, Type,
};
use crate::plan::{self, Tables};
use crate::query::{Needs, Query, column_refs, dated_by, fresh_until};
use crate::table::{Column, Examined, Role, Row, Table, Value};

/// Of rows that are alike.
const MOST_PLACES: usize = 5;
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
        let mut columns: Vec<ColumnRef> = key.map(|c| own(source, *c)).collect();
        let mut looked_at = Vec::new();
        column_refs(condition, &mut looked_at);
        for column in looked_at {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
        let shown = columns.len();
        let stored: Vec<ColumnRef> =
            self.stored_of(query, source).into_iter().map(|c| own(source, c)).collect();
        let hidden = stored.iter().filter(|c| !columns.contains(c)).cloned().collect::<Vec<_>>();
        columns.extend(hidden);
        let plan = plan::broken_by(self.model, query, tables, source, condition, &columns);
        let batches = self.collect(plan.map_err(failed)?, tables).await?;
        let place = |c: &ColumnRef| columns.iter().position(|known| known == c).unwrap_or_default();
        let chosen: Vec<usize> = stored.iter().map(place).collect();
        let rows = batches.iter().map(|batch| batch.project(&chosen)).collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(|e| failed(e.into()))?;
        let stored: Vec<ColumnId> = stored.iter().map(|c| c.column).collect();
        let sought = Sought { source, columns: &stored, rows: &rows, most: 1 };
        let places = locate::places(self.model, self.bindings, &sought).await?;
        let mut table = self.table(query, columns, None, &batches)?;
        table.columns.truncate(shown);
        table.rows.iter_mut().for_each(|row| row.values.truncate(shown));
        add_places(&mut table, &places);
        Ok(table)
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
        let refs = columns.iter().map(|c| own(source, *c)).collect();
        let mut table = self.table(query, refs, Some("rows"), &batches)?;
        let sought = Sought { source, columns, rows: &batches, most: MOST_PLACES };
        let places = self.places_of_equal(&sought).await?;
        let counts = table.rows.iter().map(|row| row.values.last().cloned());
        // others that are alike do not exist: which are meant cannot be told
        let sure = counts.zip(places).map(|(count, places)| match count {
            Some(Value::Int(count)) if count == places.len() as i128 => places,
            Some(Value::Int(count)) if count > MOST_PLACES as i128 => places,
            _ => Vec::new(),
        });
        let sure: Vec<_> = sure.collect();
        add_places(&mut table, &sure);
        Ok(Some((rows, table)))
    }

    /// Where rows with these values stand, if all of them are stored.
    pub async fn places_of_equal(&self, sought: &Sought<'_>) -> Result<Vec<Vec<Place>>, Error> {
        let declared = self.model.source(sought.source);
        let stored = |c: &ColumnId| matches!(declared.columns[c.index()].kind, ColumnKind::Stored { .. });
        match sought.columns.iter().all(stored) {
            true => locate::places(self.model, self.bindings, sought).await,
            false => Ok(Vec::new()),
        }
    }

    /// The stored columns that decide which rows exist and what their promises look at: rows
    /// that are alike in them are alike. Without those that `as_of` hides.
    fn stored_of(&self, query: &Query, source: SourceId) -> Vec<ColumnId> {
        let needs = Needs::of_expects(self.model, source);
        let declared = self.model.source(source);
        let hidden = |column: ColumnId| {
            declared.valid.is_some_and(|(from, to)| {
                column == to || declared.time.as_ref().is_some_and(|t| t.column == column && column != from)
            })
        };
        let columns = needs.stored.get(&source).into_iter().flatten().copied();
        columns.filter(|c| query.as_of.is_none() || !hidden(*c)).collect()
    }

    async fn newest_of(
        &self,
        query: &Query,
        tables: &Tables,
        source: SourceId,
    ) -> Result<Option<Date>, Error> {
        let Some(column) = dated_by(self.model.source(source)) else { return Ok(None) };
        let column = ColumnRef { links: Vec::new(), source, column };
        let plan = plan::newest_date(self.model, query, tables, &column).map_err(failed)?;
        self.date(Some(plan), tables).await
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
        let mut shown: Vec<Column> = columns.iter().map(|c| column(self.model, c)).collect();
        shown.extend(counted.map(|name| Column {
            name: name.to_string(),
            label: name.to_string(),
            role: NUMBER,
            show: Show { style: Style::Count, decimals: None },
        }));
        Ok(self.shown(shown, query, rows))
    }

    fn shown(&self, columns: Vec<Column>, query: &Query, rows: Vec<Row>) -> Table {
        Table { columns, rows, as_of: query.as_of, grain: None }
    }
}

fn own(source: SourceId, column: ColumnId) -> ColumnRef {
    ColumnRef { links: Vec::new(), source, column }
}

/// A column of rows that are shown as they are.
pub fn column(model: &CheckedModel, column: &ColumnRef) -> Column {
    let name = plan::column_name(model, column);
    let (role, style) = match &model.column(column).ty {
        Type::Number(number) if number.unit.is_none() => (NUMBER, Style::Number),
        Type::Number(number) => (NUMBER, Style::Unit(number.unit.clone())),
        _ => (Role::Dimension, Style::Value),
    };
    Column { label: name.clone(), name, role, show: Show { style, decimals: None } }
}

/// The last column says where each row stands. No column of a source has that name.
fn add_places(table: &mut Table, places: &[Vec<Place>]) {
    if places.iter().all(Vec::is_empty) {
        return;
    }
    let show = Show { style: Style::Value, decimals: None };
    let name = "where".to_string();
    table.columns.push(Column { label: name.clone(), name, role: Role::Dimension, show });
    for (row, places) in table.rows.iter_mut().zip(places) {
        row.values.push(match places.is_empty() {
            true => Value::Missing,
            false => Value::Text(locate::told(places)),
        });
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

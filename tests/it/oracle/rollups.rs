//! The rows of rollups: one for each key and period, made of aggregates of the rows that
//! belong to the key.

use jiff::civil::Date;
use kepi::check::{
    Aggregate, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, Rollup, RollupPeriod, SourceId, SourceKind,
};

use super::cells::Cell;
use super::periods::{self, Period};
use super::value::V;
use super::world::{RowId, World};

impl World<'_> {
    fn rollup(&self, source: SourceId) -> &Rollup {
        match &self.model.source(source).kind {
            SourceKind::Rollup(rollup) => rollup,
            SourceKind::Stored(_) => panic!("a rollup"),
        }
    }

    /// Those of the period that is asked; without one, all there are.
    pub fn rollup_rows(&self, source: SourceId, asked: Option<&Cell>) -> Vec<RowId> {
        let name = format!("{:?}", asked.map(|cell| cell.period));
        if let Some(known) = self.made_for.borrow().get(&(source, name.clone())) {
            return known.clone();
        }
        let periods = match (&self.rollup(source).period, asked) {
            (RollupPeriod::Asked, Some(cell)) => vec![(cell.period, cell.grain.clone())],
            (RollupPeriod::Asked, None) => panic!("rows of a period"),
            (RollupPeriod::None, _) => vec![(Period { start: None, end: self.horizon() }, None)],
            (RollupPeriod::Fixed(grain), _) => {
                let grain = grain.to_string();
                // what counts in every period counts in the one of `as_of`
                let first = self.first_of_rollup(source);
                let periods = self.as_of.map_or(Vec::new(), |last| {
                    periods::between(self.model, &grain, first.unwrap_or(last).min(last), last)
                });
                periods.into_iter().map(|period| (period, Some(grain.clone()))).collect()
            }
        };
        let mut made = Vec::new();
        for (period, grain) in periods {
            for key in self.keys(source) {
                let key = Some((source, key));
                made.push(Cell { key, ..Cell::of(period, grain.clone()) });
            }
        }
        let mut all = self.made.borrow_mut();
        let all = all.entry(source).or_default();
        let rows: Vec<RowId> =
            (all.len()..all.len() + made.len()).map(|index| RowId { source, index }).collect();
        all.extend(made);
        self.made_for.borrow_mut().insert((source, name), rows.clone());
        rows
    }

    /// The columns of the base that make the key.
    fn key_columns(&self, source: SourceId) -> Vec<ColumnRef> {
        let rollup = self.rollup(source);
        let own = |column: &ColumnId| ColumnRef { links: Vec::new(), source: rollup.base, column: *column };
        match rollup.by.is_empty() {
            true => self.model.source(rollup.base).key.iter().map(own).collect(),
            false => rollup.by.clone(),
        }
    }

    /// Every key that some row of the base has.
    fn keys(&self, source: SourceId) -> Vec<Vec<V>> {
        let columns = self.key_columns(source);
        let mut keys: Vec<Vec<V>> = Vec::new();
        for row in self.rows(self.rollup(source).base) {
            let key: Vec<V> = columns.iter().map(|c| self.column_at(row, c)).collect();
            if !key.iter().any(V::is_missing) && !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The rows aggregated that belong to the key.
    pub fn rows_of_key(&self, rollup: SourceId, key: &[V], aggregate: &Aggregate) -> Vec<RowId> {
        let Aggregate { source, via, .. } = aggregate;
        let name = format!("{rollup:?} {key:?} {source:?} {via:?}");
        if let Some(known) = self.of_keys.borrow().get(&name) {
            return known.clone();
        }
        let base = self.rollup(rollup).base;
        let path = match via {
            Some(via) => self.path_via(*source, base, *via),
            None => self.path(*source, &|s| s == base),
        };
        let columns = self.key_columns(rollup);
        let mut rows = self.rows(*source);
        rows.retain(|row| {
            let Some(there) = self.follow(*row, &path) else { return false };
            columns.iter().zip(key).all(|(column, key)| {
                let own = self.column_at(there, column);
                !own.is_missing() && own.equals(key)
            })
        });
        self.of_keys.borrow_mut().insert(name, rows.clone());
        rows
    }

    pub fn made_column(&self, row: RowId, column: ColumnId) -> V {
        let cell = self.made.borrow()[&row.source][row.index].clone();
        match &self.model.source(row.source).columns[column.index()].kind {
            ColumnKind::Key(n) => cell.key.as_ref().expect("a key").1[*n].clone(),
            ColumnKind::PeriodStart => cell.period.start.map_or(V::Missing, V::Date),
            ColumnKind::Aggregated(value) => match self.is_known(value, &cell) {
                true => self.number(value, &cell),
                false => V::Missing,
            },
            other => panic!("{other:?} is not made of aggregates"),
        }
    }

    /// All aggregates that the rollup's columns are made of.
    pub fn aggregates_of(&self, source: SourceId) -> Vec<&Aggregate> {
        let mut found = Vec::new();
        for column in &self.model.source(source).columns {
            if let ColumnKind::Aggregated(value) = &column.kind {
                collect(value, &mut found);
            }
        }
        found
    }

    pub fn first_of_rollup(&self, source: SourceId) -> Option<Date> {
        self.aggregates_of(source).into_iter().filter_map(|a| self.first_of(a)).min()
    }
}

fn collect<'e>(expr: &'e Expr, found: &mut Vec<&'e Aggregate>) {
    if let ExprKind::Aggregate(aggregate) = &*expr.kind {
        found.push(aggregate);
    }
    expr.children().into_iter().for_each(|child| collect(child, found));
}

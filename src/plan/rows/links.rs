//! The row that each row leads to: by its key, or by a key and a date. At most one, so
//! rows never multiply; that the data keeps to it is asked in `promises`.

use std::collections::BTreeSet;

use datafusion::common::{Column as DfColumn, JoinType, Result, ScalarValue};
use datafusion::functions_window::expr_fn::lead;
use datafusion::logical_expr::{Expr as DfExpr, ExprFunctionExt, LogicalPlanBuilder, lit, when};

use super::steps::Rows;
use super::{own, with_window};
use crate::check::{
    CheckedModel, ColumnId, ColumnKind, ColumnRef, Length, Link, LinkId, LinkTime, SourceId, Type,
};
use crate::plan::expr::{column_name, named};
use crate::plan::functions::Function;
use crate::query::column_refs;

impl Rows<'_> {
    /// The rows with the wanted columns of the row each leads to, if any.
    pub fn follow(&self, plan: LogicalPlanBuilder, id: LinkId) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let link = &self.declared().links[id.index()];
        let wanted = &self.links[&id];
        let there = Target { rows: self, link };
        let (there_rows, mut columns) = there.rows(wanted)?;
        for column in wanted {
            let name = column_name(scope.model, column);
            columns.push(named(name.clone()).alias(format!("{}.{name}", link.name)));
        }
        let here: Vec<DfColumn> =
            link.via.iter().map(|c| DfColumn::new_unqualified(scope.own_name(self.source, *c))).collect();
        let keys: Vec<DfColumn> =
            (0..here.len()).map(|i| DfColumn::new_unqualified(there.name(&i.to_string()))).collect();
        let met = keys.first().cloned();
        let joined = join_to(there_rows.project(columns)?, plan, keys, here, there.in_time()?)?;
        let constant = |column: &&ColumnRef| there.may_be_constant(column);
        let constant: BTreeSet<String> = wanted
            .iter()
            .filter(constant)
            .map(|column| format!("{}.{}", link.name, column_name(scope.model, column)))
            .collect();
        match met {
            Some(met) if !constant.is_empty() => missing_unless(joined, &met, &constant),
            _ => Ok(joined),
        }
    }
}

/// What is one value for all rows there is missing for those that meet none. DataFusion
/// takes it for one value here, too, and for sorted, unless it is made anew.
fn missing_unless(
    joined: LogicalPlanBuilder,
    met: &DfColumn,
    columns: &BTreeSet<String>,
) -> Result<LogicalPlanBuilder> {
    let all = joined.schema().columns().into_iter().map(|column| {
        let (name, met) = (column.name.clone(), DfExpr::Column(met.clone()));
        match columns.contains(&name) {
            true => Ok(when(met.is_not_null(), DfExpr::Column(column)).end()?.alias(name)),
            false => Ok(DfExpr::Column(column)),
        }
    });
    let all = all.collect::<Result<Vec<_>>>()?;
    joined.project(all)
}

/// The rows, each with the one there that it meets. What stands on the left is held in
/// memory, and the other side streams past it: rows lead to fewer than they are.
pub fn join_to(
    there: LogicalPlanBuilder,
    rows: LogicalPlanBuilder,
    there_by: Vec<DfColumn>,
    by: Vec<DfColumn>,
    filter: Option<DfExpr>,
) -> Result<LogicalPlanBuilder> {
    there.join(rows.build()?, JoinType::Right, (there_by, by), filter)
}

fn is_constant(model: &CheckedModel, column: &ColumnRef) -> bool {
    let ColumnKind::Computed(value) = &model.column(column).kind else { return false };
    let mut read = Vec::new();
    column_refs(value, &mut read);
    read.into_iter().all(|column| is_constant(model, column))
}

/// The rows that a link leads to.
struct Target<'a> {
    rows: &'a Rows<'a>,
    link: &'a Link,
}

impl Target<'_> {
    fn id(&self) -> SourceId {
        self.link.target
    }

    /// Of a column that is there for the join only.
    fn name(&self, what: &str) -> String {
        format!("{}#{what}", self.link.name)
    }

    /// Whether the column can have one value in all rows that there are.
    fn may_be_constant(&self, column: &ColumnRef) -> bool {
        let model = self.rows.relations.scope.model;
        is_constant(model, column) || !model.source(self.id()).filters.is_empty()
    }

    fn column(&self, id: ColumnId) -> DfExpr {
        named(self.rows.relations.scope.own_name(self.id(), id))
    }

    fn date(&self, id: ColumnId) -> Result<DfExpr> {
        self.rows.relations.scope.own_date(self.id(), id)
    }

    /// The rows, and the columns that they are joined by.
    fn rows(&self, wanted: &BTreeSet<crate::check::ColumnRef>) -> Result<(LogicalPlanBuilder, Vec<DfExpr>)> {
        let declared = self.rows.relations.scope.model.source(self.id());
        let keys = &declared.key[..self.link.via.len().min(declared.key.len())];
        let dates: Vec<ColumnId> = match (&self.link.time, declared.valid, &declared.time) {
            (LinkTime::At(_), Some((from, to)), _) => vec![from, to],
            (LinkTime::LatestBefore { .. }, _, Some(time)) => vec![time.column],
            _ => Vec::new(),
        };
        let needed = keys.iter().chain(&dates).map(|c| own(self.id(), *c));
        let all: BTreeSet<_> = wanted.iter().cloned().chain(needed).collect();
        let rows = self.rows.relations.rows(self.id(), &all)?;
        let key = |(i, c): (usize, &ColumnId)| self.column(*c).alias(self.name(&i.to_string()));
        let mut columns: Vec<DfExpr> = keys.iter().enumerate().map(key).collect();
        match dates[..] {
            [from, to] => {
                columns.push(self.date(from)?.alias(self.name("from")));
                columns.push(self.date(to)?.alias(self.name("to")));
                Ok((rows, columns))
            }
            [time] => {
                let rows = self.with_next(rows, keys, time)?;
                columns.push(self.instant(self.column(time)).alias(self.name("time")));
                columns.push(self.instant(named(self.name("next"))).alias(self.name("next")));
                Ok((rows, columns))
            }
            _ => Ok((rows, columns)),
        }
    }

    /// With the time of the next row of the key.
    fn with_next(
        &self,
        rows: LogicalPlanBuilder,
        keys: &[ColumnId],
        time: ColumnId,
    ) -> Result<LogicalPlanBuilder> {
        let rows = rows.filter(self.column(time).is_not_null())?;
        let partition = keys.iter().map(|c| self.column(*c)).collect();
        let order = vec![self.column(time).sort(true, false)];
        let next = lead(self.column(time), Some(1), None).partition_by(partition).order_by(order).build()?;
        with_window(rows, next, self.name("next"))
    }

    /// Which of the rows of the key it is.
    fn in_time(&self) -> Result<Option<DfExpr>> {
        let rows = self.rows;
        let scope = &rows.relations.scope;
        Ok(match &self.link.time {
            LinkTime::Always => None,
            LinkTime::At(column) => {
                let on = scope.own_date(rows.source, *column)?;
                let ends = named(self.name("to"));
                let in_force = ends.clone().is_null().or(on.clone().lt(ends));
                Some(named(self.name("from")).lt_eq(on).and(in_force))
            }
            LinkTime::LatestBefore { column, within } => {
                let before = self.instant_of(rows.source, *column)?;
                let (time, next) = (named(self.name("time")), named(self.name("next")));
                let last = next.clone().is_null().or(before.clone().lt_eq(next));
                let last = time.clone().lt(before.clone()).and(last);
                Some(match within {
                    Some(length) => last.and(self.not_older(time, before, *length)),
                    None => last,
                })
            }
        })
    }

    /// Whether both sides are instants, which are then compared to the microsecond;
    /// otherwise dates are.
    fn exact(&self) -> bool {
        let (model, rows) = (self.rows.relations.scope.model, self.rows);
        let LinkTime::LatestBefore { column, .. } = self.link.time else { return false };
        let there = model.source(self.id());
        let time = there.time.as_ref().map(|t| &there.columns[t.column.index()].ty);
        *rows.ty(column) == Type::Timestamp && time == Some(&Type::Timestamp)
    }

    /// A value of the target's `time` as it is compared.
    fn instant(&self, value: DfExpr) -> DfExpr {
        let scope = &self.rows.relations.scope;
        let there = scope.model.source(self.id());
        let time = there.time.as_ref().map(|t| &there.columns[t.column.index()].ty);
        match time {
            Some(Type::Timestamp) if !self.exact() => Function::LocalDate(scope.zone()).call(vec![value]),
            _ => value,
        }
    }

    fn instant_of(&self, source: SourceId, column: ColumnId) -> Result<DfExpr> {
        let scope = &self.rows.relations.scope;
        match self.exact() {
            true => Ok(named(scope.own_name(source, column))),
            false => scope.own_date(source, column),
        }
    }

    /// As `before within 30 days after time` says it: of instants a day is 24 hours.
    fn not_older(&self, time: DfExpr, before: DfExpr, length: Length) -> DfExpr {
        let zone = self.rows.relations.scope.zone();
        let (shift, by) = match (length, self.exact()) {
            (Length::Seconds(seconds), true) => (Function::ShiftSeconds, seconds),
            (Length::Days(days), true) => (Function::ShiftSeconds, days * 86_400),
            (Length::Months(months), true) => (Function::ShiftLocalMonths(zone), months),
            (Length::Seconds(seconds), false) => (Function::ShiftDays, seconds / 86_400),
            (Length::Days(days), false) => (Function::ShiftDays, days),
            (Length::Months(months), false) => (Function::ShiftMonths, months),
        };
        shift.call(vec![time, lit(ScalarValue::Int64(Some(by)))]).gt_eq(before)
    }
}

//! What a source promises of its rows (`expect`): how many break it, and the first of them.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr as DfExpr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, lit, not};

use super::{Relations, own};
use crate::check::{ColumnId, ColumnRef, Expr, SourceId};
use crate::plan::expr::{column_name, first_present, named};
use crate::query::column_refs;

/// Rows that are shown of those that break a promise.
const SHOWN: usize = 5;
const ROWS: &str = "#rows";

impl Relations<'_> {
    /// One row: for each condition the number of rows for which it is false. What is missing passes.
    pub fn breaking(&self, source: SourceId, conditions: &[&Expr]) -> Result<LogicalPlan> {
        let mut columns = Vec::new();
        conditions.iter().for_each(|condition| column_refs(condition, &mut columns));
        let rows = self.rows(source, &columns.into_iter().cloned().collect())?;
        let counted = conditions.iter().enumerate().map(|(i, condition)| {
            let broken = not(self.scope.lower(condition)?);
            Ok(count(lit(1i64)).filter(broken).build()?.alias(format!("#{i}")))
        });
        rows.aggregate(Vec::<DfExpr>::new(), counted.collect::<Result<Vec<_>>>()?)?.build()
    }

    /// The first rows that break it, in the order of these columns.
    pub fn broken_by(
        &self,
        source: SourceId,
        condition: &Expr,
        columns: &[ColumnRef],
    ) -> Result<LogicalPlan> {
        let mut wanted = Vec::new();
        column_refs(condition, &mut wanted);
        let wanted = wanted.into_iter().chain(columns).cloned().collect();
        let rows = self.rows(source, &wanted)?.filter(not(self.scope.lower(condition)?))?;
        let names: Vec<DfExpr> = columns.iter().map(|c| named(column_name(self.scope.model, c))).collect();
        shown(rows.project(names.clone())?, names)
    }

    pub fn repetitions(&self, source: SourceId, columns: &[ColumnId]) -> Result<LogicalPlan> {
        let rows = self.repeated_values(source, columns)?;
        let rows = rows.aggregate(Vec::<DfExpr>::new(), vec![sum(named(ROWS)).alias("#sum")])?;
        rows.project(vec![first_present(named("#sum"), lit(0i64), DataType::Int64).alias("#0")])?.build()
    }

    pub fn first_repeated(&self, source: SourceId, columns: &[ColumnId]) -> Result<LogicalPlan> {
        let names = columns.iter().map(|c| named(column_name(self.scope.model, &own(source, *c))));
        shown(self.repeated_values(source, columns)?, names.collect())
    }

    /// Values that are there more than once, each with its number of rows. Where one is
    /// missing nothing is the same.
    fn repeated_values(&self, source: SourceId, columns: &[ColumnId]) -> Result<LogicalPlanBuilder> {
        let wanted = columns.iter().map(|c| own(source, *c)).collect();
        let names: Vec<DfExpr> =
            columns.iter().map(|c| named(column_name(self.scope.model, &own(source, *c)))).collect();
        let present = names.iter().cloned().map(DfExpr::is_not_null).reduce(DfExpr::and);
        let rows = self.rows(source, &wanted)?.filter(present.unwrap_or_else(|| lit(true)))?;
        let rows = rows.aggregate(names, vec![count(lit(1i64)).alias(ROWS)])?;
        rows.filter(named(ROWS).gt(lit(1i64)))
    }
}

fn shown(rows: LogicalPlanBuilder, order: Vec<DfExpr>) -> Result<LogicalPlan> {
    let order: Vec<_> = order.into_iter().map(|e| e.sort(true, false)).collect();
    rows.sort(order)?.limit(0, Some(SHOWN))?.build()
}

//! Questions to ask before the periods of a query are known: the newest date of the
//! data, and the first that the query puts rows into periods by.

use std::collections::BTreeSet;

use datafusion::common::Result;
use datafusion::functions_aggregate::expr_fn::{max, min};
use datafusion::logical_expr::LogicalPlan;

use super::Tables;
use super::relations;
use crate::check::{CheckedModel, ColumnRef, Expr, ExprKind, SourceId};
use crate::query::Query;

/// One row: the newest date in the column, of the rows that exist.
pub fn newest_date(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    column: &ColumnRef,
) -> Result<LogicalPlan> {
    extreme(model, query, tables, column.source, column, max)
}

/// One row: the first date in the column, of the source's rows that exist.
pub fn first_date(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
    column: &ColumnRef,
) -> Result<LogicalPlan> {
    extreme(model, query, tables, source, column, min)
}

fn extreme(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
    column: &ColumnRef,
    of: impl Fn(datafusion::logical_expr::Expr) -> datafusion::logical_expr::Expr,
) -> Result<LogicalPlan> {
    let relations = relations(model, query, tables);
    let expr =
        Expr::new(ExprKind::Column(column.clone()), model.column(column).ty.clone(), Default::default());
    // the extreme instant has the extreme date: the zone is applied to one value
    let value = relations.scope.lower(&expr)?;
    let rows = relations.rows(source, &BTreeSet::from([column.clone()]))?;
    let found =
        rows.aggregate(Vec::<datafusion::logical_expr::Expr>::new(), vec![of(value).alias("date")])?;
    found.build()
}

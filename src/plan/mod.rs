//! Query -> DataFusion LogicalPlan. With `engine` the only module that names
//! DataFusion; pure: it reads no data.

mod aggregate;
mod align;
mod behind;
mod calls;
mod cube;
mod dates;
mod earlier;
mod expr;
mod functions;
mod order;
mod over_periods;
mod rollup;
mod rows;
mod scan;
mod types;
mod windows;

pub use align::{blank, lower};
pub use behind::{Wanted as WantedRows, totals, worst_rows};
pub use dates::{first_date, newest_date};
pub use expr::{PERIOD, column_name};
pub use functions::KnownTexts;
pub use rows::Tables;
pub use scan::group_name;

use crate::check::{CheckedModel, ColumnId, ColumnRef, Expr, SourceId};
use crate::query::{Promise, Query};
use datafusion::common::Result;
use datafusion::logical_expr::LogicalPlan;

/// Where the data breaks a promise; the plan's answer should be empty.
pub fn broken(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    promise: &Promise,
) -> Result<LogicalPlan> {
    relations(model, query, tables).broken(promise)
}

/// The rows of the source that exist, with these of its columns.
pub fn all_rows(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
    columns: &[ColumnId],
) -> Result<LogicalPlan> {
    let wanted = columns.iter().map(|c| ColumnRef { links: Vec::new(), source, column: *c }).collect();
    relations(model, query, tables).rows(source, &wanted)?.build()
}

/// How many rows of the source break each condition: for which it is false.
pub fn breaking(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
    conditions: &[&Expr],
) -> Result<LogicalPlan> {
    relations(model, query, tables).breaking(source, conditions)
}

/// The first rows of the source that break the condition, with these columns.
pub fn broken_by(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
    condition: &Expr,
    columns: &[ColumnRef],
) -> Result<LogicalPlan> {
    relations(model, query, tables).broken_by(source, condition, columns)
}

/// One number: how many rows have values of these columns that others have, too.
pub fn repetitions(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
    columns: &[ColumnId],
) -> Result<LogicalPlan> {
    relations(model, query, tables).repetitions(source, columns)
}

/// The first values of these columns that several rows have, each with how many.
pub fn first_repeated(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
    columns: &[ColumnId],
) -> Result<LogicalPlan> {
    relations(model, query, tables).first_repeated(source, columns)
}

fn relations<'a>(model: &'a CheckedModel, query: &'a Query, tables: &'a Tables) -> rows::Relations<'a> {
    rows::Relations { scope: expr::Scope { model, query }, tables }
}

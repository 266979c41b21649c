//! Query -> DataFusion LogicalPlan. With `engine` the only module that names
//! DataFusion; pure: it reads no data.

mod aggregate;
mod align;
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

pub use align::lower;
pub use dates::{first_dates, newest_dates};
pub use rows::Tables;

use crate::check::CheckedModel;
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

fn relations<'a>(model: &'a CheckedModel, query: &'a Query, tables: &'a Tables) -> rows::Relations<'a> {
    rows::Relations { scope: expr::Scope { model, query }, tables }
}

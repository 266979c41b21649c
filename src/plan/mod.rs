//! Query -> DataFusion LogicalPlan. With `engine` the only module that names
//! DataFusion; pure: it reads no data.

mod aggregate;
mod align;
mod calls;
mod dates;
mod earlier;
mod expr;
mod functions;
mod relation;
mod rollup;
mod scan;
mod types;
mod windows;

pub use align::lower;
pub use dates::{first_dates, newest_dates};
pub use relation::Tables;

use crate::check::{CheckedModel, SourceId};
use crate::query::Query;
use datafusion::common::Result;
use datafusion::logical_expr::LogicalPlan;

/// Keys of a joined source that several rows have; the plan's answer should be empty.
pub fn duplicate_keys(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    source: SourceId,
) -> Result<LogicalPlan> {
    relations(model, query, tables).duplicate_keys(source)
}

fn relations<'a>(model: &'a CheckedModel, query: &'a Query, tables: &'a Tables) -> relation::Relations<'a> {
    relation::Relations { scope: expr::Scope { model, query }, tables }
}

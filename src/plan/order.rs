//! The order of the answer's rows, and which of them are the top ones.

use datafusion::common::Result;
use datafusion::functions_window::expr_fn::rank;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr as DfExpr, ExprFunctionExt, LogicalPlanBuilder, lit};

use super::expr::{PERIOD, named};
use super::scan::group_name;
use crate::query::{Query, SortKey, SortOf, Top};

const PLACE: &str = "#place";

/// The column that holds the value which rows are ordered by.
pub fn key_name(index: usize) -> String {
    format!("#o{index}")
}

/// The rows in the order asked, then by period and groups; of these only the top ones.
pub fn ordered(query: &Query, answer: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
    let answer = match query.top {
        Some(top) => top_of(query, answer, top)?,
        None => answer,
    };
    let keys = query.order.iter().enumerate().map(|(i, key)| sort(i, key));
    let period = std::iter::once(named(PERIOD));
    let groups = (0..query.dimensions.len()).map(|i| named(group_name(i)));
    let rest = period.chain(groups).map(|c| c.sort(true, false));
    answer.sort(keys.chain(rest).collect::<Vec<_>>())
}

/// What is missing comes last.
fn sort(index: usize, key: &SortKey) -> Sort {
    column(index, key).sort(!key.descending, false)
}

fn column(index: usize, key: &SortKey) -> DfExpr {
    named(match key.of {
        SortOf::Period => PERIOD.to_string(),
        SortOf::Group(group) => group_name(group),
        SortOf::Value(_) => key_name(index),
    })
}

/// The rows with one of the first places; those that share the last of them, too. What has
/// no value has no place.
fn top_of(query: &Query, answer: LogicalPlanBuilder, top: Top) -> Result<LogicalPlanBuilder> {
    let keys = query.order.iter().enumerate();
    let keys: Vec<_> =
        keys.filter(|(_, k)| !(top.of_each_period && matches!(k.of, SortOf::Period))).collect();
    let values = keys.iter().filter(|(_, k)| matches!(k.of, SortOf::Value(_)));
    let present = values.map(|(i, k)| column(*i, k).is_not_null()).reduce(DfExpr::and);
    let columns: Vec<DfExpr> = answer.schema().columns().into_iter().map(DfExpr::Column).collect();
    let rows = match present {
        Some(present) => answer.filter(present)?,
        None => answer,
    };
    let partition = if top.of_each_period { vec![named(PERIOD)] } else { Vec::new() };
    let order = keys.into_iter().map(|(i, k)| sort(i, k)).collect();
    let place = rank().partition_by(partition).order_by(order).build()?.alias(PLACE);
    let within = named(PLACE).lt_eq(lit(u64::from(top.number)));
    rows.window(vec![place])?.filter(within)?.project(columns)
}

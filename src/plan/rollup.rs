//! The rows of a rollup: the answer of its own query, under the names of its columns.

use std::collections::BTreeSet;

use datafusion::common::Result;
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder, Operator, binary_expr, lit};

use super::align;
use super::expr::{PERIOD, Scope, named};
use super::functions::Function;
use super::rows::Relations;
use super::scan::group_name;
use crate::calendar::epoch_day;
use crate::check::{ColumnId, ColumnKind, SourceId};
use crate::query::Query;

/// The wanted columns, and the number of the row's period where the rollup follows the
/// periods that are asked.
pub fn rows(
    outer: &Relations,
    source: SourceId,
    query: &Query,
    wanted: &BTreeSet<ColumnId>,
) -> Result<LogicalPlanBuilder> {
    let model = outer.scope.model;
    let declared = model.source(source);
    let relations = Relations { scope: Scope { model, query }, tables: outer.tables };
    let answer = align::answer(&relations, query)?;
    // a row without a key belongs to nobody
    let keys = (0..query.dimensions.len()).map(|i| named(group_name(i)).is_not_null());
    let answer = match keys.reduce(DfExpr::and) {
        Some(present) => answer.filter(present)?,
        None => answer,
    };
    // what has not begun has no rows
    let begun = query.periods.iter().filter(|p| query.as_of.is_none_or(|as_of| p.start <= as_of)).count();
    let answer = match begun < query.periods.len() {
        true => answer.filter(named(PERIOD).lt(lit(begun as i32)))?,
        false => answer,
    };
    let mut columns = Vec::new();
    let outputs = |name: &str| query.outputs.iter().position(|o| o.name == name);
    for id in wanted {
        let column = &declared.columns[id.index()];
        let value = match &column.kind {
            ColumnKind::Key(n) => named(group_name(*n)),
            ColumnKind::PeriodStart => {
                let starts: Vec<i32> = query.periods.iter().map(|p| epoch_day(p.start)).collect();
                Function::PeriodDate(starts.into()).call(vec![named(PERIOD)])
            }
            ColumnKind::Aggregated(_) => match outputs(&column.name) {
                Some(output) => named(align::output_name(output)),
                None => continue,
            },
            ColumnKind::Stored { .. } | ColumnKind::Computed(_) => continue,
        };
        columns.push(value.alias(&column.name));
    }
    if declared.follows_the_question() {
        // its own periods begin with those that only it looks back to
        let hidden = lit(query.hidden as i32);
        columns.push(binary_expr(named(PERIOD), Operator::Minus, hidden).alias(PERIOD));
    } else if columns.is_empty() {
        columns.push(named(PERIOD));
    }
    answer.project(columns)
}

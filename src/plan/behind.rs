//! The rows behind a value: those of one period, and which of them move it furthest.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlan, LogicalPlanBuilder, cast, lit, when};

use super::expr::{PERIOD, column_name, first_present, named};
use super::functions::exact_sum;
use super::rows::Tables;
use super::scan::Lowering;
use crate::check::{CheckedModel, ColumnRef};
use crate::query::{Behind, Query, Slot, SlotFunction, Weight};

const SCORE: &str = "#score";

/// Which rows of the query's last period are asked for.
pub struct Wanted<'a> {
    pub behind: &'a Behind,
    pub columns: &'a [ColumnRef],
    /// What lowers the value comes first.
    pub low_first: bool,
    pub most: usize,
}

/// One row: for each weight the sum of what the rows add to its slot.
pub fn totals(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    behind: &Behind,
) -> Result<Option<LogicalPlan>> {
    let relations = super::relations(model, query, tables);
    let lowering = Lowering { relations, scan: &behind.scan };
    let sums = behind.weights.iter().enumerate().map(|(i, weight)| {
        let added = added(&lowering, weight)?.unwrap_or_else(|| lit(0.0));
        Ok(exact_sum(added).alias(format!("#t{i}")))
    });
    let sums = sums.collect::<Result<Vec<_>>>()?;
    if sums.is_empty() {
        return Ok(None);
    }
    Ok(Some(rows(&lowering)?.aggregate(Vec::<DfExpr>::new(), sums)?.build()?))
}

/// The rows with these columns, those that move the value furthest first.
pub fn worst_rows(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    wanted: &Wanted,
    totals: &[f64],
) -> Result<LogicalPlan> {
    let relations = super::relations(model, query, tables);
    let lowering = Lowering { relations, scan: &wanted.behind.scan };
    let mut score = lit(0.0);
    for (weight, total) in wanted.behind.weights.iter().zip(totals) {
        let by = if weight.relative { 1.0 / total } else { 1.0 };
        if let Some(added) = added(&lowering, weight)?.filter(|_| by.is_finite()) {
            score = score + added * lit(if weight.up { by } else { -by });
        }
    }
    let names: Vec<DfExpr> = wanted.columns.iter().map(|c| named(column_name(model, c))).collect();
    let columns = names.iter().cloned().chain([score.alias(SCORE)]);
    let mut order = vec![named(SCORE).sort(wanted.low_first, false)];
    order.extend(names.iter().cloned().map(|name| name.sort(true, false)));
    let rows = rows(&lowering)?.project(columns)?.sort(order)?.limit(0, Some(wanted.most))?;
    rows.project(names)?.build()
}

fn rows(lowering: &Lowering) -> Result<LogicalPlanBuilder> {
    let last = lowering.relations.scope.query.periods.len() as i32 - 1;
    lowering.rows()?.filter(named(PERIOD).eq(lit(last)))
}

/// What a row adds to the slot; of a slot that is no sum, its value.
fn added(lowering: &Lowering, weight: &Weight) -> Result<Option<DfExpr>> {
    let Some(slot) = lowering.scan.slots.iter().find(|slot| slot.id == weight.slot) else { return Ok(None) };
    let Some(value) = value(lowering, slot)? else { return Ok(None) };
    let value = first_present(cast(value, DataType::Float64), lit(0.0), DataType::Float64);
    Ok(Some(match &slot.filter {
        Some(filter) => when(lowering.lower(filter)?, value).otherwise(lit(0.0))?,
        None => value,
    }))
}

fn value(lowering: &Lowering, slot: &Slot) -> Result<Option<DfExpr>> {
    use SlotFunction::{Correlation, Count, CountDistinct};
    let one = |present: DfExpr| when(present, lit(1.0)).otherwise(lit(ScalarValue::Float64(Some(0.0))));
    Ok(match (slot.function, slot.args.first()) {
        (Count | CountDistinct, None) => Some(lit(1.0)),
        (Count | CountDistinct, Some(arg)) => Some(one(lowering.lower(arg)?.is_not_null())?),
        (Correlation, _) | (_, None) => None,
        (_, Some(arg)) => match arg.ty.as_number() {
            Some(_) => Some(lowering.lower(arg)?),
            None => None,
        },
    })
}

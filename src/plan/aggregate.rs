//! One slot as a DataFusion aggregate: exact, and the same in any order of the rows.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::functions_aggregate::expr_fn::{
    count, count_distinct, first_value, last_value, max, min, sum,
};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr as DfExpr, cast, lit};

use super::expr::{named, slot_name};
use super::functions::{correlation, exact_sum, percentile, stddev, top_share};
use super::types::{MOST_DIGITS, SUMMABLE_DIGITS, arrow_type};
use crate::check::{Repr, Type};
use crate::query::{Slot, SlotFunction};

/// The slot's number of rows, those for which the filter is true.
pub fn of_rows(slot: &Slot, args: Vec<DfExpr>, filter: Option<DfExpr>) -> Result<DfExpr> {
    let ty = slot.args.first().map(|a| &a.ty);
    let value = || args.first().cloned().unwrap_or_else(|| lit(1i64));
    let second = || args.get(1).cloned().unwrap_or_else(|| lit(1i64));
    let float = || cast(value(), DataType::Float64);
    let aggregate = match slot.function {
        SlotFunction::Count => count(value()),
        SlotFunction::CountDistinct => count_distinct(value()),
        SlotFunction::Sum => summed(value(), ty),
        SlotFunction::Min => min(value()),
        SlotFunction::Max => max(value()),
        SlotFunction::Percentile(part) => percentile(float(), part),
        SlotFunction::Stddev => stddev(float()),
        SlotFunction::TopShare(part) => top_share(part, float()),
        SlotFunction::Correlation => correlation(float(), cast(second(), DataType::Float64)),
        SlotFunction::First => first_value(value(), in_order(second(), value())),
        SlotFunction::Last => last_value(value(), in_order(second(), value())),
    };
    let filter = match slot.function {
        // the first of the values that there are
        SlotFunction::First | SlotFunction::Last => {
            let present = value().is_not_null().and(second().is_not_null());
            Some(filter.map_or(present.clone(), |f| f.and(present)))
        }
        _ => filter,
    };
    filtered(aggregate, filter)
}

/// By date; of one date, by value, so that the same rows always give the same.
fn in_order(date: DfExpr, value: DfExpr) -> Vec<Sort> {
    vec![date.sort(true, false), value.sort(true, false)]
}

/// The number of rows.
pub fn rows() -> DfExpr {
    count(lit(1i64))
}

/// The slot of many groups, made of the slot of each.
pub fn of_parts(slot: &Slot, part: DfExpr, filter: Option<DfExpr>) -> Result<DfExpr> {
    let aggregate = match slot.function {
        SlotFunction::Min => min(part),
        SlotFunction::Max => max(part),
        _ => sum(part),
    };
    filtered(aggregate, filter)
}

/// Not by DataFusion's builder: that takes `DISTINCT` away.
pub fn filtered(aggregate: DfExpr, filter: Option<DfExpr>) -> Result<DfExpr> {
    match (aggregate, filter) {
        (DfExpr::AggregateFunction(mut function), Some(filter)) => {
            function.params.filter = Some(Box::new(filter));
            Ok(DfExpr::AggregateFunction(function))
        }
        (aggregate, None) => Ok(aggregate),
        (other, Some(_)) => plan_err!("{other} is no aggregate"),
    }
}

fn summed(value: DfExpr, ty: Option<&Type>) -> DfExpr {
    match ty.and_then(Type::as_number).map(|n| n.repr) {
        Some(Repr::Float) => exact_sum(value),
        // a sum of whole numbers wraps around, and so does one of decimals of more digits
        Some(Repr::Int) => sum(cast(value, DataType::Decimal128(SUMMABLE_DIGITS, 0))),
        Some(Repr::Decimal(scale)) => sum(cast(value, DataType::Decimal128(SUMMABLE_DIGITS, scale as i8))),
        None => sum(value),
    }
}

/// The slot's column, in the type that expressions expect.
pub fn read(slot: &Slot) -> DfExpr {
    let column = named(slot_name(slot.id));
    match (slot.function, slot.ty.as_number().map(|n| n.repr)) {
        (SlotFunction::Count | SlotFunction::CountDistinct, _) => cast(column, DataType::Int64),
        (SlotFunction::Sum, Some(Repr::Decimal(scale))) => {
            cast(column, DataType::Decimal128(MOST_DIGITS, scale as i8))
        }
        _ => cast(column, arrow_type(&slot.ty)),
    }
}

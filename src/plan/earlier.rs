//! `prior`: every row once more for each later period that looks back to it, brought
//! together with the row of that period.

use datafusion::common::{Column, JoinType, Result};
use datafusion::functions_aggregate::expr_fn::max;
use datafusion::logical_expr::{Expr as DfExpr, ExprFunctionExt, LogicalPlanBuilder, cast, lit, when};

use super::expr::{PERIOD, first_present, named, slot_name};
use super::scan::group_name;
use super::types::arrow_type;
use crate::check::Type;
use crate::query::{Query, Shifted};

const FROM: &str = "#from";
const TO: &str = "#to";
const WAY: &str = "#way";

/// The rows of the shown periods, with those of their slots that are earlier values.
pub fn with_earlier(
    query: &Query,
    rows: LogicalPlanBuilder,
    groups: &[usize],
    slots: &[u32],
) -> Result<LogicalPlanBuilder> {
    if query.moves.is_empty() {
        return Ok(rows);
    }
    let column = |name: &str| Column::new_unqualified(name);
    let ways = ways(query)?.build()?;
    let joined = rows.join(ways, JoinType::Inner, (vec![column(PERIOD)], vec![column(FROM)]), None)?;
    let shifted: Vec<&Shifted> = query.shifted.iter().filter(|s| slots.contains(&s.of)).collect();
    let mut by = vec![named(TO)];
    by.extend(groups.iter().map(|i| named(group_name(*i))));
    let stay = slots.iter().map(|id| (*id, *id, 0));
    let moved = shifted.iter().map(|s| (s.id, s.of, s.by + 1));
    let values = stay.chain(moved).map(|(id, of, way)| {
        let value = max(named(slot_name(of))).filter(named(WAY).eq(lit(way as i32))).build()?;
        Ok(value.alias(slot_name(id)))
    });
    let moved = joined.aggregate(by, values.collect::<Result<Vec<_>>>()?)?;
    let mut columns = vec![named(TO).alias(PERIOD)];
    columns.extend(groups.iter().map(|i| named(group_name(*i))));
    columns.extend(slots.iter().map(|id| named(slot_name(*id))));
    for shifted in shifted {
        let (name, ty) = (slot_name(shifted.id), &query.slots[shifted.id as usize]);
        let value = known_from(query, shifted, ty)?;
        columns.push(value.alias(name));
    }
    moved.project(columns)
}

/// Rows in which nothing was counted, with what that makes of earlier values: 0 of counts
/// and sums, once the source has any data.
pub fn nothing_earlier(query: &Query, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
    let mut columns: Vec<DfExpr> = rows.schema().columns().into_iter().map(DfExpr::Column).collect();
    let counted = |shifted: &&Shifted| {
        let scan = query.scans.iter().find(|scan| scan.slots.iter().any(|slot| slot.id == shifted.of));
        shifted.zero && scan.is_some_and(|scan| scan.dimensions.iter().all(Option::is_some))
    };
    for shifted in query.shifted.iter().filter(counted) {
        let from = i32::try_from(shifted.known_from).unwrap_or(i32::MAX);
        let zero = cast(lit(0i64), arrow_type(&query.slots[shifted.id as usize]));
        let value = when(named(PERIOD).gt_eq(lit(from)), zero).end()?;
        columns.push(value.alias(slot_name(shifted.id)));
    }
    rows.project(columns)
}

/// From which period to which: each shown one stays, and each way back leads to its own.
fn ways(query: &Query) -> Result<LogicalPlanBuilder> {
    let stay = (query.hidden..query.periods.len()).map(|p| (p, p)).collect::<Vec<_>>();
    let ways = std::iter::once(stay).chain(query.moves.iter().map(|m| m.pairs.clone()));
    let rows = ways.enumerate().flat_map(|(way, pairs)| {
        pairs.into_iter().map(move |(from, to)| vec![lit(from as i32), lit(to as i32), lit(way as i32)])
    });
    let ways = LogicalPlanBuilder::values(rows.collect())?;
    let names = ways.schema().columns().into_iter().zip([FROM, TO, WAY]);
    ways.project(names.map(|(c, name)| DfExpr::Column(c).alias(name)).collect::<Vec<_>>())
}

/// Missing before the source's first data; where nothing is counted, from then on 0.
fn known_from(query: &Query, shifted: &Shifted, ty: &Type) -> Result<DfExpr> {
    let value = named(slot_name(shifted.id));
    let value = match shifted.zero {
        true => first_present(value, cast(lit(0i64), arrow_type(ty)), arrow_type(ty)),
        false => value,
    };
    if shifted.known_from <= query.hidden {
        return Ok(value);
    }
    let from = i32::try_from(shifted.known_from).unwrap_or(i32::MAX);
    when(named(TO).gt_eq(lit(from)), value).end()
}

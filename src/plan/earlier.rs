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
    columns.extend(shifted.iter().map(|s| named(slot_name(s.id))));
    moved.project(columns)
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

/// An earlier value: missing before the source's first data; where nothing is counted, from
/// then on 0, also of groups and periods that have no row.
pub fn known_from(shifted: &Shifted, value: DfExpr, ty: &Type) -> Result<DfExpr> {
    let value = match shifted.zero {
        true => first_present(value, cast(lit(0i64), arrow_type(ty)), arrow_type(ty)),
        false => value,
    };
    let from = i32::try_from(shifted.known_from).unwrap_or(i32::MAX);
    when(named(PERIOD).gt_eq(lit(from)), value).end()
}

//! The whole query: the scans' results brought together on period and groups, the
//! periods that have none, the final expressions, the order.

use datafusion::common::{JoinType, Result};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_aggregate::expr_fn::max;
use datafusion::logical_expr::{
    Expr as DfExpr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, cast, lit, when,
};

use super::expr::{PERIOD, Scope, named, slot_name};
use super::rows::{Relations, Tables};
use super::scan::{self, group_name};
use super::types::arrow_type;
use crate::check::{CheckedModel, Expr, ExprKind, Type, Window};
use crate::query::{Placement, Query, Shifted};

/// The plan's columns: period (a number), groups, then the metrics, in the query's order.
pub fn lower(model: &CheckedModel, query: &Query, tables: &Tables) -> Result<LogicalPlan> {
    let scope = Scope { model, query };
    let relations = Relations { scope, tables };
    let aligned = shifted(query, aligned(&relations, query)?)?;
    let aligned = match &query.having {
        Some(having) => aligned.filter(scope.lower(&with_groups(query, having))?)?,
        None => aligned,
    };
    let mut columns = vec![named(PERIOD)];
    columns.extend((0..query.dimensions.len()).map(|i| named(group_name(i))));
    let order: Vec<_> = columns.iter().map(|c| c.clone().sort(true, false)).collect();
    for (i, output) in query.outputs.iter().enumerate() {
        let value = scope.lower(&output.value)?;
        columns.push(known(query, &output.value, value)?.alias(output_name(i)));
    }
    aligned.project(columns)?.sort(order)?.build()
}

pub fn output_name(index: usize) -> String {
    format!("m{index}")
}

/// Dimensions in a `having` are the query's groups.
fn with_groups(query: &Query, having: &Expr) -> Expr {
    // groups stand in as slots beyond those of the scans
    crate::query::map(having, &mut |e| match &*e.kind {
        ExprKind::Dimension(id) => {
            let group = query.dimensions.iter().position(|d| d.id == *id)?;
            Some(Expr::new(ExprKind::Slot((query.slots.len() + group) as u32), e.ty.clone(), e.span))
        }
        _ => None,
    })
}

/// No value in periods that have not begun.
fn known(query: &Query, output: &Expr, value: DfExpr) -> Result<DfExpr> {
    let Some(as_of) = query.as_of else { return Ok(value) };
    let begun = query.periods.iter().filter(|p| p.start <= as_of).count();
    if begun == query.periods.len() {
        return Ok(value);
    }
    let begun = begun + usize::from(is_opening(query, output));
    when(named(PERIOD).lt(lit(begun as i32)), value).end()
}

/// Whether all that the output is made of is known when the period begins.
fn is_opening(query: &Query, output: &Expr) -> bool {
    let opening = |id: u32| {
        let scan = query.scans.iter().find(|s| s.slots.iter().any(|slot| slot.id == id));
        scan.is_some_and(|s| {
            matches!(
                &s.placement,
                Placement::InForce { window: Window::AtStart, .. }
                    | Placement::Picture { window: Window::AtStart, .. }
            )
        })
    };
    match &*output.kind {
        ExprKind::Slot(id) => opening(*id),
        _ => output.children().into_iter().all(|child| is_opening(query, child)),
    }
}

/// One row for each period and group that any scan has, and without groups for every
/// period, with all slots.
fn aligned(relations: &Relations, query: &Query) -> Result<LogicalPlanBuilder> {
    let mut branches = Vec::new();
    for scan in &query.scans {
        let found = scan::lower(relations, scan)?;
        let has = |id: usize| scan.slots.iter().any(|s| s.id as usize == id);
        branches.push(found.project(branch(query, has, |i| named(group_name(i)))?)?);
    }
    if query.dimensions.is_empty() {
        branches.push(every_period(query)?.project(branch(query, |_| false, |i| named(group_name(i)))?)?);
    }
    let groups: Vec<DfExpr> = std::iter::once(named(PERIOD))
        .chain((0..query.dimensions.len()).map(|i| named(group_name(i))))
        .collect();
    let single = branches.len() == 1;
    let mut branches = branches.into_iter();
    let Some(mut all) = branches.next() else {
        // only numbers without aggregates: the periods themselves
        return every_period(query);
    };
    for branch in branches {
        all = all.union(branch.build()?)?;
    }
    if !single {
        let slots =
            (0..query.slots.len()).map(|id| max(named(slot_name(id as u32))).alias(slot_name(id as u32)));
        all = all.aggregate(groups, slots.collect::<Vec<_>>())?;
    }
    Ok(all)
}

/// With the slots of earlier periods: every row once more for each period that looks
/// back to it, brought together with the row of that period.
fn shifted(query: &Query, aligned: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
    let aligned = match query.moves.is_empty() {
        true => aligned,
        false => look_back(query, aligned)?,
    };
    // a `having` names groups by slots of their own
    let mut columns: Vec<DfExpr> = aligned.schema().columns().into_iter().map(DfExpr::Column).collect();
    for i in 0..query.dimensions.len() {
        columns.push(named(group_name(i)).alias(slot_name((query.slots.len() + i) as u32)));
    }
    aligned.project(columns)
}

fn look_back(query: &Query, aligned: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
    const FROM: &str = "from_period";
    const TO: &str = "to_period";
    const WAY: &str = "way";
    let stay = (query.hidden..query.periods.len()).map(|p| (p, p));
    let rows = std::iter::once(stay.collect::<Vec<_>>()).chain(query.moves.iter().map(|m| m.pairs.clone()));
    let rows = rows.enumerate().flat_map(|(way, pairs)| {
        pairs.into_iter().map(move |(from, to)| vec![lit(from as i32), lit(to as i32), lit(way as i32)])
    });
    let ways = LogicalPlanBuilder::values(rows.collect())?;
    let names = ways.schema().columns().into_iter().zip([FROM, TO, WAY]);
    let ways =
        ways.project(names.map(|(c, name)| DfExpr::Column(c).alias(name)).collect::<Vec<_>>())?.build()?;
    let column = |name: &str| datafusion::common::Column::new_unqualified(name);
    let joined = aligned.join(ways, JoinType::Inner, (vec![column(PERIOD)], vec![column(FROM)]), None)?;
    let mut groups = vec![named(TO)];
    groups.extend((0..query.dimensions.len()).map(|i| named(group_name(i))));
    let slots = (0..query.slots.len() as u32).map(|id| {
        let shifted = query.shifted.iter().find(|s| s.id == id);
        let (of, way) = shifted.map_or((id, 0), |s| (s.of, s.by + 1));
        let value = max(named(slot_name(of))).filter(named(WAY).eq(lit(way as i32))).build()?;
        Ok(value.alias(slot_name(id)))
    });
    let moved = joined.aggregate(groups, slots.collect::<Result<Vec<_>>>()?)?;
    let mut columns = vec![named(TO).alias(PERIOD)];
    columns.extend((0..query.dimensions.len()).map(|i| named(group_name(i))));
    for (id, ty) in query.slots.iter().enumerate() {
        let name = slot_name(id as u32);
        columns.push(match query.shifted.iter().find(|s| s.id as usize == id && s.zero) {
            Some(shifted) => known_or_zero(shifted, ty, named(&name))?.alias(&name),
            None => named(&name),
        });
    }
    moved.project(columns)
}

/// Nothing counted is 0, but not before the source's first data.
fn known_or_zero(shifted: &Shifted, ty: &Type, value: DfExpr) -> Result<DfExpr> {
    let zero = cast(lit(0i64), arrow_type(ty));
    let from = i32::try_from(shifted.known_from).unwrap_or(i32::MAX);
    when(named(PERIOD).gt_eq(lit(from)), coalesce(vec![value, zero])).end()
}

/// The columns of a branch of the union: the slots that it has, the others missing.
fn branch(
    query: &Query,
    has: impl Fn(usize) -> bool,
    group: impl Fn(usize) -> DfExpr,
) -> Result<Vec<DfExpr>> {
    let mut columns = vec![named(PERIOD)];
    columns.extend((0..query.dimensions.len()).map(group));
    for (id, ty) in query.slots.iter().enumerate() {
        let name = slot_name(id as u32);
        let missing = || cast(lit(datafusion::common::ScalarValue::Null), arrow_type(ty));
        columns.push(if has(id) { named(&name) } else { missing().alias(&name) });
    }
    Ok(columns)
}

fn every_period(query: &Query) -> Result<LogicalPlanBuilder> {
    let rows = (0..query.periods.len() as i32).map(|p| vec![lit(p)]).collect();
    let periods = LogicalPlanBuilder::values(rows)?;
    let column = periods.schema().columns().into_iter().next().map(DfExpr::Column);
    periods.project(column.map(|c| c.alias(PERIOD)))
}

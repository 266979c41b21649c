//! The whole query: the scans' results brought together on period and groups, the
//! periods and members that have none, the final expressions, the order.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::{Column as DfColumn, JoinType, NullEquality, Result, ScalarValue};
use datafusion::datasource::provider_as_source;
use datafusion::functions_aggregate::expr_fn::max;
use datafusion::functions_window::expr_fn::rank;
use datafusion::logical_expr::{
    Expr as DfExpr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, cast, lit, when,
};

use super::earlier;
use super::expr::{PERIOD, Scope, named, slot_name, unless_true};
use super::order;
use super::rows::{Relations, Tables, different};
use super::scan::{self, group_name};
use super::types::arrow_type;
use super::windows;
use crate::check::{CheckedModel, Expr, ExprKind, Window};
use crate::query::{MembersOf, Placement, Query, Rank, Scan, Shown, SortOf, column_refs};

/// The plan's columns: period (a number), groups, the metrics, in the query's order, for
/// each metric whether it is not yet known, and what else the rows are ordered by.
pub fn lower(model: &CheckedModel, query: &Query, tables: &Tables) -> Result<LogicalPlan> {
    let relations = Relations { scope: Scope { model, query }, tables };
    order::ordered(query, answer(&relations, query)?)?.build()
}

pub fn output_name(index: usize) -> String {
    format!("#m{index}")
}

/// The answer without its order.
pub fn answer(relations: &Relations, query: &Query) -> Result<LogicalPlanBuilder> {
    let scope = relations.scope;
    let counted = level(relations, query, &vec![true; query.dimensions.len()])?;
    let aligned = aligned(relations, query, counted)?;
    let aligned = match &query.shown {
        Some(shown) => aligned.filter(has_data(&scope, query, shown)?)?,
        None => aligned,
    };
    let aligned = ranked(relations, query, aligned)?;
    let aligned = match &query.having {
        Some(having) => aligned.filter(scope.lower(&having_known(&scope, &with_groups(query, having)))?)?,
        None => aligned,
    };
    outputs(relations, query, aligned)
}

/// The answer in periods and for groups without any row: what the outputs are where nothing
/// is counted. The table has them as the answer does.
pub fn blank(
    model: &CheckedModel,
    query: &Query,
    tables: &Tables,
    gaps: Arc<dyn TableProvider>,
) -> Result<LogicalPlan> {
    let relations = Relations { scope: Scope { model, query }, tables };
    let gaps = LogicalPlanBuilder::scan("gaps", provider_as_source(gaps), None)?;
    let mut columns: Vec<DfExpr> = vec![bare(PERIOD)];
    columns.extend((0..query.dimensions.len()).map(|i| bare(&group_name(i))));
    outputs(&relations, query, aligned(&relations, query, gaps.project(columns)?)?)?.build()
}

/// A column of a table under its own name alone.
fn bare(name: &str) -> DfExpr {
    DfExpr::Column(DfColumn::new(Some("gaps"), name)).alias(name)
}

fn outputs(relations: &Relations, query: &Query, aligned: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
    let scope = relations.scope;
    let mut columns = vec![named(PERIOD)];
    columns.extend((0..query.dimensions.len()).map(|i| named(group_name(i))));
    for (i, output) in query.outputs.iter().enumerate() {
        let value = scope.lower(&with_groups(query, &output.value))?;
        columns.push(begun(&scope, &output.value, value)?.alias(output_name(i)));
    }
    for (i, output) in query.outputs.iter().enumerate() {
        columns.push(immature(&scope, &with_groups(query, &output.value))?.alias(format!("#i{i}")));
    }
    for (i, key) in query.order.iter().enumerate() {
        if let SortOf::Value(value) = &key.of {
            columns.push(begun(&scope, value, scope.lower(value)?)?.alias(order::key_name(i)));
        }
    }
    aligned.project(columns)
}

/// Dimensions in an expression over the answer are the query's groups.
fn with_groups(query: &Query, having: &Expr) -> Expr {
    crate::query::map(having, &mut |e| match &*e.kind {
        ExprKind::Dimension(id) => {
            let group = query.dimensions.iter().position(|d| d.id == Some(*id))?;
            let slot = ExprKind::Slot(group_slot(query, group));
            Some(Expr::new(slot, e.ty.clone(), e.span))
        }
        _ => None,
    })
}

/// A metric in a condition has the value that is shown of it: none where the period has not
/// begun, unless it opens.
fn having_known(scope: &Scope, having: &Expr) -> Expr {
    crate::query::map(having, &mut |e| match &*e.kind {
        ExprKind::Known { value, unless } if *unless == crate::query::not_begun() => {
            let next = scope.query.periods.get(known_periods(scope, value));
            let unless = next.map(|next| crate::query::starts_from(next.start));
            Some(match unless {
                Some(unless) => {
                    Expr::new(ExprKind::Known { value: value.clone(), unless }, e.ty.clone(), e.span)
                }
                None => value.clone(),
            })
        }
        _ => None,
    })
}

/// Groups stand in expressions as slots beyond those of the scans.
fn group_slot(query: &Query, group: usize) -> u32 {
    (query.slots.len() + group) as u32
}

/// True where something that the value is made of is not yet known.
fn immature(scope: &Scope, value: &Expr) -> Result<DfExpr> {
    let mut conditions = Vec::new();
    unknowns(value, &mut conditions);
    let conditions = conditions.into_iter().map(|c| scope.lower(c)).collect::<Result<Vec<_>>>()?;
    match conditions.into_iter().reduce(DfExpr::or) {
        // of a period that has not begun nothing is young
        Some(any) => begun(scope, value, datafusion::logical_expr::not(unless_true(any))),
        None => Ok(lit(false)),
    }
}

fn unknowns<'a>(expr: &'a Expr, found: &mut Vec<&'a Expr>) {
    if let ExprKind::Known { unless, .. } = &*expr.kind {
        found.push(unless);
    }
    expr.children().into_iter().for_each(|child| unknowns(child, found));
}

/// No value in periods that have not begun.
fn begun(scope: &Scope, output: &Expr, value: DfExpr) -> Result<DfExpr> {
    let known = known_periods(scope, output);
    if known == scope.query.periods.len() {
        return Ok(value);
    }
    when(named(PERIOD).lt(lit(known as i32)), value).end()
}

/// How many periods the output can have a value in: those that have begun and, of what is
/// known when a period begins, the one that follows.
fn known_periods(scope: &Scope, output: &Expr) -> usize {
    let begun = windows::begun_periods(scope.query);
    let next = scope.query.periods.get(begun).is_some_and(|next| windows::follows(scope, next));
    begun + usize::from(next && is_opening(scope.query, output))
}

/// Whether a metric has data, in a period for which it is known. Members are known in all.
fn has_data(scope: &Scope, query: &Query, shown: &[Shown]) -> Result<DfExpr> {
    let each = shown.iter().map(|one| {
        let present = scope.lower(&one.present)?;
        match &*one.present.kind {
            ExprKind::Slot(id) if Some(*id) == query.member => Ok(present),
            _ => begun(scope, &one.value, present),
        }
    });
    let each = each.collect::<Result<Vec<_>>>()?.into_iter();
    let any = each.map(DfExpr::is_true);
    Ok(any.reduce(DfExpr::or).unwrap_or_else(|| lit(true)))
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

/// With the places among members as slots; one after the other, as a rank may be made of
/// others.
fn ranked(
    relations: &Relations,
    query: &Query,
    mut aligned: LogicalPlanBuilder,
) -> Result<LogicalPlanBuilder> {
    for one in &query.ranks {
        aligned = with_place(relations, query, aligned, one)?;
    }
    Ok(aligned)
}

fn with_place(
    relations: &Relations,
    query: &Query,
    aligned: LogicalPlanBuilder,
    one: &Rank,
) -> Result<LogicalPlanBuilder> {
    let (value, place) = (format!("#r{}", one.id), format!("#p{}", one.id));
    let mut columns: Vec<DfExpr> = aligned.schema().columns().into_iter().map(DfExpr::Column).collect();
    columns.push(relations.scope.lower(&one.value)?.alias(&value));
    let others = (0..query.dimensions.len()).filter(|i| *i != one.group).map(|i| named(group_name(i)));
    let partition = std::iter::once(named(PERIOD)).chain(others).collect();
    let order = vec![named(&value).sort(!one.highest_first, false)];
    let counted = rank().partition_by(partition).order_by(order).build()?.alias(&place);
    let placed = aligned.project(columns)?.window(vec![counted])?;
    let own = |c: &DfColumn| c.name != slot_name(one.id) && c.name != value && c.name != place;
    let mut columns: Vec<DfExpr> =
        placed.schema().columns().into_iter().filter(own).map(DfExpr::Column).collect();
    // what has no value has no place
    let place = cast(named(&place), datafusion::arrow::datatypes::DataType::Int64);
    columns.push(when(named(&value).is_not_null(), place).end()?.alias(slot_name(one.id)));
    placed.project(columns)
}

/// One row for each period and group that any scan has, without groups for every period,
/// and for the members that are shown in any case, with all slots: those counted by all
/// groups, and beside them what is counted without some.
fn aligned(relations: &Relations, query: &Query, counted: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
    let mut masks: Vec<Vec<bool>> = vec![vec![true; query.dimensions.len()]];
    for scan in &query.scans {
        let mask = mask(scan);
        if !masks.contains(&mask) {
            masks.push(mask);
        }
    }
    let mut all = counted;
    for (index, mask) in masks.iter().enumerate().skip(1) {
        all = beside(query, all, level(relations, query, mask)?, mask, index)?;
    }
    let mut columns: Vec<DfExpr> = vec![named(PERIOD)];
    for i in 0..query.dimensions.len() {
        columns.push(named(group_name(i)));
        columns.push(named(group_name(i)).alias(slot_name(group_slot(query, i))));
    }
    let has: Vec<DfColumn> = all.schema().columns();
    for (id, ty) in query.slots.iter().enumerate() {
        let name = slot_name(id as u32);
        let slot = match has.iter().find(|c| c.name == name) {
            Some(column) => DfExpr::Column(column.clone()),
            None => cast(lit(ScalarValue::Null), arrow_type(ty)),
        };
        let slot = match query.shifted.iter().find(|shifted| shifted.id as usize == id) {
            Some(shifted) => earlier::known_from(shifted, slot, ty)?,
            None => slot,
        };
        columns.push(slot.alias(&name));
    }
    all.project(columns)
}

/// The groups that the scan is cut by.
fn mask(scan: &Scan) -> Vec<bool> {
    scan.dimensions.iter().map(Option::is_some).collect()
}

/// The scans that are cut by the same groups, with the slots of earlier periods.
fn level(relations: &Relations, query: &Query, mask: &[bool]) -> Result<LogicalPlanBuilder> {
    let groups: Vec<usize> = (0..mask.len()).filter(|i| mask[*i]).collect();
    let mut slots: Vec<u32> = Vec::new();
    let mut branches = Vec::new();
    // of what nothing is counted only the first date matters
    let counts = |s: &&Scan| !s.slots.is_empty() && self::mask(s) == mask;
    let scans: Vec<&Scan> = query.scans.iter().filter(counts).collect();
    for scan in &scans {
        slots.extend(scan.slots.iter().map(|s| s.id));
    }
    let whole = mask.iter().all(|cut| *cut);
    slots.extend(query.member.filter(|_| whole));
    slots.sort_unstable();
    for scan in &scans {
        let has = |id: u32| scan.slots.iter().any(|s| s.id == id);
        branches.push(scan::lower(relations, scan)?.project(branch(query, &groups, &slots, has))?);
    }
    if whole {
        let shown = if groups.is_empty() { Some(every_period(query)?) } else { members(relations, query)? };
        if let Some(shown) = shown {
            branches.push(shown.project(branch(query, &groups, &slots, |id| Some(id) == query.member))?);
        }
    }
    let single = branches.len() == 1;
    let mut branches = branches.into_iter();
    let mut all = match branches.next() {
        Some(first) => first,
        // nothing is counted by these groups: there is no row
        None => nothing(query, &groups)?,
    };
    for branch in branches {
        all = all.union(branch.build()?)?;
    }
    if !single {
        let by: Vec<DfExpr> =
            std::iter::once(named(PERIOD)).chain(groups.iter().map(|i| named(group_name(*i)))).collect();
        let slots = slots.iter().map(|id| max(named(slot_name(*id))).alias(slot_name(*id)));
        all = all.aggregate(by, slots.collect::<Vec<_>>())?;
    }
    earlier::with_earlier(query, all, &groups, &slots)
}

/// The columns of a branch of the union: the slots that it has, the others missing.
fn branch(query: &Query, groups: &[usize], slots: &[u32], has: impl Fn(u32) -> bool) -> Vec<DfExpr> {
    let mut columns = vec![named(PERIOD)];
    columns.extend(groups.iter().map(|i| named(group_name(*i))));
    for &id in slots {
        let missing = || cast(lit(ScalarValue::Null), arrow_type(&query.slots[id as usize]));
        columns.push(if has(id) { named(slot_name(id)) } else { missing().alias(slot_name(id)) });
    }
    columns
}

/// Each row with the numbers of all members together, by the groups they have in common.
fn beside(
    query: &Query,
    all: LogicalPlanBuilder,
    totals: LogicalPlanBuilder,
    mask: &[bool],
    index: usize,
) -> Result<LogicalPlanBuilder> {
    let mut shared = vec![PERIOD.to_string()];
    shared.extend((0..query.dimensions.len()).filter(|i| mask[*i]).map(group_name));
    let there = |name: &str| format!("{name}/{index}");
    let columns = totals.schema().columns().into_iter().map(|c| {
        let name = if shared.contains(&c.name) { there(&c.name) } else { c.name.clone() };
        DfExpr::Column(c).alias(name)
    });
    let totals = totals.project(columns.collect::<Vec<_>>())?.build()?;
    let here: Vec<DfColumn> = shared.iter().map(DfColumn::new_unqualified).collect();
    let keys: Vec<DfColumn> = shared.iter().map(|n| DfColumn::new_unqualified(there(n))).collect();
    // a missing member is a group like any other
    all.join_detailed(totals, JoinType::Left, (here, keys), None, NullEquality::NullEqualsNull)
}

fn every_period(query: &Query) -> Result<LogicalPlanBuilder> {
    let rows = (0..query.periods.len() as i32).map(|p| vec![lit(p)]).collect();
    let periods = LogicalPlanBuilder::values(rows)?;
    let column = periods.schema().columns().into_iter().next().map(DfExpr::Column);
    periods.project(column.map(|c| c.alias(PERIOD)))
}

fn nothing(query: &Query, groups: &[usize]) -> Result<LogicalPlanBuilder> {
    let mut columns = vec![named(PERIOD)];
    for i in groups {
        let missing = cast(lit(ScalarValue::Null), arrow_type(&query.dimensions[*i].ty));
        columns.push(missing.alias(group_name(*i)));
    }
    every_period(query)?.filter(lit(false))?.project(columns)
}

/// Every member in every period, of the dimensions that show theirs in any case.
fn members(relations: &Relations, query: &Query) -> Result<Option<LogicalPlanBuilder>> {
    if query.members.is_empty() {
        return Ok(None);
    }
    let mut all = every_period(query)?;
    for members in &query.members {
        let mut found = members.of.iter().map(|of| members_of(relations, &members.groups, of));
        let Some(mut one) = found.next().transpose()? else { continue };
        for other in found {
            one = one.union(other?.build()?)?;
        }
        all = all.cross_join(different(one)?.build()?)?;
    }
    if let Some(member) = query.member {
        let mut columns: Vec<DfExpr> = all.schema().columns().into_iter().map(DfExpr::Column).collect();
        columns.push(lit(true).alias(slot_name(member)));
        all = all.project(columns)?;
    }
    Ok(Some(all))
}

fn members_of(relations: &Relations, groups: &[usize], of: &MembersOf) -> Result<LogicalPlanBuilder> {
    let scope = relations.scope;
    let mut found = Vec::new();
    of.values.iter().chain(&of.filters).for_each(|e| column_refs(e, &mut found));
    let mut rows = relations.rows(of.source, &found.into_iter().cloned().collect())?;
    for filter in &of.filters {
        rows = rows.filter(scope.lower(filter)?)?;
    }
    if scope.model.source(of.source).follows_the_question() {
        rows = rows.filter(named(PERIOD).gt_eq(lit(scope.query.hidden as i32)))?;
    }
    let columns =
        groups.iter().zip(&of.values).map(|(i, value)| Ok(scope.lower(value)?.alias(group_name(*i))));
    rows.project(columns.collect::<Result<Vec<_>>>()?)
}

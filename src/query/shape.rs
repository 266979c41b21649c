//! How each scan is computed. Grouping first by everything the filters look at makes
//! one pass over the rows serve any number of filtered metrics, as long as the groups
//! stay few (see the measurements in the design's datafusion.md).

use super::ir::{CubeKey, Query, Scan, Shape, Slot, SlotFunction};
use super::rewrite::column_refs;
use super::undetermined::has_period;
use crate::check::{BinaryOp, CheckedModel, ColumnRef, Expr, ExprKind, Repr, Type};

/// A cube of more groups than this is no smaller a thing than the rows.
const MOST_GROUPS: usize = 500_000;
/// What a text or a number may have of different values, where nothing says more.
const UNKNOWN_VALUES: usize = 50;
/// Below this, filters of aggregates cost less than a second grouping.
const FEWEST_FILTERS: usize = 3;

pub fn choose(model: &CheckedModel, query: &mut Query) {
    let periods = query.periods.len();
    for scan in &mut query.scans {
        (scan.shape, scan.reason) = shape(model, scan, periods);
    }
}

fn shape(model: &CheckedModel, scan: &Scan, periods: usize) -> (Shape, String) {
    let filter = |reason: &str| (Shape::Filter, reason.to_string());
    if let Some(slot) = scan.slots.iter().find(|s| !s.function.decomposes()) {
        return filter(&format!("{:?} needs the rows themselves", slot.function).to_lowercase());
    }
    let mut filters: Vec<&Expr> = Vec::new();
    for f in scan.slots.iter().filter_map(|s| s.filter.as_ref()) {
        if !filters.contains(&f) {
            filters.push(f);
        }
    }
    let uses_period = |s: &&Slot| s.args.iter().chain(&s.filter).any(|e| has_period(model, e));
    if scan.dimensions.iter().flatten().any(|d| has_period(model, d)) {
        return filter("a group depends on the period it is counted in");
    }
    if let Some(slot) = scan.slots.iter().find(uses_period) {
        return filter(&format!("slot {} depends on the period it is counted in", slot.id));
    }
    if let Some(slot) = scan.slots.iter().find(|s| sums_floats(s)) {
        return filter(&format!("the sum of floats in slot {} is rounded once, at its end", slot.id));
    }
    if filters.len() < FEWEST_FILTERS && !scan.placement.spreads() {
        return filter(&format!("{} different filters", filters.len()));
    }
    let mut keys = Vec::new();
    filters.into_iter().for_each(|f| cube_keys(model, f, &mut keys));
    let groups = scan.dimensions.iter().flatten().map(|d| values(&d.ty));
    let groups = groups.chain(keys.iter().map(|k| k.values)).fold(periods, usize::saturating_mul);
    if groups > MOST_GROUPS {
        return filter(&format!("a cube would have up to {groups} groups"));
    }
    (Shape::Cube(keys), format!("a cube has at most {groups} groups"))
}

fn sums_floats(slot: &Slot) -> bool {
    let float = |e: &Expr| e.ty.as_number().is_some_and(|n| n.repr == Repr::Float);
    slot.function == SlotFunction::Sum && slot.args.iter().any(float)
}

/// The parts of a filter that it can be evaluated from.
fn cube_keys(model: &CheckedModel, filter: &Expr, keys: &mut Vec<CubeKey>) {
    match &*filter.kind {
        ExprKind::Binary(BinaryOp::And | BinaryOp::Or, a, b) => {
            cube_keys(model, a, keys);
            cube_keys(model, b, keys);
        }
        ExprKind::Not(inner) => cube_keys(model, inner, keys),
        _ => {
            let mut columns = Vec::new();
            column_refs(filter, &mut columns);
            let few = !columns.is_empty() && columns.iter().all(|c| has_few(model, c));
            match few {
                true => columns.into_iter().for_each(|c| add(keys, column(model, c))),
                false => add(keys, filter.clone()),
            }
        }
    }
}

fn has_few(model: &CheckedModel, column: &ColumnRef) -> bool {
    matches!(model.column(column).ty, Type::Enum(_) | Type::Bool)
}

fn column(model: &CheckedModel, column: &ColumnRef) -> Expr {
    Expr::new(ExprKind::Column(column.clone()), model.column(column).ty.clone(), Default::default())
}

fn add(keys: &mut Vec<CubeKey>, value: Expr) {
    if !keys.iter().any(|k| k.value == value) {
        let values = values(&value.ty);
        keys.push(CubeKey { value, values });
    }
}

/// How many values there can be, with the missing one.
fn values(ty: &Type) -> usize {
    match ty {
        Type::Bool => 3,
        Type::Enum(enumeration) => enumeration.members.len() + 1,
        _ => UNKNOWN_VALUES,
    }
}

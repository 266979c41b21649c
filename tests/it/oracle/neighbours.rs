//! The rows before and after a row, in an order.

use std::cmp::Ordering;

use kepi::check::{Expr, Neighbour};

use super::value::V;
use super::world::{RowId, World};

pub fn value(
    world: &World,
    row: RowId,
    kind: Neighbour,
    value: Option<&Expr>,
    per: &[Expr],
    by: &[Expr],
) -> V {
    let values = |exprs: &[Expr], row: RowId| exprs.iter().map(|e| world.value(e, row)).collect::<Vec<V>>();
    let (own_per, own_by) = (values(per, row), values(by, row));
    if own_per.iter().chain(&own_by).any(V::is_missing) {
        return V::Missing;
    }
    let key = &world.model.source(row.source).key;
    let order_of = |row: RowId| {
        let mut order = values(by, row);
        order.extend(key.iter().map(|c| world.column(row, *c)));
        order
    };
    let is_beside = |other: &RowId| {
        let same = values(per, *other).iter().zip(&own_per).all(|(a, b)| !a.is_missing() && a.equals(b));
        same && !values(by, *other).iter().any(V::is_missing)
    };
    let mut rows: Vec<(Vec<V>, RowId)> =
        world.rows(row.source).into_iter().filter(is_beside).map(|r| (order_of(r), r)).collect();
    rows.sort_by(|(a, _), (b, _)| {
        a.iter().zip(b).map(|(a, b)| a.order_missing_last(b)).fold(Ordering::Equal, Ordering::then)
    });
    let Some(place) = rows.iter().position(|(_, r)| *r == row) else { return V::Missing };
    let there = match kind {
        Neighbour::Position => return V::whole(place as i64 + 1),
        Neighbour::Previous => place.checked_sub(1),
        Neighbour::Next => Some(place + 1).filter(|n| *n < rows.len()),
    };
    match (there, value) {
        (Some(there), Some(value)) => world.value(value, rows[there].1),
        _ => V::Missing,
    }
}

//! From which period on an output has any data: what was counted before is not 0, it is
//! not known.

use jiff::civil::Date;

use super::build::Draft;
use super::ir::{Placement, Query, Scan};
use super::range::Bounds;
use crate::check::{Expr, ExprKind};

/// Of each output the number of the first period that has data of anything it is made of. The
/// scans are those of the draft, which the bounds are of: the query may have divided them.
pub fn begins(query: &Query, scans: &[Scan], bounds: &Bounds) -> Vec<usize> {
    let first = |(at, scan)| first_period(query, scan, bounds.first.get(at).copied().flatten());
    let first: Vec<usize> = scans.iter().enumerate().map(first).collect();
    let begins = |value: &Expr| {
        let mut found = Vec::new();
        scans_of(query, scans, value, &mut found);
        found.into_iter().map(|scan| first[scan]).min().unwrap_or(0)
    };
    query.outputs.iter().map(|output| begins(&output.value)).collect()
}

fn first_period(query: &Query, scan: &Scan, first: Option<Date>) -> usize {
    let timeless = matches!(scan.placement, Placement::Always);
    match first {
        // without a grain there is nothing before
        _ if timeless || query.grain.is_none() => 0,
        Some(first) => query.periods.partition_point(|period| period.end <= first),
        None => usize::MAX,
    }
}

fn scans_of(query: &Query, scans: &[Scan], expr: &Expr, found: &mut Vec<usize>) {
    if let ExprKind::Slot(id) = &*expr.kind {
        let id = query.shifted.iter().find(|s| s.id == *id).map_or(*id, |s| s.of);
        let has = |scan: &Scan| scan.slots.iter().any(|slot| slot.id == id);
        found.extend(scans.iter().position(has));
        if let Some(rank) = query.ranks.iter().find(|rank| rank.id == id) {
            scans_of(query, scans, &rank.value, found);
        }
    }
    expr.children().into_iter().for_each(|child| scans_of(query, scans, child, found));
}

/// Whether the first dates of the data have to be known.
pub fn asks_first(draft: &Draft) -> bool {
    let request = &draft.request;
    let open = request.grain.is_some() && request.from.is_none() && request.last.is_none();
    open || !draft.moves.is_empty() || !draft.rollups.is_empty()
}

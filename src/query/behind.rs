//! The rows behind a value: those that its slots count, source by source, and how each
//! weighs in it.

use super::build::{Builder, Draft};
use super::decompose::{count, or_zero};
use super::ir::{Output, Placement, Rank, Scan, Slot, SlotFunction};
use crate::check::{
    Better, BinaryOp, CheckedModel, ColumnRef, Expr, ExprKind, Show, SourceId, Style, Type, Window,
};
use crate::text::Span;

/// How many rows of one scan a metric is made of: an output of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Of the request, its number.
    pub metric: usize,
    pub output: usize,
    pub source: SourceId,
    pub by: Option<String>,
}

/// The rows of one scan that a metric is made of.
#[derive(Debug, Clone)]
pub struct Behind {
    pub source: SourceId,
    /// What puts them into periods, where it is not the date of their source: `created_on`.
    pub by: Option<String>,
    /// With the metric's own slots alone.
    pub scan: Scan,
    pub weights: Vec<Weight>,
}

/// How what a row adds to a slot moves the value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    pub slot: u32,
    /// The value grows with the slot; otherwise it shrinks.
    pub up: bool,
    /// It is multiplied or divided: what counts is the row's part of the slot.
    pub relative: bool,
}

impl Builder<'_> {
    /// Outputs that count the rows behind each metric.
    pub fn counts(&mut self, outputs: &mut Vec<Output>) -> Vec<Counted> {
        let mut found = Vec::new();
        for metric in 0..self.request.metrics.len() {
            let mut slots = Vec::new();
            own_slots(&outputs[metric].value, self.ranks(), &mut slots);
            for scan in 0..self.scans.len() {
                let Some(filter) = rows_of(&self.scans[scan], &slots) else { continue };
                let (source, by) = (self.scans[scan].source, placed_by(self.model, &self.scans[scan]));
                let rows = self.slot(scan, SlotFunction::Count, Vec::new(), filter, count());
                found.push(Counted { metric, output: outputs.len(), source, by });
                let show = Show { style: Style::Count, decimals: None };
                let (name, label) = (String::new(), String::new());
                outputs.push(Output { name, label, show, better: Better::Neither, value: or_zero(rows) });
            }
        }
        found
    }
}

/// The rows that the draft's only metric is made of.
pub fn behind(model: &CheckedModel, draft: &Draft) -> Vec<Behind> {
    let Some(output) = draft.outputs.first() else { return Vec::new() };
    let mut slots = Vec::new();
    own_slots(&output.value, &draft.ranks, &mut slots);
    let mut weights = Vec::new();
    weigh(&output.value, true, false, &mut weights);
    let of_scan = |scan: &Scan| {
        let filter = rows_of(scan, &slots)?;
        let own = |id: u32| scan.slots.iter().find(|slot| slot.id == id && slots.contains(&id));
        let mut scan =
            Scan { slots: slots.iter().filter_map(|id| own(*id).cloned()).collect(), ..scan.clone() };
        let weights = weights.iter().copied().filter(|w| scan.slots.iter().any(|s| s.id == w.slot));
        let weights = weights.collect();
        scan.slots.push(told(model, scan.source, filter));
        Some(Behind { source: scan.source, by: placed_by(model, &scan), scan, weights })
    };
    draft.scans.iter().filter_map(of_scan).collect()
}

/// Has the key at hand, to tell rows by.
fn told(model: &CheckedModel, source: SourceId, filter: Option<Expr>) -> Slot {
    let column = |c| {
        let column = ColumnRef { links: Vec::new(), source, column: c };
        let ty = model.column(&column).ty.clone();
        Expr::new(ExprKind::Column(column), ty, Span::default())
    };
    let args = model.source(source).key.iter().map(|c| column(*c)).collect();
    Slot { id: u32::MAX, function: SlotFunction::Count, args, filter, ty: count() }
}

/// The slots of this period that a value is made of; whether it is known is another matter.
fn own_slots(value: &Expr, ranks: &[Rank], found: &mut Vec<u32>) {
    match &*value.kind {
        ExprKind::Slot(id) => match ranks.iter().find(|rank| rank.id == *id) {
            Some(rank) => own_slots(&rank.value, ranks, found),
            None if found.contains(id) => {}
            None => found.push(*id),
        },
        ExprKind::Known { value, .. } => own_slots(value, ranks, found),
        _ => value.children().into_iter().for_each(|child| own_slots(child, ranks, found)),
    }
}

/// Which rows of the scan the slots count; `None`: none, or those of all members together.
fn rows_of(scan: &Scan, slots: &[u32]) -> Option<Option<Expr>> {
    let used: Vec<&Slot> = scan.slots.iter().filter(|slot| slots.contains(&slot.id)).collect();
    if used.is_empty() || scan.dimensions.iter().any(Option::is_none) {
        return None;
    }
    let filters: Option<Vec<&Expr>> = used.iter().map(|slot| slot.filter.as_ref()).collect();
    let Some(filters) = filters else { return Some(None) };
    let mut widest: Vec<&Expr> = Vec::new();
    for filter in &filters {
        let within = |other: &&&Expr| *other != filter && implies(filter, other);
        if !widest.contains(filter) && !filters.iter().any(|other| within(&other)) {
            widest.push(filter);
        }
    }
    let or = |a, b| Expr::new(ExprKind::Binary(BinaryOp::Or, a, b), Type::Bool, Span::default());
    Some(widest.into_iter().cloned().reduce(or))
}

/// As far as one can see: the one is the other and more.
fn implies(narrow: &Expr, wide: &Expr) -> bool {
    match &*narrow.kind {
        ExprKind::Binary(BinaryOp::And, a, b) => {
            a == wide || b == wide || implies(a, wide) || implies(b, wide)
        }
        _ => false,
    }
}

fn placed_by(model: &CheckedModel, scan: &Scan) -> Option<String> {
    let source = model.source(scan.source);
    let Placement::Dated { date, window } = &scan.placement else { return None };
    let own = source.time.as_ref().is_some_and(|time| date.links.is_empty() && time.column == date.column);
    let links = date.links.iter().map(|link| model.link(*link).name.as_str());
    let name = links.chain([model.column(date).name.as_str()]).collect::<Vec<_>>().join(".");
    (!own || !matches!(window, Window::Period)).then_some(name)
}

/// Whether the value grows with each of its slots, as far as its form says.
fn weigh(value: &Expr, up: bool, relative: bool, found: &mut Vec<Weight>) {
    let counts = |e: &Expr| {
        let mut slots = Vec::new();
        own_slots(e, &[], &mut slots);
        !slots.is_empty()
    };
    match &*value.kind {
        ExprKind::Slot(slot) => found.push(Weight { slot: *slot, up, relative }),
        ExprKind::Negate(e) => weigh(e, !up, relative, found),
        ExprKind::Convert(e, _) => weigh(e, up, relative, found),
        ExprKind::Known { value, .. } => weigh(value, up, relative, found),
        ExprKind::Binary(op, a, b) => {
            let relative =
                relative || (matches!(op, BinaryOp::Mul | BinaryOp::Div) && counts(a) && counts(b));
            let second = !matches!(op, BinaryOp::Sub | BinaryOp::Div);
            if matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Else) {
                weigh(a, up, relative, found);
                weigh(b, up == second, relative, found);
            }
        }
        ExprKind::If(_, a, b) => [a, b].into_iter().for_each(|e| weigh(e, up, relative, found)),
        ExprKind::Call(_, args) => args.iter().for_each(|e| weigh(e, up, relative, found)),
        _ => {}
    }
}

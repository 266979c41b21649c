//! How each scan is computed. Grouping first by everything the filters look at makes
//! one pass over the rows serve any number of filtered metrics, as long as the groups
//! stay few (see the measurements in the design's datafusion.md).

use std::sync::Arc;

use super::ir::{Classes, CubeKey, Placement, Query, Scan, Shape, Slot, SlotFunction};
use super::rewrite::column_refs;
use super::undetermined::has_period;
use crate::check::{
    BinaryOp, CheckedModel, ColumnRef, Enumeration, Expr, ExprKind, Literal, Member, Repr, Type, Window,
};

/// A cube of more groups than this is no smaller a thing than the rows.
const MOST_GROUPS: usize = 500_000;
/// What a text or a number may have of different values, where nothing says more.
const UNKNOWN_VALUES: usize = 50;
/// Below this, filters of aggregates cost less than a second grouping.
const FEWEST_FILTERS: usize = 3;
/// A set of more periods than this is larger than the rows that it saves: those of the one
/// period that each counts in, or those of a whole window, such as 90 days by day over years.
const MOST_IN_A_SET: usize = 2_048;
const MOST_IN_A_SET_OF_WINDOWS: usize = 8_192;

pub fn choose(model: &CheckedModel, query: &mut Query) {
    let periods = query.periods.len();
    let scans = std::mem::take(&mut query.scans);
    query.scans = scans.into_iter().flat_map(|scan| divided(model, scan, periods)).collect();
    for scan in query.scans.iter_mut().filter(|scan| scan.shape != Shape::Sets) {
        (scan.shape, scan.reason) = shape(model, scan, periods);
    }
}

/// The scan, without the numbers of different values that are better counted by themselves:
/// each kind of value in a scan of its own.
fn divided(model: &CheckedModel, scan: Scan, periods: usize) -> Vec<Scan> {
    let by_period = scan.dimensions.iter().flatten().any(|d| has_period(model, d));
    let alone = scan.slots.len() == 1 && scan.slots[0].filter.is_none();
    // one grouping by period and value does for one number of different values
    let pays = scan.placement.spreads() || !alone;
    let most = if scan.placement.spreads() { MOST_IN_A_SET_OF_WINDOWS } else { MOST_IN_A_SET };
    if by_period || !pays || scan.placement == Placement::Always || periods > most {
        return vec![scan];
    }
    let own = |slot: &Slot| slot.function == SlotFunction::CountDistinct && !uses_period(model, slot);
    let (distinct, rest): (Vec<Slot>, Vec<Slot>) = scan.slots.iter().cloned().partition(own);
    let mut scans = Vec::new();
    if !rest.is_empty() {
        scans.push(Scan { slots: rest, ..scan.clone() });
    }
    for slot in distinct {
        match scans.iter_mut().find(|s: &&mut Scan| s.shape == Shape::Sets && s.slots[0].args == slot.args) {
            Some(found) => found.slots.push(slot),
            None => {
                let reason = format!("{periods} periods are few enough for sets");
                scans.push(Scan { slots: vec![slot], shape: Shape::Sets, reason, ..scan.clone() });
            }
        }
    }
    scans
}

fn uses_period(model: &CheckedModel, slot: &Slot) -> bool {
    slot.args.iter().chain(&slot.filter).any(|e| has_period(model, e))
}

fn shape(model: &CheckedModel, scan: &Scan, periods: usize) -> (Shape, String) {
    let filter = |reason: &str| (Shape::Filter, reason.to_string());
    if scan.dimensions.iter().flatten().any(|d| has_period(model, d)) {
        return filter("a group depends on the period it is counted in");
    }
    if let Some(slot) = scan.slots.iter().find(|slot| uses_period(model, slot)) {
        return filter(&format!("slot {} depends on the period it is counted in", slot.id));
    }
    let mut filters: Vec<&Expr> = Vec::new();
    for f in scan.slots.iter().filter_map(|s| s.filter.as_ref()) {
        if !filters.contains(&f) {
            filters.push(f);
        }
    }
    let few = filters.len() < FEWEST_FILTERS;
    let decomposes = scan.slots.iter().all(|s| s.function.decomposes() && !sums_floats(s));
    if scan.placement == Placement::Always && (few || !decomposes) {
        return (Shape::Once, "every row counts in every period".to_string());
    }
    let events = |why: String| (Shape::Events, why);
    let additive = scan.slots.iter().all(Slot::is_additive) && scan.placement.spreads();
    if additive && few {
        return events("counts and exact sums can be taken away again".to_string());
    }
    // the rows themselves: where each counts in many periods, not once for each of these
    let rows = |reason: String| match scan.placement.spreads() {
        true => (Shape::Kept, reason),
        false => (Shape::Filter, reason),
    };
    if let Some(slot) = scan.slots.iter().find(|s| !s.function.decomposes()) {
        return rows(format!("{:?} needs the rows themselves", slot.function).to_lowercase());
    }
    if let Some(slot) = scan.slots.iter().find(|s| sums_floats(s)) {
        return rows(format!("the sum of floats in slot {} is rounded once, at its end", slot.id));
    }
    if few && !scan.placement.spreads() {
        return filter(&format!("{} different filters", filters.len()));
    }
    let mut keys = Vec::new();
    filters.into_iter().for_each(|f| cube_keys(model, f, &mut keys));
    let groups = scan.dimensions.iter().flatten().map(|d| values(&d.ty));
    let places = places(&scan.placement, periods);
    let groups = groups.chain(keys.iter().map(|k| k.values)).fold(places, usize::saturating_mul);
    if groups > MOST_GROUPS && additive {
        return events(format!("a cube would have up to {groups} groups"));
    }
    if groups > MOST_GROUPS {
        return rows(format!("a cube would have up to {groups} groups"));
    }
    (Shape::Cube(keys), format!("a cube has at most {groups} groups"))
}

/// How many different stretches of periods rows can count in.
fn places(placement: &Placement, periods: usize) -> usize {
    match placement {
        Placement::Always => 1,
        Placement::Own | Placement::Dated { window: Window::Period, .. } => periods,
        // both ends of a window only move forward
        Placement::Dated { .. } => periods.saturating_mul(2),
        Placement::InForce { .. } | Placement::Picture { .. } => {
            periods.saturating_mul(periods.saturating_add(1)) / 2
        }
    }
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
        _ if compared_text(filter).is_some() => {
            compared_text(filter).into_iter().for_each(|(text, known)| add_classes(keys, text, known));
        }
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
        keys.push(CubeKey { value, values, classes: None });
    }
}

/// `segment is "SMB"`, `segment in ("SMB", "Enterprise")`: the text, and what it is
/// compared with. Only texts: two that are written differently are different.
fn compared_text(filter: &Expr) -> Option<(&Expr, &[Expr])> {
    let (text, known) = match &*filter.kind {
        ExprKind::Binary(BinaryOp::Is | BinaryOp::IsNot, text, known) => (text, std::slice::from_ref(known)),
        ExprKind::In(text, known) => (text, known.as_slice()),
        _ => return None,
    };
    let literals = known.iter().all(|k| matches!(&*k.kind, ExprKind::Literal(Literal::Text(_))));
    let of_rows = !matches!(&*text.kind, ExprKind::Literal(_) | ExprKind::Parameter(_));
    (text.ty == Type::Text && literals && of_rows).then_some((text, known))
}

fn add_classes(keys: &mut Vec<CubeKey>, text: &Expr, known: &[Expr]) {
    let of_text = |key: &&mut CubeKey| key.classes.as_ref().is_some_and(|c| c.text == *text);
    let key = match keys.iter_mut().find(of_text) {
        Some(key) => key,
        None => {
            let classes = Some(Classes { text: text.clone(), known: Vec::new() });
            keys.push(CubeKey { value: text.clone(), values: 0, classes });
            keys.last_mut().expect("it was pushed")
        }
    };
    let Some(classes) = &mut key.classes else { return };
    for literal in known {
        if !classes.known.contains(literal) {
            classes.known.push(literal.clone());
        }
    }
    key.value = classes.value();
    key.values = values(&key.value.ty);
}

impl Classes {
    /// The number of the class; missing where the text is.
    fn value(&self) -> Expr {
        let plain = |kind, ty| Expr::new(kind, ty, Default::default());
        let is = |known: &Expr| {
            plain(ExprKind::Binary(BinaryOp::Is, self.text.clone(), known.clone()), Type::Bool)
        };
        let missing = plain(ExprKind::IsMissing(self.text.clone()), Type::Bool);
        let others = plain(ExprKind::Not(missing), Type::Bool);
        let arms = self.known.iter().map(is).chain([others]).zip(0..).collect();
        plain(ExprKind::Choose(arms, None), self.ty())
    }

    /// What the text is compared with; literals, all of them.
    pub fn texts(&self) -> Option<Vec<String>> {
        let text = |known: &Expr| match &*known.kind {
            ExprKind::Literal(Literal::Text(text)) => Some(text.clone()),
            _ => None,
        };
        self.known.iter().map(text).collect()
    }

    fn ty(&self) -> Type {
        let member = |name: String| Member { raw: name.clone(), name };
        let members = (0..=self.known.len()).map(|class| member(class.to_string())).collect();
        Type::Enum(Arc::new(Enumeration { members }))
    }

    /// A comparison of the text as one of its class, which has that value.
    pub fn compared(&self, filter: &Expr, class: &Expr) -> Option<Expr> {
        let (text, known) = compared_text(filter)?;
        let member = |literal: &Expr| {
            let class = self.known.iter().position(|k| k == literal)?;
            Some(Expr::new(ExprKind::Literal(Literal::Member(class as u16)), self.ty(), literal.span))
        };
        let members = known.iter().map(member).collect::<Option<Vec<_>>>().filter(|_| *text == self.text)?;
        let kind = match (&*filter.kind, members.as_slice()) {
            (ExprKind::Binary(op, ..), [member]) => ExprKind::Binary(*op, class.clone(), member.clone()),
            _ => ExprKind::In(class.clone(), members),
        };
        Some(Expr::new(kind, Type::Bool, filter.span))
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

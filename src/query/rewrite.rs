//! Rebuilding checked expressions: one walk that every rewriting shares.

use crate::check::ExprKind::*;
use crate::check::{ColumnRef, Expr, LinkRef};
use crate::text::Span;

/// The expression with every part for which `change` gives another put in its place,
/// from the top; what is given is not walked again.
pub fn map(expr: &Expr, change: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Expr {
    if let Some(changed) = change(expr) {
        return changed;
    }
    rebuild(expr, expr.span, &mut |e| map(e, change))
}

/// The expression without its places, so that two that mean the same are equal.
pub fn without_spans(expr: &Expr) -> Expr {
    rebuild(expr, Span::default(), &mut without_spans)
}

fn rebuild(expr: &Expr, span: Span, go: &mut dyn FnMut(&Expr) -> Expr) -> Expr {
    let kind = match &*expr.kind {
        Literal(_)
        | Missing
        | Parameter(_)
        | AsOf
        | PeriodStart
        | PeriodEnd
        | PeriodLength
        | Column(_)
        | Aggregate(_)
        | Linked { .. }
        | Metric(_)
        | Dimension(_)
        | Slot(_)
        | EarlierPeriod { .. } => {
            return Expr { span, ..expr.clone() };
        }
        Negate(e) => Negate(go(e)),
        Not(e) => Not(go(e)),
        Convert(e, ratio) => Convert(go(e), *ratio),
        IsMissing(e) => IsMissing(go(e)),
        Placed(e, placement) => Placed(go(e), *placement),
        Prior(e, length) => Prior(go(e), *length),
        Total(e, over) => Total(go(e), over.clone()),
        Rank(e, dimension, highest) => Rank(go(e), *dimension, *highest),
        Binary(op, a, b) => Binary(*op, go(a), go(b)),
        DaysBetween(a, b) => DaysBetween(go(a), go(b)),
        SecondsBetween(a, b) => SecondsBetween(go(a), go(b)),
        Shift { date, amount, base } => Shift { date: go(date), amount: go(amount), base: *base },
        In(e, list) => In(go(e), list.iter().map(&mut *go).collect()),
        If(a, b, c) => If(go(a), go(b), go(c)),
        Choose(arms, other) => Choose(arms.iter().map(|(e, m)| (go(e), *m)).collect(), *other),
        Call(function, args) => Call(*function, args.iter().map(&mut *go).collect()),
        Within { value, duration, before, anchor } => {
            Within { value: go(value), duration: *duration, before: *before, anchor: go(anchor) }
        }
        Known { value, unless } => Known { value: go(value), unless: go(unless) },
        Neighbour { kind, value, per, by } => Neighbour {
            kind: *kind,
            value: value.as_ref().map(&mut *go),
            per: per.iter().map(&mut *go).collect(),
            by: by.iter().map(&mut *go).collect(),
        },
    };
    Expr::new(kind, expr.ty.clone(), span)
}

/// A row expression over the source that the links lead to, as one over the source
/// that they start at.
pub fn through(expr: &Expr, links: &[LinkRef]) -> Expr {
    if links.is_empty() {
        return expr.clone();
    }
    map(expr, &mut |e| match &*e.kind {
        Column(column) => {
            let links = links.iter().chain(&column.links).copied().collect();
            let column = ColumnRef { links, ..column.clone() };
            Some(Expr::new(Column(column), e.ty.clone(), e.span))
        }
        _ => None,
    })
}

/// Every column that a row expression reads of its own row (also through links), in
/// the order written. Those inside a linked aggregate are of other rows.
pub fn column_refs<'a>(expr: &'a Expr, found: &mut Vec<&'a ColumnRef>) {
    if let Column(column) = &*expr.kind {
        found.push(column);
    }
    for child in expr.children() {
        column_refs(child, found);
    }
}

//! A formula with the metrics that it names written out.

use std::sync::Arc;

use crate::check::{CheckedModel, Expr, ExprKind, expression};

/// Formulas longer than this say nothing to a reader.
const LONGEST: usize = 2_000;

/// The formula down to aggregates of sources; `None` where it names no metric, or where it
/// is longer than anybody would read.
pub fn inlined(model: &CheckedModel, value: &Expr) -> Option<String> {
    let mut names_metric = false;
    let mut budget = LONGEST;
    let whole = replace(model, value, &mut names_metric, &mut budget)?;
    let text = expression(model, &whole);
    (names_metric && text.len() <= LONGEST).then_some(text)
}

/// `None`: too long.
fn replace(model: &CheckedModel, expr: &Expr, names_metric: &mut bool, budget: &mut usize) -> Option<Expr> {
    *budget = budget.checked_sub(1)?;
    let mut go = |e: &Expr| replace(model, e, names_metric, budget);
    let kind = match &*expr.kind {
        ExprKind::Metric(id) => {
            let inner = replace(model, &model.metrics.get(id.index())?.value, names_metric, budget)?;
            *names_metric = true;
            return Some(inner);
        }
        ExprKind::Negate(a) => ExprKind::Negate(go(a)?),
        ExprKind::Not(a) => ExprKind::Not(go(a)?),
        ExprKind::Binary(op, a, b) => ExprKind::Binary(*op, go(a)?, go(b)?),
        ExprKind::Convert(a, ratio) => ExprKind::Convert(go(a)?, *ratio),
        ExprKind::IsMissing(a) => ExprKind::IsMissing(go(a)?),
        ExprKind::In(a, list) => ExprKind::In(go(a)?, list.iter().map(&mut go).collect::<Option<Vec<_>>>()?),
        ExprKind::If(a, b, c) => ExprKind::If(go(a)?, go(b)?, go(c)?),
        ExprKind::Call(function, args) => {
            ExprKind::Call(*function, args.iter().map(&mut go).collect::<Option<Vec<_>>>()?)
        }
        ExprKind::Prior(a, length) => ExprKind::Prior(go(a)?, *length),
        ExprKind::Total(a, over) => ExprKind::Total(go(a)?, over.clone()),
        ExprKind::Rank(a, over, highest) => ExprKind::Rank(go(a)?, *over, *highest),
        _ => return Some(expr.clone()),
    };
    Some(Expr { kind: Arc::new(kind), ty: expr.ty.clone(), span: expr.span })
}

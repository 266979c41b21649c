//! The names in a tree as written, before anything is bound.

use crate::syntax::ast::{Expr, ExprKind, Part, PartKind, Path};

/// Every path of names in the expression, in the order written.
pub(super) fn paths(expr: &Expr) -> Vec<&Path> {
    let mut found = Vec::new();
    collect(expr, &mut found);
    found
}

fn collect<'a>(expr: &'a Expr, found: &mut Vec<&'a Path>) {
    match &*expr.kind {
        ExprKind::Path(path) => found.push(path),
        ExprKind::Call(call) => {
            call.args.iter().for_each(|e| collect(e, found));
            call.parts.iter().for_each(|p| part(p, found));
        }
        ExprKind::Unary(_, e)
        | ExprKind::IsMissing { value: e, .. }
        | ExprKind::Placed { value: e, .. }
        | ExprKind::As(e, _)
        | ExprKind::Group(e) => collect(e, found),
        ExprKind::Binary(_, a, b) | ExprKind::Within { value: a, anchor: b, .. } => {
            collect(a, found);
            collect(b, found);
        }
        ExprKind::In { value, list, .. } => {
            collect(value, found);
            list.iter().for_each(|e| collect(e, found));
        }
        ExprKind::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|e| collect(e, found));
        }
        ExprKind::Choose { arms, .. } => arms.iter().for_each(|(_, e)| collect(e, found)),
        ExprKind::Missing
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Timestamp { .. }
        | ExprKind::Duration { .. }
        | ExprKind::Error => {}
    }
}

fn part<'a>(part: &'a Part, found: &mut Vec<&'a Path>) {
    match &part.kind {
        PartKind::Of(e)
        | PartKind::By(e)
        | PartKind::Trailing(e)
        | PartKind::Where(e)
        | PartKind::Mature(e) => collect(e, found),
        PartKind::Per(list) => list.iter().for_each(|e| collect(e, found)),
        PartKind::Via(path) | PartKind::On(path) => found.push(path),
        PartKind::Over(_)
        | PartKind::ToDate(_)
        | PartKind::AtEnd
        | PartKind::AtStart
        | PartKind::During
        | PartKind::Ever => {}
    }
}

//! What one should know of metrics who asks for them with, or without, periods.

use std::collections::BTreeSet;

use crate::check::{CheckedModel, Expr, ExprKind, SourceId, SourceKind, Window};

/// Whether the metric looks at an earlier period: without periods there is none.
pub fn looks_back(model: &CheckedModel, expr: &Expr) -> bool {
    match &*expr.kind {
        ExprKind::Prior(..) => true,
        ExprKind::Metric(id) => looks_back(model, &model.metric(*id).value),
        _ => expr.children().into_iter().any(|child| looks_back(model, child)),
    }
}

/// The sources of the metric whose rows no date puts into periods: all count in each.
pub fn undated(model: &CheckedModel, expr: &Expr, found: &mut BTreeSet<SourceId>) {
    match &*expr.kind {
        ExprKind::Metric(id) => undated(model, &model.metric(*id).value, found),
        ExprKind::Aggregate(aggregate) => {
            let source = model.source(aggregate.source);
            let stored = matches!(source.kind, SourceKind::Stored(_));
            let dated = source.time.is_some() || source.snapshot.is_some() || aggregate.on.is_some();
            if stored && !dated && aggregate.window == Window::Period {
                found.insert(aggregate.source);
            }
        }
        _ => expr.children().into_iter().for_each(|child| undated(model, child, found)),
    }
}

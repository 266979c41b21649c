//! How long a definition is once everything that it names is written out. Where each of a
//! chain names the one before twice, that doubles with each of them, and nothing that walks
//! the whole would come to an end.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Aggregate, CheckedModel, ColumnId, ColumnKind, Expr, ExprKind, MetricId, SourceId};

/// The parts of which a definition may consist, written out.
pub(super) const MOST_PARTS: u64 = 20_000;

/// Of what has been typed.
#[derive(Default)]
pub(super) struct Sizes {
    pub columns: HashMap<(SourceId, ColumnId), u64>,
    pub metrics: HashMap<MetricId, u64>,
}

impl Sizes {
    pub fn of(&self, model: &CheckedModel, expr: &Expr) -> u64 {
        Walk { sizes: self, model, seen: HashMap::new() }.expr(expr)
    }
}

struct Walk<'a> {
    sizes: &'a Sizes,
    model: &'a CheckedModel,
    /// What stands in several places is one thing here, and is looked at once.
    seen: HashMap<*const ExprKind, u64>,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr) -> u64 {
        let place = Arc::as_ptr(&expr.kind);
        if let Some(size) = self.seen.get(&place) {
            return *size;
        }
        let below = expr.children().into_iter().fold(0, |sum: u64, e| sum.saturating_add(self.expr(e)));
        let size = self.own(expr).saturating_add(below);
        self.seen.insert(place, size);
        size
    }

    fn own(&mut self, expr: &Expr) -> u64 {
        match &*expr.kind {
            // lists of values may be as long as they are
            ExprKind::Literal(_) => 0,
            ExprKind::Metric(id) => self.sizes.metrics.get(id).copied().unwrap_or(1),
            ExprKind::Column(column) => match self.model.column(column).kind {
                ColumnKind::Computed(_) | ColumnKind::Aggregated(_) => {
                    self.sizes.columns.get(&(column.source, column.column)).copied().unwrap_or(1)
                }
                ColumnKind::Stored { .. } | ColumnKind::Key(_) | ColumnKind::PeriodStart => 1,
            },
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Linked { aggregate, .. } => self.aggregate(aggregate),
            _ => 1,
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> u64 {
        let rows = aggregate.args.iter().chain(&aggregate.filter);
        rows.fold(1, |sum: u64, e| sum.saturating_add(self.expr(e)))
    }
}

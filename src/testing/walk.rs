//! Every expression that metrics are made of, with those inside of aggregates, and a model
//! in which some of them are others.

use std::collections::HashSet;

use crate::check::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, MetricId, SourceId, SourceKind,
};
use crate::query::map;

/// Visits what the metrics are made of: their expressions, the computed columns that they
/// read, the conditions under which rows exist. Each once.
pub fn visit(model: &CheckedModel, metrics: &[MetricId], see: &mut dyn FnMut(&Expr)) {
    let mut walk =
        Walk { model, see, metrics: HashSet::new(), sources: HashSet::new(), columns: HashSet::new() };
    metrics.iter().for_each(|id| walk.metric(*id));
}

struct Walk<'a> {
    model: &'a CheckedModel,
    see: &'a mut dyn FnMut(&Expr),
    metrics: HashSet<MetricId>,
    sources: HashSet<SourceId>,
    columns: HashSet<(SourceId, ColumnId)>,
}

impl Walk<'_> {
    fn metric(&mut self, id: MetricId) {
        if self.metrics.insert(id) {
            self.expr(&self.model.metric(id).value);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        (self.see)(expr);
        match &*expr.kind {
            ExprKind::Metric(id) => self.metric(*id),
            ExprKind::Column(column) => self.column(column),
            ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } => self.aggregate(aggregate),
            _ => expr.children().into_iter().for_each(|child| self.expr(child)),
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        self.source(aggregate.source);
        aggregate.args.iter().chain(&aggregate.filter).for_each(|expr| self.expr(expr));
        aggregate.on.iter().for_each(|column| self.column(column));
    }

    fn source(&mut self, id: SourceId) {
        if !self.sources.insert(id) {
            return;
        }
        let source = self.model.source(id);
        source.filters.iter().for_each(|filter| self.expr(filter));
        if let SourceKind::Rollup(rollup) = &source.kind {
            self.source(rollup.base);
        }
    }

    fn column(&mut self, column: &ColumnRef) {
        self.source(column.source);
        if !self.columns.insert((column.source, column.column)) {
            return;
        }
        if let ColumnKind::Computed(expr) | ColumnKind::Aggregated(expr) = &self.model.column(column).kind {
            self.expr(expr);
        }
    }
}

/// The model with `change` made wherever it gives another expression.
pub fn rewrite(model: &CheckedModel, change: &mut dyn FnMut(&Expr) -> Option<Expr>) -> CheckedModel {
    let mut model = model.clone();
    for source in &mut model.sources {
        source.filters.iter_mut().for_each(|filter| *filter = deep(filter, change));
        for column in &mut source.columns {
            if let ColumnKind::Computed(expr) | ColumnKind::Aggregated(expr) = &mut column.kind {
                *expr = deep(expr, change);
            }
        }
    }
    for metric in &mut model.metrics {
        metric.value = deep(&metric.value, change);
    }
    model
}

/// Also inside of aggregates.
fn deep(expr: &Expr, change: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Expr {
    map(expr, &mut |part| {
        let changed = change(part);
        let part = changed.as_ref().unwrap_or(part);
        let kind = match &*part.kind {
            ExprKind::Aggregate(aggregate) => ExprKind::Aggregate(Box::new(inside(aggregate, change))),
            ExprKind::Linked { aggregate, link } => {
                ExprKind::Linked { aggregate: Box::new(inside(aggregate, change)), link: *link }
            }
            _ => return changed,
        };
        Some(Expr::new(kind, part.ty.clone(), part.span))
    })
}

fn inside(aggregate: &Aggregate, change: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Aggregate {
    let mut aggregate = aggregate.clone();
    aggregate.args.iter_mut().chain(&mut aggregate.filter).for_each(|expr| *expr = deep(expr, change));
    aggregate
}

//! Every expression that metrics are made of, with those inside of aggregates, and a model
//! in which some of them are others.

use std::collections::HashSet;

use crate::check::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, MetricId, SourceId, SourceKind,
    Test,
};
use crate::query::map;

/// Visits what the metrics are made of: their expressions, the computed columns that they
/// read, the conditions under which rows exist. Each once, with what it is over.
pub fn visit(model: &CheckedModel, metrics: &[MetricId], see: &mut See) {
    let mut walk = Walk::new(model, see);
    metrics.iter().for_each(|id| walk.metric(*id));
}

/// Likewise, of the conditions of their thresholds.
pub fn visit_thresholds(model: &CheckedModel, metrics: &[MetricId], see: &mut See) {
    let mut walk = Walk::new(model, see);
    for id in metrics {
        let thresholds = &model.metric(*id).thresholds;
        let conditions = thresholds.rules.iter().filter_map(|rule| match &rule.test {
            Test::When(condition) => Some(condition),
            _ => None,
        });
        // what the metric itself is made of has been seen
        walk.metrics.insert(*id);
        conditions.chain(&thresholds.only_when).for_each(|condition| walk.expr(condition, Over::Results));
    }
}

/// What looks at each expression.
pub type See<'a> = dyn FnMut(&Expr, Over) + 'a;

/// What an expression has one value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    Rows(SourceId),
    /// Each key of a rollup.
    Keys,
    /// Each row of an answer.
    Results,
}

struct Walk<'a, 's> {
    model: &'a CheckedModel,
    see: &'a mut See<'s>,
    metrics: HashSet<MetricId>,
    sources: HashSet<SourceId>,
    columns: HashSet<(SourceId, ColumnId)>,
}

impl<'a, 's> Walk<'a, 's> {
    fn new(model: &'a CheckedModel, see: &'a mut See<'s>) -> Walk<'a, 's> {
        Walk { model, see, metrics: HashSet::new(), sources: HashSet::new(), columns: HashSet::new() }
    }

    fn metric(&mut self, id: MetricId) {
        if self.metrics.insert(id) {
            self.expr(&self.model.metric(id).value, Over::Results);
        }
    }

    fn expr(&mut self, expr: &Expr, over: Over) {
        (self.see)(expr, over);
        match &*expr.kind {
            ExprKind::Metric(id) => self.metric(*id),
            ExprKind::Column(column) => self.column(column),
            ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } => self.aggregate(aggregate),
            _ => expr.children().into_iter().for_each(|child| self.expr(child, over)),
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        self.source(aggregate.source);
        let rows = Over::Rows(aggregate.source);
        aggregate.args.iter().chain(&aggregate.filter).for_each(|expr| self.expr(expr, rows));
        aggregate.on.iter().for_each(|column| self.column(column));
    }

    fn source(&mut self, id: SourceId) {
        if !self.sources.insert(id) {
            return;
        }
        let source = self.model.source(id);
        source.filters.iter().for_each(|filter| self.expr(filter, Over::Rows(id)));
        if let SourceKind::Rollup(rollup) = &source.kind {
            self.source(rollup.base);
        }
    }

    fn column(&mut self, column: &ColumnRef) {
        self.source(column.source);
        if !self.columns.insert((column.source, column.column)) {
            return;
        }
        match &self.model.column(column).kind {
            ColumnKind::Computed(expr) => self.expr(expr, Over::Rows(column.source)),
            ColumnKind::Aggregated(expr) => self.expr(expr, Over::Keys),
            _ => {}
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
        let thresholds = &mut metric.thresholds;
        thresholds.only_when.iter_mut().for_each(|condition| *condition = deep(condition, change));
        for rule in &mut thresholds.rules {
            if let Test::When(condition) = &mut rule.test {
                *condition = deep(condition, change);
            }
        }
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

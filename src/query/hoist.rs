//! Columns for what has no name: an aggregate of linked rows, or a neighbour, that stands
//! in a condition or a dimension is computed like a column of its own.

use super::rewrite::{map, without_spans};
use crate::check::{
    Aggregate, CheckedModel, Column, ColumnId, ColumnKind, ColumnRef, ExpectKind, Expr, ExprKind, SourceId,
    Test, Thresholds, expression,
};

/// The model with `count(orders) > 3` as a comparison of a column that is `count(orders)`.
/// Columns come at the end of their source's, so that all others stay what they are.
pub fn hoist(model: &CheckedModel) -> CheckedModel {
    let mut hoist = Hoist { model: model.clone() };
    hoist.sources();
    hoist.dimensions();
    for index in 0..model.metrics.len() {
        hoist.model.metrics[index].value = hoist.metric(&model.metrics[index].value);
        hoist.model.metrics[index].thresholds = hoist.thresholds(&model.metrics[index].thresholds);
    }
    hoist.model
}

struct Hoist {
    model: CheckedModel,
}

impl Hoist {
    fn sources(&mut self) {
        for index in 0..self.model.sources.len() {
            let source = SourceId(index as u32);
            for at in 0..self.model.sources[index].columns.len() {
                let column = &self.model.sources[index].columns[at];
                let kind = match column.kind.clone() {
                    ColumnKind::Computed(expr) => ColumnKind::Computed(self.computed(&expr)),
                    ColumnKind::Aggregated(expr) => ColumnKind::Aggregated(self.metric(&expr)),
                    _ => continue,
                };
                self.model.sources[index].columns[at].kind = kind;
            }
            for at in 0..self.model.sources[index].filters.len() {
                let filter = self.model.sources[index].filters[at].clone();
                self.model.sources[index].filters[at] = self.rows(source, &filter);
            }
            for at in 0..self.model.sources[index].expects.len() {
                if let ExpectKind::Holds(condition) = self.model.sources[index].expects[at].kind.clone() {
                    let condition = self.rows(source, &condition);
                    self.model.sources[index].expects[at].kind = ExpectKind::Holds(condition);
                }
            }
        }
    }

    fn dimensions(&mut self) {
        for index in 0..self.model.dimensions.len() {
            for at in 0..self.model.dimensions[index].values.len() {
                let value = self.model.dimensions[index].values[at].clone();
                self.model.dimensions[index].values[at].value = self.rows(value.source, &value.value);
            }
        }
    }

    fn thresholds(&mut self, thresholds: &Thresholds) -> Thresholds {
        let mut all = thresholds.clone();
        let whole = [&mut all.target, &mut all.benchmark, &mut all.only_when];
        whole.into_iter().flatten().for_each(|expr| *expr = self.metric(expr));
        for rule in &mut all.rules {
            self.test(&mut rule.test);
            rule.clear.iter_mut().for_each(|clear| self.test(&mut clear.test));
        }
        all
    }

    fn test(&mut self, test: &mut Test) {
        match test {
            Test::Below(limit) | Test::Above(limit) | Test::When(limit) => *limit = self.metric(limit),
            Test::Outside(low, high) => {
                *low = self.metric(low);
                *high = self.metric(high);
            }
            Test::Deviation { .. } => {}
        }
    }

    /// An expression over aggregates.
    fn metric(&mut self, expr: &Expr) -> Expr {
        map(expr, &mut |e| match &*e.kind {
            ExprKind::Aggregate(aggregate) => {
                let kind = ExprKind::Aggregate(Box::new(self.aggregate(aggregate)));
                Some(Expr::new(kind, e.ty.clone(), e.span))
            }
            _ => None,
        })
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Aggregate {
        let source = aggregate.source;
        Aggregate {
            args: aggregate.args.iter().map(|e| self.rows(source, e)).collect(),
            filter: aggregate.filter.as_ref().map(|e| self.rows(source, e)),
            ..aggregate.clone()
        }
    }

    /// An expression over rows, in which what comes of other rows gets a column.
    fn rows(&mut self, source: SourceId, expr: &Expr) -> Expr {
        map(expr, &mut |e| match &*e.kind {
            ExprKind::Linked { .. } | ExprKind::Neighbour { .. } => {
                let value = self.computed(e);
                Some(self.column(source, value))
            }
            _ => None,
        })
    }

    /// The value of a computed column, in which it may stand as it is.
    fn computed(&mut self, expr: &Expr) -> Expr {
        map(expr, &mut |e| match &*e.kind {
            ExprKind::Linked { aggregate, link } => {
                let aggregate = Box::new(self.aggregate(aggregate));
                let kind = ExprKind::Linked { aggregate, link: *link };
                Some(Expr::new(kind, e.ty.clone(), e.span))
            }
            _ => None,
        })
    }

    /// The column that has this value, made if it is not there yet.
    fn column(&mut self, source: SourceId, value: Expr) -> Expr {
        let bare = without_spans(&value);
        let columns = &self.model.sources[source.index()].columns;
        let same = |c: &Column| matches!(&c.kind, ColumnKind::Computed(e) if without_spans(e) == bare);
        let found = columns.iter().position(same).unwrap_or(columns.len());
        if found == columns.len() {
            let column = Column {
                name: self.free_name(source, &value),
                docs: None,
                span: value.span,
                ty: value.ty.clone(),
                optional: true,
                kind: ColumnKind::Computed(value.clone()),
            };
            self.model.sources[source.index()].columns.push(column);
        }
        let column = ColumnRef { links: Vec::new(), source, column: ColumnId(found as u32) };
        Expr::new(ExprKind::Column(column), value.ty, value.span)
    }

    /// The expression as it is written, which is how plans show it.
    fn free_name(&self, source: SourceId, value: &Expr) -> String {
        let mut name = expression(&self.model, value);
        while self.model.sources[source.index()].columns.iter().any(|c| c.name == name) {
            name.push('\'');
        }
        name
    }
}

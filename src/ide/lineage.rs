//! What a metric is made of, and what is made of it.

use std::collections::BTreeSet;

use crate::check::{
    CheckedModel, ColumnRef, DimensionId, Expr, ExprKind, MetricId, ParameterId, SourceId, reach,
};

/// Directly; what lies behind other metrics is theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    pub metrics: BTreeSet<MetricId>,
    pub sources: BTreeSet<SourceId>,
    pub columns: BTreeSet<ColumnRef>,
    pub parameters: BTreeSet<ParameterId>,
    /// The metrics that name it.
    pub used_by: BTreeSet<MetricId>,
    /// What it can be sliced by.
    pub dimensions: Vec<DimensionId>,
}

pub fn lineage(model: &CheckedModel, metric: MetricId) -> Lineage {
    let mut found = direct(model, &model.metric(metric).value);
    for index in 0..model.metrics.len() {
        let id = MetricId(index as u32);
        if direct(model, &model.metric(id).value).metrics.contains(&metric) {
            found.used_by.insert(id);
        }
    }
    found.dimensions = dimensions(model, metric);
    found
}

fn dimensions(model: &CheckedModel, metric: MetricId) -> Vec<DimensionId> {
    if let Some(by) = &model.metric(metric).attributes.by {
        return by.clone();
    }
    let reaches = |dimension: DimensionId| {
        let sources = reach::sources_for(model, metric, dimension);
        !sources.is_empty() && sources.iter().all(|source| reach::slice(model, *source, dimension).is_ok())
    };
    (0..model.dimensions.len()).map(|index| DimensionId(index as u32)).filter(|d| reaches(*d)).collect()
}

/// What an expression names.
pub fn direct(model: &CheckedModel, value: &Expr) -> Lineage {
    let mut found = Lineage::default();
    collect(model, value, &mut found);
    found
}

fn collect(model: &CheckedModel, expr: &Expr, found: &mut Lineage) {
    match &*expr.kind {
        ExprKind::Metric(id) => {
            found.metrics.insert(*id);
        }
        ExprKind::Parameter(id) => {
            found.parameters.insert(*id);
        }
        ExprKind::Column(column) => {
            found.columns.insert(column.clone());
        }
        ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } => {
            found.sources.insert(aggregate.source);
            found.columns.extend(aggregate.on.clone().filter(|on| !is_time(model, on)));
            aggregate.args.iter().chain(&aggregate.filter).for_each(|e| collect(model, e, found));
        }
        _ => {}
    }
    expr.children().into_iter().for_each(|child| collect(model, child, found));
}

/// The date that puts a row into a period unless something else is said.
fn is_time(model: &CheckedModel, column: &ColumnRef) -> bool {
    let time = model.source(column.source).time.as_ref();
    column.links.is_empty() && time.is_some_and(|time| time.column == column.column)
}

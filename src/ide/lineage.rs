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
    let mut found = direct(&model.metric(metric).value);
    for index in 0..model.metrics.len() {
        let id = MetricId(index as u32);
        if direct(&model.metric(id).value).metrics.contains(&metric) {
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
pub fn direct(value: &Expr) -> Lineage {
    let mut found = Lineage::default();
    collect(value, &mut found);
    found
}

fn collect(expr: &Expr, found: &mut Lineage) {
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
            found.columns.extend(aggregate.on.clone());
            aggregate.args.iter().chain(&aggregate.filter).for_each(|e| collect(e, found));
        }
        _ => {}
    }
    expr.children().into_iter().for_each(|child| collect(child, found));
}

//! Whether what is asked is cut by the dimensions that it needs, and by none that it leaves out.

use super::problems::{DimensionLeftOut, OutOfPlace, RankWithoutDimension};
use super::{CheckedModel, DimensionId, Expr, ExprKind, MetricId};
use crate::diagnostic::{Diagnostic, Problem};

/// Why a metric is not to be sliced by these dimensions, where its `by` lists others.
pub fn left_out(model: &CheckedModel, id: MetricId, by: &[DimensionId]) -> Vec<Diagnostic> {
    let metric = model.metric(id);
    let Some(listed) = &metric.attributes.by else { return Vec::new() };
    let left_out = by.iter().filter(|dimension| !listed.contains(dimension));
    let problem = |dimension: &DimensionId| {
        let dimension = model.dimension(*dimension).name.clone();
        DimensionLeftOut { metric: metric.name.clone(), dimension, span: metric.name_span }.diagnostic()
    };
    left_out.map(problem).collect()
}

/// Why `having` cannot be asked by these dimensions alone, if it cannot.
pub fn having_problem(model: &CheckedModel, having: &Expr, by: &[DimensionId]) -> Option<Diagnostic> {
    let own = match &*having.kind {
        ExprKind::Dimension(id) if !by.contains(id) => {
            let name = &model.dimension(*id).name;
            let help = format!("slice by `{name}`, too; which rows count is said by `where`");
            let what = format!("the dimension `{name}`");
            let place = "in `having` where the results are not sliced by it";
            Some(OutOfPlace { what, place, span: having.span, help, fix: None }.diagnostic())
        }
        _ => None,
    };
    own.or_else(|| having.children().into_iter().find_map(|child| having_problem(model, child, by)))
}

/// Why an expression over metrics cannot be asked by these dimensions alone, if it cannot.
pub fn rank_problem(model: &CheckedModel, expr: &Expr, by: &[DimensionId]) -> Option<Diagnostic> {
    let own = match &*expr.kind {
        ExprKind::Rank(_, over, _) if !by.contains(over) => {
            let dimension = model.dimension(*over).name.clone();
            Some(RankWithoutDimension { dimension, span: expr.span }.diagnostic())
        }
        ExprKind::Metric(id) => rank_problem(model, &model.metric(*id).value, by),
        _ => None,
    };
    own.or_else(|| expr.children().into_iter().find_map(|child| rank_problem(model, child, by)))
}

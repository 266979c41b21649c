//! Whether what is asked is cut by the dimensions over whose members it ranks.

use super::problems::RankWithoutDimension;
use super::{CheckedModel, DimensionId, Expr, ExprKind};
use crate::diagnostic::{Diagnostic, Problem};

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

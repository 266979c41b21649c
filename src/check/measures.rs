//! Measures: named aggregates of one source.

use super::checker::Checker;
use super::infer::infer;
use super::metric_scope::{MetricScope, Place};
use super::problems::NeedsAggregate;
use super::scope::is_reported;
use super::units::{declared, fit, show};
use super::{Expr, ExprKind, MeasureId, SourceId};

pub(super) fn check(checker: &mut Checker<'_>, source: SourceId, measure: MeasureId) {
    let ast = checker.model.source(source).measures[measure.index()];
    let mut scope = MetricScope::new(checker, Place::Measure(source));
    let mut value = infer(&mut scope, &ast.value, None);
    let mut shown = None;
    if let Some(unit) = &ast.unit {
        match declared(unit, &scope.checker.out.settings) {
            Ok(declared) => {
                shown = Some(declared.style());
                value = fit(&mut scope, value, &declared, "declared");
            }
            Err(problem) => scope.checker.problems.add(problem),
        }
    }
    if !has_aggregate(&value) && !is_reported(&value) {
        checker.report(NeedsAggregate { what: "a measure", span: ast.value.span });
    }
    let mut show = show(&value.ty, None);
    show.style = shown.unwrap_or(show.style);
    let out = &mut checker.out.sources[source.index()].measures[measure.index()];
    out.value = value;
    out.show = show;
}

fn has_aggregate(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Aggregate(_)) || expr.children().into_iter().any(has_aggregate)
}

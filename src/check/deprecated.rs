//! Metrics that are to go: a warning where one is used, and an error once its day has passed.

use jiff::civil::Date;

use super::problems::{DeprecatedUse, DeprecationEnded};
use super::{CheckedModel, Expr, ExprKind, MetricId};
use crate::diagnostic::Problems;
use crate::text::Span;

/// `today` is given: what is checked depends on no clock.
pub fn deprecated(model: &CheckedModel, today: Date) -> Problems {
    let mut problems = Problems::default();
    let uses = uses(model);
    for (at, metric) in model.metrics.iter().enumerate() {
        let Some(deprecated) = &metric.attributes.deprecated else { continue };
        let spans: Vec<Span> =
            uses.iter().filter(|(id, _)| id.index() == at).map(|(_, span)| *span).collect();
        let title = format!("{} v{}", metric.name, metric.version);
        let reason = deprecated.reason.clone();
        match deprecated.until {
            Some(until) if until < today => {
                problems.push(DeprecationEnded { title, reason, until, span: metric.name_span, uses: spans });
            }
            until => spans.into_iter().for_each(|span| {
                problems.push(DeprecatedUse { title: title.clone(), reason: reason.clone(), until, span });
            }),
        }
    }
    problems
}

/// Each place where a metric, a scorecard or a consumer names one; what is deprecated itself may.
fn uses(model: &CheckedModel) -> Vec<(MetricId, Span)> {
    let mut uses = Vec::new();
    for metric in model.metrics.iter().filter(|m| m.attributes.deprecated.is_none()) {
        collect(&metric.value, &mut uses);
    }
    for card in &model.scorecards {
        uses.extend(card.metrics.iter().map(|id| (*id, card.name_span)));
    }
    for consumer in &model.consumers {
        uses.extend(consumer.metrics.iter().map(|id| (*id, consumer.span)));
    }
    uses
}

fn collect(expr: &Expr, into: &mut Vec<(MetricId, Span)>) {
    if let ExprKind::Metric(id) = &*expr.kind {
        into.push((*id, expr.span));
    }
    expr.children().into_iter().for_each(|child| collect(child, into));
}

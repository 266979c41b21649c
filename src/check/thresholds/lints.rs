//! What does not mean what it seems to: warnings, where that is certain.

use std::cmp::Ordering;

use super::super::checker::Checker;
use super::super::implied::order;
use super::super::problems::WarnBehindCritical;
use super::super::scope::is_reported;
use super::super::{Expr, ExprKind, MetricId};
use super::{Rule, Severity, Test, Thresholds};
use crate::text::Span;

pub fn report(checker: &mut Checker<'_>, thresholds: &Thresholds) {
    let of = |severity| thresholds.rules.iter().filter(move |r| r.severity == severity);
    for warn in of(Severity::Warn) {
        if let Some(critical) = of(Severity::Critical).find(|critical| hides(critical, warn)) {
            checker.report(WarnBehindCritical { warn: warn.span, critical: critical.span });
        }
    }
}

/// Whether a value that the second rule warns of is always critical by the first one.
fn hides(critical: &Rule, warn: &Rule) -> bool {
    let limits = match (&critical.test, &warn.test) {
        (Test::Below(critical), Test::Below(warn)) => {
            order(warn, critical) != Some(Ordering::Greater) && order(warn, critical).is_some()
        }
        (Test::Above(critical), Test::Above(warn)) => {
            order(warn, critical) != Some(Ordering::Less) && order(warn, critical).is_some()
        }
        _ => false,
    };
    let same = critical.by == warn.by && critical.pins == warn.pins;
    limits && same && critical.for_periods <= warn.for_periods
}

/// Where an expression over a metric looks at its value of the same period and members.
pub fn own_value(expr: &Expr, id: MetricId) -> Option<Span> {
    match &*expr.kind {
        ExprKind::Metric(found) if *found == id => Some(expr.span),
        ExprKind::Prior(..) | ExprKind::Total(..) | ExprKind::Rank(..) => None,
        _ => expr.children().into_iter().find_map(|child| own_value(child, id)),
    }
}

/// Whether an expression is the same for every period and member.
pub fn is_constant(expr: &Expr) -> bool {
    let varies = matches!(
        &*expr.kind,
        ExprKind::Metric(_)
            | ExprKind::Aggregate(_)
            | ExprKind::Parameter(_)
            | ExprKind::AsOf
            | ExprKind::PeriodStart
            | ExprKind::PeriodEnd
            | ExprKind::PeriodLength
    );
    !varies && !is_reported(expr) && expr.children().into_iter().all(is_constant)
}

//! Thresholds: targets, benchmarks and rules of a metric, in its block or apart. They are
//! checked when all metrics are, because they may name any of them.

mod display;
mod goals;
mod limits;
mod lints;
mod pins;
mod rules;
mod types;
mod uses;

pub(super) use display::display;
pub(super) use limits::Held;
pub use types::{Benchmark, Clear, Pin, Rule, Severity, Target, Test, Thresholds};

use super::checker::Checker;
use super::metric_scope::{LetState, MetricScope, Place};
use super::problems::IdleRule;
use super::{Expr, ExprKind, MetricId, Type, metrics, operators};
use crate::calendar::Grain;
use crate::model::{GivenTwice, UnknownWord};
use crate::syntax::ast::{self, Attribute, AttributeKind};
use crate::text::Span;
use crate::units::Base;

/// Checks what every metric is held against.
pub(super) fn check_all(checker: &mut Checker<'_>) {
    for thresholds in &checker.model.thresholds {
        let of_another = |a: &Attribute| !is_held(&a.kind);
        if thresholds.ast.items.iter().all(of_another) {
            checker.problems.push(IdleRule::Block(thresholds.ast.span));
        }
    }
    for index in 0..checker.out.metrics.len() {
        let id = MetricId::from_index(index);
        let items = items(checker, id);
        if !items.is_empty() {
            check(checker, id, &items);
        }
    }
}

/// One attribute that says what the metric is held against.
#[derive(Clone, Copy)]
struct Item<'m> {
    attribute: &'m Attribute,
    /// Of the metric itself, or of which `thresholds`.
    block: Span,
    /// Those of the `thresholds` that it stands in.
    owner: Option<&'m ast::Text>,
    playbook: Option<&'m ast::Text>,
}

fn items<'m>(checker: &Checker<'m>, id: MetricId) -> Vec<Item<'m>> {
    let ast = checker.model.metric(id).ast;
    let own = ast.attributes.iter().filter(|a| is_held(&a.kind));
    let own = own.map(|attribute| Item { attribute, block: ast.span, owner: None, playbook: None });
    let mut items: Vec<Item> = own.collect();
    for thresholds in checker.model.thresholds.iter().filter(|t| t.metric == id) {
        let all = &thresholds.ast.items;
        let owner = all.iter().find_map(|a| match &a.kind {
            AttributeKind::Owner(text) => Some(text),
            _ => None,
        });
        let playbook = all.iter().find_map(|a| match &a.kind {
            AttributeKind::Playbook(text) => Some(text),
            _ => None,
        });
        let held = all.iter().filter(|a| is_held(&a.kind));
        items.extend(held.map(|attribute| Item { attribute, block: thresholds.ast.span, owner, playbook }));
    }
    items
}

fn is_held(kind: &AttributeKind) -> bool {
    matches!(
        kind,
        AttributeKind::Target(_)
            | AttributeKind::Benchmark(_)
            | AttributeKind::Threshold(_)
            | AttributeKind::OnlyWhen(_)
            | AttributeKind::MissingIs(_)
    )
}

fn check<'m>(checker: &mut Checker<'m>, id: MetricId, items: &[Item<'m>]) {
    let of = checker.out.metric(id);
    if of.value.ty == Type::Error {
        return;
    }
    let value = Expr::new(ExprKind::Metric(id), of.value.ty.clone(), of.name_span);
    let held = Held { metric: id, value, target: None, benchmark: None, of_goal: true };
    let period = match of.attributes.every {
        Some(Grain::Day | Grain::Week) => Base::Day,
        _ => Base::Month,
    };
    let mut scope = MetricScope::new(checker, Place::Metric);
    scope.lets = metrics::lets(scope.checker.model.metric(id).ast);
    (scope.held, scope.period) = (Some(held), period);
    let thresholds = read(&mut scope, id, items);
    let named = |l: &super::metric_scope::Let<'_>| !matches!(l.state, LetState::Todo);
    let named: Vec<Span> = scope.lets.iter().filter(|l| named(l)).map(|l| l.name.span).collect();
    checker.used.no_lets.retain(|l| !named.contains(&l.span));
    lints::report(checker, &thresholds);
    uses::check(checker, id, &thresholds, items);
    checker.out.metrics[id.index()].thresholds = thresholds;
}

/// Goals first: rules name them, wherever they stand.
fn read(scope: &mut MetricScope<'_, '_>, id: MetricId, items: &[Item<'_>]) -> Thresholds {
    let mut out = Thresholds::default();
    goals::read(scope, id, items, &mut out);
    let held = scope.held.as_mut().expect("set for thresholds");
    held.target = out.target.clone();
    held.benchmark = out.benchmark.clone();
    held.of_goal = false;
    out.rules = rules::read(scope, id, items);
    let (mut enough, mut missing) = (None, None);
    for item in items {
        match &item.attribute.kind {
            AttributeKind::OnlyWhen(condition) if first(scope, "only when", &mut enough, item) => {
                out.only_when = Some(operators::condition(scope, condition, "`only when`"));
            }
            AttributeKind::MissingIs(word) if first(scope, "missing", &mut missing, item) => {
                out.missing = missing_is(scope, word);
            }
            _ => {}
        }
    }
    out
}

/// Whether this is the first of its kind; a second one is reported, unless it stands in the
/// same block, where the parser did.
fn first<'i>(
    scope: &mut MetricScope<'_, '_>,
    what: &'static str,
    seen: &mut Option<&'i Item<'i>>,
    item: &'i Item<'i>,
) -> bool {
    let Some(first) = *seen else {
        *seen = Some(item);
        return true;
    };
    if first.block != item.block {
        let (second, first) = (item.attribute.span, first.attribute.span);
        scope.checker.report(GivenTwice { what, second, first });
    }
    false
}

fn missing_is(scope: &mut MetricScope<'_, '_>, found: &ast::Ident) -> Option<Severity> {
    match found.name.as_str() {
        "ok" => None,
        "warn" => Some(Severity::Warn),
        "critical" => Some(Severity::Critical),
        _ => {
            let known = ["ok", "warn", "critical"].map(str::to_string).to_vec();
            scope.checker.report(UnknownWord { what: "a verdict", found, known });
            None
        }
    }
}

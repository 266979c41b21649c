//! Mistakes in thresholds: another limit, another side, a longer run.

use std::sync::Arc;

use crate::check::{
    CheckedModel, Expectation, Expr, ExprKind, Literal, MetricId, Number, Repr, Rule, Test, TestCase, Type,
};
use crate::query::map;
use crate::text::Span;

/// A mistake in one rule of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleMutant {
    metric: MetricId,
    rule: usize,
    change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    /// By a tenth, up or down.
    Shifted {
        up: bool,
    },
    OtherSide,
    Lasting(u32),
    NeverCleared,
}

/// The metrics of whose thresholds tests ask for states.
pub fn judged(tests: &[Arc<TestCase>]) -> Vec<MetricId> {
    let expectations = tests.iter().flat_map(|test| &test.expect);
    let mut found: Vec<MetricId> = expectations
        .filter_map(|expectation| match expectation {
            Expectation::State(state) => Some(state.metric),
            Expectation::Values(_) => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Every one that can be made, with where it stands and what it is.
pub fn mutants(model: &CheckedModel, metrics: &[MetricId]) -> Vec<(RuleMutant, Span, String)> {
    let mut found = Vec::new();
    for metric in metrics {
        for (at, rule) in model.metric(*metric).thresholds.rules.iter().enumerate() {
            let told = format!("{} {}", rule.severity.name(), rule.text);
            for (change, what) in changes(rule) {
                let mutant = RuleMutant { metric: *metric, rule: at, change };
                found.push((mutant, rule.span, format!("{what} `{told}`")));
            }
        }
    }
    found
}

fn changes(rule: &Rule) -> Vec<(Change, String)> {
    let mut found = Vec::new();
    if shifted(&rule.test, true).is_some() {
        found.push((Change::Shifted { up: true }, "a tenth could be added to the limit of".to_string()));
        found.push((Change::Shifted { up: false }, "a tenth could be taken from the limit of".to_string()));
    }
    match rule.test {
        Test::Below(_) => found.push((Change::OtherSide, "`above` could stand for `below` in".to_string())),
        Test::Above(_) => found.push((Change::OtherSide, "`below` could stand for `above` in".to_string())),
        _ => {}
    }
    let lasts = rule.for_periods.max(1);
    let other = |lasts: u32| (Change::Lasting(lasts), format!("it could be for {lasts} periods in"));
    found.push(other(lasts + 1));
    if lasts > 1 {
        found.push(other(lasts - 1));
    }
    if rule.clear.is_some() {
        found.push((Change::NeverCleared, "`clear` could be left out of".to_string()));
    }
    found
}

impl RuleMutant {
    pub fn apply(self, model: &CheckedModel) -> CheckedModel {
        let mut model = model.clone();
        let rule = &mut model.metrics[self.metric.index()].thresholds.rules[self.rule];
        match self.change {
            Change::Shifted { up } => {
                rule.test = shifted(&rule.test, up).unwrap_or_else(|| rule.test.clone())
            }
            Change::OtherSide => {
                rule.test = match rule.test.clone() {
                    Test::Below(limit) => Test::Above(limit),
                    Test::Above(limit) => Test::Below(limit),
                    other => other,
                }
            }
            Change::Lasting(periods) => rule.for_periods = periods,
            Change::NeverCleared => rule.clear = None,
        }
        model
    }
}

fn shifted(test: &Test, up: bool) -> Option<Test> {
    Some(match test {
        Test::Below(limit) => Test::Below(other_limit(limit, up)?),
        Test::Above(limit) => Test::Above(other_limit(limit, up)?),
        Test::Outside(low, high) => Test::Outside(other_limit(low, up)?, other_limit(high, up)?),
        Test::Deviation { factor, last } => {
            Test::Deviation { factor: factor * if up { 1.1 } else { 0.9 }, last: *last }
        }
        // conditions are changed like any others
        Test::When(_) => return None,
    })
}

/// With its first number a tenth larger or smaller; none where it has no number.
fn other_limit(limit: &Expr, up: bool) -> Option<Expr> {
    let mut done = false;
    let changed = map(limit, &mut |e| match &*e.kind {
        ExprKind::Literal(Literal::Number { digits, scale }) if !done => {
            done = true;
            let (digits, scale) = match (digits, up) {
                (0, true) => (1, *scale),
                (0, false) => (-1, *scale),
                (digits, true) => (digits.checked_mul(11)?, scale + 1),
                (digits, false) => (digits.checked_mul(9)?, scale + 1),
            };
            let ty = match &e.ty {
                Type::Number(Number { unit, kind, repr: Repr::Int }) if scale > 0 => {
                    Type::number(unit.clone(), *kind, Repr::Decimal(scale))
                }
                ty => ty.clone(),
            };
            Some(Expr::new(ExprKind::Literal(Literal::Number { digits, scale }), ty, e.span))
        }
        _ => None,
    });
    done.then_some(changed)
}

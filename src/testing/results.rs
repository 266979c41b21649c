//! Conditions over what is computed, `only when` and those of `if` between values of metrics:
//! whether they were true for anything that a test asks for, and whether they were not.

use std::sync::Arc;

use super::coverage::{Condition, conditions};
use super::run::prepared_for;
use super::state;
use crate::check::{CheckedModel, Expectation, MetricId, TestCase};
use crate::engine::{Bindings, Session};
use crate::query::Request;
use crate::table::Value;

/// Computes them beside the metrics, for every question of the test.
pub fn look(session: &Session, model: &CheckedModel, test: &Arc<TestCase>, seen: &mut [Condition]) {
    let (model, running) = prepared_for(model, test);
    let bindings = Bindings { given: Some(running), ..Bindings::default() };
    let over = session.over(&model, &bindings);
    for (request, judged) in requests(&model, test) {
        let reached = conditions(&model, &request.metrics, &judged);
        let places: Vec<usize> = (0..seen.len())
            .filter(|at| seen[*at].source.is_none() && reached.iter().any(|other| other.is(&seen[*at])))
            .collect();
        if places.is_empty() {
            continue;
        }
        let metrics = request.metrics.len();
        let beside = places.iter().map(|at| seen[*at].expr.clone()).collect();
        let Ok(computed) = over.compute(&[Request { beside, ..request }]) else { continue };
        for series in computed.dense.iter().flat_map(|dense| &dense.series) {
            for (values, at) in series.outputs.iter().skip(metrics).zip(&places) {
                seen[*at].seen_true |= values.contains(&Value::Bool(true));
                seen[*at].seen_false |= values.contains(&Value::Bool(false));
            }
        }
    }
}

/// What the test asks, each with the metrics whose rules are judged by the answer.
fn requests(model: &CheckedModel, test: &TestCase) -> Vec<(Request, Vec<MetricId>)> {
    let mut found: Vec<(Request, Vec<MetricId>)> = Vec::new();
    let mut seen = Vec::new();
    for expectation in &test.expect {
        match expectation {
            Expectation::Values(values) => {
                let request = Request { having: None, ..Request::of(&values.question, test.as_of) };
                found.push((request, Vec::new()));
            }
            Expectation::State(expected) if !seen.contains(&expected.metric) => {
                let metric = expected.metric;
                seen.push(metric);
                let mut groups = vec![Vec::new()];
                for rule in &model.metric(metric).thresholds.rules {
                    if !groups.contains(&rule.by) {
                        groups.push(rule.by.clone());
                    }
                }
                let grain = state::grain(model, &test.given_values, metric);
                found.extend(groups.into_iter().map(|by| {
                    let as_of = test.as_of;
                    let metrics = vec![metric];
                    (Request { metrics, by, grain: grain.clone(), as_of, ..Request::default() }, vec![metric])
                }));
            }
            Expectation::State(_) => {}
        }
    }
    found
}

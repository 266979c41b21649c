//! Tests, run one after the other over the rows they give.

use std::sync::Arc;

use super::answers::answers;
use super::compare::compare;
use super::given_values;
use super::made_of::made_of;
use super::misgiven::misgiven;
use super::outcome::{Failure, TestOutcome, ValuesFailure};
use super::state;
use crate::check::{CheckedModel, Expectation, ExpectedValues, MetricId, TestCase};
use crate::engine::{self, Bindings, Session};
use crate::query::hoist;
use crate::table::Table;
use crate::text::{Sources, Span};
use crate::threshold::Judgement;

/// The tests whose name holds one of the filters, or one of whose metrics is called so;
/// without filters all.
pub fn selected(model: &CheckedModel, filters: &[String]) -> Vec<Arc<TestCase>> {
    let fits = |test: &Arc<TestCase>| {
        filters.is_empty() || filters.iter().any(|f| test.name.contains(f.as_str()) || asks(model, test, f))
    };
    model.tests.iter().filter(|test| fits(test)).cloned().collect()
}

fn asks(model: &CheckedModel, test: &TestCase, name: &str) -> bool {
    test.expect.iter().any(|expectation| match expectation {
        Expectation::Values(values) => {
            values.question.metrics.iter().any(|id| model.metric(*id).name == name)
        }
        Expectation::State(state) => model.metric(state.metric).name == name,
    })
}

pub fn run(
    model: &CheckedModel,
    sources: &Sources,
    tests: &[Arc<TestCase>],
) -> Result<Vec<TestOutcome>, engine::Error> {
    let hoisted = hoist(model);
    engine::with_session(|session| tests.iter().map(|test| one(session, &hoisted, sources, test)).collect())
}

/// The model has been hoisted.
pub fn one(session: &Session, model: &CheckedModel, sources: &Sources, test: &Arc<TestCase>) -> TestOutcome {
    let misgiven = misgiven(model, test);
    if !misgiven.is_empty() {
        return TestOutcome { test: Arc::clone(test), failures: misgiven };
    }
    let prepared;
    let (model, running) = match test.set.is_empty() && test.given_values.is_empty() {
        true => (model, Arc::clone(test)),
        false => {
            prepared = prepared_for(model, test);
            (&prepared.0, Arc::clone(&prepared.1))
        }
    };
    let bindings = Bindings { given: Some(Arc::clone(&running)), ..Bindings::default() };
    let mut failures: Vec<(usize, Failure)> = Vec::new();
    let over = session.over(model, &bindings);
    for (at, values, found) in answers(&over, &running) {
        let failure = match found {
            Ok(found) => differing(session, model, &running, at, values, found),
            Err(failure) => Some(unanswered(&failure, values.span)),
        };
        failures.extend(failure.map(|failure| (at, failure)));
    }
    // the rules of a metric are judged once, however many states are expected of it
    let mut judged: Vec<(MetricId, Result<Vec<Judgement>, engine::Failure>)> = Vec::new();
    for (at, expectation) in test.expect.iter().enumerate() {
        let Expectation::State(state) = expectation else { continue };
        let place = judged.iter().position(|(metric, _)| *metric == state.metric).unwrap_or_else(|| {
            let found = state::judged(&over, model, sources, test, state.metric);
            judged.push((state.metric, found));
            judged.len() - 1
        });
        let failure = match &judged[place].1 {
            Ok(judged) => {
                state::wrong(model, state, judged).map(|message| Failure::State { message, span: state.span })
            }
            Err(failure) => Some(unanswered(failure, state.span)),
        };
        failures.extend(failure.map(|failure| (at, failure)));
    }
    failures.sort_by_key(|(at, _)| *at);
    let failures = failures.into_iter().map(|(_, failure)| failure).collect();
    TestOutcome { test: Arc::clone(test), failures }
}

/// What a test's rows, or values, make of the rules of a metric. The model has been hoisted.
pub fn judged_in(
    session: &Session,
    model: &CheckedModel,
    sources: &Sources,
    test: &Arc<TestCase>,
    metric: MetricId,
) -> Result<Vec<Judgement>, engine::Failure> {
    let (model, running) = prepared_for(model, test);
    let bindings = Bindings { given: Some(running), ..Bindings::default() };
    state::judged(&session.over(&model, &bindings), &model, sources, test, metric)
}

/// With the parameters that the test sets, and the values that it gives.
pub fn prepared_for(model: &CheckedModel, test: &TestCase) -> (CheckedModel, Arc<TestCase>) {
    let (mut model, mut test) = (model.clone(), test.clone());
    for (parameter, value) in &test.set {
        model.parameters[parameter.index()].value = value.clone();
    }
    given_values::put_in(&mut model, &mut test);
    (model, Arc::new(test))
}

fn differing(
    session: &Session,
    model: &CheckedModel,
    test: &TestCase,
    at: usize,
    values: &ExpectedValues,
    found: Table,
) -> Option<Failure> {
    let rows = compare(&values.table, &found);
    if rows.iter().all(|row| row.equal()) {
        return None;
    }
    let made_of = made_of(session, model, test, values, &rows, &found);
    let places = super::compare::places(&values.table, &found);
    let headings = places.iter().map(|place| found.columns[*place].name.clone()).collect();
    Some(Failure::Values(Box::new(ValuesFailure {
        expectation: at,
        headings,
        rows,
        made_of,
        found,
        span: values.span,
    })))
}

fn unanswered(failure: &engine::Failure, span: Span) -> Failure {
    match failure {
        engine::Failure::Ask(wrong) => {
            let first = wrong.diagnostics.first();
            let message = first.map(|d| d.message.clone()).unwrap_or_default();
            Failure::Error { message, help: first.and_then(|d| d.help.clone()), span }
        }
        engine::Failure::Data(error) => {
            let message = engine::Error { help: None, ..(**error).clone() }.to_string();
            Failure::Error { message, help: error.help.clone(), span }
        }
        engine::Failure::Interrupted => {
            Failure::Error { message: "interrupted".to_string(), help: None, span }
        }
    }
}

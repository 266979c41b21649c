//! The answers to what a test asks. Questions that differ in nothing but their metrics are
//! asked as one: planning is most of what a test costs.

use crate::check::{Expectation, ExpectedValues, MetricId, Question, TestCase};
use crate::engine::{Failure, SameRows};
use crate::query::Request;
use crate::table::{Role, Table};

/// What is found for each table expected, with the number of its expectation.
pub fn answers<'t>(
    over: &SameRows,
    test: &'t TestCase,
) -> Vec<(usize, &'t ExpectedValues, Result<Table, Failure>)> {
    let mut together: Vec<Vec<(usize, &ExpectedValues)>> = Vec::new();
    for (at, expectation) in test.expect.iter().enumerate() {
        let Expectation::Values(values) = expectation else { continue };
        let one = |others: &&mut Vec<(usize, &ExpectedValues)>| {
            others.iter().all(|(_, other)| is_one_with(&other.question, &values.question))
        };
        match together.iter_mut().find(one) {
            Some(others) => others.push((at, values)),
            None => together.push(vec![(at, values)]),
        }
    }
    let mut found = Vec::new();
    for expected in together {
        let questions: Vec<&Question> = expected.iter().map(|(_, values)| &values.question).collect();
        let tables = match asked_together(over, test, &questions) {
            Some(tables) => tables.into_iter().map(Ok).collect(),
            None => {
                let alone = |question: &&Question| over.answer(Request::of(question, test.as_of));
                questions.iter().map(alone).collect::<Vec<_>>()
            }
        };
        found.extend(expected.into_iter().zip(tables).map(|((at, values), table)| (at, values, table)));
    }
    found
}

/// Whether both have the same rows, whatever their metrics are. With dimensions, or from the
/// first data on, it is the metrics that decide which there are.
fn is_one_with(one: &Question, other: &Question) -> bool {
    let begins =
        |question: &Question| question.grain.is_none() || question.from.is_some() || question.last.is_some();
    let fixed = |question: &Question| {
        question.by.is_empty() && question.having.is_none() && question.filter.is_none() && begins(question)
    };
    fixed(one)
        && fixed(other)
        && (&one.grain, one.from, one.to, one.last, one.as_of)
            == (&other.grain, other.from, other.to, other.last, other.as_of)
}

/// The table of each. None where there is nothing to join, or where one cannot be answered:
/// which one, and why, shows when they are asked alone.
fn asked_together(over: &SameRows, test: &TestCase, questions: &[&Question]) -> Option<Vec<Table>> {
    let [first, _, ..] = questions else { return None };
    let mut metrics: Vec<MetricId> = Vec::new();
    for metric in questions.iter().flat_map(|question| &question.metrics) {
        if !metrics.contains(metric) {
            metrics.push(*metric);
        }
    }
    let request = Request { metrics: metrics.clone(), ..Request::of(first, test.as_of) };
    let table = over.answer(request).ok()?;
    Some(questions.iter().map(|question| part(&table, &metrics, &question.metrics)).collect())
}

/// The table with only these of its metrics.
fn part(table: &Table, all: &[MetricId], wanted: &[MetricId]) -> Table {
    let mut places: Vec<usize> =
        (0..table.columns.len()).filter(|at| table.columns[*at].role == Role::Period).collect();
    let periods = places.len();
    places.extend(wanted.iter().filter_map(|id| Some(periods + all.iter().position(|other| other == id)?)));
    let mut part = table.clone();
    part.columns = places.iter().map(|at| table.columns[*at].clone()).collect();
    for (row, whole) in part.rows.iter_mut().zip(&table.rows) {
        row.values = places.iter().map(|at| whole.values[*at].clone()).collect();
    }
    part
}

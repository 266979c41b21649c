//! Tests: what is given belongs to the project and fits its contracts, and what is
//! expected can be asked.

mod cells;
mod given;
mod question;
mod settings;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use super::checker::Checker;
use super::problems::NoExpectation;
use super::{Expectation, ExpectedState, ExpectedValues, MetricId, TestCase, suggest};
use crate::model::{GivenTwice, Thing, UnknownName};
use crate::syntax::ast::{self, ExpectationKind, TestItem};
use crate::text::Span;

pub(super) fn check(checker: &mut Checker<'_>) {
    for ast in checker.model.tests.clone() {
        let test = one(checker, ast);
        checker.out.tests.push(Arc::new(test));
    }
}

fn one(checker: &mut Checker<'_>, ast: &ast::Test) -> TestCase {
    let mut test = TestCase {
        name: ast.name.value.clone(),
        docs: ast.docs.clone(),
        span: ast.span,
        name_span: ast.name.span,
        ..TestCase::default()
    };
    let mut as_of: Option<Span> = None;
    let mut set: HashMap<&str, Span> = HashMap::new();
    for item in &ast.items {
        match item {
            TestItem::AsOf(date, span) => {
                once(checker, "as_of", &mut as_of, *span);
                test.as_of = test.as_of.or(*date);
            }
            TestItem::Set { parameter, value, span } => {
                match set.get(parameter.name.as_str()) {
                    Some(first) => {
                        checker.report(GivenTwice { what: &parameter.name, second: *span, first: *first });
                    }
                    None => _ = set.insert(&parameter.name, *span),
                }
                test.set.extend(settings::setting(checker, parameter, value));
            }
            TestItem::Given(given) => given::check(checker, &mut test, given),
            TestItem::Expect(expectation) => test.expect.extend(expected(checker, expectation)),
        }
    }
    if !ast.items.iter().any(|item| matches!(item, TestItem::Expect(_))) {
        checker.report(NoExpectation { span: ast.name.span });
    }
    test
}

fn once(checker: &mut Checker<'_>, what: &'static str, first: &mut Option<Span>, second: Span) {
    match *first {
        Some(first) => checker.report(GivenTwice { what, second, first }),
        None => *first = Some(second),
    }
}

fn expected(checker: &mut Checker<'_>, ast: &ast::Expectation) -> Option<Expectation> {
    match &ast.kind {
        ExpectationKind::Values(ask, table) => {
            let names: Vec<String> =
                ask.metrics.iter().map(|path| super::scope::path_text(&path.parts)).collect();
            let question = question::check(checker, ask)?;
            let shape = table::Shape {
                metrics: &names,
                ids: &question.metrics,
                grain: question.grain.as_ref(),
                by: &question.by,
            };
            let table = table::check(checker, &shape, table)?;
            Some(Expectation::Values(ExpectedValues { question, table, span: ast.span }))
        }
        ExpectationKind::State { no, severity, metric, period, filter } => {
            let metric = self::metric(checker, metric)?;
            let filter = match filter {
                Some(filter) => Some(question::filter(checker, filter)?),
                None => None,
            };
            Some(Expectation::State(ExpectedState {
                metric,
                critical: severity.name == "critical",
                no: *no,
                period: period.as_ref().map(|period| period.value.clone()),
                filter,
                span: ast.span,
            }))
        }
    }
}

/// `win_rate`, `win_rate.v1`
fn metric(checker: &mut Checker<'_>, path: &ast::Path) -> Option<MetricId> {
    let (name, version) = (&path.parts[0], path.parts.get(1));
    if let Some(Thing::Metric(current)) = checker.model.find(&name.name) {
        let Some(version) = version else { return Some(current) };
        let found = checker.out.find_metric(&super::scope::path_text(&path.parts));
        if found.is_none() {
            suggest::unknown_version(checker, name, version);
        }
        return found;
    }
    if !checker.model.is_broken(&name.name) {
        let metrics = checker.model.things().filter(|(_, thing)| matches!(thing, Thing::Metric(_)));
        let near = crate::diagnostic::nearest(&name.name, metrics.map(|(name, _)| name)).map(str::to_string);
        let (what, word, span) = ("metric".to_string(), name.name.clone(), path.span);
        checker.report(UnknownName { what, name: word, span, near, help: None });
    }
    None
}

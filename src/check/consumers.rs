//! Consumers: who outside of the project relies on which metrics, and by which dimensions
//! they slice them. What they name has to be there.

use super::checker::Checker;
use super::{Consumer, suggest};
use crate::model::{Thing, thresholds::metric};
use crate::syntax::ast;

pub(super) fn check_all(checker: &mut Checker<'_>) {
    for ast in checker.model.consumers.clone() {
        let consumer = one(checker, ast);
        checker.out.consumers.push(consumer);
    }
}

fn one(checker: &mut Checker<'_>, ast: &ast::Consumer) -> Consumer {
    let mut out = Consumer {
        name: ast.name.value.clone(),
        docs: ast.docs.clone(),
        span: ast.span,
        metrics: Vec::new(),
        by: Vec::new(),
        owner: ast.owner.as_ref().map(|owner| owner.value.clone()),
    };
    for path in &ast.metrics {
        match metric(checker.model, path) {
            Ok(id) => out.metrics.push(id),
            Err(problem) => problem.into_iter().for_each(|problem| checker.report(problem)),
        }
    }
    for name in &ast.by {
        match checker.model.find(&name.name) {
            Some(Thing::Dimension(id)) => out.by.push(id),
            _ => suggest::unknown_dimension(checker, name),
        }
    }
    out
}

//! Scorecards: a question with a name, and whether each of its metrics can be asked so.

mod display;
mod items;
mod uses;

pub(super) use display::display;

use super::Scorecard;
use super::checker::Checker;
use crate::syntax::ast;
use crate::text::Span;

pub(super) fn check_all(checker: &mut Checker<'_>) {
    for ast in checker.model.scorecards.clone() {
        let mut read = Read { ast, out: empty(ast), places: Vec::new(), by: Vec::new() };
        for item in &ast.items {
            items::one(checker, &mut read, &item.kind, item.span);
        }
        items::add_of_roles(checker, &mut read);
        uses::check(checker, &read);
        uses::lint(checker, &read);
        checker.out.scorecards.push(read.out);
    }
}

/// A scorecard with the places in which its parts are named.
struct Read<'m> {
    ast: &'m ast::Scorecard,
    out: Scorecard,
    /// Of its metrics.
    places: Vec<Span>,
    by: Vec<Span>,
}

fn empty(ast: &ast::Scorecard) -> Scorecard {
    Scorecard {
        name: ast.name.name.clone(),
        label: ast.label.as_ref().map(|l| l.value.clone()),
        docs: ast.docs.clone(),
        span: ast.span,
        name_span: ast.name.span,
        metrics: Vec::new(),
        every: None,
        last: None,
        by: Vec::new(),
        filter: None,
        filter_text: None,
        having: None,
        from: None,
        to: None,
        compare: Vec::new(),
        owner: None,
        roles: Vec::new(),
        tags: Vec::new(),
    }
}

//! What is asked: metrics, grain, dimensions, filters and a range, as on the command line.

use jiff::civil::Date;

use super::metric;
use crate::calendar::{Grain, parse_range};
use crate::check::checker::Checker;
use crate::check::problems::BadRange;
use crate::check::{DimensionId, Expr, Question, check_having, check_where, grain, suggest};
use crate::diagnostic::Problems;
use crate::model::Thing;
use crate::syntax::ast;

pub(super) fn check(checker: &mut Checker<'_>, ask: &ast::Ask) -> Option<Question> {
    let metrics: Vec<_> = ask.metrics.iter().map(|path| metric(checker, path)).collect();
    let every = ask.every.as_ref().map(|path| grain(checker, path));
    let by = dimensions(checker, &ask.by);
    let filter = ask.filter.as_ref().map(|filter| self::filter(checker, filter));
    let having = ask.having.as_ref().map(|having| checked(checker, having, check_having));
    let from = ask.from.as_ref().map(|text| stretch(checker, text));
    let to = ask.to.as_ref().map(|text| stretch(checker, text));
    let question = Question {
        metrics: metrics.into_iter().collect::<Option<_>>()?,
        grain: all_or_none(every)?,
        by: by?,
        filter: all_or_none(filter)?,
        having: all_or_none(having)?,
        from: all_or_none(from)?.map(|(first, _)| first),
        to: all_or_none(to)?.map(|(_, end)| end),
        last: ask.last.map(|(last, _)| last),
        as_of: ask.as_of.map(|(date, _)| date),
        span: ask.span,
    };
    range(checker, ask, &question);
    Some(question)
}

/// What is there has to be right.
fn all_or_none<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        Some(None) => None,
        Some(some) => Some(some),
        None => Some(None),
    }
}

pub(super) fn filter(checker: &mut Checker<'_>, ast: &ast::Expr) -> Option<Expr> {
    checked(checker, ast, check_where)
}

fn checked(
    checker: &mut Checker<'_>,
    ast: &ast::Expr,
    check: fn(&crate::check::CheckedModel, &ast::Expr) -> (Option<Expr>, Problems),
) -> Option<Expr> {
    let (expr, problems) = check(&checker.out, ast);
    checker.problems.extend(problems);
    expr
}

pub(super) fn grain(checker: &mut Checker<'_>, path: &ast::Path) -> Option<Grain> {
    let found = grain::by_name(&checker.out, &path.parts);
    if found.is_none() {
        grain::unknown(checker, &path.parts);
    }
    found
}

pub(super) fn dimensions(checker: &mut Checker<'_>, names: &[ast::Ident]) -> Option<Vec<DimensionId>> {
    let found: Vec<Option<DimensionId>> = names
        .iter()
        .map(|name| match checker.model.find(&name.name) {
            Some(Thing::Dimension(id)) => Some(id),
            _ => {
                suggest::unknown_dimension(checker, name);
                None
            }
        })
        .collect();
    found.into_iter().collect()
}

/// The first day, and the day after the last.
fn stretch(checker: &mut Checker<'_>, text: &ast::Text) -> Option<(Date, Date)> {
    let found = parse_range(&text.value);
    if found.is_none() {
        let message = format!("`{}` is no date", text.value);
        let help = "write a day, month, quarter or year, such as 2026-01-31, 2026-01, 2026-Q1 or 2026";
        checker.report(BadRange { message, span: text.span, help });
    }
    found
}

fn range(checker: &mut Checker<'_>, ask: &ast::Ask, question: &Question) {
    let mut wrong = |message: &str, span, help| {
        checker.report(BadRange { message: message.to_string(), span, help });
    };
    if let (Some(from), Some(to), Some(text)) = (question.from, question.to, &ask.to)
        && from >= to
    {
        wrong("the range ends before it begins", text.span, "the first one stands first");
    }
    let Some((last, span)) = ask.last else { return };
    if last == 0 {
        wrong("`last 0` asks for no period", span, "write `last 1` for the newest period");
    } else if question.grain.is_none() {
        wrong("`last` counts periods, and there are none", span, "add `every month`, or another grain");
    } else if question.from.is_some() {
        wrong("both `last` and the range say where it begins", span, "leave out one of them");
    }
}

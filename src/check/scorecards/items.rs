//! What a scorecard says, item by item.

use super::super::checker::Checker;
use super::super::problems::{EmptyScorecard, ScorecardRange};
use super::super::{Compare, MetricId, check_having, check_where, grain, suggest};
use super::Read;
use crate::calendar::parse_range;
use crate::model::{Thing, UnknownWord, thresholds::metric};
use crate::syntax::ast::{self, ScorecardItemKind};
use crate::text::Span;

pub fn one(checker: &mut Checker<'_>, read: &mut Read<'_>, kind: &ScorecardItemKind, span: Span) {
    let names = |list: &[ast::Ident]| list.iter().map(|i| i.name.clone()).collect();
    match kind {
        ScorecardItemKind::Metrics(paths) => paths.iter().for_each(|path| add(checker, read, path)),
        ScorecardItemKind::Every { grain: path, last } => every(checker, read, path, *last),
        ScorecardItemKind::By(list) => {
            for name in list {
                match checker.model.find(&name.name) {
                    Some(Thing::Dimension(id)) if !read.out.by.contains(&id) => {
                        read.out.by.push(id);
                        read.by.push(name.span);
                    }
                    Some(Thing::Dimension(_)) => {}
                    _ => suggest::unknown_dimension(checker, name),
                }
            }
        }
        ScorecardItemKind::Where { condition, text } => {
            let (filter, problems) = check_where(&checker.out, condition);
            checker.problems.extend(problems);
            (read.out.filter, read.out.filter_text) = (filter, Some(text.clone()));
        }
        ScorecardItemKind::Having(condition) => {
            let (having, problems) = check_having(&checker.out, condition);
            checker.problems.extend(problems);
            read.out.having = having;
        }
        ScorecardItemKind::From { from, to } => range(checker, read, from, to.as_ref(), span),
        ScorecardItemKind::Compare(all) => all.iter().for_each(|found| compare(checker, read, found)),
        ScorecardItemKind::Owner(text) => read.out.owner = Some(text.value.clone()),
        ScorecardItemKind::Roles(list) => read.out.roles = names(list),
        ScorecardItemKind::Tags(list) => read.out.tags = names(list),
    }
}

/// A metric that is listed twice is shown once.
fn add(checker: &mut Checker<'_>, read: &mut Read<'_>, path: &ast::Path) {
    match metric(checker.model, path) {
        Ok(id) if !read.out.metrics.contains(&id) => {
            read.out.metrics.push(id);
            read.places.push(path.span);
        }
        Ok(_) => {}
        Err(problem) => problem.into_iter().for_each(|problem| checker.report(problem)),
    }
}

fn every(checker: &mut Checker<'_>, read: &mut Read<'_>, path: &ast::Path, last: Option<(u32, Span)>) {
    read.out.every = grain::by_name(&checker.out, &path.parts);
    if read.out.every.is_none() {
        grain::unknown(checker, &path.parts);
    }
    read.out.last = last.map(|(last, _)| last);
    if let Some((0, span)) = last {
        checker.report(ScorecardRange::LastZero(span));
    }
}

/// `from 2026-01 to 2026-06`: from the first day of the one to the last of the other.
fn range(
    checker: &mut Checker<'_>,
    read: &mut Read<'_>,
    from: &ast::Ident,
    to: Option<&ast::Ident>,
    span: Span,
) {
    let mut point = |at: &ast::Ident| {
        let found = parse_range(&at.name);
        if found.is_none() {
            checker.report(ScorecardRange::NoDate(at.name.clone(), at.span));
        }
        found
    };
    let first = point(from);
    let last = to.map(&mut point);
    (read.out.from, read.out.to) = (first.map(|(first, _)| first), last.flatten().map(|(_, end)| end));
    if read.out.from.zip(read.out.to).is_some_and(|(first, end)| first >= end) {
        checker.report(ScorecardRange::EndsBefore(span));
    }
}

fn compare(checker: &mut Checker<'_>, read: &mut Read<'_>, found: &ast::Ident) {
    let known = [
        ("prior period", Compare::PriorPeriod),
        ("prior year", Compare::PriorYear),
        ("target", Compare::Target),
        ("benchmark", Compare::Benchmark),
    ];
    let chosen = known.iter().find(|(word, _)| *word == found.name).map(|(_, compare)| *compare);
    match chosen {
        Some(compare) if !read.out.compare.contains(&compare) => read.out.compare.push(compare),
        Some(_) => {}
        None => {
            let known = known.iter().map(|(word, _)| word.to_string()).collect();
            checker.report(UnknownWord { what: "something to compare with", found, known });
        }
    }
}

/// Without a list: the current metrics that are for one of its roles.
pub fn add_of_roles(checker: &mut Checker<'_>, read: &mut Read<'_>) {
    let listed = |item: &ast::ScorecardItem| matches!(item.kind, ScorecardItemKind::Metrics(_));
    if read.ast.items.iter().any(listed) {
        return;
    }
    for (index, metric) in checker.out.metrics.iter().enumerate() {
        let is_for = metric.attributes.roles.iter().any(|role| read.out.roles.contains(role));
        if metric.current && !metric.attributes.draft && is_for {
            read.out.metrics.push(MetricId::from_index(index));
            read.places.push(read.out.name_span);
        }
    }
    if read.out.metrics.is_empty() && !checker.model.has_broken() {
        let (name, roles, span) = (read.out.name.clone(), read.out.roles.clone(), read.out.name_span);
        checker.report(EmptyScorecard { name, roles, span });
    }
}

//! Scorecards: a question with a name, and whether each of its metrics can be asked so.

use std::collections::BTreeSet;

use super::checker::Checker;
use super::problems::{DimensionLeftOut, EmptyScorecard, PriorGrain, ScorecardRange, TooManyPrimary};
use super::{
    Compare, DimensionId, Expr, ExprKind, Length, MetricId, Scorecard, Tier, check_having, check_where,
    grain, reach, suggest,
};
use crate::calendar::parse_range;
use crate::diagnostic::{Diagnostic, Label};
use crate::model::{Thing, UnknownWord, thresholds::metric};
use crate::syntax::ast::{self, ScorecardItemKind};
use crate::text::Span;

pub(super) fn check_all(checker: &mut Checker<'_>) {
    for ast in checker.model.scorecards.clone() {
        let mut read = Read { ast, out: empty(ast), places: Vec::new(), by: Vec::new(), filter: None };
        for item in &ast.items {
            one(checker, &mut read, &item.kind, item.span);
        }
        add_of_roles(checker, &mut read);
        check(checker, &read);
        lint(checker, &read);
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
    filter: Option<Span>,
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

fn one(checker: &mut Checker<'_>, read: &mut Read<'_>, kind: &ScorecardItemKind, span: Span) {
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
            read.filter = Some(condition.span);
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
        let found = &path.parts[path.parts.len() - 1];
        checker.report(UnknownWord { what: "a grain", found, known: grain::names(&checker.out) });
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
fn add_of_roles(checker: &mut Checker<'_>, read: &mut Read<'_>) {
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

/// That each of its metrics can be asked so.
fn check(checker: &mut Checker<'_>, read: &Read<'_>) {
    let card = &read.out;
    let range =
        card.from.and(read.ast.items.iter().find(|i| matches!(i.kind, ScorecardItemKind::From { .. })));
    if let (Some(range), Some(_)) = (range, card.last) {
        checker.report(ScorecardRange::BeginsTwice(range.span));
    }
    let mut filtered = Vec::new();
    card.filter.iter().for_each(|filter| dimensions(filter, &mut filtered));
    for (&id, &place) in card.metrics.iter().zip(&read.places) {
        check_metric(checker, read, id, place, &filtered);
    }
    let mut having = BTreeSet::new();
    card.having.iter().for_each(|filter| metrics(filter, &mut having));
    for id in having.into_iter().filter(|id| !card.metrics.contains(id)) {
        check_metric(checker, read, id, card.name_span, &filtered);
    }
}

fn check_metric(
    checker: &mut Checker<'_>,
    read: &Read<'_>,
    id: MetricId,
    place: Span,
    filtered: &[DimensionId],
) {
    let card = &read.out;
    if let Some(every) = &card.every {
        if let Some(problem) = grain::grain_problem(&checker.out, id, every) {
            return report(checker, card, problem, place);
        }
        if card.compare.contains(&Compare::PriorYear) && !grain::shifts(Length::Months(12), every) {
            let metric = checker.out.metric(id).name.clone();
            return checker.report(PriorGrain {
                metric,
                length: Length::Months(12),
                asked: every.to_string(),
                span: place,
            });
        }
    }
    for (dimension, span) in card.by.iter().zip(&read.by) {
        let left_out = |by: &Vec<DimensionId>| !by.contains(dimension);
        if checker.out.metric(id).attributes.by.as_ref().is_some_and(left_out) {
            let metric = checker.out.metric(id).name.clone();
            let dimension = checker.out.dimension(*dimension).name.clone();
            checker.report(DimensionLeftOut { metric, dimension, span: *span });
            continue;
        }
        let mut sources = reach::sources_for(&checker.out, id, *dimension);
        for expr in compared(checker, card, id) {
            reach::collect(&checker.out, &expr, *dimension, &mut sources);
        }
        check_reach(checker, card, *dimension, sources, place);
    }
    for dimension in filtered.iter().filter(|d| !card.by.contains(d)) {
        let sources = reach::sources_for(&checker.out, id, *dimension);
        check_reach(checker, card, *dimension, sources, place);
    }
}

/// What is computed beside the metric.
fn compared(checker: &Checker<'_>, card: &Scorecard, id: MetricId) -> Vec<Expr> {
    let thresholds = &checker.out.metric(id).thresholds;
    let target = thresholds.target.iter().filter(|_| card.compare.contains(&Compare::Target));
    let benchmark = thresholds.benchmark.iter().filter(|_| card.compare.contains(&Compare::Benchmark));
    target.chain(benchmark).cloned().collect()
}

fn check_reach(
    checker: &mut Checker<'_>,
    card: &Scorecard,
    dimension: DimensionId,
    sources: BTreeSet<super::SourceId>,
    place: Span,
) {
    if checker.out.dimension(dimension).values.is_empty() {
        return;
    }
    for source in sources {
        if let Err(problem) = checker.slice(source, dimension) {
            report(checker, card, problem, place);
        }
    }
}

/// The message says why; it stands at the metric that the scorecard names.
fn report(checker: &mut Checker<'_>, card: &Scorecard, mut problem: Diagnostic, place: Span) {
    let text = format!("asked so by the scorecard `{}`", card.name);
    problem.labels.insert(0, Label { span: place, text });
    checker.problems.add(problem);
}

fn dimensions(expr: &Expr, found: &mut Vec<DimensionId>) {
    match &*expr.kind {
        ExprKind::Dimension(id) if !found.contains(id) => found.push(*id),
        _ => expr.children().into_iter().for_each(|child| dimensions(child, found)),
    }
}

fn metrics(expr: &Expr, found: &mut BTreeSet<MetricId>) {
    match &*expr.kind {
        ExprKind::Metric(id) => {
            found.insert(*id);
        }
        _ => expr.children().into_iter().for_each(|child| metrics(child, found)),
    }
}

/// What executives look at is a handful.
fn lint(checker: &mut Checker<'_>, read: &Read<'_>) {
    const MOST: usize = 5;
    let card = &read.out;
    let executive = |word: &str| word == "executive" || word == "executives";
    if !executive(&card.name) && !card.roles.iter().any(|role| executive(role)) {
        return;
    }
    let primary = |id: &&MetricId| checker.out.metric(**id).attributes.tier == Some(Tier::Primary);
    let number = card.metrics.iter().filter(primary).count();
    if number > MOST {
        let (name, span) = (card.name.clone(), card.name_span);
        checker.report(TooManyPrimary { name, number, most: MOST, span });
    }
}

/// A line for `kepi debug`, with what was understood.
pub(super) fn display(model: &super::CheckedModel, card: &Scorecard) -> String {
    let metrics = card.metrics.iter().map(|id| {
        let metric = model.metric(*id);
        if metric.current { metric.name.clone() } else { format!("{}.v{}", metric.name, metric.version) }
    });
    let mut text = format!("scorecard {} = {}", card.name, metrics.collect::<Vec<_>>().join(", "));
    text += &card.every.iter().map(|every| format!(" every {every}")).collect::<String>();
    text += &card.last.iter().map(|last| format!(" last {last}")).collect::<String>();
    for id in &card.by {
        text += &format!(" by {}", model.dimension(*id).name);
    }
    text +=
        &card.filter.iter().map(|e| format!(" where {}", super::expression(model, e))).collect::<String>();
    text +=
        &card.having.iter().map(|e| format!(" having {}", super::expression(model, e))).collect::<String>();
    text += &card.from.iter().map(|day| format!(" from {day}")).collect::<String>();
    text += &card.to.iter().map(|day| format!(" to before {day}")).collect::<String>();
    if !card.compare.is_empty() {
        text += &format!(" compare {:?}", card.compare);
    }
    text + "\n"
}

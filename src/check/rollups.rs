//! Rollups: columns made of aggregates of the rows that belong to a key.

use super::checker::Checker;
use super::infer::infer;
use super::metric_scope::{MetricScope, Place};
use super::problems::{LinkChoice, MissingKey};
use super::{
    ColumnKind, ColumnRef, Expr, ExprKind, LinkRef, Rollup, RollupPeriod, SourceId, Type, reach, suggest,
};
use crate::model::{self, Item};
use crate::syntax::ast;

/// What a rollup is per, as far as names say; reported where they do not.
pub(super) fn declare(checker: &mut Checker<'_>, rollup: &model::Rollup<'_>) -> Rollup {
    let period = match rollup.period {
        None => RollupPeriod::None,
        Some(path) if path.parts.len() == 1 && path.parts[0].name == "period" => RollupPeriod::Asked,
        Some(path) => match super::grain::by_name(&checker.out, &path.parts) {
            Some(grain) => RollupPeriod::Fixed(grain),
            None => {
                checker.report(super::problems::NotAGrain { span: path.span, quoted: None });
                RollupPeriod::Asked
            }
        },
    };
    Rollup { base: rollup.base.unwrap_or(SourceId(u32::MAX)), by: Vec::new(), period }
}

/// The columns of the base that make the key, once columns can be named.
pub(super) fn bind_key(checker: &mut Checker<'_>, source: SourceId) {
    let Some(rollup) = &checker.model.source(source).rollup else { return };
    let Some(base) = rollup.base else { return };
    let per = checker.model.source(base);
    if rollup.by.is_empty() && per.rollup.is_none() && per.key.is_none() {
        let what = format!("the rollup `{}`", checker.model.source(source).name.name);
        let (target, span) = (per.name.name.clone(), rollup.per[0].span);
        checker.report(MissingKey { what, target, span, target_span: per.name.span });
    }
    let mut by = Vec::new();
    for parts in &rollup.by {
        let span = parts[0].span.to(parts[parts.len() - 1].span);
        match checker.row_path(base, parts, span) {
            Some(expr) => by.extend(as_column(&expr)),
            None => suggest::unknown_in_source(checker, base, parts),
        }
    }
    if let super::SourceKind::Rollup(out) = &mut checker.out.sources[source.index()].kind {
        out.by = by;
    }
}

fn as_column(expr: &Expr) -> Option<ColumnRef> {
    match &*expr.kind {
        ExprKind::Column(column) => Some(column.clone()),
        _ => None,
    }
}

/// The type of the n-th column of the key.
pub(super) fn key_type(checker: &mut Checker<'_>, source: SourceId, n: usize) -> Type {
    let model = checker.model;
    let Some(rollup) = &model.source(source).rollup else { return Type::Error };
    let Some(base) = rollup.base else { return Type::Error };
    if let Some(parts) = rollup.by.get(n) {
        let span = parts[0].span;
        return checker.row_path(base, parts, span).map_or(Type::Error, |e| e.ty);
    }
    let key = checker.out.source(base).key.get(n).copied();
    key.map_or(Type::Error, |column| checker.column_type(base, column, rollup.per[0].span))
}

/// A column is aggregated if it aggregates anything, or looks at another period;
/// otherwise it is computed from the columns of its row.
pub(super) fn column(checker: &mut Checker<'_>, source: SourceId, ast: &ast::Computed) -> (Type, ColumnKind) {
    let value = infer(&mut MetricScope::new(checker, Place::Rollup(source)), &ast.value, None);
    must_reach_key(checker, source, &value);
    if let super::SourceKind::Rollup(Rollup { period: RollupPeriod::Fixed(grain), .. }) =
        &checker.out.source(source).kind
    {
        let name = format!("{}.{}", checker.out.source(source).name, ast.name.name);
        let problem = super::grain::expression_problem(&checker.out, name, &value, grain);
        problem.into_iter().for_each(|problem| checker.problems.add(problem));
    }
    let ty = value.ty.clone();
    let kind =
        if is_aggregated(&value) { ColumnKind::Aggregated(value) } else { ColumnKind::Computed(value) };
    (ty, kind)
}

fn is_aggregated(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Aggregate(_) | ExprKind::Prior(..))
        || expr.children().into_iter().any(is_aggregated)
}

/// What is aggregated has to belong to a key: rows of the base, or that link to it.
fn must_reach_key(checker: &mut Checker<'_>, source: SourceId, expr: &Expr) {
    if let ExprKind::Aggregate(aggregate) = &*expr.kind {
        let super::SourceKind::Rollup(rollup) = &checker.out.source(source).kind else { return };
        if rollup.base.index() < checker.out.sources.len()
            && let Err(problem) = reach::belonging(&checker.out, aggregate, rollup.base, expr.span)
        {
            checker.problems.add(problem);
        }
    }
    for child in expr.children() {
        must_reach_key(checker, source, child);
    }
}

/// The link that an aggregate names where several ways lead to the key of its rollup; nothing
/// where there is one way only.
pub(super) fn via(
    checker: &mut Checker<'_>,
    rollup: SourceId,
    from: SourceId,
    path: &ast::Path,
) -> Option<Option<LinkRef>> {
    let super::SourceKind::Rollup(Rollup { base, .. }) = checker.out.source(rollup).kind else { return None };
    if base.index() >= checker.out.sources.len() {
        return None;
    }
    let (source, name) = match &path.parts[..] {
        [name] => (Some(from), name),
        [source, name] => (checker.model.find_source(&source.name), name),
        _ => (None, &path.parts[0]),
    };
    let named = source.and_then(|source| match checker.model.source(source).find(&name.name) {
        Some(Item::Link(link)) => Some(LinkRef { source, link }),
        _ => None,
    });
    let ways = reach::ways(&checker.out, from, base);
    let Some(link) = named.filter(|link| ways.iter().any(|way| way.contains(link))) else {
        let choices =
            if ways.len() > 1 { reach::choices(&ways) } else { ways.into_iter().flatten().collect() };
        let names = choices.iter().map(|l| reach::named(&checker.out, from, l)).collect();
        let (from, to) = (checker.out.source(from).name.clone(), checker.out.source(base).name.clone());
        checker.report(LinkChoice { from, to, names, span: path.span, written: true });
        return None;
    };
    checker.used.links.insert(link);
    Some(Some(link).filter(|_| from == base || ways.len() > 1))
}

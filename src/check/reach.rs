//! Paths of links: from a source to where a dimension is defined, or to another source.
//! A path visits a source once, so every path is a way that an author can name.

use std::collections::BTreeSet;

use super::problems::{AmbiguousPath, NoPath};
use super::{
    Aggregate, CheckedModel, DimensionId, Expr, ExprKind, LinkId, LinkRef, MetricId, SourceId, SourceKind,
};
use crate::diagnostic::{Diagnostic, Problem};
use crate::text::Span;

/// How a source is cut by a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slice {
    /// From the source to the one that has the value; empty: itself.
    pub links: Vec<LinkRef>,
    /// An index into the values of the dimension.
    pub value: usize,
}

/// More paths than these are not looked for: there are too many already.
const ENOUGH: usize = 8;

/// The one path from a source to a value of the dimension, by the dimension's `via` where
/// there are several; or the message that says why there is none.
pub fn slice(model: &CheckedModel, source: SourceId, dimension: DimensionId) -> Result<Slice, Diagnostic> {
    let of = model.dimension(dimension);
    let value_of = |s: SourceId| of.values.iter().position(|v| v.source == s);
    if let Some(value) = value_of(source) {
        return Ok(Slice { links: Vec::new(), value });
    }
    let mut paths = paths(model, source, &|s| value_of(s).is_some());
    // as in `to_source`
    if (2..ENOUGH).contains(&paths.len()) && !of.via.is_empty() {
        let chosen = |path: &Vec<LinkRef>| path.iter().all(|link| agrees(*link, &of.via));
        let by_via = paths.iter().filter(|p| chosen(p)).cloned().collect::<Vec<_>>();
        if !by_via.is_empty() {
            paths = by_via;
        }
    }
    match &paths[..] {
        [path] => {
            let value = value_of(end(model, source, path)).unwrap_or_default();
            Ok(Slice { links: path.clone(), value })
        }
        [] => Err(no_path(model, source, dimension)),
        several => Err(ambiguous(model, source, dimension, several)),
    }
}

/// Whether a path may leave a source so: by the link that `via` names there, if any.
fn agrees(link: LinkRef, via: &[LinkRef]) -> bool {
    via.contains(&link) || via.iter().all(|v| v.source != link.source)
}

fn end(model: &CheckedModel, source: SourceId, path: &[LinkRef]) -> SourceId {
    path.last().map_or(source, |link| model.link(*link).target)
}

/// The links from the rows that are aggregated to the row of a rollup's base that they belong to.
pub fn belonging(
    model: &CheckedModel,
    aggregate: &Aggregate,
    base: SourceId,
    span: Span,
) -> Result<Vec<LinkRef>, Diagnostic> {
    to_source(model, aggregate.source, base, aggregate.via, span)
}

/// The links from the rows of one source to those of another that they belong to; `via`: one
/// that is among them.
pub(super) fn to_source(
    model: &CheckedModel,
    from: SourceId,
    to: SourceId,
    via: Option<LinkRef>,
    span: Span,
) -> Result<Vec<LinkRef>, Diagnostic> {
    if from == to && via.is_none() {
        return Ok(Vec::new());
    }
    let mut ways = ways(model, from, to);
    // not all of them may have been looked for: one that is left may not be the only one
    if ways.len() < ENOUGH {
        ways.retain(|way| via.is_none_or(|via| way.contains(&via)));
    }
    let (source, target) = (model.source(from).name.clone(), format!("`{}`", model.source(to).name));
    match &ways[..] {
        [way] => Ok(way.clone()),
        [] => {
            Err(NoPath { source, target, span, known: links_of(model, from), rollup: is_rollup(model, from) }
                .diagnostic())
        }
        several => {
            let paths = several.iter().map(|p| text(model, from, p)).collect();
            let choices = choices(several).iter().map(|l| named(model, from, l)).collect();
            Err(AmbiguousPath { source, target, span, paths, choices, dimension: false }.diagnostic())
        }
    }
}

/// All ways from the rows of one source to those of another, or to others of its own.
pub(super) fn ways(model: &CheckedModel, from: SourceId, to: SourceId) -> Vec<Vec<LinkRef>> {
    if from != to {
        return paths(model, from, &|s| s == to);
    }
    let links = (0..model.source(from).links.len()).map(LinkId::from_index);
    let own = links.map(|link| LinkRef { source: from, link }).filter(|l| model.link(*l).target == to);
    own.map(|link| vec![link]).collect()
}

/// A link as an aggregate of that source names it.
pub(super) fn named(model: &CheckedModel, from: SourceId, link: &LinkRef) -> String {
    match link.source == from {
        true => model.link(*link).name.clone(),
        false => format!("{}.{}", model.source(link.source).name, model.link(*link).name),
    }
}

/// Up to [`ENOUGH`] paths from a source to the nearest sources that are goals.
fn paths(model: &CheckedModel, from: SourceId, is_goal: &dyn Fn(SourceId) -> bool) -> Vec<Vec<LinkRef>> {
    let mut search = Search { model, is_goal, useful: useful(model, is_goal), found: Vec::new() };
    let mut visited = vec![from];
    search.walk(from, &mut visited, &mut Vec::new());
    search.found
}

struct Search<'a> {
    model: &'a CheckedModel,
    is_goal: &'a dyn Fn(SourceId) -> bool,
    /// By source: some goal can be reached from it.
    useful: Vec<bool>,
    found: Vec<Vec<LinkRef>>,
}

impl Search<'_> {
    fn walk(&mut self, here: SourceId, visited: &mut Vec<SourceId>, path: &mut Vec<LinkRef>) {
        for index in 0..self.model.source(here).links.len() {
            let link = LinkRef { source: here, link: LinkId::from_index(index) };
            let target = self.model.link(link).target;
            let leads = self.useful.get(target.index()).copied().unwrap_or(false);
            if self.found.len() >= ENOUGH || !leads || visited.contains(&target) {
                continue;
            }
            path.push(link);
            if (self.is_goal)(target) {
                self.found.push(path.clone());
            } else {
                visited.push(target);
                self.walk(target, visited, path);
                visited.pop();
            }
            path.pop();
        }
    }
}

/// Whether links lead from a source to a goal; it may be one itself.
pub(super) fn leads(model: &CheckedModel, from: SourceId, is_goal: &dyn Fn(SourceId) -> bool) -> bool {
    useful(model, is_goal)[from.index()]
}

/// For each source, whether links lead from it to a goal.
fn useful(model: &CheckedModel, is_goal: &dyn Fn(SourceId) -> bool) -> Vec<bool> {
    let mut useful = (0..model.sources.len()).map(|i| is_goal(SourceId::from_index(i))).collect::<Vec<_>>();
    loop {
        let leads = |s: usize, useful: &[bool]| {
            model.sources[s].links.iter().any(|l| useful.get(l.target.index()).copied().unwrap_or(false))
        };
        let more = (0..useful.len()).filter(|s| !useful[*s] && leads(*s, &useful)).collect::<Vec<_>>();
        if more.is_empty() {
            return useful;
        }
        more.into_iter().for_each(|s| useful[s] = true);
    }
}

fn no_path(model: &CheckedModel, source: SourceId, dimension: DimensionId) -> Diagnostic {
    let of = model.dimension(dimension);
    let target = format!("the dimension `{}`", of.name);
    let (name, known) = (model.source(source).name.clone(), links_of(model, source));
    NoPath { source: name, target, span: of.span, known, rollup: is_rollup(model, source) }.diagnostic()
}

fn is_rollup(model: &CheckedModel, source: SourceId) -> bool {
    matches!(model.source(source).kind, SourceKind::Rollup(_))
}

fn links_of(model: &CheckedModel, source: SourceId) -> Vec<String> {
    model.source(source).links.iter().map(|l| l.name.clone()).collect()
}

fn ambiguous(
    model: &CheckedModel,
    source: SourceId,
    dimension: DimensionId,
    paths: &[Vec<LinkRef>],
) -> Diagnostic {
    let of = model.dimension(dimension);
    let name = |l: &LinkRef| format!("{}.{}", model.source(l.source).name, model.link(*l).name);
    AmbiguousPath {
        source: model.source(source).name.clone(),
        target: format!("the dimension `{}`", of.name),
        span: of.span,
        paths: paths.iter().map(|p| text(model, source, p)).collect(),
        choices: choices(paths).iter().map(name).collect(),
        dimension: true,
    }
    .diagnostic()
}

/// `opportunities.account.owner`
fn text(model: &CheckedModel, source: SourceId, path: &[LinkRef]) -> String {
    let names = path.iter().map(|l| model.link(*l).name.as_str());
    std::iter::once(model.source(source).name.as_str()).chain(names).collect::<Vec<_>>().join(".")
}

/// The links by which the paths differ first: what `via` would name.
pub(super) fn choices(paths: &[Vec<LinkRef>]) -> BTreeSet<LinkRef> {
    let mut links = BTreeSet::new();
    for path in paths {
        let differs = |link: &&LinkRef| {
            paths.iter().flatten().any(|other| other.source == link.source && other.link != link.link)
        };
        links.extend(path.iter().find(differs));
    }
    links
}

/// The sources that a metric reads and that have to reach the dimension: what stands in
/// `total(… over d)` need not.
pub fn sources_for(model: &CheckedModel, metric: MetricId, dimension: DimensionId) -> BTreeSet<SourceId> {
    let mut sources = BTreeSet::new();
    collect(model, &model.metric(metric).value, dimension, &mut sources);
    sources
}

/// The sources in an expression over metrics that have to reach the dimension.
pub(super) fn collect(
    model: &CheckedModel,
    expr: &Expr,
    dimension: DimensionId,
    sources: &mut BTreeSet<SourceId>,
) {
    match &*expr.kind {
        ExprKind::Total(_, None) => return,
        ExprKind::Total(_, Some(over)) if over.contains(&dimension) => return,
        ExprKind::Aggregate(aggregate) => {
            sources.insert(aggregate.source);
        }
        ExprKind::Metric(id) => collect(model, &model.metric(*id).value, dimension, sources),
        _ => {}
    }
    for child in expr.children() {
        collect(model, child, dimension, sources);
    }
}

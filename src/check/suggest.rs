//! Names that are not known, with what was probably meant: the nearest one, the path
//! through a link, the aggregate that is missing.

use super::checker::Checker;
use super::metric_scope::Place;
use super::problems::OutOfPlace;
use super::scope::path_text;
use super::{LinkId, LinkRef, SourceId, Type, walk};
use crate::diagnostic::nearest;
use crate::model::{Item, Thing, UnknownName};
use crate::syntax::ast;

/// A first name over the rows of a source that is none of its own.
pub(super) fn unknown_in_row(checker: &mut Checker<'_>, source: SourceId, path: &ast::Path) {
    let first = &path.parts[0];
    if checker.model.is_broken(&first.name) {
        return;
    }
    if checker.model.source(source).name.name == first.name && path.parts.len() > 1 {
        return own_name(checker, path);
    }
    match checker.model.find(&first.name) {
        Some(Thing::Dimension(_)) => dimension_over_rows(checker, source, path),
        Some(Thing::Metric(_)) => {
            let what = format!("the metric `{}`", first.name);
            let help = "over rows only columns can be named, never metrics".to_string();
            checker.report(OutOfPlace { what, place: "over rows", span: path.span, help, fix: None });
        }
        _ => unknown_in_source(checker, source, &path.parts),
    }
}

/// `opportunities.amount` where `amount` is enough.
fn own_name(checker: &mut Checker<'_>, path: &ast::Path) {
    let rest = path_text(&path.parts[1..]);
    let what = format!("the name of the source in `{}`", path_text(&path.parts));
    let help = format!("over its own rows, write `{rest}`");
    checker.report(OutOfPlace { what, place: "over its own rows", span: path.span, help, fix: Some(rest) });
}

fn dimension_over_rows(checker: &mut Checker<'_>, source: SourceId, path: &ast::Path) {
    let word = &path.parts[0].name;
    let Some(Thing::Dimension(id)) = checker.model.find(word) else { return };
    let values = &checker.model.dimensions[id.index()].values;
    let way = values.iter().find_map(|value| way_to(checker, source, value));
    let what = format!("the dimension `{word}`");
    let help = match &way {
        Some(way) => format!("over rows only columns can be named: write `{way}`"),
        None => "over rows only columns can be named, never dimensions".to_string(),
    };
    checker.report(OutOfPlace { what, place: "over rows", span: path.span, help, fix: way });
}

/// How a value of a dimension that is one column is reached from the rows of a source.
fn way_to(checker: &Checker<'_>, source: SourceId, value: &ast::Expr) -> Option<String> {
    let ast::ExprKind::Path(path) = &*value.kind else { return None };
    let (first, rest) = path.parts.split_first()?;
    let goal = checker.model.find_source(&first.name)?;
    let links = super::reach::to_source(&checker.out, source, goal, None, path.span).ok()?;
    let names = links.iter().map(|l| checker.out.link(*l).name.clone());
    Some(names.chain([path_text(rest)]).collect::<Vec<_>>().join("."))
}

/// A name that a source does not have: `parts` begins with it.
pub(super) fn unknown_in_source(checker: &mut Checker<'_>, source: SourceId, parts: &[ast::Ident]) {
    let first = &parts[0];
    let own = checker.model.source(source);
    let parameters = checker.model.parameters.iter().map(|p| p.name.name.as_str());
    let near = nearest(&first.name, own.names().chain(parameters)).map(str::to_string);
    let behind = if near.is_none() { behind_link(checker, source, &first.name) } else { None };
    let beside = if near.is_none() && behind.is_none() { member_of(checker, source, first) } else { None };
    let help = match (&near, &beside) {
        (None, Some(help)) => Some(help.clone()),
        (None, None) if behind.is_none() => known(own.names(), own.name.name.as_str()),
        _ => None,
    };
    let what = format!("column or link of `{}`", own.name.name);
    let (name, span) = (first.name.clone(), first.span);
    checker.report(UnknownName { what, name, span, near: near.or(behind), help });
}

/// `account.segment`, where one link leads to a source with that column.
fn behind_link(checker: &Checker<'_>, source: SourceId, name: &str) -> Option<String> {
    let links = &checker.out.source(source).links;
    let mut found = (0..links.len()).filter_map(|i| {
        let target = checker.target(LinkRef { source, link: LinkId::from_index(i) })?;
        match checker.model.source(target).find(name) {
            Some(Item::Column(_)) => Some(format!("{}.{name}", links[i].name)),
            _ => None,
        }
    });
    found.next().filter(|_| found.next().is_none())
}

/// `won` by itself, which is a member of `stage`.
fn member_of(checker: &Checker<'_>, source: SourceId, word: &ast::Ident) -> Option<String> {
    let columns = &checker.out.source(source).columns;
    let column = columns.iter().find(|c| match &c.ty {
        Type::Enum(enumeration) => enumeration.members.iter().any(|m| m.name == word.name),
        _ => false,
    })?;
    Some(format!("`{}` is a member of `{}`: write `{1} is {0}`", word.name, column.name))
}

fn known<'a>(names: impl Iterator<Item = &'a str>, source: &str) -> Option<String> {
    let mut names = names.collect::<Vec<_>>();
    names.sort_unstable();
    let listed = names.iter().take(8).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let more = if names.len() > 8 { ", …" } else { "" };
    (!names.is_empty()).then(|| format!("`{source}` has {listed}{more}"))
}

/// A column that a declaration of the source names.
pub(super) fn unknown_column(checker: &mut Checker<'_>, source: SourceId, name: &ast::Ident) {
    let near = near_column(checker, source, &name.name);
    let own = checker.model.source(source);
    let what = format!("column of `{}`", own.name.name);
    let help = if near.is_none() { known(own.names(), &own.name.name) } else { None };
    checker.report(UnknownName { what, name: name.name.clone(), span: name.span, near, help });
}

pub(super) fn near_column(checker: &Checker<'_>, source: SourceId, name: &str) -> Option<String> {
    let columns = checker.model.source(source).columns.iter().map(|c| c.name);
    nearest(name, columns).map(str::to_string)
}

pub(super) fn unknown_source(checker: &mut Checker<'_>, name: &ast::Ident) {
    if checker.model.is_broken(&name.name) {
        return;
    }
    let near = nearest(&name.name, checker.model.source_names()).map(str::to_string);
    let (what, text, span) = ("source".to_string(), name.name.clone(), name.span);
    checker.report(UnknownName { what, name: text, span, near, help: None });
}

pub(super) fn unknown_dimension(checker: &mut Checker<'_>, name: &ast::Ident) {
    if checker.model.is_broken(&name.name) {
        return;
    }
    let dimensions = checker.model.dimensions.iter().map(|d| d.name.name.as_str());
    let near = nearest(&name.name, dimensions).map(str::to_string);
    let what = "dimension".to_string();
    checker.report(UnknownName { what, name: name.name.clone(), span: name.span, near, help: None });
}

/// Where a dimension's value names something that does not begin with its source.
pub(super) fn unknown_in_dimension(checker: &mut Checker<'_>, source: SourceId, path: &ast::Path) {
    let name = &checker.model.source(source).name.name;
    let text = path_text(&path.parts);
    if checker.model.source(source).find(&path.parts[0].name).is_some() {
        let near = Some(format!("{name}.{text}"));
        let what = "source".to_string();
        let help = Some("in a dimension names begin with their source".to_string());
        checker.report(UnknownName { what, name: path.parts[0].name.clone(), span: path.span, near, help });
    } else {
        not_a_source(checker, path);
    }
}

pub(super) fn not_a_link(checker: &mut Checker<'_>, path: &ast::Path) {
    let what = "link".to_string();
    let help = Some("write it with its source, for example `via opportunities.owner`".to_string());
    checker.report(UnknownName { what, name: path_text(&path.parts), span: path.span, near: None, help });
}

/// In an aggregate of a metric: the first name is no source.
pub(super) fn not_a_source(checker: &mut Checker<'_>, path: &ast::Path) {
    let first = &path.parts[0];
    if checker.model.is_broken(&first.name) {
        return;
    }
    if let Some(Thing::Metric(_)) = checker.model.find(&first.name) {
        let what = format!("the metric `{}`", first.name);
        let help = "aggregates are over rows of sources; metrics are combined as they are".to_string();
        return checker.report(OutOfPlace {
            what,
            place: "in an aggregate",
            span: path.span,
            help,
            fix: None,
        });
    }
    let owners = owners_of(checker, &first.name);
    let near = nearest(&first.name, checker.model.source_names()).map(str::to_string);
    let with = |owner: &str| format!("{owner}.{}", path_text(&path.parts));
    let (span, near, help) = match &owners[..] {
        [] => (first.span, near, None),
        [owner] => (path.span, Some(with(owner)), None),
        several => {
            let ways = several.iter().map(|o| format!("`{}`", with(o))).collect::<Vec<_>>().join(" or ");
            (path.span, None, Some(format!("name it with its source: {ways}")))
        }
    };
    checker.report(UnknownName { what: "source".to_string(), name: first.name.clone(), span, near, help });
}

/// The sources that have a column or link of that name.
fn owners_of(checker: &Checker<'_>, name: &str) -> Vec<String> {
    let owners = checker.model.sources.iter().filter(|s| s.find(name).is_some());
    owners.take(4).map(|s| s.name.name.clone()).collect()
}

/// In a computed column: an aggregate of something that is no source.
pub(super) fn not_a_source_over_rows(checker: &mut Checker<'_>, row: SourceId, path: &ast::Path) {
    let own = checker.model.source(row);
    if own.find(&path.parts[0].name).is_none() {
        return not_a_source(checker, path);
    }
    let what = format!("an aggregate of `{}`", path_text(&path.parts));
    let help = format!(
        "a computed column may aggregate the rows of another source that links here; \
         for all rows of `{}` write a measure or a metric",
        own.name.name
    );
    checker.report(OutOfPlace { what, place: "over rows", span: path.span, help, fix: None });
}

/// In a metric, measure or rollup.
pub(super) fn unknown_in_metric(
    checker: &mut Checker<'_>,
    place: Place,
    lets: Vec<String>,
    path: &ast::Path,
) {
    let first = &path.parts[0];
    if checker.model.is_broken(&first.name) {
        return;
    }
    if let (Some(source), true) = (checker.model.find_source(&first.name), path.parts.len() > 1)
        && checker.model.source(source).find(&path.parts[1].name).is_none()
    {
        return unknown_in_source(checker, source, &path.parts[1..]);
    }
    if let Some((what, help, fix)) = known_elsewhere(checker, place, path) {
        return checker.report(OutOfPlace { what, place: place_name(place), span: path.span, help, fix });
    }
    let mut names: Vec<&str> = lets.iter().map(String::as_str).collect();
    match place {
        Place::Metric => names.extend(checker.model.things().map(|(name, _)| name)),
        Place::Measure(source) | Place::Rollup(source) => names.extend(checker.model.source(source).names()),
    }
    if path.parts.len() > 1 {
        names = checker.model.source_names().collect();
    }
    let near = nearest(&first.name, names).map(str::to_string);
    let what = match place {
        Place::Metric if path.parts.len() > 1 => "source or metric",
        Place::Metric => "metric",
        Place::Measure(_) => "measure",
        Place::Rollup(_) => "column of the rollup",
    };
    let (what, name) = (what.to_string(), first.name.clone());
    checker.report(UnknownName { what, name, span: first.span, near, help: None });
}

fn place_name(place: Place) -> &'static str {
    match place {
        Place::Metric => "in a metric",
        Place::Measure(_) => "in a measure",
        Place::Rollup(_) => "in a rollup",
    }
}

/// Names that exist, but stand for rows or groups: what they are, and the way out.
fn known_elsewhere(
    checker: &Checker<'_>,
    place: Place,
    path: &ast::Path,
) -> Option<(String, String, Option<String>)> {
    let first = &path.parts[0];
    let text = path_text(&path.parts);
    if let Place::Measure(source) = place
        && let Some(Item::Column(_) | Item::Link(_)) = checker.model.source(source).find(&first.name)
    {
        let help = format!("say which value of its rows is meant, for example `sum({text})`");
        return Some((format!("the column `{text}`"), help, None));
    }
    if let Some(source) = checker.model.find_source(&first.name) {
        return Some(match path.parts.get(1) {
            None => {
                let help = format!("say which value of its rows is meant, for example `count({text})`");
                (format!("the source `{text}`"), help, Some(format!("count({text})")))
            }
            Some(next) if checker.model.source(source).find(&next.name).is_some() => {
                let help = format!("say which value of its rows is meant, for example `sum({text})`");
                (format!("the column `{text}`"), help, None)
            }
            Some(_) => return None,
        });
    }
    if checker.model.scorecards.iter().any(|s| s.name.name == first.name)
        && checker.model.find(&first.name).is_none()
    {
        let help = "it shows metrics: name one of them".to_string();
        return Some((format!("the scorecard `{}`", first.name), help, None));
    }
    match checker.model.find(&first.name)? {
        Thing::Dimension(_) => {
            let help =
                "dimensions slice metrics when these are asked: `--by`, or `by` in the metric".to_string();
            Some((format!("the dimension `{}`", first.name), help, None))
        }
        Thing::Calendar(_) => Some((
            format!("the calendar `{}`", first.name),
            "it names grains, for example in `every`".into(),
            None,
        )),
        Thing::Metric(_) if place != Place::Metric => {
            let help = "metrics are combined in metrics".to_string();
            Some((format!("the metric `{}`", first.name), help, None))
        }
        _ => None,
    }
}

/// `win_rate.v7` where there is no such version.
pub(super) fn unknown_version(checker: &mut Checker<'_>, name: &ast::Ident, version: &ast::Ident) {
    let versions = checker.model.versions(&name.name);
    let known = versions.iter().map(|id| format!("`{}.v{}`", name.name, checker.model.metric(*id).version));
    let known = known.collect::<Vec<_>>().join(", ");
    checker.report(UnknownName {
        what: format!("version of `{}`", name.name),
        name: version.name.clone(),
        span: version.span,
        near: None,
        help: Some(format!("there is {known}")),
    });
}

/// The source that the names in an expression begin with, if it is one.
pub(super) fn source_within(checker: &Checker<'_>, ast: &ast::Expr) -> Option<String> {
    let paths = walk::paths(ast);
    let mut sources = paths.iter().filter_map(|p| checker.model.find_source(&p.parts[0].name));
    sources.next().map(|id| checker.model.source(id).name.name.clone())
}

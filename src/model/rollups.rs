//! The keys of rollups: `per reps, period` bound to sources, with the columns and
//! links that a rollup has from its key.

use super::problems::{KeyAndColumns, RollupWithoutKey};
use super::{Column, ColumnKind, DuplicateName, GivenTwice, Item, Link, Model, Thing, UnknownName};
use crate::calendar::Grain;
use crate::diagnostic::{Problems, nearest};
use crate::model::{ColumnId, LinkId, SourceId};
use crate::syntax::ast;
use crate::text::Span;

pub(super) fn resolve(model: &mut Model<'_>, problems: &mut Problems) {
    for index in 0..model.sources.len() {
        let Some(per) = model.sources[index].rollup.as_ref().map(|rollup| rollup.per) else { continue };
        let (known, mut key) = (problems.iter().count(), Vec::new());
        for path in per {
            bind(model, index, path, &mut key, problems);
        }
        let broken = per.iter().any(|path| model.is_broken(&path.parts[0].name));
        if key.is_empty() && !broken && problems.iter().count() == known {
            let rollup = &model.sources[index].name.name;
            problems.push(RollupWithoutKey { rollup, span: per[0].span });
        }
        add_key(model, index, problems);
        add_links(model, index);
    }
}

/// One of the things behind `per`.
fn bind<'a>(
    model: &mut Model<'a>,
    index: usize,
    path: &'a ast::Path,
    key: &mut Vec<&'a ast::Path>,
    problems: &mut Problems,
) {
    let head = &path.parts[0];
    let is_calendar = matches!(model.find(&head.name), Some(Thing::Calendar(_)));
    let is_grain = path.parts.len() == 1 && (head.name == "period" || Grain::from_name(&head.name).is_some());
    let base = model.find_source(&head.name);
    let broken = model.is_broken(&head.name);
    let names = model.source_names().collect::<Vec<_>>();
    let rollup = model.sources[index].rollup.as_mut().expect("only called for rollups");
    match base {
        Some(id) if rollup.base.is_none_or(|b| b == id) => {
            rollup.base = Some(id);
            let whole = |path: &ast::Path| path.parts.len() == 1;
            match key.iter().find(|other| whole(other) || whole(path)) {
                Some(first) => {
                    let (source, first, second) = (head.name.clone(), first.span, path.span);
                    problems.push(KeyAndColumns { source, first, second });
                }
                None if whole(path) => {}
                None => rollup.by.push(&path.parts[1..]),
            }
            key.push(path);
        }
        Some(_) => problems.push(super::problems::TwoBases {
            rollup: model.sources[index].name.name.clone(),
            span: path.span,
        }),
        None if is_grain || is_calendar => match rollup.period {
            Some(first) => problems.push(GivenTwice { what: "period", second: path.span, first: first.span }),
            None => rollup.period = Some(path),
        },
        None if broken => {}
        None => {
            let near = nearest(&head.name, names.into_iter().chain(["period"])).map(str::to_string);
            let (what, name) = ("source or grain".to_string(), head.name.clone());
            problems.push(UnknownName { what, name, span: head.span, near, help: None });
        }
    }
}

/// Its key columns stand first among its columns.
fn add_key(model: &mut Model<'_>, index: usize, problems: &mut Problems) {
    let rollup = model.sources[index].rollup.as_ref().expect("only called for rollups");
    let Some(base) = rollup.base else { return };
    let period = rollup.period.filter(|p| p.parts[0].name != "period");
    let mut keys: Vec<(&str, Span)> = Vec::new();
    if rollup.by.is_empty() {
        let of_base = model.source(base).key.unwrap_or(&[]);
        keys.extend(of_base.iter().map(|k| (k.name.as_str(), rollup.per[0].span)));
    } else {
        keys.extend(rollup.by.iter().map(|path| key_name(model, base, path)));
    }
    let mut added = keys.into_iter().enumerate().map(|(i, k)| (k, ColumnKind::Key(i))).collect::<Vec<_>>();
    if let Some(path) = period {
        let last = &path.parts[path.parts.len() - 1];
        added.push(((last.name.as_str(), path.span), ColumnKind::PeriodStart));
    }
    let source = &mut model.sources[index];
    for ((name, span), kind) in added {
        let taken = match source.items.get(name) {
            Some(Item::Column(id)) => Some(("a column", source.columns[id.index()].span)),
            Some(Item::Measure(id)) => Some(("a measure", source.measures[id.index()].name.span)),
            _ => None,
        };
        if let Some((what, second)) = taken {
            problems.push(DuplicateName { what, name, second, first: span, free_version: None });
        }
        let id = ColumnId::from_index(source.columns.len());
        source.columns.push(Column { name, span, kind });
        source.items.entry(name).or_insert(Item::Column(id));
    }
}

/// `subscriptions.customer` stands for the one column of that link.
fn key_name<'a>(model: &Model<'a>, base: SourceId, path: &'a [ast::Ident]) -> (&'a str, Span) {
    let last = &path[path.len() - 1];
    let name = match (path.len(), model.source(base).find(&last.name)) {
        (1, Some(Item::Link(id))) => via_names(model, base, id).first().copied().unwrap_or(&last.name),
        _ => &last.name,
    };
    (name, last.span)
}

/// The names of the columns that a declared link follows; of `l -> s` it is `l_id`,
/// which the source has to have.
pub(super) fn via_names<'a>(model: &Model<'a>, source: SourceId, link: LinkId) -> Vec<&'a str> {
    let source = model.source(source);
    let Link::Declared(link) = &source.links[link.index()] else { return Vec::new() };
    if !link.via.is_empty() {
        return link.via.iter().map(|v| v.name.as_str()).collect();
    }
    let implied = format!("{}_id", link.name.name);
    source.columns.iter().filter(|c| c.name == implied).map(|c| c.name).collect()
}

fn add_links(model: &mut Model<'_>, index: usize) {
    let rollup = model.sources[index].rollup.as_ref().expect("only called for rollups");
    let Some(base) = rollup.base else { return };
    let span = rollup.per[0].span;
    let links = if rollup.by.is_empty() {
        vec![Link::ToBase { name: &model.source(base).name.name, span }]
    } else {
        links_of_base(model, index, base)
    };
    let source = &mut model.sources[index];
    for link in links {
        let id = LinkId::from_index(source.links.len());
        source.items.entry(link.name()).or_insert(Item::Link(id));
        source.links.push(link);
    }
}

fn links_of_base<'a>(model: &Model<'a>, index: usize, base: SourceId) -> Vec<Link<'a>> {
    let rollup = &model.sources[index];
    let key = |name: &str| match rollup.find(name) {
        Some(Item::Column(id)) if matches!(rollup.columns[id.index()].kind, ColumnKind::Key(_)) => Some(id),
        _ => None,
    };
    let of_base = model.source(base).links.iter().enumerate().filter_map(|(i, link)| {
        let id = LinkId::from_index(i);
        let names = via_names(model, base, id);
        let via = names.iter().map(|n| key(n)).collect::<Option<Vec<_>>>()?;
        let plain = matches!(link, Link::Declared(l) if l.time.is_none());
        (plain && !via.is_empty()).then(|| Link::OfBase {
            name: link.name(),
            span: rollup.rollup.as_ref().expect("a rollup").per[0].span,
            link: id,
            via,
        })
    });
    of_base.collect()
}

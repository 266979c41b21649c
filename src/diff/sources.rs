//! Sources and rollups: their rows, columns, links, promises and measures. An edit that no
//! metric and no dimension feels is compatible.

use std::collections::{BTreeMap, BTreeSet};

use super::metrics::Causes;
use super::{At, Both, Class, Kind, Subject, said, words};
use crate::check::{CheckedModel, Column, ColumnKind, Member, Source, SourceKind, Type, expression};
use crate::fingerprint::{Digest, Part, SourceItem};

pub fn diff(both: &mut Both<'_>, causes: &Causes) {
    let (was, is) = (both.before.model, both.after.model);
    let mut matched: BTreeSet<&str> = BTreeSet::new();
    for source in &was.sources {
        if let Some(now) = is.sources.iter().find(|s| s.name == source.name) {
            matched.insert(&now.name);
            contract(both, causes, source, now);
        }
    }
    for source in was.sources.iter().filter(|s| is.sources.iter().all(|n| n.name != s.name)) {
        let free = |n: &&Source| !matched.contains(n.name.as_str()) && alike(source, n);
        match is.sources.iter().find(free) {
            Some(now) => {
                matched.insert(&now.name);
                let change =
                    both.add("source-renamed", Subject::new(Kind::Source, &now.name), At::After(now.span));
                change.detail("name", &source.name, &now.name);
            }
            None => {
                both.add("source-removed", Subject::new(Kind::Source, &source.name), At::Before(source.span));
            }
        }
    }
    for now in is.sources.iter().filter(|s| !matched.contains(s.name.as_str())) {
        both.add("source-added", Subject::new(Kind::Source, &now.name), At::After(now.span));
    }
}

/// The same columns under the same names, out of the same data.
fn alike(before: &Source, after: &Source) -> bool {
    let names = |s: &Source| s.columns.iter().map(|c| c.name.clone()).collect::<BTreeSet<_>>();
    let reads = match (&before.kind, &after.kind) {
        (SourceKind::Stored(Some(a)), SourceKind::Stored(Some(b))) => a.path == b.path,
        // whose data is called like it
        (SourceKind::Stored(_), SourceKind::Stored(_)) => false,
        (before, after) => std::mem::discriminant(before) == std::mem::discriminant(after),
    };
    reads && !before.columns.is_empty() && names(before) == names(after)
}

fn contract(both: &mut Both<'_>, causes: &Causes, source: &Source, now: &Source) {
    rows(both, causes, source, now);
    columns(both, causes, source, now);
    links(both, causes, source, now);
    promises(both, source, now);
    measures(both, source, now);
    let subject = Subject::new(Kind::Source, &now.name);
    said::label_and_docs(
        both,
        subject,
        At::After(now.span),
        (&source.label, &source.docs),
        (&now.label, &now.docs),
    );
}

/// An edit of what metrics use has their class, and names them.
fn felt(both: &mut Both<'_>, causes: &Causes, part: &Part, dimension: bool) {
    let Some(change) = both.changes.last_mut() else { return };
    if causes.parts.get(part).is_none_or(BTreeSet::is_empty)
        && !dimension
        && change.class == Class::ValueChanging
    {
        change.class = Class::Compatible;
    }
}

fn rows(both: &mut Both<'_>, causes: &Causes, source: &Source, now: &Source) {
    let (was, is) = (both.before.model, both.after.model);
    for item in SourceItem::ALL {
        let (before, after) = (words::source_item(was, source, item), words::source_item(is, now, item));
        if before != after {
            let subject = Subject::new(Kind::Source, &now.name);
            both.add("rows-changed", subject, At::After(now.span)).detail(item.word(), before, after);
            felt(both, causes, &Part::Source(now.name.clone(), item), false);
        }
    }
}

fn columns(both: &mut Both<'_>, causes: &Causes, source: &Source, now: &Source) {
    let (was, is) = (both.before.model, both.after.model);
    let mut left: BTreeMap<&str, &Column> = now.columns.iter().map(|c| (c.name.as_str(), c)).collect();
    let mut missing = Vec::new();
    for column in &source.columns {
        match left.remove(column.name.as_str()) {
            Some(other) => column_changed(both, causes, now, column, other),
            None => missing.push(column),
        }
    }
    for column in missing {
        let text = same_reading(&words::column(was, column), column);
        let is_same = |other: &&&Column| same_reading(&words::column(is, other), other) == text;
        let renamed = left.values().find(is_same).copied();
        match renamed {
            Some(other) => {
                left.remove(other.name.as_str());
                let subject = Subject::new(Kind::Column, format!("{}.{}", now.name, other.name));
                both.add("column-renamed", subject, At::After(other.span)).detail(
                    "name",
                    &column.name,
                    &other.name,
                );
            }
            None => {
                let subject = Subject::new(Kind::Column, format!("{}.{}", now.name, column.name));
                let before = words::column(was, column);
                both.add("column-removed", subject, At::Before(column.span)).detail("column", before, "");
            }
        }
    }
    for other in left.into_values() {
        let subject = Subject::new(Kind::Column, format!("{}.{}", now.name, other.name));
        both.add("column-added", subject, At::After(other.span)).detail(
            "column",
            "",
            words::column(is, other),
        );
    }
}

/// What a column is whatever its name: with its header in the data written out.
fn same_reading(text: &str, column: &Column) -> String {
    match &column.kind {
        ColumnKind::Stored { raw, .. } if *raw == column.name => format!("{text} from {raw:?}"),
        _ => text.to_string(),
    }
}

fn column_changed(both: &mut Both<'_>, causes: &Causes, now: &Source, column: &Column, other: &Column) {
    let (was, is) = (both.before.model, both.after.model);
    let name = format!("{}.{}", now.name, other.name);
    let (subject, at) = (Subject::new(Kind::Column, &name), At::After(other.span));
    let (before, after) = (words::column(was, column), words::column(is, other));
    if column.optional != other.optional && is_stored(column) && is_stored(other) {
        let code = if other.optional { "column-optional" } else { "column-required" };
        both.add(code, subject.clone(), at).detail("column", &before, &after);
    }
    let Members { added, removed, renamed } = members(&column.ty, &other.ty);
    for (before, after) in &renamed {
        both.add("member-renamed", subject.clone(), at).detail("member", before, after);
    }
    if !added.is_empty() {
        both.add("member-added", subject.clone(), at).detail("members", "", added.join(", "));
    }
    if !removed.is_empty() {
        both.add("member-removed", subject.clone(), at).detail("members", removed.join(", "), "");
    }
    let (plain_before, plain_after) = (before.replacen('?', "", 1), after.replacen('?', "", 1));
    let only_members =
        is_only_members(column, other, !added.is_empty() || !removed.is_empty() || !renamed.is_empty());
    let formula = !is_stored(column) || !is_stored(other);
    if (if formula { before != after } else { plain_before != plain_after }) && !only_members {
        if formula && meaning(both, true, now, &column.name) == meaning(both, false, now, &other.name) {
            both.add("rewritten", subject, at).detail("column", before, after);
            return;
        }
        let part = Part::Column(name.clone());
        let felt_by_dimension = dimension_uses(both, &name);
        both.add("column-changed", subject.clone(), at).detail("column", before, after);
        felt(both, causes, &part, felt_by_dimension);
    }
    said::label_and_docs(both, subject, at, (&None, &column.docs), (&None, &other.docs));
}

/// What a column means in the project before, or after.
fn meaning(both: &Both<'_>, before: bool, now: &Source, column: &str) -> Option<Digest> {
    let (model, all) = match before {
        true => (both.before.model, &both.old.sources),
        false => (both.after.model, &both.new.sources),
    };
    let source = model.sources.iter().position(|s| s.name == now.name)?;
    let column = model.sources[source].columns.iter().position(|c| c.name == column)?;
    all[source].columns.get(column).copied()
}

fn is_stored(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::Stored { .. })
}

/// Whether a dimension that is grouped by it changed.
fn dimension_uses(both: &Both<'_>, column: &str) -> bool {
    let changed =
        |name: &str| both.changes.iter().any(|c| c.code == "dimension-changed" && c.subject.name == name);
    let ids = (0..both.after.model.dimensions.len()).map(|i| crate::check::DimensionId(i as u32));
    let mut hit = ids.filter(|id| changed(&both.after.model.dimension(*id).name));
    hit.any(|id| {
        let parts = crate::fingerprint::dimension_parts(both.after.model, id);
        parts.contains_key(&Part::Column(column.to_string()))
    })
}

/// Words that came and went, and others for the same value of the data; those of a kept one
/// that stand for another value are changed.
#[derive(Default)]
struct Members {
    added: Vec<String>,
    removed: Vec<String>,
    renamed: Vec<(String, String)>,
}

fn members(before: &Type, after: &Type) -> Members {
    let (Type::Enum(old), Type::Enum(new)) = (before, after) else { return Members::default() };
    let mut found = Members::default();
    let has = |all: &[Member], name: &str| all.iter().any(|m| m.name == name);
    let mut added: Vec<&Member> = new.members.iter().filter(|m| !has(&old.members, &m.name)).collect();
    for gone in old.members.iter().filter(|m| !has(&new.members, &m.name)) {
        match added.iter().position(|m| m.raw == gone.raw) {
            Some(at) => found.renamed.push((gone.name.clone(), added.remove(at).name.clone())),
            None => found.removed.push(gone.name.clone()),
        }
    }
    found.added = added.into_iter().map(|m| m.name.clone()).collect();
    found
}

/// Whether members came or went, or stand in another order, and nothing else differs.
fn is_only_members(column: &Column, other: &Column, differ: bool) -> bool {
    let (Type::Enum(old), Type::Enum(new)) = (&column.ty, &other.ty) else { return false };
    let kept = |m: &&Member| new.members.iter().any(|o| o.name == m.name);
    let same_raw = old.members.iter().filter(kept).all(|m| new.members.contains(m));
    let same_header = match (&column.kind, &other.kind) {
        (ColumnKind::Stored { raw: a, .. }, ColumnKind::Stored { raw: b, .. }) => a == b,
        _ => false,
    };
    let reordered = old.members.len() == new.members.len() && old.members != new.members;
    same_raw && same_header && (differ || reordered)
}

fn links(both: &mut Both<'_>, causes: &Causes, source: &Source, now: &Source) {
    let (was, is) = (both.before.model, both.after.model);
    for link in &source.links {
        let name = format!("{}.{}", now.name, link.name);
        let subject = Subject::new(Kind::Link, &name);
        let before = words::link(was, source, link);
        match now.links.iter().find(|l| l.name == link.name) {
            None => _ = both.add("link-removed", subject, At::Before(link.span)).detail("link", before, ""),
            Some(other) => {
                let after = words::link(is, now, other);
                if before != after {
                    both.add("link-changed", subject, At::After(other.span)).detail("link", before, after);
                    let sliced = both.changes.iter().any(|c| c.code == "slice-changed");
                    felt(both, causes, &Part::Link(name), sliced);
                }
            }
        }
    }
    for link in now.links.iter().filter(|l| source.links.iter().all(|o| o.name != l.name)) {
        let subject = Subject::new(Kind::Link, format!("{}.{}", now.name, link.name));
        both.add("link-added", subject, At::After(link.span)).detail("link", "", words::link(is, now, link));
    }
}

/// By what they promise, not by how they say it.
fn promises(both: &mut Both<'_>, source: &Source, now: &Source) {
    let (was, is) = (both.before.model, both.after.model);
    let at = |model: &CheckedModel| model.sources.iter().position(|s| s.name == now.name).unwrap_or_default();
    let (old, new) = (&both.old.sources[at(was)].promises, &both.new.sources[at(is)].promises);
    let said = |model: &CheckedModel, of: &Source, all: &[Digest]| -> BTreeMap<String, Digest> {
        let words = of.expects.iter().map(|expect| words::expect(model, of, expect));
        words.zip(all.iter().copied()).collect()
    };
    let (old, new) = (said(was, source, old), said(is, now, new));
    let only = |own: &BTreeMap<String, Digest>, others: &BTreeMap<String, Digest>| {
        // in the same words about a column that changed: that says so itself
        let is_new = |(words, digest): &(&String, &Digest)| {
            !others.contains_key(*words) && !others.values().any(|other| other == *digest)
        };
        own.iter().filter(is_new).map(|(words, _)| words.clone()).collect::<Vec<_>>().join("; ")
    };
    let (before, after) = (only(&old, &new), only(&new, &old));
    if !before.is_empty() || !after.is_empty() {
        let subject = Subject::new(Kind::Source, &now.name);
        both.add("promise-changed", subject, At::After(now.span)).detail("expect", before, after);
    }
}

fn measures(both: &mut Both<'_>, source: &Source, now: &Source) {
    let (was, is) = (both.before.model, both.after.model);
    if words::source_item(was, source, SourceItem::Time) != words::source_item(is, now, SourceItem::Time) {
        // every aggregate is by another date now, which has been said
        return;
    }
    let old: BTreeMap<&str, String> =
        source.measures.iter().map(|m| (m.name.as_str(), expression(was, &m.value))).collect();
    let new: BTreeMap<&str, String> =
        now.measures.iter().map(|m| (m.name.as_str(), expression(is, &m.value))).collect();
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    for name in names.into_iter().filter(|name| old.get(name) != new.get(name)) {
        let text = |all: &BTreeMap<&str, String>| all.get(name).cloned().unwrap_or_default();
        let span = now.measures.iter().find(|m| m.name == name).map(|m| m.span);
        let at = span.map_or(At::After(now.span), At::After);
        let subject = Subject::new(Kind::Measure, format!("{}.{name}", now.name));
        both.add("measure-changed", subject, at).detail("measure", text(&old), text(&new));
    }
}

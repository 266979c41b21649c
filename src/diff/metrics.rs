//! Metrics: which are new or gone, whose meaning changed and why, what else did.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{At, Both, Change, Subject, said, thresholds, words};
use crate::check::{CheckedModel, Metric, MetricId, expression};
use crate::fingerprint::{Digest, Interface, Part, Parts, changed, metric_parts};

/// What changed numbers follow from, with the metrics that do.
#[derive(Default)]
pub struct Causes {
    pub parts: BTreeMap<Part, BTreeSet<String>>,
}

/// The same version in both, by name and number or by a rename.
#[derive(Clone, Copy)]
struct Pair {
    before: MetricId,
    after: MetricId,
}

/// What numbers follow from, and the names that became others.
pub fn diff(both: &mut Both<'_>) -> (Causes, BTreeMap<String, String>) {
    let (old, new) = (by_version(both.before.model), by_version(both.after.model));
    let renames = renames(both, &old, &new);
    let mut pairs = Vec::new();
    for ((name, version), before) in &old {
        let name = renames.get(name.as_str()).map_or(name.as_str(), |n| n.as_str());
        match new.get(&(name.to_string(), *version)) {
            Some(after) => pairs.push(Pair { before: *before, after: *after }),
            None => gone(both, &new, *before, name),
        }
    }
    for (before, after) in &renames {
        renamed(both, before, after);
    }
    let known: BTreeSet<MetricId> = pairs.iter().map(|p| p.after).collect();
    for id in new.values().filter(|id| !known.contains(id)) {
        added(both, *id, &renames);
    }
    let causes = meanings(both, &pairs);
    (causes, renames)
}

fn by_version(model: &CheckedModel) -> BTreeMap<(String, u32), MetricId> {
    let entry = |(at, m): (usize, &Metric)| ((m.name.clone(), m.version), MetricId(at as u32));
    model.metrics.iter().enumerate().map(entry).collect()
}

/// Names that are gone with new names of the same meaning.
fn renames(
    both: &Both<'_>,
    old: &BTreeMap<(String, u32), MetricId>,
    new: &BTreeMap<(String, u32), MetricId>,
) -> BTreeMap<String, String> {
    let names =
        |all: &BTreeMap<(String, u32), MetricId>| all.keys().map(|k| k.0.clone()).collect::<BTreeSet<_>>();
    let (before, after) = (names(old), names(new));
    let current = |model: &CheckedModel, name: &str| model.find_metric(name);
    let mut free: HashMap<Digest, Vec<&String>> = HashMap::new();
    for name in after.difference(&before) {
        if let Some(id) = current(both.after.model, name) {
            free.entry(both.new.metrics[id.index()].meaning).or_default().push(name);
        }
    }
    let mut renames = BTreeMap::new();
    for name in before.difference(&after) {
        let Some(id) = current(both.before.model, name) else { continue };
        let candidates = free.get_mut(&both.old.metrics[id.index()].meaning);
        // of several the one with the same label, or the first by name
        let Some(candidates) = candidates.filter(|c| !c.is_empty()) else { continue };
        let label = &both.before.model.metric(id).label;
        let labelled = |n: &&String| {
            current(both.after.model, n).is_some_and(|id| both.after.model.metric(id).label == *label)
        };
        let at = candidates.iter().position(labelled).unwrap_or(0);
        renames.insert(name.clone(), candidates.remove(at).clone());
    }
    renames
}

fn renamed(both: &mut Both<'_>, before: &str, after: &str) {
    let Some(id) = both.after.model.find_metric(after) else { return };
    let at = At::After(both.after.model.metric(id).name_span);
    let subject = Subject::metric(both.after.model, id);
    both.add("metric-renamed", subject, at).detail("name", before, after);
}

fn gone(both: &mut Both<'_>, new: &BTreeMap<(String, u32), MetricId>, id: MetricId, name: &str) {
    let has_others = new.keys().any(|(other, _)| other == name);
    let model = both.before.model;
    let metric = model.metric(id);
    if !has_others && !metric.current {
        // said of the current version
        return;
    }
    let code = if has_others { "version-removed" } else { "metric-removed" };
    let was = expression(model, &metric.value);
    let change = both.add(code, Subject::metric(model, id), At::Before(metric.name_span));
    change.detail("formula", was, "");
    if metric.attributes.draft {
        // who uses a draft has been told
        change.class = super::Class::Compatible;
    }
}

fn added(both: &mut Both<'_>, id: MetricId, renames: &BTreeMap<String, String>) {
    let model = both.after.model;
    let metric = model.metric(id);
    let before_name =
        renames.iter().find(|(_, after)| **after == metric.name).map(|(before, _)| before.as_str());
    let before = both.before.model.find_metric(before_name.unwrap_or(&metric.name));
    let now = expression(model, &metric.value);
    let (code, was) = match before {
        None if !metric.current && model.metrics.iter().any(|m| m.name == metric.name && m.current) => return,
        None => ("metric-added", String::new()),
        Some(before) => {
            let same = both.old.metrics[before.index()].meaning == both.new.metrics[id.index()].meaning;
            let was = expression(both.before.model, &both.before.model.metric(before).value);
            match metric.current && !same {
                true => ("version-current", was),
                false => ("version-added", String::new()),
            }
        }
    };
    both.add(code, Subject::metric(model, id), At::After(metric.name_span)).detail("formula", was, now);
}

fn meanings(both: &mut Both<'_>, pairs: &[Pair]) -> Causes {
    let differs =
        |p: &&Pair| both.old.metrics[p.before.index()].meaning != both.new.metrics[p.after.index()].meaning;
    let changed_pairs: Vec<Pair> = pairs.iter().filter(differs).copied().collect();
    let old = metric_parts(both.before.model, &changed_pairs.iter().map(|p| p.before).collect::<Vec<_>>());
    let new = metric_parts(both.after.model, &changed_pairs.iter().map(|p| p.after).collect::<Vec<_>>());
    let mut causes = Causes::default();
    for (at, pair) in changed_pairs.iter().enumerate() {
        meaning(both, *pair, &old[at], &new[at], &mut causes);
    }
    let changed: BTreeSet<MetricId> = changed_pairs.iter().map(|p| p.after).collect();
    for pair in pairs {
        if !changed.contains(&pair.after) {
            rewritten(both, *pair);
        }
        interface(both, *pair);
        life(both, *pair);
        let (before, after) = (both.old, both.new);
        let subject = Subject::metric(both.after.model, pair.after);
        let at = At::After(both.after.model.metric(pair.after).name_span);
        let said = (
            &before.metrics[pair.before.index()].documentation,
            &after.metrics[pair.after.index()].documentation,
        );
        said::documentation(both, &subject, at, said.0, said.1);
        thresholds::diff(both, pair.before, pair.after);
    }
    causes
}

fn meaning(both: &mut Both<'_>, pair: Pair, old: &Parts, new: &Parts, causes: &mut Causes) {
    let model = both.after.model;
    let (was, is) = (both.before.model.metric(pair.before), model.metric(pair.after));
    let parts = changed(old, new);
    let mut own: Vec<&Part> = parts.iter().filter(|p| p.is_own()).collect();
    let written = |model: &CheckedModel, metric: &Metric| expression(model, &metric.value);
    // of another unit or with more digits because what it uses is: its own words are the same
    if own.len() < parts.len() && written(both.before.model, was) == written(model, is) {
        own.clear();
    }
    let code = match (is.attributes.draft, &own[..]) {
        (true, _) => "draft-changed",
        (_, []) if !parts.is_empty() => "follows",
        (_, [Part::Filter]) => "filter-changed",
        (_, [Part::Window]) => "window-changed",
        (_, [Part::Aggregate]) => "aggregate-changed",
        (_, own) if own.contains(&&Part::Aggregate) && !own.contains(&&Part::Expression) => {
            "aggregate-changed"
        }
        _ => "formula-changed",
    };
    for part in parts.iter().filter(|p| !p.is_own()) {
        causes.parts.entry(part.clone()).or_default().insert(is.name.clone());
    }
    let through: Vec<String> = parts.iter().filter(|p| !p.is_own()).map(Part::name).collect();
    let details = details(both, was, is, &own);
    let subject = Subject::metric(model, pair.after);
    let change: &mut Change = both.add(code, subject, At::After(is.name_span));
    change.through = through;
    for (what, before, after) in details {
        change.detail(what, before, after);
    }
}

/// The filter where only that changed, else the whole formula, once.
fn details(both: &Both<'_>, was: &Metric, is: &Metric, own: &[&Part]) -> Vec<(&'static str, String, String)> {
    let (part, what) = match own {
        [] => return Vec::new(),
        [Part::Filter] => (Part::Filter, "filter"),
        [Part::Unit] => return Vec::new(),
        _ => (Part::Expression, "formula"),
    };
    let before = words::part(both.before.model, &was.value, &part);
    let after = words::part(both.after.model, &is.value, &part);
    vec![(what, before, after)]
}

/// The same meaning in other words.
fn rewritten(both: &mut Both<'_>, pair: Pair) {
    let (was, is) = (both.before.model.metric(pair.before), both.after.model.metric(pair.after));
    // what else is written otherwise, a measure for example, says so itself
    if both.before.text(was.span) == both.after.text(is.span) {
        return;
    }
    let before = expression(both.before.model, &was.value);
    let after = expression(both.after.model, &is.value);
    if before != after {
        let subject = Subject::metric(both.after.model, pair.after);
        both.add("rewritten", subject, At::After(is.name_span)).detail("formula", before, after);
    }
}

fn interface(both: &mut Both<'_>, pair: Pair) {
    let (old, new) = (both.old, both.new);
    let before: &Interface = &old.metrics[pair.before.index()].interface;
    let after: &Interface = &new.metrics[pair.after.index()].interface;
    let is = both.after.model.metric(pair.after);
    let (at, subject) = (At::After(is.name_span), Subject::metric(both.after.model, pair.after));
    let draft = is.attributes.draft;
    if before.ty != after.ty {
        both.add("type-changed", subject.clone(), at).detail("type", &before.ty, &after.ty);
    } else if before.unit != after.unit {
        let plain = ["", "percent", "points", "ratio", "count"];
        let same = plain.contains(&before.unit.as_str()) && plain.contains(&after.unit.as_str());
        let code = if same { "shown-changed" } else { "unit-changed" };
        both.add(code, subject.clone(), at).detail("unit", named(&before.unit), named(&after.unit));
    }
    slices(both, &subject, at, before, after);
    if before.only != after.only || before.finest != after.finest {
        let wider =
            (after.only.is_none() || after.only == before.only) && after.finest.is_subset(&before.finest);
        let code = if wider { "grains-widened" } else { "grains-narrowed" };
        both.add(code, subject.clone(), at).detail("grains", grains(before), grains(after));
    }
    if draft {
        // who uses a draft has been told
        let of_draft = |c: &mut Change| c.subject == subject && c.class > super::Class::Compatible;
        both.changes
            .iter_mut()
            .filter_map(|c| of_draft(c).then_some(c))
            .for_each(|c| c.class = super::Class::Compatible);
    }
}

fn named(unit: &str) -> String {
    if unit.is_empty() { "number".to_string() } else { unit.to_string() }
}

fn grains(interface: &Interface) -> String {
    let only = interface.only.as_ref().map(|g| format!("only {g}"));
    let finest = interface.finest.iter().map(|g| format!("no finer than {g}"));
    let all: Vec<String> = only.into_iter().chain(finest).collect();
    if all.is_empty() { "any".to_string() } else { all.join(", ") }
}

/// Dimensions that are themselves new, gone or changed say so themselves.
fn slices(both: &mut Both<'_>, subject: &Subject, at: At, before: &Interface, after: &Interface) {
    let (was, is) = (both.before.model, both.after.model);
    let known = |model: &CheckedModel, name: &String| model.find_dimension(name);
    let removed: Vec<String> =
        before.dimensions.keys().filter(|n| !after.dimensions.contains_key(*n)).cloned().collect();
    let removed: Vec<String> = removed.into_iter().filter(|n| known(is, n).is_some()).collect();
    let added: Vec<String> =
        after.dimensions.keys().filter(|n| !before.dimensions.contains_key(*n)).cloned().collect();
    let added: Vec<String> = added.into_iter().filter(|n| known(was, n).is_some()).collect();
    let (old, new) = (both.old, both.new);
    let same_dimension = |name: &String| match (known(was, name), known(is, name)) {
        (Some(a), Some(b)) => old.dimensions[a.index()] == new.dimensions[b.index()],
        _ => false,
    };
    let moved = |(name, digest): &(&String, &Digest)| {
        before.dimensions.get(*name).is_some_and(|d| d != *digest) && same_dimension(name)
    };
    let moved: Vec<String> = after.dimensions.iter().filter(moved).map(|(name, _)| name.clone()).collect();
    if !removed.is_empty() {
        both.add("slice-removed", subject.clone(), at).detail("by", removed.join(", "), "");
    }
    if !added.is_empty() {
        both.add("slice-added", subject.clone(), at).detail("by", "", added.join(", "));
    }
    if !moved.is_empty() {
        both.add("slice-changed", subject.clone(), at).detail("by", moved.join(", "), "by another path");
    }
}

/// Draft, deprecated, and how often it is reported.
fn life(both: &mut Both<'_>, pair: Pair) {
    let (was, is) = (both.before.model.metric(pair.before), both.after.model.metric(pair.after));
    let (old, new) = (&was.attributes, &is.attributes);
    let (at, subject) = (At::After(is.name_span), Subject::metric(both.after.model, pair.after));
    match (old.draft, new.draft) {
        (true, false) => _ = both.add("published", subject.clone(), at).detail("status", "draft", ""),
        (false, true) => _ = both.add("withdrawn", subject.clone(), at).detail("status", "", "draft"),
        _ => {}
    }
    let text = |d: &crate::check::Deprecated| {
        format!("{:?}{}", d.reason, d.until.map(|until| format!(" until {until}")).unwrap_or_default())
    };
    let (before, after) = (old.deprecated.as_ref().map(text), new.deprecated.as_ref().map(text));
    if before != after {
        let code = if after.is_some() { "deprecated" } else { "undeprecated" };
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        both.add(code, subject.clone(), at).detail("deprecated", before, after);
    }
    if old.every != new.every {
        let every =
            |e: &Option<crate::calendar::Grain>| e.as_ref().map(|g| g.to_string()).unwrap_or_default();
        both.add("cadence-changed", subject, at).detail("every", every(&old.every), every(&new.every));
    }
}

//! A project against its lock file: every recorded version means what it meant, or it is
//! decided why not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::problems::{
    AcceptanceEnded, MeaningChanged, NotRecorded, OtherAlgorithm, UselessAcceptance, VersionRemoved,
};
use super::{Digest, Entry, Lock, Meaning, Part, Recorded};
use crate::check::{CheckedModel, Metric, MetricId};
use crate::diagnostic::Problems;
use crate::fingerprint::{ALGORITHM, Parts, changed, meanings, metric_parts};

/// `today` ends what was accepted for a while.
pub fn compare(model: &CheckedModel, lock: &Lock, today: Date) -> Problems {
    let state = state(model, lock);
    let mut problems = Problems::default();
    for (at, metric) in model.metrics.iter().enumerate() {
        if let Some(change) = state.changes.get(&MetricId(at as u32)) {
            tell(model, &state, metric, change, today, &mut problems);
        } else if !metric.attributes.draft && recorded(lock, metric).is_none() {
            let (name, version, span) = (metric.name.clone(), metric.version, metric.name_span);
            problems.push(NotRecorded { name, version, span });
        }
    }
    removed(model, lock, &state, &mut problems);
    leftovers(model, lock, &state, &mut problems);
    problems
}

/// What each version means now, and which recorded ones changed.
pub struct State {
    pub meanings: Vec<Digest>,
    pub changes: BTreeMap<MetricId, Change>,
}

pub struct Change {
    pub parts: Vec<Part>,
    /// Only metrics that it uses changed, and those by themselves.
    pub through: Vec<MetricId>,
    /// Until when, and why, if somebody has agreed to what it means now.
    pub accepted: Option<super::Accepted>,
}

pub fn state(model: &CheckedModel, lock: &Lock) -> State {
    let meanings = meanings(model);
    let ids: Vec<MetricId> = (0..model.metrics.len()).map(|i| MetricId(i as u32)).collect();
    let is_changed = |id: &MetricId| {
        let metric = model.metric(*id);
        let known = recorded(lock, metric).filter(|r| r.meaning.algorithm == ALGORITHM);
        !metric.attributes.draft && known.is_some_and(|r| r.meaning.digest != meanings[id.index()])
    };
    let changed: Vec<MetricId> = ids.into_iter().filter(is_changed).collect();
    let parts = metric_parts(model, &changed);
    let set: BTreeSet<MetricId> = changed.iter().copied().collect();
    let one = |(id, parts): (&MetricId, &Parts)| (*id, change(model, lock, &set, &meanings, *id, parts));
    let changes = changed.iter().zip(&parts).map(one).collect();
    State { meanings, changes }
}

fn change(
    model: &CheckedModel,
    lock: &Lock,
    all: &BTreeSet<MetricId>,
    meanings: &[Digest],
    id: MetricId,
    parts: &Parts,
) -> Change {
    let metric = model.metric(id);
    let now: BTreeMap<Part, String> = short(parts);
    let parts = recorded(lock, metric).map_or(Vec::new(), |before| changed(&before.parts, &now));
    let mut used = Vec::new();
    crate::fingerprint::named_metrics(&metric.value, &mut used);
    let of = |part: &Part| match part {
        Part::Metric(name) => {
            used.iter().copied().find(|id| model.metric(*id).name == *name && all.contains(id))
        }
        _ => None,
    };
    let through: Option<Vec<MetricId>> = parts.iter().map(of).collect();
    let meaning = Meaning::now(meanings[id.index()]);
    let accepted = entry(lock, metric).and_then(|e| e.accepted.iter().rev().find(|a| a.meaning == meaning));
    Change { parts, through: through.unwrap_or_default(), accepted: accepted.cloned() }
}

pub fn short(parts: &Parts) -> BTreeMap<Part, String> {
    parts.iter().map(|(part, digest)| (part.clone(), digest.short())).collect()
}

fn entry<'l>(lock: &'l Lock, metric: &Metric) -> Option<&'l Entry> {
    lock.versions.get(&(metric.name.clone(), metric.version))
}

pub fn recorded<'l>(lock: &'l Lock, metric: &Metric) -> Option<&'l Recorded> {
    entry(lock, metric)?.recorded.as_ref()
}

/// The metrics that changed by themselves and of which nothing is decided.
pub fn undecided(model: &CheckedModel, lock: &Lock) -> Vec<MetricId> {
    let state = state(model, lock);
    let open = |(id, change): &(&MetricId, &Change)| {
        is_undecided(&state, **id) && !change.through.iter().any(|t| is_undecided(&state, *t))
    };
    state.changes.iter().filter(open).map(|(id, _)| *id).collect()
}

/// `win_rate v2`
pub fn title(metric: &Metric) -> String {
    format!("{} v{}", metric.name, metric.version)
}

/// What changed through others alone is told with those.
fn tell(
    model: &CheckedModel,
    state: &State,
    metric: &Metric,
    change: &Change,
    today: Date,
    problems: &mut Problems,
) {
    match &change.accepted {
        Some(accepted) if accepted.until >= today => {}
        Some(_) if change.through.iter().any(|id| has_ended(state, *id, today)) => {}
        Some(accepted) => problems.push(AcceptanceEnded {
            metric: title(metric),
            until: accepted.until,
            reason: accepted.reason.clone(),
            span: metric.name_span,
            line: accepted.span,
        }),
        None if change.through.iter().any(|id| is_undecided(state, *id)) => {}
        None => {
            let alike = alike(state, change);
            if alike.first().is_some_and(|first| !std::ptr::eq(model.metric(*first), metric)) {
                return;
            }
            let all = if alike.is_empty() { vec![id_of(model, metric)] } else { alike };
            let with_it: BTreeSet<MetricId> =
                all.iter().flat_map(|id| cascade(state, *id)).filter(|id| !all.contains(id)).collect();
            let names = |ids: &mut dyn Iterator<Item = &MetricId>| -> Vec<String> {
                ids.map(|id| model.metric(*id).name.clone()).collect()
            };
            problems.push(MeaningChanged {
                name: metric.name.clone(),
                version: metric.version,
                what: change.parts.iter().map(Part::words).collect(),
                alike: names(&mut all.iter().skip(1)),
                with_it: names(&mut with_it.iter()),
                span: metric.name_span,
            });
        }
    }
}

/// Those whose meaning changed by the same cause outside of their own text: one mistake, if
/// it is one. None where it is in the text.
fn alike(state: &State, change: &Change) -> Vec<MetricId> {
    if change.parts.is_empty() || change.parts.iter().any(Part::is_own) {
        return Vec::new();
    }
    let same = |other: &Change| other.accepted.is_none() && other.parts == change.parts;
    state.changes.iter().filter(|(_, other)| same(other)).map(|(id, _)| *id).collect()
}

fn id_of(model: &CheckedModel, metric: &Metric) -> MetricId {
    MetricId(model.metrics.iter().position(|m| std::ptr::eq(m, metric)).unwrap_or_default() as u32)
}

fn has_ended(state: &State, id: MetricId, today: Date) -> bool {
    let accepted = state.changes.get(&id).and_then(|change| change.accepted.as_ref());
    accepted.is_some_and(|accepted| accepted.until < today)
}

fn is_undecided(state: &State, id: MetricId) -> bool {
    state.changes.get(&id).is_some_and(|change| change.accepted.is_none())
}

/// Those that changed through this one, or through one of those.
pub fn cascade(state: &State, root: MetricId) -> Vec<MetricId> {
    let mut found = BTreeSet::from([root]);
    loop {
        let follows = |(id, change): &(&MetricId, &Change)| {
            !found.contains(id)
                && !change.through.is_empty()
                && change.through.iter().any(|t| found.contains(t))
        };
        let more: Vec<MetricId> = state.changes.iter().filter(follows).map(|(id, _)| *id).collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found.remove(&root);
    found.into_iter().collect()
}

fn removed(model: &CheckedModel, lock: &Lock, state: &State, problems: &mut Problems) {
    let mut there: HashMap<(&str, u32), ()> = HashMap::new();
    let mut new: HashMap<Digest, String> = HashMap::new();
    for (metric, meaning) in model.metrics.iter().zip(&state.meanings) {
        there.insert((&metric.name, metric.version), ());
        if recorded(lock, metric).is_none() {
            new.insert(*meaning, format!("`{}` v{}", metric.name, metric.version));
        }
    }
    for ((name, version), entry) in &lock.versions {
        let Some(recorded) = &entry.recorded else { continue };
        if !there.contains_key(&(name.as_str(), *version)) {
            let renamed = new.get(&recorded.meaning.digest).cloned();
            let (name, version) = (name.clone(), *version);
            problems.push(VersionRemoved { name, version, renamed, span: recorded.span });
        }
    }
}

/// Acceptances of what nothing means, and hashes that cannot be compared.
fn leftovers(model: &CheckedModel, lock: &Lock, state: &State, problems: &mut Problems) {
    for (metric, meaning) in model.metrics.iter().zip(&state.meanings) {
        let Some(entry) = entry(lock, metric) else { continue };
        let needed = |m: &Meaning| {
            m.digest == *meaning && entry.recorded.as_ref().is_none_or(|r| r.meaning.digest != *meaning)
        };
        for accepted in entry.accepted.iter().filter(|a| !needed(&a.meaning)) {
            problems.push(UselessAcceptance { metric: title(metric), span: accepted.span });
        }
    }
    let other = lock.versions.values().filter_map(|e| e.recorded.as_ref());
    let other: Vec<&Recorded> = other.filter(|r| r.meaning.algorithm != ALGORITHM).collect();
    if let Some(first) = other.first() {
        let (count, algorithm, span) = (other.len(), first.meaning.algorithm, first.span);
        problems.push(OtherAlgorithm { count, algorithm, span });
    }
}

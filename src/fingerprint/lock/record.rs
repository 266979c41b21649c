//! What `kepi lock`, `kepi correct` and `kepi accept` do to the lock file.

use jiff::civil::Date;

use super::compare::{State, cascade, recorded, short, state};
use super::{Accepted, Corrected, Entry, Lock, Meaning, Recorded};
use crate::check::{CheckedModel, MetricId};
use crate::fingerprint::{ALGORITHM, metric_parts};
use crate::text::Span;

/// What recording did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recording {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// Meant the same, but kepi.lock had hashes of another Kepi.
    pub renewed: usize,
    /// Left as they are: their meaning changed, which has to be decided.
    pub undecided: Vec<String>,
}

/// Everything that needs no decision: new versions are added, those that are gone forgotten,
/// names of parts brought up to date. Changed meanings stay as they are recorded.
pub fn record(model: &CheckedModel, lock: &mut Lock) -> Recording {
    let state = state(model, lock);
    let mut done = Recording::default();
    let there = |(name, version): &(String, u32)| {
        model.metrics.iter().any(|m| m.name == *name && m.version == *version && !m.attributes.draft)
    };
    let gone: Vec<(String, u32)> = lock.versions.keys().filter(|key| !there(key)).cloned().collect();
    for key in gone {
        lock.versions.remove(&key);
        done.removed.push(format!("{} v{}", key.0, key.1));
    }
    let ids: Vec<MetricId> = (0..model.metrics.len()).map(|i| MetricId(i as u32)).collect();
    let (undecided, same): (Vec<MetricId>, Vec<MetricId>) = ids
        .into_iter()
        .filter(|id| !model.metric(*id).attributes.draft)
        .partition(|id| state.changes.contains_key(id));
    for id in undecided {
        let (metric, change) = (model.metric(id), &state.changes[&id]);
        if change.accepted.is_none() {
            done.undecided.push(super::compare::title(metric));
        }
        let now = Meaning::now(state.meanings[id.index()]);
        let entry = entry(lock, model, id);
        entry.accepted.retain(|a| a.meaning == now);
    }
    for id in &same {
        match recorded(lock, model.metric(*id)) {
            None => done.added.push(super::compare::title(model.metric(*id))),
            Some(known) if known.meaning.algorithm != ALGORITHM => done.renewed += 1,
            Some(_) => {}
        }
    }
    set(model, lock, &state, &same);
    done
}

/// Records the meanings of now.
fn set(model: &CheckedModel, lock: &mut Lock, state: &State, ids: &[MetricId]) {
    for (id, parts) in ids.iter().zip(metric_parts(model, ids)) {
        let meaning = Meaning::now(state.meanings[id.index()]);
        let entry = entry(lock, model, *id);
        entry.recorded = Some(Recorded { meaning, parts: short(&parts), span: Span::default() });
        entry.accepted.clear();
    }
}

fn entry<'l>(lock: &'l mut Lock, model: &CheckedModel, id: MetricId) -> &'l mut Entry {
    let metric = model.metric(id);
    lock.versions.entry((metric.name.clone(), metric.version)).or_default()
}

/// What a decision was about: the metric, and those that changed through it alone.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    Made {
        with_it: Vec<String>,
    },
    /// It means what is recorded.
    Unchanged,
    /// Nothing is recorded that could have changed.
    NotRecorded,
}

/// The number before was wrong: what it means now is recorded, and so is why.
pub fn correct(model: &CheckedModel, lock: &mut Lock, id: MetricId, on: Date, reason: &str) -> Decision {
    decide(model, lock, id, |model, lock, state, ids| {
        for (at, id) in ids.iter().enumerate() {
            let entry = entry(lock, model, *id);
            let Some(before) = entry.recorded.as_ref().map(|r| r.meaning) else { continue };
            let reason = because(model, ids[0], at, reason);
            entry.corrected.push(Corrected { before, on, reason });
        }
        set(model, lock, state, ids);
    })
}

/// What it means now may stand up to that day.
pub fn accept(model: &CheckedModel, lock: &mut Lock, id: MetricId, until: Date, reason: &str) -> Decision {
    decide(model, lock, id, |model, lock, state, ids| {
        for (at, id) in ids.iter().enumerate() {
            let meaning = Meaning::now(state.meanings[id.index()]);
            let reason = because(model, ids[0], at, reason);
            let accepted = Accepted { meaning, until, reason, span: Span::default() };
            entry(lock, model, *id).accepted = vec![accepted];
        }
    })
}

/// Those that follow refer to the one that was decided about.
fn because(model: &CheckedModel, root: MetricId, at: usize, reason: &str) -> String {
    match at {
        0 => reason.to_string(),
        _ => format!("{}: {reason}", model.metric(root).name),
    }
}

fn decide(
    model: &CheckedModel,
    lock: &mut Lock,
    id: MetricId,
    decide: impl FnOnce(&CheckedModel, &mut Lock, &State, &[MetricId]),
) -> Decision {
    let state = state(model, lock);
    let metric = model.metric(id);
    if recorded(lock, metric).is_none() {
        return Decision::NotRecorded;
    }
    if !state.changes.contains_key(&id) {
        return Decision::Unchanged;
    }
    let with_it = cascade(&state, id);
    let ids: Vec<MetricId> = std::iter::once(id).chain(with_it.iter().copied()).collect();
    decide(model, lock, &state, &ids);
    Decision::Made { with_it: with_it.iter().map(|id| model.metric(*id).name.clone()).collect() }
}

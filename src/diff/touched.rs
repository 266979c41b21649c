//! Metrics whose numbers or verdicts may differ over the same data: those that have to be
//! computed to see how far they move, and no others.

use std::collections::{BTreeMap, BTreeSet};

use super::{Both, Subject};
use crate::check::{CheckedModel, MetricId};

/// A metric in both projects, or in one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Touched {
    /// In the project after, or before for what is gone.
    pub subject: Subject,
    pub before: Option<MetricId>,
    pub after: Option<MetricId>,
    /// It means something else.
    pub meaning: bool,
    /// It is judged otherwise.
    pub judged: bool,
    /// What it can be sliced by in both, and that groups otherwise.
    pub dimensions: Vec<String>,
}

/// In the order of their names. The bare name before stands beside the bare name after,
/// whatever their versions, and each version beside itself.
pub fn touched(both: &Both<'_>, renames: &BTreeMap<String, String>) -> Vec<Touched> {
    let (was, is) = (both.before.model, both.after.model);
    let mut pairs: BTreeSet<(MetricId, MetricId)> = BTreeSet::new();
    let versions: BTreeMap<(&str, u32), MetricId> =
        ids(is).map(|id| ((is.metric(id).name.as_str(), is.metric(id).version), id)).collect();
    let mut current: BTreeMap<&str, MetricId> = BTreeMap::new();
    current.extend(ids(is).filter(|id| is.metric(*id).current).map(|id| (is.metric(id).name.as_str(), id)));
    for id in ids(was) {
        let metric = was.metric(id);
        let name = renames.get(&metric.name).map_or(metric.name.as_str(), String::as_str);
        pairs.extend(current.get(name).filter(|_| metric.current).map(|after| (id, *after)));
        // the bare name is told once
        let same = versions.get(&(name, metric.version)).filter(|after| !is.metric(**after).current);
        pairs.extend(same.map(|after| (id, *after)));
    }
    let (left, right): (BTreeSet<MetricId>, BTreeSet<MetricId>) = pairs.iter().copied().unzip();
    let mut all: Vec<Touched> = pairs.into_iter().filter_map(|(a, b)| pair(both, a, b)).collect();
    // of a metric that is there in one of them only, its current version
    let named = |model: &CheckedModel, name: &str| model.metrics.iter().any(|m| m.name == name);
    let gone =
        |id: &MetricId| !left.contains(id) && (was.metric(*id).current || named(is, &was.metric(*id).name));
    let new =
        |id: &MetricId| !right.contains(id) && (is.metric(*id).current || named(was, &is.metric(*id).name));
    all.extend(ids(was).filter(gone).map(|id| Touched {
        subject: Subject::metric(was, id),
        before: Some(id),
        after: None,
        meaning: true,
        judged: true,
        dimensions: Vec::new(),
    }));
    all.extend(ids(is).filter(new).map(|id| Touched {
        subject: Subject::metric(is, id),
        before: None,
        after: Some(id),
        meaning: true,
        judged: true,
        dimensions: Vec::new(),
    }));
    all.sort_by(|a, b| a.subject.cmp(&b.subject));
    all
}

fn ids(model: &CheckedModel) -> impl Iterator<Item = MetricId> + use<> {
    (0..model.metrics.len()).map(|at| MetricId(at as u32))
}

/// Nothing where nothing that a number or a verdict is made of differs.
fn pair(both: &Both<'_>, before: MetricId, after: MetricId) -> Option<Touched> {
    let (old, new) = (&both.old.metrics[before.index()], &both.new.metrics[after.index()]);
    let attributes =
        (&both.before.model.metric(before).attributes, &both.after.model.metric(after).attributes);
    let regrouped = |(name, digest): &(&String, _)| {
        old.interface.dimensions.get(*name).is_some_and(|before| before != *digest)
    };
    let dimensions = new.interface.dimensions.iter().filter(regrouped).map(|(name, _)| name.clone());
    let touched = Touched {
        subject: Subject::metric(both.after.model, after),
        before: Some(before),
        after: Some(after),
        meaning: old.meaning != new.meaning,
        judged: old.thresholds != new.thresholds || attributes.0.every != attributes.1.every,
        dimensions: dimensions.collect(),
    };
    (touched.meaning || touched.judged || !touched.dimensions.is_empty()).then_some(touched)
}

//! Who relies on a metric: other metrics, scorecards, consumers that said so.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Class, Kind};
use crate::check::{CheckedModel, MetricId};
use crate::fingerprint::named_metrics;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Users {
    pub metrics: Vec<String>,
    pub scorecards: Vec<String>,
    pub consumers: Vec<String>,
}

impl Users {
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty() && self.scorecards.is_empty() && self.consumers.is_empty()
    }
}

/// Of every metric whose numbers or interface or thresholds changed.
pub fn of_changes(model: &CheckedModel, changes: &[Change]) -> BTreeMap<String, Users> {
    let matters = |c: &&Change| c.subject.kind == Kind::Metric && c.class > Class::Documentation;
    let names: BTreeSet<&str> = changes.iter().filter(matters).map(|c| c.subject.name.as_str()).collect();
    let using = using(model);
    let mut versions: BTreeMap<&str, BTreeSet<MetricId>> = BTreeMap::new();
    for (at, metric) in model.metrics.iter().enumerate() {
        versions.entry(&metric.name).or_default().insert(MetricId(at as u32));
    }
    let mut users = BTreeMap::new();
    for name in names {
        let of = versions.get(name).cloned().unwrap_or_default();
        let found = of_metric(model, &using, name, of);
        if !found.is_empty() {
            users.insert(name.to_string(), found);
        }
    }
    users
}

/// Which metrics name which.
fn using(model: &CheckedModel) -> Vec<Vec<MetricId>> {
    let mut using = vec![Vec::new(); model.metrics.len()];
    for (at, metric) in model.metrics.iter().enumerate() {
        let mut named = Vec::new();
        named_metrics(&metric.value, &mut named);
        named.into_iter().for_each(|id| using[id.index()].push(MetricId(at as u32)));
    }
    using
}

fn of_metric(model: &CheckedModel, using: &[Vec<MetricId>], name: &str, of: BTreeSet<MetricId>) -> Users {
    let (mut all, mut stack) = (of.clone(), of.iter().copied().collect::<Vec<_>>());
    while let Some(id) = stack.pop() {
        stack.extend(using[id.index()].iter().filter(|user| all.insert(**user)));
    }
    let metrics: BTreeSet<String> = all.iter().map(|id| model.metric(*id).name.clone()).collect();
    let scorecards = model.scorecards.iter().filter(|s| s.metrics.iter().any(|m| of.contains(m)));
    let consumers = model.consumers.iter().filter(|c| c.metrics.iter().any(|m| of.contains(m)));
    Users {
        metrics: metrics.into_iter().filter(|other| other != name).collect(),
        scorecards: scorecards.map(|s| s.name.clone()).collect(),
        consumers: consumers.map(|c| c.name.clone()).collect(),
    }
}

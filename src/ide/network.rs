//! The metrics of a project and what they are made of, as nodes and arrows.

use std::collections::BTreeSet;

use super::card::full_name;
use super::lineage::direct;
use crate::check::{CheckedModel, MetricId, SourceId, SourceKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    Source,
    Rollup,
    Metric,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    pub kind: NodeKind,
    pub name: String,
    pub label: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// In the order of kinds and names.
    pub nodes: Vec<Node>,
    /// From what something is made of to what is made of it, by places in `nodes`.
    pub arrows: Vec<(usize, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Source(SourceId),
    Metric(MetricId),
}

/// All current metrics, or those asked for with all that they are made of.
pub fn network(model: &CheckedModel, wanted: &[MetricId]) -> Network {
    let current =
        (0..model.metrics.len()).map(|at| MetricId(at as u32)).filter(|id| model.metric(*id).current);
    let mut open: Vec<Thing> = match wanted {
        [] => current.map(Thing::Metric).collect(),
        _ => wanted.iter().copied().map(Thing::Metric).collect(),
    };
    let mut things = BTreeSet::new();
    let mut arrows = BTreeSet::new();
    while let Some(thing) = open.pop() {
        if !things.insert(thing) {
            continue;
        }
        for part in made_of(model, thing) {
            arrows.insert((part, thing));
            open.push(part);
        }
    }
    drawn(model, things, arrows)
}

fn made_of(model: &CheckedModel, thing: Thing) -> Vec<Thing> {
    match thing {
        Thing::Metric(id) => {
            let parts = direct(model, &model.metric(id).value);
            let metrics = parts.metrics.into_iter().map(Thing::Metric);
            metrics.chain(parts.sources.into_iter().map(Thing::Source)).collect()
        }
        Thing::Source(id) => match &model.source(id).kind {
            SourceKind::Stored(_) => Vec::new(),
            SourceKind::Rollup(rollup) => {
                let columns = &model.source(id).columns;
                let values = columns.iter().filter_map(|column| match &column.kind {
                    crate::check::ColumnKind::Aggregated(value) => Some(direct(model, value).sources),
                    _ => None,
                });
                let mut sources: BTreeSet<SourceId> = values.flatten().collect();
                sources.insert(rollup.base);
                sources.remove(&id);
                sources.into_iter().map(Thing::Source).collect()
            }
        },
    }
}

fn drawn(model: &CheckedModel, things: BTreeSet<Thing>, arrows: BTreeSet<(Thing, Thing)>) -> Network {
    let mut nodes: Vec<(Node, Thing)> = things.into_iter().map(|thing| (node(model, thing), thing)).collect();
    nodes.sort();
    let at = |thing: &Thing| nodes.iter().position(|(_, other)| other == thing).unwrap_or(0);
    let mut arrows: Vec<(usize, usize)> = arrows.iter().map(|(from, to)| (at(from), at(to))).collect();
    arrows.sort_unstable();
    Network { nodes: nodes.into_iter().map(|(node, _)| node).collect(), arrows }
}

fn node(model: &CheckedModel, thing: Thing) -> Node {
    match thing {
        Thing::Source(id) => {
            let source = model.source(id);
            let rollup = matches!(source.kind, SourceKind::Rollup(_));
            let kind = if rollup { NodeKind::Rollup } else { NodeKind::Source };
            let label = source.label.clone().unwrap_or_else(|| source.name.clone());
            Node { kind, name: source.name.clone(), label }
        }
        Thing::Metric(id) => {
            let metric = model.metric(id);
            let label = metric.label.clone().unwrap_or_else(|| metric.name.clone());
            Node { kind: NodeKind::Metric, name: full_name(metric), label }
        }
    }
}

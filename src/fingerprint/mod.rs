//! CheckedModel -> canonical form -> hash: what a metric means, whatever way it is written;
//! and the lock file that records it.
//!
//! Two definitions that can never give different numbers should have one fingerprint, as
//! far as that can be seen without solving anything; two that can must have two. The
//! canonical form is never printed: it is hashed as it is made, each thing that is shared
//! once, so that a project costs as much as it is long.

mod canon;
mod digest;
mod documentation;
mod interface;
pub mod lock;
mod parts;
mod rows;
mod term;
mod thresholds;
mod uses;

#[cfg(test)]
mod tests;

use crate::check::{CheckedModel, ColumnId, DimensionId, Expect, ExpectKind, MetricId, SourceId};
use canon::{Canon, View};
use digest::Node;
use uses::Settings;

pub use digest::Digest;
pub use documentation::Documentation;
pub use interface::{Interface, type_name, unit_name};
pub use parts::{Part, Parts, SourceItem, aggregates_of, changed};

/// The version of the canonical form. Fingerprints of different versions say nothing
/// about one another, so that an upgrade of Kepi never looks like an author's change.
pub const ALGORITHM: u32 = 2;

/// One version of a metric as hashes, each of what the others leave out.
#[derive(Debug, Clone, PartialEq)]
pub struct Fingerprint {
    /// All that can change a number.
    pub meaning: Digest,
    pub interface: Interface,
    pub documentation: Documentation,
    /// Rules and targets.
    pub thresholds: Digest,
}

/// What all of a project means.
#[derive(Debug, Clone, Default)]
pub struct Fingerprints {
    /// By `MetricId`.
    pub metrics: Vec<Fingerprint>,
    /// By `DimensionId`: what they group by.
    pub dimensions: Vec<Digest>,
    /// By `SourceId`.
    pub sources: Vec<SourceMeanings>,
}

/// What the parts of a source mean, whatever they are written like.
#[derive(Debug, Clone, Default)]
pub struct SourceMeanings {
    /// By `ColumnId`.
    pub columns: Vec<Digest>,
    /// In the order written.
    pub promises: Vec<Digest>,
    /// By `MeasureId`.
    pub measures: Vec<Digest>,
}

pub fn fingerprints(model: &CheckedModel) -> Fingerprints {
    deep(|| {
        let mut all = All::new(model);
        let metrics = (0..model.metrics.len()).map(|i| all.fingerprint(MetricId(i as u32))).collect();
        let dimensions = (0..model.dimensions.len()).map(|i| all.canon.dimension(DimensionId(i as u32)));
        let dimensions = dimensions.collect();
        let sources = (0..model.sources.len()).map(|i| all.source(SourceId(i as u32))).collect();
        Fingerprints { metrics, dimensions, sources }
    })
}

/// The meaning of one metric.
pub fn meaning(model: &CheckedModel, id: MetricId) -> Digest {
    deep(|| All::new(model).meaning(id))
}

/// The meanings alone, by `MetricId`.
pub fn meanings(model: &CheckedModel) -> Vec<Digest> {
    deep(|| {
        let mut all = All::new(model);
        (0..model.metrics.len()).map(|i| all.meaning(MetricId(i as u32))).collect()
    })
}

/// The parts of the meanings of these metrics.
pub fn metric_parts(model: &CheckedModel, ids: &[MetricId]) -> Vec<Parts> {
    deep(|| {
        let mut all = All::new(model);
        let mut describe = parts::Describe::new(model);
        ids.iter().map(|id| parts::parts(&mut describe, &mut all.canon, *id)).collect()
    })
}

/// The parts of what a dimension groups by.
pub fn dimension_parts(model: &CheckedModel, id: DimensionId) -> Parts {
    deep(|| parts::dimension_parts(model, id))
}

/// Expressions are followed by recursion, as in `check`: the same stack.
fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    const STACK: usize = 128 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        match thread.expect("a thread can be started").join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

struct All<'m> {
    model: &'m CheckedModel,
    canon: Canon<'m>,
    reach: interface::Reach,
    settings: Vec<Settings>,
}

impl<'m> All<'m> {
    fn new(model: &'m CheckedModel) -> All<'m> {
        let mut all = All {
            model,
            canon: Canon::new(model, View::Meaning),
            reach: interface::Reach::default(),
            settings: vec![Settings::default(); model.metrics.len()],
        };
        // those that others use before those, so that no chain is followed by recursion
        for id in order(model) {
            let uses = uses::of_metric(model, id);
            let used = uses.metrics.iter().map(|m| all.settings[m.index()]);
            all.settings[id.index()] = used.fold(uses.settings, Settings::or);
            all.canon.metric(id);
        }
        all
    }

    fn meaning(&mut self, id: MetricId) -> Digest {
        let value = self.canon.metric(id).digest;
        let settings = parts::settings(self.model, self.settings[id.index()]);
        let ty = canon::type_of(&self.model.metric(id).value.ty);
        Node::new("metric").digest(value).digest(ty).list(settings.into_values()).finish()
    }

    fn source(&mut self, id: SourceId) -> SourceMeanings {
        let source = self.model.source(id);
        let columns = (0..source.columns.len()).map(|i| self.canon.column(id, ColumnId(i as u32)).digest);
        let columns: Vec<Digest> = columns.collect();
        let promises = source.expects.iter().map(|expect| self.promise(expect, &columns)).collect();
        let measures = source.measures.iter().map(|m| self.canon.digest(&m.value)).collect();
        SourceMeanings { columns, promises, measures }
    }

    fn promise(&mut self, expect: &Expect, columns: &[Digest]) -> Digest {
        let node = Node::new("promise").number(i64::from(expect.warn));
        match &expect.kind {
            ExpectKind::Holds(condition) => node.digest(self.canon.digest(condition)),
            ExpectKind::Unique(unique) => node.text("unique").set(unique.iter().map(|c| columns[c.index()])),
            ExpectKind::Fresh(within) => node.text("fresh").digest(canon::length(*within)),
        }
        .finish()
    }

    fn fingerprint(&mut self, id: MetricId) -> Fingerprint {
        Fingerprint {
            meaning: self.meaning(id),
            interface: interface::interface(&mut self.canon, &mut self.reach, id),
            documentation: documentation::of_metric(self.model.metric(id)),
            thresholds: thresholds::thresholds(&mut self.canon, id),
        }
    }
}

fn order(model: &CheckedModel) -> Vec<MetricId> {
    let mut order = Vec::with_capacity(model.metrics.len());
    let mut seen = vec![false; model.metrics.len()];
    for start in (0..model.metrics.len()).map(|i| MetricId(i as u32)) {
        let mut stack = vec![(start, false)];
        while let Some((id, done)) = stack.pop() {
            if done {
                order.push(id);
            } else if !std::mem::replace(&mut seen[id.index()], true) {
                stack.push((id, true));
                let mut used = Vec::new();
                named_metrics(&model.metric(id).value, &mut used);
                stack.extend(used.into_iter().filter(|n| !seen[n.index()]).map(|n| (n, false)));
            }
        }
    }
    order
}

/// The metrics that an expression names.
pub fn named_metrics(expr: &crate::check::Expr, into: &mut Vec<MetricId>) {
    if let crate::check::ExprKind::Metric(id) = &*expr.kind {
        into.push(*id);
    }
    expr.children().into_iter().for_each(|child| named_metrics(child, into));
}

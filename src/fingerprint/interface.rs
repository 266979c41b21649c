//! What others of a metric rely on beside its numbers: what it can be sliced by, at which
//! grains it can be asked, its unit and its type.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::canon::{self, Canon};
use super::digest::{Digest, Node};
use crate::calendar::Grain;
use crate::check::{CheckedModel, DimensionId, Expr, ExprKind, MetricId, SourceId, Style, Type, reach};

#[derive(Debug, Clone, PartialEq)]
pub struct Interface {
    /// By name: what they group by, and by which links.
    pub dimensions: BTreeMap<String, Digest>,
    /// `every … only`: no other grain may be asked.
    pub only: Option<Grain>,
    /// No finer grain may be asked than these, which the sources that it reads know.
    pub finest: BTreeSet<String>,
    pub unit: String,
    pub ty: String,
}

impl Interface {
    pub fn digest(&self) -> Digest {
        let dimensions = self.dimensions.iter().map(|(name, d)| Node::new(name).digest(*d).finish());
        let finest = self.finest.iter().map(|name| Node::new(name).finish());
        let node = Node::new("interface").set(dimensions).set(finest);
        node.maybe(self.only.as_ref().map(canon::grain)).text(&self.unit).text(&self.ty).finish()
    }
}

/// Which sources lead where, found once for all metrics.
#[derive(Default)]
pub struct Reach {
    /// The dimensions that a source may reach, by any path.
    dimensions: HashMap<SourceId, Vec<DimensionId>>,
    slices: HashMap<(SourceId, DimensionId), Option<Digest>>,
}

pub fn interface(canon: &mut Canon<'_>, known: &mut Reach, id: MetricId) -> Interface {
    let model = canon.model;
    let metric = model.metric(id);
    let mut dimensions = BTreeMap::new();
    for dimension in candidates(model, known, id) {
        if let Some(digest) = slices(canon, known, id, dimension) {
            dimensions.insert(model.dimension(dimension).name.clone(), digest);
        }
    }
    let mut finest = BTreeSet::new();
    for source in &metric.sources {
        finest.extend(model.source(*source).time.as_ref().and_then(|t| t.by.as_ref()).map(Grain::to_string));
    }
    Interface {
        dimensions,
        only: metric.attributes.every.clone().filter(|_| metric.attributes.every_only),
        finest,
        unit: unit_name(metric.show.style.clone()),
        ty: type_name(&metric.value.ty).to_string(),
    }
}

fn candidates(model: &CheckedModel, known: &mut Reach, id: MetricId) -> BTreeSet<DimensionId> {
    let metric = model.metric(id);
    if let Some(by) = &metric.attributes.by {
        return by.iter().copied().collect();
    }
    let mut all = BTreeSet::new();
    for source in &metric.sources {
        all.extend(known.dimensions.entry(*source).or_insert_with(|| reachable(model, *source)).iter());
    }
    all
}

fn reachable(model: &CheckedModel, from: SourceId) -> Vec<DimensionId> {
    let (mut seen, mut stack) = (BTreeSet::from([from]), vec![from]);
    while let Some(here) = stack.pop() {
        let targets = model.source(here).links.iter().map(|l| l.target);
        stack.extend(targets.filter(|t| seen.insert(*t)));
    }
    let all = (0..model.dimensions.len()).map(|i| DimensionId(i as u32));
    all.filter(|id| model.dimension(*id).values.iter().any(|v| seen.contains(&v.source))).collect()
}

/// By which a metric is sliced where all that it reads reaches the dimension.
fn slices(canon: &mut Canon<'_>, known: &mut Reach, id: MetricId, dimension: DimensionId) -> Option<Digest> {
    let mut all = Vec::new();
    for source in reach::sources_for(canon.model, id, dimension) {
        all.push(slice(canon, known, source, dimension)?);
    }
    (!all.is_empty()).then(|| Node::new("slices").set(all).finish())
}

fn slice(canon: &mut Canon<'_>, known: &mut Reach, source: SourceId, id: DimensionId) -> Option<Digest> {
    if let Some(found) = known.slices.get(&(source, id)) {
        return *found;
    }
    let reached = reach::slice(canon.model, source, id).is_ok();
    let digest = reached.then(|| by_place(canon, source, id));
    known.slices.insert((source, id), digest);
    digest
}

/// Only what is at the end of the links, and the links: rows are the metric's own affair.
fn by_place(canon: &mut Canon<'_>, source: SourceId, id: DimensionId) -> Digest {
    let Ok(slice) = reach::slice(canon.model, source, id) else { return Node::new("none").finish() };
    let value = canon.model.dimension(id).values.get(slice.value);
    let value =
        value.map(|v| Node::new("v").digest(canon.digest(&v.value)).digest(labels(&v.value)).finish());
    let links: Vec<Digest> = slice.links.iter().map(|l| canon.link(*l)).collect();
    Node::new("slice").list(links).maybe(value).finish()
}

/// The words that members are shown by.
fn labels(value: &Expr) -> Digest {
    match (&value.ty, &*value.kind) {
        (Type::Enum(e), ExprKind::Choose(..)) => {
            Node::new("members").list(e.members.iter().map(|m| Node::new(&m.name).finish())).finish()
        }
        _ => Node::new("as they are").finish(),
    }
}

/// `percent`, `USD/month`; empty for a plain number and for what is none.
pub fn unit_name(style: Style) -> String {
    match style {
        Style::Percent => "percent".to_string(),
        Style::Points => "points".to_string(),
        Style::Ratio => "ratio".to_string(),
        Style::Count => "count".to_string(),
        Style::Number | Style::Value => String::new(),
        Style::Unit(unit) => unit.to_string(),
    }
}

pub fn type_name(ty: &Type) -> &'static str {
    match ty {
        Type::Error | Type::Missing => "unknown",
        Type::Text => "text",
        Type::Bool => "bool",
        Type::Date => "date",
        Type::Timestamp => "timestamp",
        Type::Enum(_) => "one of",
        Type::Number(_) => "number",
    }
}

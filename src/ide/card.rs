//! Everything that is known of a metric, for `kepi show` and for other programs.

use serde::Serialize;

use super::View;
use super::inline::inlined;
use super::lineage::{Lineage, lineage};
use super::mentions::{Symbol, mentions_in};
use super::types::style_text;
use crate::check::{CheckedModel, ColumnRef, Metric, MetricId, Tier};
use crate::text::Span;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Card {
    pub name: String,
    pub version: u32,
    /// Its bare name stands for this version.
    pub current: bool,
    pub label: Option<String>,
    pub docs: Option<String>,
    pub unit: Option<String>,
    /// As it is written.
    pub formula: String,
    /// With the metrics that it names written out.
    pub inlined: Option<String>,
    pub owner: Option<String>,
    pub tier: Option<&'static str>,
    pub roles: Vec<String>,
    pub tags: Vec<String>,
    pub also: Vec<String>,
    pub every: Option<String>,
    pub better: &'static str,
    pub playbook: Option<String>,
    pub status: Option<String>,
    pub versions: Vec<String>,
    /// What it can be sliced by.
    pub dimensions: Vec<String>,
    /// Directly: metrics, columns, parameters.
    pub made_of: Vec<String>,
    /// The metrics that name it.
    pub used_by: Vec<String>,
    pub scorecards: Vec<String>,
    pub thresholds: Vec<String>,
    pub tests: Vec<String>,
    /// `metrics/sales.kpi:12`
    pub place: String,
}

pub fn card(view: &View<'_>, id: MetricId) -> Card {
    let model = view.model;
    let metric = model.metric(id);
    let Lineage { metrics, columns, parameters, used_by, dimensions, sources } = lineage(model, id);
    let attributes = &metric.attributes;
    let named = |id: &MetricId| full_name(model.metric(*id));
    let mut made_of: Vec<String> = metrics.iter().map(named).collect();
    made_of.extend(columns.iter().map(|column| column_path(model, column)));
    let whole = sources.iter().map(|id| &model.source(*id).name);
    let uncounted =
        |name: &&String| !made_of.iter().any(|part| part.split('.').next() == Some(name.as_str()));
    let whole: Vec<String> = whole.filter(uncounted).cloned().collect();
    made_of.extend(whole);
    made_of.extend(parameters.iter().map(|id| model.parameters[id.index()].name.clone()));
    Card {
        name: metric.name.clone(),
        version: metric.version,
        current: metric.current,
        label: metric.label.clone(),
        docs: metric.docs.clone(),
        unit: style_text(&metric.show.style),
        formula: formula(view, metric),
        inlined: inlined(model, &metric.value),
        owner: attributes.owner.clone(),
        tier: attributes.tier.map(tier_name),
        roles: attributes.roles.clone(),
        tags: attributes.tags.clone(),
        also: attributes.also.clone(),
        every: attributes
            .every
            .as_ref()
            .map(|grain| format!("{grain}{}", if attributes.every_only { " only" } else { "" })),
        better: match attributes.better {
            crate::check::Better::Higher => "higher",
            crate::check::Better::Lower => "lower",
            crate::check::Better::Neither => "neither",
        },
        playbook: attributes.playbook.clone(),
        status: status(metric),
        versions: versions(model, metric),
        dimensions: dimensions.iter().map(|id| model.dimension(*id).name.clone()).collect(),
        made_of,
        used_by: used_by.iter().map(named).collect(),
        scorecards: scorecards(model, id),
        thresholds: thresholds(view, metric),
        tests: tests(view, id),
        place: place(view, metric.name_span),
    }
}

/// `opportunities.amount`, also where links lead to it.
fn column_path(model: &CheckedModel, column: &ColumnRef) -> String {
    format!("{}.{}", model.source(column.source).name, model.column(column).name)
}

pub fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Primary => "primary",
        Tier::Secondary => "secondary",
    }
}

/// `win_rate`, or `win_rate.v1` where that is not the current one.
pub fn full_name(metric: &Metric) -> String {
    if metric.current { metric.name.clone() } else { format!("{}.v{}", metric.name, metric.version) }
}

fn formula(view: &View<'_>, metric: &Metric) -> String {
    let tree = view.trees.get(metric.name_span.file.0 as usize);
    let value = tree.into_iter().flat_map(|tree| &tree.decls).find_map(|decl| match decl {
        crate::syntax::ast::Decl::Metric(m) if m.name.span == metric.name_span => Some(m),
        _ => None,
    });
    let Some(declared) = value else { return String::new() };
    let file = view.sources.get(metric.name_span.file);
    let flat = |span: Span| file.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let lets = declared.attributes.iter().filter_map(|attribute| match &attribute.kind {
        crate::syntax::ast::AttributeKind::Let(name, value) => {
            Some(format!("\n  where {} = {}", name.name, flat(value.span)))
        }
        _ => None,
    });
    flat(declared.value.span) + &lets.collect::<String>()
}

fn status(metric: &Metric) -> Option<String> {
    let old = metric.attributes.deprecated.as_ref().map(|old| match old.until {
        Some(until) => format!("deprecated until {until}: {}", old.reason),
        None => format!("deprecated: {}", old.reason),
    });
    old.or_else(|| metric.attributes.draft.then(|| "draft".to_string()))
}

/// Only where there are several.
fn versions(model: &CheckedModel, metric: &Metric) -> Vec<String> {
    let all: Vec<&Metric> = model.metrics.iter().filter(|other| other.name == metric.name).collect();
    let described = |other: &&Metric| {
        let current = other.current.then(|| "current".to_string());
        match current.or_else(|| status(other)) {
            Some(status) => format!("v{} ({status})", other.version),
            None => format!("v{}", other.version),
        }
    };
    if all.len() > 1 { all.iter().map(described).collect() } else { Vec::new() }
}

fn scorecards(model: &CheckedModel, id: MetricId) -> Vec<String> {
    let with = model.scorecards.iter().filter(|scorecard| scorecard.metrics.contains(&id));
    with.map(|scorecard| scorecard.name.clone()).collect()
}

pub fn thresholds(view: &View<'_>, metric: &Metric) -> Vec<String> {
    let of = &metric.thresholds;
    let targets = of.targets.iter().map(|target| format!("target {}", target.text));
    let benchmarks = of.benchmarks.iter().map(|benchmark| format!("benchmark {}", benchmark.text));
    let rules = of.rules.iter().map(|rule| format!("{} {}", rule.severity.name(), rule.text));
    let enough = of.only_when.iter().map(|condition| {
        let written = view.sources.get(condition.span.file).slice(condition.span);
        format!("only when {}", written.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    let missing = of.missing.iter().map(|severity| format!("missing {}", severity.name()));
    targets.chain(benchmarks).chain(rules).chain(enough).chain(missing).collect()
}

/// Those that name it.
fn tests(view: &View<'_>, id: MetricId) -> Vec<String> {
    let mut found = Vec::new();
    for test in &view.model.tests {
        let inside = |span: Span| test.span.start <= span.start && span.end <= test.span.end;
        let mut named = mentions_in(view, test.span.file).into_iter().filter(|m| inside(m.span));
        if named.any(|m| m.symbol == Symbol::Metric(id)) {
            found.push(format!("{:?} ({})", test.name, place(view, test.name_span)));
        }
    }
    found
}

fn place(view: &View<'_>, span: Span) -> String {
    let file = view.sources.get(span.file);
    format!("{}:{}", file.path, file.place(span.start).line)
}

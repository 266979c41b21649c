//! Declarations into tables, with their names; two with one name are reported.

use std::collections::HashMap;

use super::{DuplicateName, Metric, Model, Settings, Thing, calendars, sources};
use crate::diagnostic::Problems;
use crate::model::{DimensionId, MetricId, ParameterId, SourceId};
use crate::syntax::ast::{self, Decl};
use crate::text::Span;

pub(super) fn build<'a>(files: &'a [ast::File], settings: &Settings, problems: &mut Problems) -> Model<'a> {
    let mut tables = Tables::default();
    tables.model.settings = settings.clone();
    for decl in files.iter().flat_map(|f| &f.decls) {
        tables.declare(decl, problems);
    }
    tables.finish(problems)
}

#[derive(Default)]
struct Tables<'a> {
    model: Model<'a>,
    source_spans: HashMap<&'a str, Span>,
    /// Of everything outside of sources but metrics.
    spans: HashMap<&'a str, Span>,
    tests: HashMap<&'a str, Span>,
    metrics: Vec<&'a ast::Metric>,
    scorecards: HashMap<&'a str, Span>,
}

impl<'a> Tables<'a> {
    fn declare(&mut self, decl: &'a Decl, problems: &mut Problems) {
        match decl {
            Decl::Source(source) => {
                if self.new_source(&source.name, "a source", problems) {
                    self.add_source(sources::stored(source, problems));
                }
            }
            Decl::Rollup(rollup) => {
                if self.new_source(&rollup.name, "a rollup", problems) {
                    self.add_source(sources::rollup(rollup, problems));
                }
            }
            Decl::Dimension(dimension) => {
                let id = DimensionId::from_index(self.model.dimensions.len());
                if self.new_thing(&dimension.name, "a dimension", Thing::Dimension(id), problems) {
                    self.model.dimensions.push(dimension);
                }
            }
            Decl::Parameter(parameter) => {
                let id = ParameterId::from_index(self.model.parameters.len());
                if self.new_thing(&parameter.name, "a parameter", Thing::Parameter(id), problems) {
                    self.model.parameters.push(parameter);
                }
            }
            Decl::Calendar(calendar) => {
                let id = Thing::Calendar(self.model.calendars.len());
                if self.new_thing(&calendar.name, "a calendar", id, problems) {
                    self.model.calendars.push(calendars::calendar(calendar, problems));
                }
            }
            Decl::Metric(metric) => self.metrics.push(metric),
            Decl::Scorecard(scorecard) => {
                let name = &scorecard.name;
                let first = *self.scorecards.entry(&name.name).or_insert(name.span);
                if first == name.span || duplicate(name, "a scorecard", first, None, problems) {
                    self.model.scorecards.push(scorecard);
                }
            }
            Decl::Consumer(consumer) => self.add_consumer(consumer, problems),
            // bound when all metrics are known
            Decl::Thresholds(_) => {}
            Decl::Test(test) => self.add_test(test, problems),
            Decl::Error { name, .. } => {
                self.model.some_broken = true;
                self.model.broken.extend(name.as_ref().map(|n| n.name.as_str()));
            }
        }
    }

    fn add_consumer(&mut self, consumer: &'a ast::Consumer, problems: &mut Problems) {
        let name = &consumer.name;
        match self.model.consumers.iter().find(|c| c.name.value == name.value) {
            Some(first) => {
                let (what, first, second) = ("a consumer", first.name.span, name.span);
                let free_version = None;
                problems.push(DuplicateName { what, name: &name.value, second, first, free_version });
            }
            None => self.model.consumers.push(consumer),
        }
    }

    fn add_test(&mut self, test: &'a ast::Test, problems: &mut Problems) {
        let name = &test.name;
        let first = *self.tests.entry(&name.value).or_insert(name.span);
        if first != name.span {
            let (what, second) = ("a test", name.span);
            problems.push(DuplicateName { what, name: &name.value, second, first, free_version: None });
            return;
        }
        self.model.tests.push(test);
    }

    fn new_source(&mut self, name: &'a ast::Ident, what: &'static str, problems: &mut Problems) -> bool {
        let first = *self.source_spans.entry(&name.name).or_insert(name.span);
        first == name.span || duplicate(name, what, first, None, problems)
    }

    fn add_source(&mut self, source: super::Source<'a>) {
        let id = SourceId::from_index(self.model.sources.len());
        self.model.source_names.insert(&source.name.name, id);
        self.model.sources.push(source);
    }

    fn new_thing(
        &mut self,
        name: &'a ast::Ident,
        what: &'static str,
        thing: Thing,
        problems: &mut Problems,
    ) -> bool {
        let first = *self.spans.entry(&name.name).or_insert(name.span);
        if first != name.span {
            return duplicate(name, what, first, None, problems);
        }
        self.model.things.insert(&name.name, thing);
        true
    }

    /// Metrics come last: they are sorted by name and version before they get ids.
    fn finish(mut self, problems: &mut Problems) -> Model<'a> {
        let mut metrics = std::mem::take(&mut self.metrics);
        metrics.sort_by_key(|m| (m.name.name.as_str(), version(m)));
        for of_one_name in metrics.chunk_by(|a, b| a.name.name == b.name.name) {
            self.add_versions(of_one_name, problems);
        }
        self.model
    }

    fn add_versions(&mut self, metrics: &[&'a ast::Metric], problems: &mut Problems) {
        let name = &metrics[0].name;
        if let Some(&first) = self.spans.get(name.name.as_str()) {
            duplicate(name, "a metric", first, None, problems);
            return;
        }
        // both are asked for by name
        if let Some(&first) = self.scorecards.get(name.name.as_str()) {
            duplicate(name, "a metric", first, None, problems);
        }
        let start = self.model.metrics.len();
        for &metric in metrics {
            match self.model.metrics[start..].iter().find(|m| m.version == version(metric)) {
                Some(first) => {
                    let free = version(metrics[metrics.len() - 1]).saturating_add(1);
                    duplicate(&metric.name, "a metric", first.ast.name.span, Some(free), problems);
                }
                None => {
                    self.model.metrics.push(Metric { ast: metric, version: version(metric), current: false })
                }
            }
        }
        let ids = (start..self.model.metrics.len()).map(MetricId::from_index).collect::<Vec<_>>();
        let current = ids.iter().rev().find(|id| !is_draft(self.model.metric(**id).ast));
        let current = *current.unwrap_or(&ids[ids.len() - 1]);
        self.model.metrics[current.index()].current = true;
        self.model.things.insert(&name.name, Thing::Metric(current));
        self.model.versions.insert(&name.name, ids);
    }
}

fn version(metric: &ast::Metric) -> u32 {
    metric.version.map_or(1, |(version, _)| version)
}

fn is_draft(metric: &ast::Metric) -> bool {
    metric.attributes.iter().any(|a| matches!(&a.kind, ast::AttributeKind::Status(s) if s.name == "draft"))
}

/// Always `false`: the second of a name is not kept.
fn duplicate(
    name: &ast::Ident,
    what: &'static str,
    first: Span,
    free_version: Option<u32>,
    problems: &mut Problems,
) -> bool {
    problems.push(DuplicateName { what, name: &name.name, second: name.span, first, free_version });
    false
}

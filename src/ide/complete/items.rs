//! The items of a completion, made from what the project has.

use std::collections::BTreeSet;

use super::{Completion, CompletionKind};
use crate::check::builtins::{self, Builtin, What};
use crate::check::{CheckedModel, Column, ColumnKind, SourceId, TYPES, Type, UNITS, grain};
use crate::ide::keywords::{self, Place};
use crate::ide::types::{style_text, type_text};
use crate::ide::{View, describe};
use crate::text::Span;

pub struct Items<'v> {
    pub view: &'v View<'v>,
    replaces: Span,
    list: Vec<Completion>,
}

impl<'v> Items<'v> {
    pub fn new(view: &'v View<'v>, replaces: Span) -> Items<'v> {
        Items { view, replaces, list: Vec::new() }
    }

    /// Each label once.
    pub fn finish(self) -> Vec<Completion> {
        let mut seen = BTreeSet::new();
        self.list.into_iter().filter(|item| seen.insert(item.label.clone())).collect()
    }

    pub fn model(&self) -> &'v CheckedModel {
        self.view.model
    }

    fn add(&mut self, label: &str, kind: CompletionKind, detail: String, docs: &str) -> &mut Completion {
        self.list.push(Completion {
            label: label.to_string(),
            kind,
            detail,
            docs: docs.to_string(),
            insert: label.to_string(),
            snippet: None,
            replaces: self.replaces,
            deprecated: false,
        });
        self.list.last_mut().expect("one was pushed")
    }

    pub fn words(&mut self, words: &[&str], kind: CompletionKind) {
        for word in words {
            self.add(word, kind, String::new(), keywords::docs(word).unwrap_or_default());
        }
    }

    pub fn keywords(&mut self, place: Place) {
        for keyword in keywords::at(place) {
            let item = self.add(keyword.word, CompletionKind::Keyword, String::new(), keyword.docs);
            if !keyword.snippet.is_empty() {
                item.snippet = Some(keyword.snippet.to_string());
            }
        }
    }

    pub fn units(&mut self, types: bool) {
        if types {
            self.words(TYPES, CompletionKind::Unit);
        }
        if let Some(currency) = self.model().settings.currency {
            self.words(&[currency.code()], CompletionKind::Unit);
        }
        self.words(UNITS, CompletionKind::Unit);
        self.words(&["day", "week", "month", "quarter", "year"], CompletionKind::Unit);
        self.words(&["USD", "EUR", "GBP", "JPY", "CHF", "CNY"], CompletionKind::Unit);
    }

    pub fn grains(&mut self) {
        for name in grain::names(self.model()) {
            self.add(&name, CompletionKind::Grain, String::new(), "");
        }
    }

    pub fn sources(&mut self) {
        for source in &self.model().sources {
            let label = source.label.clone().unwrap_or_default();
            self.add(&source.name, CompletionKind::Source, label, source.docs.as_deref().unwrap_or_default());
        }
    }

    pub fn columns(&mut self, source: SourceId, wanted: impl Fn(&Type) -> bool) {
        self.columns_that(source, |column| wanted(&column.ty));
    }

    /// Those that rows are given with.
    pub fn stored_columns(&mut self, source: SourceId) {
        self.columns_that(source, |column| matches!(column.kind, ColumnKind::Stored { .. }));
    }

    fn columns_that(&mut self, source: SourceId, wanted: impl Fn(&Column) -> bool) {
        let Some(of) = self.model().sources.get(source.index()) else { return };
        for column in of.columns.iter().filter(|column| wanted(column)) {
            let detail = type_text(&column.ty).unwrap_or_default();
            let detail = if column.optional { detail + "?" } else { detail };
            self.add(
                &column.name,
                CompletionKind::Column,
                detail,
                column.docs.as_deref().unwrap_or_default(),
            );
        }
    }

    pub fn links(&mut self, source: SourceId) {
        let Some(of) = self.model().sources.get(source.index()) else { return };
        for link in &of.links {
            let target = self.model().sources.get(link.target.index());
            let detail = target.map(|target| format!("-> {}", target.name)).unwrap_or_default();
            self.add(&link.name, CompletionKind::Link, detail, link.docs.as_deref().unwrap_or_default());
        }
    }

    pub fn measures(&mut self, source: SourceId) {
        let Some(of) = self.model().sources.get(source.index()) else { return };
        for measure in &of.measures {
            let detail = style_text(&measure.show.style).unwrap_or_default();
            self.add(
                &measure.name,
                CompletionKind::Measure,
                detail,
                measure.docs.as_deref().unwrap_or_default(),
            );
        }
    }

    pub fn members(&mut self, source: SourceId, column: crate::check::ColumnId) {
        let of = self.model().sources.get(source.index()).and_then(|s| s.columns.get(column.index()));
        let Some(Type::Enum(enumeration)) = of.map(|column| &column.ty) else { return };
        for member in &enumeration.members {
            let raw = if member.raw == member.name { String::new() } else { format!("{:?}", member.raw) };
            self.add(&member.name, CompletionKind::Member, raw, "");
        }
    }

    /// By their names, and once more by each other name that they have.
    pub fn metrics(&mut self) {
        for metric in self.model().metrics.iter().filter(|metric| metric.current) {
            let unit = style_text(&metric.show.style).unwrap_or_default();
            let label = metric.label.clone().unwrap_or_default();
            let detail = if unit.is_empty() { label } else { format!("{label} : {unit}") };
            let docs = metric.docs.as_deref().unwrap_or_default();
            let deprecated = metric.attributes.deprecated.is_some();
            let item = self.add(&metric.name, CompletionKind::Metric, detail.clone(), docs);
            item.deprecated = deprecated;
            for other in &metric.attributes.also {
                let label = format!("{other} ({})", metric.name);
                let item = self.add(&label, CompletionKind::Metric, detail.clone(), docs);
                item.insert.clone_from(&metric.name);
                item.deprecated = deprecated;
            }
        }
    }

    /// Of one name, as `v1`.
    pub fn versions(&mut self, name: &str) {
        for metric in self.model().metrics.iter().filter(|metric| metric.name == name) {
            let docs = metric.docs.as_deref().unwrap_or_default();
            let label = metric.label.clone().unwrap_or_default();
            self.add(&format!("v{}", metric.version), CompletionKind::Metric, label, docs);
        }
    }

    pub fn dimensions(&mut self) {
        for dimension in &self.model().dimensions {
            let label = dimension.label.clone().unwrap_or_default();
            let docs = dimension.docs.as_deref().unwrap_or_default();
            self.add(&dimension.name, CompletionKind::Dimension, label, docs);
        }
    }

    pub fn parameters(&mut self) {
        for parameter in &self.model().parameters {
            let detail = type_text(&parameter.ty).unwrap_or_default();
            let docs = parameter.docs.as_deref().unwrap_or_default();
            self.add(&parameter.name, CompletionKind::Parameter, detail, docs);
        }
    }

    pub fn lets(&mut self, names: Vec<String>) {
        for name in names {
            self.add(&name, CompletionKind::Let, String::new(), "");
        }
    }

    pub fn functions(&mut self, wanted: impl Fn(&What) -> bool) {
        for builtin in builtins::TABLE.iter().filter(|builtin| wanted(&builtin.what)) {
            self.function(builtin);
        }
    }

    fn function(&mut self, builtin: &Builtin) {
        let docs = describe::function(builtin);
        let item = self.add(builtin.name, CompletionKind::Function, builtin.docs.to_string(), &docs);
        let snippet = match builtin.name {
            "proportion" => "proportion(${1:condition} of ${2:source})$0".to_string(),
            name => format!("{name}($1)$0"),
        };
        item.snippet = Some(snippet);
    }

    /// What metrics of the project have said so far.
    pub fn roles(&mut self) {
        let metrics = &self.model().metrics;
        let used: BTreeSet<&String> = metrics.iter().flat_map(|m| &m.attributes.roles).collect();
        let known = ["executive", "manager", "rep"].map(str::to_string);
        for role in used.into_iter().chain(&known) {
            self.add(role, CompletionKind::Keyword, String::new(), "");
        }
    }

    pub fn tags(&mut self) {
        let metrics = &self.model().metrics;
        let used: BTreeSet<&String> = metrics.iter().flat_map(|m| &m.attributes.tags).collect();
        for tag in used {
            self.add(tag, CompletionKind::Keyword, String::new(), "");
        }
    }
}

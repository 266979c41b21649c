//! The names of a project, for looking them up quickly.

use std::collections::HashMap;

use super::Symbol;
use crate::check::{
    CheckedModel, ColumnKind, DimensionId, Expr, ExprKind, MetricId, ParameterId, SourceId, Type,
};
use crate::check::{ColumnId, LinkId, MeasureId};
use crate::syntax::ast;
use crate::text::Span;

pub struct Lookup<'m> {
    pub model: &'m CheckedModel,
    sources: HashMap<&'m str, SourceId>,
    /// Current metrics, dimensions, parameters, calendars.
    things: HashMap<&'m str, Symbol>,
    versions: HashMap<(&'m str, u32), MetricId>,
    by_place: HashMap<Span, MetricId>,
}

impl<'m> Lookup<'m> {
    pub fn new(model: &'m CheckedModel) -> Lookup<'m> {
        let mut things = HashMap::new();
        for (index, calendar) in model.calendars.iter().enumerate() {
            things.insert(calendar.name.as_str(), Symbol::Calendar(index));
        }
        for (index, parameter) in model.parameters.iter().enumerate() {
            things.insert(parameter.name.as_str(), Symbol::Parameter(ParameterId(index as u32)));
        }
        for (index, dimension) in model.dimensions.iter().enumerate() {
            things.insert(dimension.name.as_str(), Symbol::Dimension(DimensionId(index as u32)));
        }
        let metrics =
            || model.metrics.iter().enumerate().map(|(index, metric)| (MetricId(index as u32), metric));
        for (id, metric) in metrics().filter(|(_, metric)| metric.current) {
            things.insert(metric.name.as_str(), Symbol::Metric(id));
        }
        let sources = model.sources.iter().enumerate();
        Lookup {
            model,
            sources: sources.map(|(index, source)| (source.name.as_str(), SourceId(index as u32))).collect(),
            things,
            versions: metrics().map(|(id, metric)| ((metric.name.as_str(), metric.version), id)).collect(),
            by_place: metrics().map(|(id, metric)| (metric.name_span, id)).collect(),
        }
    }

    pub fn source(&self, name: &str) -> Option<SourceId> {
        self.sources.get(name).copied()
    }

    pub fn thing(&self, name: &str) -> Option<Symbol> {
        self.things.get(name).copied()
    }

    /// The metric that is declared there.
    pub fn metric_at(&self, name: Span) -> Option<MetricId> {
        self.by_place.get(&name).copied()
    }

    /// `v1` behind the name of a metric.
    pub fn version(&self, name: &str, version: &str) -> Option<MetricId> {
        let version = version.strip_prefix('v')?.parse().ok()?;
        self.versions.get(&(name, version)).copied()
    }

    pub fn item(&self, source: SourceId, name: &str) -> Option<Symbol> {
        let of = self.model.sources.get(source.index())?;
        let at = |index: usize| index as u32;
        let column = of.columns.iter().position(|c| c.name == name);
        let link = || of.links.iter().position(|l| l.name == name);
        let measure = || of.measures.iter().position(|m| m.name == name);
        column
            .map(|i| Symbol::Column(source, ColumnId(at(i))))
            .or_else(|| link().map(|i| Symbol::Link(source, LinkId(at(i)))))
            .or_else(|| measure().map(|i| Symbol::Measure(source, MeasureId(at(i)))))
    }

    /// What the names of a path over the rows of a source stand for, as far as they are known.
    pub fn row_path(&self, source: SourceId, parts: &[ast::Ident]) -> Vec<Symbol> {
        let mut found = Vec::new();
        let mut at = Some(source);
        for part in parts {
            let Some(symbol) = at.and_then(|source| self.item(source, &part.name)) else { break };
            found.push(symbol);
            at = self.target(symbol);
        }
        found
    }

    /// Where a link leads.
    pub fn target(&self, symbol: Symbol) -> Option<SourceId> {
        let Symbol::Link(source, link) = symbol else { return None };
        let target = self.model.sources.get(source.index())?.links.get(link.index())?.target;
        (target.index() < self.model.sources.len()).then_some(target)
    }

    /// The column that declares the members of the one named, where it is an enumeration.
    pub fn enumeration(&self, symbol: Symbol) -> Option<(SourceId, ColumnId)> {
        match symbol {
            Symbol::Column(source, column) => self.declaring(source, column),
            Symbol::Dimension(id) => {
                let value = &self.model.dimensions.get(id.index())?.values.first()?.value;
                self.declaring_of(value, LONGEST_WAY)
            }
            _ => None,
        }
    }

    fn declaring(&self, source: SourceId, column: ColumnId) -> Option<(SourceId, ColumnId)> {
        self.declaring_within(source, column, LONGEST_WAY)
    }

    fn declaring_within(
        &self,
        source: SourceId,
        column: ColumnId,
        steps: usize,
    ) -> Option<(SourceId, ColumnId)> {
        let of = self.model.sources.get(source.index())?.columns.get(column.index())?;
        if !matches!(of.ty, Type::Enum(_)) {
            return None;
        }
        let elsewhere = match &of.kind {
            ColumnKind::Computed(value) | ColumnKind::Aggregated(value) => {
                self.declaring_of(value, steps.checked_sub(1)?)
            }
            _ => None,
        };
        Some(elsewhere.unwrap_or((source, column)))
    }

    fn declaring_of(&self, value: &Expr, steps: usize) -> Option<(SourceId, ColumnId)> {
        match &*value.kind {
            ExprKind::Column(column) => self.declaring_within(column.source, column.column, steps),
            ExprKind::If(_, then, otherwise) => {
                self.declaring_of(then, steps).or_else(|| self.declaring_of(otherwise, steps))
            }
            ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } => {
                aggregate.args.first().and_then(|arg| self.declaring_of(arg, steps))
            }
            ExprKind::Neighbour { value: Some(value), .. } => self.declaring_of(value, steps),
            _ => None,
        }
    }

    pub fn member(&self, (source, column): (SourceId, ColumnId), name: &str) -> Option<Symbol> {
        let of = self.model.sources.get(source.index())?.columns.get(column.index())?;
        let Type::Enum(enumeration) = &of.ty else { return None };
        let index = enumeration.members.iter().position(|member| member.name == name)?;
        Some(Symbol::Member(source, column, index as u16))
    }
}

/// Columns that are other columns, one after the other; enough for all but circles.
const LONGEST_WAY: usize = 16;

//! Units that were found out where none is written.

use super::View;
use super::types::{style_text, type_text};
use crate::check::{ColumnKind, Expr, MetricId, SourceId, Type};
use crate::syntax::ast::{AttributeKind, Computed, Decl, Measure, Metric, RollupItem, SourceItem};
use crate::text::{FileId, Span};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub file: FileId,
    /// Behind the name.
    pub offset: u32,
    /// `: USD/month`
    pub text: String,
}

pub fn hints(view: &View<'_>, file: FileId) -> Vec<Hint> {
    let Some(tree) = view.trees.get(file.0 as usize) else { return Vec::new() };
    let mut hints = Hints { view, out: Vec::new() };
    for decl in &tree.decls {
        hints.decl(decl);
    }
    hints.out
}

struct Hints<'v> {
    view: &'v View<'v>,
    out: Vec<Hint>,
}

impl Hints<'_> {
    fn decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Source(source) => {
                let Some(id) = self.view.model.find_source(&source.name.name) else { return };
                for item in &source.items {
                    match item {
                        SourceItem::Computed(computed) => self.computed(id, computed),
                        SourceItem::Measure(measure) => self.measure(id, measure),
                        _ => {}
                    }
                }
            }
            Decl::Rollup(rollup) => {
                let Some(id) = self.view.model.find_source(&rollup.name.name) else { return };
                for item in &rollup.items {
                    match item {
                        RollupItem::Column(computed) => self.computed(id, computed),
                        RollupItem::Measure(measure) => self.measure(id, measure),
                        RollupItem::Expect(_) => {}
                    }
                }
            }
            Decl::Metric(metric) => self.metric(metric),
            _ => {}
        }
    }

    fn add(&mut self, behind: Span, unit: Option<String>) {
        if let Some(unit) = unit {
            self.out.push(Hint { file: behind.file, offset: behind.end, text: format!(": {unit}") });
        }
    }

    fn computed(&mut self, source: SourceId, computed: &Computed) {
        let columns = &self.view.model.source(source).columns;
        let found = columns.iter().find(|column| column.span == computed.name.span);
        if let Some(column) = found
            && let ColumnKind::Computed(_) | ColumnKind::Aggregated(_) = &column.kind
        {
            self.add(computed.name.span, number_or_date(&column.ty));
        }
    }

    fn measure(&mut self, source: SourceId, measure: &Measure) {
        let measures = &self.view.model.source(source).measures;
        let found = measures.iter().find(|m| m.span == measure.span);
        if let (Some(found), None) = (found, &measure.unit) {
            let behind = measure.label.as_ref().map_or(measure.name.span, |label| label.span);
            self.add(behind, style_text(&found.show.style));
        }
    }

    fn metric(&mut self, metric: &Metric) {
        let metrics = &self.view.model.metrics;
        let Some(index) = metrics.iter().position(|m| m.name_span == metric.name.span) else { return };
        let checked = self.view.model.metric(MetricId(index as u32));
        if metric.unit.is_none() && checked.value.ty != Type::Error {
            let behind = metric.label.as_ref().map(|label| label.span);
            let behind = behind.or(metric.version.map(|(_, span)| span)).unwrap_or(metric.name.span);
            self.add(behind, number_or_date(&checked.value.ty));
        }
        for attribute in &metric.attributes {
            if let AttributeKind::Let(name, value) = &attribute.kind {
                let found = at(&checked.value, value.span).and_then(|e| number_or_date(&e.ty));
                self.add(name.span, found);
            }
        }
    }
}

/// Texts, conditions and enumerations need no hint: they have no unit.
fn number_or_date(ty: &Type) -> Option<String> {
    match ty {
        Type::Number(_) | Type::Date | Type::Timestamp => type_text(ty),
        _ => None,
    }
}

/// What was written at that place; the value of a let takes the place of its name.
fn at(expr: &Expr, span: Span) -> Option<&Expr> {
    if expr.span == span {
        return Some(expr);
    }
    expr.children().into_iter().find_map(|child| at(child, span))
}

//! The things that files declare: as a tree of one file, and as a list to be searched.

use super::View;
use crate::syntax::ast::{Decl, Ident, Metric, RollupItem, SourceItem, Text};
use crate::text::{FileId, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    Source,
    Rollup,
    Column,
    Link,
    Measure,
    Dimension,
    Metric,
    Parameter,
    Calendar,
    /// And what metrics are held against.
    Scorecard,
    Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSymbol {
    pub name: String,
    /// Its label.
    pub detail: String,
    pub kind: SymbolKind,
    pub span: Span,
    pub name_span: Span,
    pub children: Vec<DocumentSymbol>,
}

pub fn document_symbols(view: &View<'_>, file: FileId) -> Vec<DocumentSymbol> {
    let tree = view.trees.get(file.0 as usize);
    tree.into_iter().flat_map(|tree| &tree.decls).filter_map(declaration).collect()
}

fn declaration(decl: &Decl) -> Option<DocumentSymbol> {
    use SymbolKind::*;
    Some(match decl {
        Decl::Source(d) => {
            let children = d.items.iter().filter_map(item).collect();
            DocumentSymbol { children, ..symbol(Source, &d.name, &d.label, d.span) }
        }
        Decl::Rollup(d) => {
            let children = d.items.iter().filter_map(|item| match item {
                RollupItem::Column(c) => Some(symbol(Column, &c.name, &None, c.span)),
                RollupItem::Measure(m) => Some(symbol(Measure, &m.name, &m.label, m.span)),
                RollupItem::Expect(_) => None,
            });
            DocumentSymbol { children: children.collect(), ..symbol(Rollup, &d.name, &d.label, d.span) }
        }
        Decl::Dimension(d) => symbol(Dimension, &d.name, &d.label, d.span),
        Decl::Metric(d) => DocumentSymbol { name: versioned(d), ..symbol(Metric, &d.name, &d.label, d.span) },
        Decl::Parameter(d) => symbol(Parameter, &d.name, &d.label, d.span),
        Decl::Calendar(d) => symbol(Calendar, &d.name, &None, d.span),
        Decl::Thresholds(d) => DocumentSymbol {
            name: d.metric.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join("."),
            detail: "thresholds".to_string(),
            kind: Scorecard,
            span: d.span.to(d.metric.span),
            name_span: d.metric.span,
            children: Vec::new(),
        },
        Decl::Scorecard(d) => symbol(Scorecard, &d.name, &d.label, d.span),
        Decl::Consumer(d) => DocumentSymbol {
            name: d.name.value.clone(),
            detail: "consumer".to_string(),
            kind: Scorecard,
            span: d.span,
            name_span: d.name.span,
            children: Vec::new(),
        },
        Decl::Test(d) => DocumentSymbol {
            name: d.name.value.clone(),
            detail: "test".to_string(),
            kind: Test,
            span: d.span,
            name_span: d.name.span,
            children: Vec::new(),
        },
        Decl::Error { .. } => return None,
    })
}

fn versioned(metric: &Metric) -> String {
    let version = metric.version.map(|(version, _)| format!(" v{version}"));
    format!("{}{}", metric.name.name, version.unwrap_or_default())
}

fn item(item: &SourceItem) -> Option<DocumentSymbol> {
    use SymbolKind::*;
    Some(match item {
        SourceItem::Column(c) => symbol(Column, &c.name, &None, c.span),
        SourceItem::Computed(c) => symbol(Column, &c.name, &None, c.span),
        SourceItem::Link(l) => symbol(Link, &l.name, &None, l.span),
        SourceItem::Measure(m) => symbol(Measure, &m.name, &m.label, m.span),
        _ => return None,
    })
}

fn symbol(kind: SymbolKind, name: &Ident, label: &Option<Text>, span: Span) -> DocumentSymbol {
    DocumentSymbol {
        name: name.name.clone(),
        detail: label.as_ref().map(|label| label.value.clone()).unwrap_or_default(),
        kind,
        span: span.to(name.span),
        name_span: name.span,
        children: Vec::new(),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    pub name: String,
    /// The source that has it.
    pub of: Option<String>,
    pub kind: SymbolKind,
    pub name_span: Span,
}

/// Things whose name, label or other name has the letters of the query in that order.
pub fn workspace_symbols(view: &View<'_>, query: &str) -> Vec<WorkspaceSymbol> {
    let mut out = Vec::new();
    for tree in view.trees {
        for decl in &tree.decls {
            let Some(symbol) = declaration(decl) else { continue };
            let others = other_names(decl);
            if fits(query, &symbol) || others.iter().any(|name| has_letters(name, query)) {
                out.push(found(&symbol, None));
            }
            let inner = symbol.children.iter().filter(|child| fits(query, child));
            out.extend(inner.map(|child| found(child, Some(&symbol.name))));
        }
    }
    out
}

fn other_names(decl: &Decl) -> Vec<String> {
    use crate::syntax::ast::AttributeKind;
    let Decl::Metric(metric) = decl else { return Vec::new() };
    let names = metric.attributes.iter().filter_map(|attribute| match &attribute.kind {
        AttributeKind::Also(names) => Some(names.iter().map(|name| name.value.clone()).collect()),
        AttributeKind::Label { label, .. } => Some(vec![label.value.clone()]),
        _ => None,
    });
    names.collect::<Vec<Vec<String>>>().concat()
}

fn fits(query: &str, symbol: &DocumentSymbol) -> bool {
    has_letters(&symbol.name, query) || has_letters(&symbol.detail, query)
}

fn has_letters(text: &str, query: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).all(|c| letters.any(|l| l == c))
}

fn found(symbol: &DocumentSymbol, of: Option<&String>) -> WorkspaceSymbol {
    WorkspaceSymbol {
        name: symbol.name.clone(),
        of: of.cloned(),
        kind: symbol.kind,
        name_span: symbol.name_span,
    }
}

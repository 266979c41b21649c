//! A source or rollup: its items sorted out by what they are, and its name space.

use std::collections::HashMap;

use super::{Column, ColumnKind, DuplicateName, GivenTwice, Item, Keep, Link, Source};
use crate::diagnostic::Problems;
use crate::model::{ColumnId, LinkId, MeasureId};
use crate::syntax::ast::{self, RollupItem, SourceItem};
use crate::text::Span;

pub(super) fn stored<'a>(ast: &'a ast::Source, problems: &mut Problems) -> Source<'a> {
    let mut source = empty(&ast.name, ast.label.as_ref(), ast.docs.as_deref(), ast.span);
    source.from = ast.from.as_ref();
    let mut seen = Once::default();
    let mut names = Names::default();
    for item in &ast.items {
        source_item(&mut source, item, &mut seen, &mut names, problems);
    }
    source
}

fn source_item<'a>(
    source: &mut Source<'a>,
    item: &'a SourceItem,
    seen: &mut Once,
    names: &mut Names<'a>,
    problems: &mut Problems,
) {
    match item {
        SourceItem::Key(columns, span) => {
            if seen.first("key", *span, problems) {
                source.key = Some(columns);
            }
        }
        SourceItem::Time { column, by, span } => {
            if seen.first("time", *span, problems) {
                source.time = Some((column, by.as_ref()));
            }
        }
        SourceItem::Valid { from, to, span } => {
            if seen.first("valid", *span, problems) {
                source.valid = Some((from, to, *span));
            }
        }
        SourceItem::Snapshot(column, span) => {
            if seen.first("snapshot", *span, problems) {
                source.snapshot = Some(column);
            }
        }
        SourceItem::KeepLatest(column, span) => {
            if seen.first("keep", *span, problems) {
                source.keep = Some(Keep::Latest(column));
            }
        }
        SourceItem::KeepDistinct(span) => {
            if seen.first("keep", *span, problems) {
                source.keep = Some(Keep::Distinct);
            }
        }
        SourceItem::Where(condition, _) => source.filters.push(condition),
        SourceItem::Expect(expect) => source.expects.push(expect),
        SourceItem::Column(column) => {
            add_column(source, &column.name, ColumnKind::Stored(column), names, problems);
        }
        SourceItem::Computed(column) => {
            add_column(source, &column.name, ColumnKind::Computed(column), names, problems);
        }
        SourceItem::Link(link) => {
            let item = Item::Link(LinkId::from_index(source.links.len()));
            if names.add(source, &link.name, "a link", item, problems) {
                source.links.push(Link::Declared(link));
            }
        }
        SourceItem::Measure(measure) => add_measure(source, measure, names, problems),
    }
}

/// Its key columns and links are added once all sources are known.
pub(super) fn rollup<'a>(ast: &'a ast::Rollup, problems: &mut Problems) -> Source<'a> {
    let mut source = empty(&ast.name, ast.label.as_ref(), ast.docs.as_deref(), ast.span);
    source.rollup = Some(super::Rollup { per: &ast.per, base: None, by: Vec::new(), period: None });
    let mut names = Names::default();
    for item in &ast.items {
        match item {
            RollupItem::Column(column) => {
                add_column(&mut source, &column.name, ColumnKind::Computed(column), &mut names, problems);
            }
            RollupItem::Measure(measure) => add_measure(&mut source, measure, &mut names, problems),
            RollupItem::Expect(expect) => source.expects.push(expect),
        }
    }
    source
}

fn empty<'a>(
    name: &'a ast::Ident,
    label: Option<&'a ast::Text>,
    docs: Option<&'a str>,
    span: Span,
) -> Source<'a> {
    Source {
        name,
        label,
        docs,
        span,
        rollup: None,
        from: None,
        columns: Vec::new(),
        links: Vec::new(),
        measures: Vec::new(),
        expects: Vec::new(),
        filters: Vec::new(),
        key: None,
        time: None,
        valid: None,
        snapshot: None,
        keep: None,
        items: HashMap::new(),
    }
}

fn add_column<'a>(
    source: &mut Source<'a>,
    name: &'a ast::Ident,
    kind: ColumnKind<'a>,
    names: &mut Names<'a>,
    problems: &mut Problems,
) {
    let item = Item::Column(ColumnId::from_index(source.columns.len()));
    if names.add(source, name, "a column", item, problems) {
        source.columns.push(Column { name: &name.name, span: name.span, kind });
    }
}

fn add_measure<'a>(
    source: &mut Source<'a>,
    measure: &'a ast::Measure,
    names: &mut Names<'a>,
    problems: &mut Problems,
) {
    let item = Item::Measure(MeasureId::from_index(source.measures.len()));
    if names.add(source, &measure.name, "a measure", item, problems) {
        source.measures.push(measure);
    }
}

/// Where each name of a source was first declared.
#[derive(Default)]
struct Names<'a>(HashMap<&'a str, Span>);

impl<'a> Names<'a> {
    fn add(
        &mut self,
        source: &mut Source<'a>,
        name: &'a ast::Ident,
        what: &'static str,
        item: Item,
        problems: &mut Problems,
    ) -> bool {
        let first = *self.0.entry(&name.name).or_insert(name.span);
        if first != name.span {
            let name_text = &name.name;
            let second = name.span;
            problems.push(DuplicateName { what, name: name_text, second, first, free_version: None });
            return false;
        }
        source.items.insert(&name.name, item);
        true
    }
}

/// What may be said once, and where it was said first.
#[derive(Default)]
struct Once(HashMap<&'static str, Span>);

impl Once {
    fn first(&mut self, what: &'static str, span: Span, problems: &mut Problems) -> bool {
        let first = *self.0.entry(what).or_insert(span);
        if first != span {
            problems.push(GivenTwice { what, second: span, first });
        }
        first == span
    }
}

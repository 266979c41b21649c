//! A thing renamed in all files, or why that cannot be done.
//!
//! What the data is asked for stays: a column keeps its header with `from`, a member its
//! value with `=`, a link its column with `via`. The renamed project is checked before
//! anything is changed: every name must stand for what it stood for.

use std::collections::HashMap;

use super::{Mention, Project, Symbol, View, mention_at, mentions};
use crate::check::ColumnKind;
use crate::diagnostic::{Edit, Severity};
use crate::syntax::ast::{Decl, Link, SourceItem, TypeExpr};
use crate::syntax::{Lexer, TokenKind, is_reserved};
use crate::text::{FileId, Sources, Span};

/// In the order of their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    pub edits: Vec<Edit>,
}

/// The name at a place, if it can be renamed, and where it stands.
pub fn prepare_rename(view: &View<'_>, file: FileId, offset: u32) -> Result<(Span, String), String> {
    let Some(mention) = mention_at(view, file, offset) else {
        return Err("there is no name of the project here".to_string());
    };
    match mention.symbol {
        Symbol::Function(name) => Err(format!("`{name}` is a function of the language")),
        Symbol::Unit => Err("units and types are words of the language".to_string()),
        Symbol::Moment => Err("this is a word of the language".to_string()),
        _ if !mentions(view).iter().any(|m| m.declares && same(view, m.symbol, mention.symbol)) => {
            Err("it takes its name from elsewhere: rename it there".to_string())
        }
        _ => Ok((mention.span, view.sources.get(file).slice(mention.span).to_string())),
    }
}

/// The edits that give the thing at a place another name; the message says why not.
pub fn rename(view: &View<'_>, file: FileId, offset: u32, new: &str) -> Result<Renaming, String> {
    let (_, old) = prepare_rename(view, file, offset)?;
    check_name(new)?;
    let all = mentions(view);
    let symbol = mention_at(view, file, offset).map(|m| m.symbol).ok_or("there is no name here")?;
    if new == old {
        return Ok(Renaming { edits: Vec::new() });
    }
    unread(view, &old)?;
    let places = all.iter().filter(|m| same(view, m.symbol, symbol)).map(|m| m.span);
    let mut edits: Vec<Edit> = places.map(|span| Edit { span, replacement: new.to_string() }).collect();
    edits.extend(kept_for_the_data(view, symbol, &old, new));
    edits.sort_by_key(|edit| edit.span);
    verify(view, &all, &edits, new)?;
    Ok(Renaming { edits })
}

/// All versions of a metric have one name.
fn same(view: &View<'_>, a: Symbol, b: Symbol) -> bool {
    let name = |symbol| match symbol {
        Symbol::Metric(id) => view.model.metrics.get(id.index()).map(|metric| &metric.name),
        _ => None,
    };
    a == b || name(a).is_some() && name(a) == name(b)
}

fn check_name(new: &str) -> Result<(), String> {
    let mut tokens = Lexer::new(new, 0);
    let whole =
        tokens.next().is_some_and(|t| t.kind == TokenKind::Word && t.start == 0 && t.end == new.len());
    if !whole {
        return Err(format!("`{new}` is not a name: names have letters, digits and `_`, as in `win_rate`"));
    }
    if is_reserved(new) {
        return Err(format!("`{new}` is a word of the language and cannot be a name"));
    }
    Ok(())
}

/// What does not parse may name it, and would be left behind.
fn unread(view: &View<'_>, old: &str) -> Result<(), String> {
    for span in view.trees.iter().flat_map(|tree| &tree.decls).filter_map(|decl| match decl {
        Decl::Error { span, .. } => Some(*span),
        _ => None,
    }) {
        let file = view.sources.get(span.file);
        let text = file.slice(span);
        if Lexer::new(text, 0).any(|token| token.kind == TokenKind::Word && token.text(text) == old) {
            let line = file.place(span.start).line;
            return Err(format!(
                "{}:{line} does not parse and has the word `{old}`: put it right first",
                file.path
            ));
        }
    }
    Ok(())
}

/// What keeps the meaning of data whose names are those of the definitions.
fn kept_for_the_data(view: &View<'_>, symbol: Symbol, old: &str, new: &str) -> Vec<Edit> {
    let behind =
        |span: Span, text: String| Edit { span: Span { start: span.end, ..span }, replacement: text };
    match symbol {
        Symbol::Column(source, column) => {
            let Some(of) = view.model.sources.get(source.index()) else { return Vec::new() };
            let stored = matches!(of.columns[column.index()].kind, ColumnKind::Stored { .. });
            let mut edits = Vec::new();
            for item in items(view, &of.name) {
                match item {
                    SourceItem::Column(c) if stored && c.name.name == old && c.from.is_none() => {
                        edits.push(behind(c.span, format!(" from {old:?}")));
                    }
                    SourceItem::Link(l) if l.via.is_empty() && format!("{}_id", l.name.name) == old => {
                        edits.push(behind(l.target.span, format!(" via {new}")));
                    }
                    _ => {}
                }
            }
            edits
        }
        Symbol::Link(source, _) => {
            let Some(of) = view.model.sources.get(source.index()) else { return Vec::new() };
            let renamed = |item: &SourceItem| match item {
                SourceItem::Link(Link { name, via, target, .. }) if name.name == old && via.is_empty() => {
                    Some(behind(target.span, format!(" via {old}_id")))
                }
                _ => None,
            };
            items(view, &of.name).filter_map(renamed).collect()
        }
        Symbol::Member(source, column, _) => {
            let Some(of) = view.model.sources.get(source.index()) else { return Vec::new() };
            let name = &of.columns[column.index()].name;
            let renamed = |item: &SourceItem| match item {
                SourceItem::Column(c) if c.name.name == *name => match &c.ty {
                    TypeExpr::OneOf(members, _) => {
                        let member = members.iter().find(|m| m.name.name == old && m.raw.is_none())?;
                        Some(behind(member.name.span, format!(" = {old:?}")))
                    }
                    _ => None,
                },
                _ => None,
            };
            items(view, &of.name).filter_map(renamed).collect()
        }
        _ => Vec::new(),
    }
}

fn items<'v>(view: &View<'v>, source: &str) -> impl Iterator<Item = &'v SourceItem> {
    let decls = view.trees.iter().flat_map(|tree| &tree.decls);
    let found = decls.into_iter().find_map(|decl| match decl {
        Decl::Source(d) if d.name.name == source => Some(&d.items),
        _ => None,
    });
    found.into_iter().flatten()
}

// ---------------------------------------------------------------- what would become of the project

fn verify(view: &View<'_>, before: &[Mention], edits: &[Edit], new: &str) -> Result<(), String> {
    let mut sources = Sources::default();
    let mut added = Vec::new();
    for file in view.sources.iter() {
        let of_file = edits.iter().filter(|edit| edit.span.file == file.id);
        let (text, inserted) = edited(&file.text, of_file);
        let id = sources.add(file.path.as_str(), text);
        added.extend(inserted.into_iter().map(|(start, end)| Span::new(id, start, end)));
    }
    let mut project = Project::new(view.model.settings.clone(), sources);
    let after = project.view();
    let errors = |view: &View<'_>| view.problems.iter().filter(|p| p.severity == Severity::Error).count();
    if errors(&after) > errors(view) {
        let known: Vec<&str> = view.problems.iter().map(|p| p.message.as_str()).collect();
        let first = after.problems.iter().find(|p| !known.contains(&p.message.as_str()));
        let why = first.map_or(format!("`{new}` is taken"), |p| p.message.clone());
        return Err(format!("with the name `{new}` there would be a mistake: {why}"));
    }
    let is_added = |m: &Mention| {
        added.iter().any(|a| a.file == m.span.file && a.start <= m.span.start && m.span.end <= a.end)
    };
    let names: Vec<Mention> = mentions(&after).into_iter().filter(|m| !is_added(m)).collect();
    if shape(&names) != shape(before) {
        return Err(format!("`{new}` already stands for something else where this would be named so"));
    }
    Ok(())
}

/// The new text, and where in it something stands that is not in place of anything.
fn edited<'e>(text: &str, edits: impl Iterator<Item = &'e Edit>) -> (String, Vec<(usize, usize)>) {
    let mut out = String::new();
    let mut inserted = Vec::new();
    let mut at = 0;
    for edit in edits {
        out += &text[at..edit.span.start as usize];
        if edit.span.start == edit.span.end {
            inserted.push((out.len(), out.len() + edit.replacement.len()));
        }
        out += &edit.replacement;
        at = edit.span.end as usize;
    }
    (out + &text[at..], inserted)
}

/// For each name the number of the first that stands for the same.
fn shape(mentions: &[Mention]) -> Vec<usize> {
    let mut first = HashMap::new();
    let known = mentions.iter().filter(|m| !matches!(m.symbol, Symbol::Unit | Symbol::Moment));
    known.enumerate().map(|(at, m)| *first.entry(m.symbol).or_insert(at)).collect()
}

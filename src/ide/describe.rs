//! What a name stands for, in Markdown: its declaration, what the author wrote about it, and
//! what was found out about it.

use super::inline::inlined;
use super::keywords;
use super::types::{style_text, type_text};
use super::{Symbol, View, mention_at};
use crate::check::builtins::{self, Builtin, Needed};
use crate::check::{CheckedModel, ColumnId, LinkId, Metric, MetricId, SourceId};
use crate::syntax::{Lexer, TokenKind};
use crate::text::{FileId, Span};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown.
    pub text: String,
    /// The metric that it is about.
    pub metric: Option<MetricId>,
}

/// About the name at a place, or the word of the language.
pub fn hover(view: &View<'_>, file: FileId, offset: u32) -> Option<Hover> {
    let mention = mention_at(view, file, offset);
    let named = mention.and_then(|m| {
        let metric = if let Symbol::Metric(id) = m.symbol { Some(id) } else { None };
        Some(Hover { span: m.span, text: about(view, m.symbol)?, metric })
    });
    named.or_else(|| word(view, file, offset))
}

fn word(view: &View<'_>, file: FileId, offset: u32) -> Option<Hover> {
    let text = &view.sources.get(file).text;
    let here = |t: &crate::syntax::Token| t.start <= offset as usize && offset as usize <= t.end;
    let mut tokens = Lexer::new(text, 0).take_while(|t| t.start <= offset as usize);
    let token = tokens.find(|t| here(t) && t.kind == TokenKind::Word)?;
    let docs = keywords::docs(token.text(text)).filter(|docs| !docs.is_empty())?;
    let span = Span::new(file, token.start, token.end);
    Some(Hover { span, text: format!("`{}`: {docs}", token.text(text)), metric: None })
}

/// Markdown about a thing; `None`: nothing is known that the place does not say.
pub fn about(view: &View<'_>, symbol: Symbol) -> Option<String> {
    let model = view.model;
    Some(match symbol {
        Symbol::Metric(id) => metric(view, model.metrics.get(id.index())?),
        Symbol::Source(id) => source(model, id)?,
        Symbol::Column(source, id) => column(view, source, id)?,
        Symbol::Link(source, id) => link(model, source, id)?,
        Symbol::Measure(source, id) => {
            let of = model.sources.get(source.index())?;
            let measure = of.measures.get(id.index())?;
            let unit = style_text(&measure.show.style);
            let code = declaration(view, measure.span).unwrap_or_else(|| format!("measure {}", measure.name));
            page(&code, &measure.docs, &[unit_line(unit)])
        }
        Symbol::Member(source, column, index) => {
            let of = model.sources.get(source.index())?;
            let column = of.columns.get(column.index())?;
            let crate::check::Type::Enum(members) = &column.ty else { return None };
            let member = members.members.get(usize::from(index))?;
            let raw = if member.raw == member.name { String::new() } else { format!(" = {:?}", member.raw) };
            page(
                &format!("{}{raw}", member.name),
                &None,
                &[Some(format!("of `{}.{}`", of.name, column.name))],
            )
        }
        Symbol::Dimension(id) => {
            let dimension = model.dimensions.get(id.index())?;
            page(&declaration(view, dimension.span)?, &dimension.docs, &[type_text(&dimension.ty)])
        }
        Symbol::Parameter(id) => {
            let parameter = model.parameters.get(id.index())?;
            page(&declaration(view, parameter.span)?, &parameter.docs, &[unit_line(type_text(&parameter.ty))])
        }
        Symbol::Let(metric, index) => a_let(view, metric, index)?,
        Symbol::Function(name) => function(builtins::find(name)?),
        Symbol::Scorecard(index) => {
            let scorecard = model.scorecards.get(index)?;
            page(&declaration(view, scorecard.span)?, &scorecard.docs, &[])
        }
        Symbol::Calendar(_) | Symbol::Unit | Symbol::Moment => return None,
    })
}

/// Where a thing is that has no name of its own, such as the key of a rollup.
pub fn place(view: &View<'_>, symbol: Symbol) -> Option<Span> {
    match symbol {
        Symbol::Column(source, id) => {
            Some(view.model.sources.get(source.index())?.columns.get(id.index())?.span)
        }
        Symbol::Link(source, id) => Some(view.model.sources.get(source.index())?.links.get(id.index())?.span),
        _ => None,
    }
}

fn metric(view: &View<'_>, metric: &Metric) -> String {
    let model = view.model;
    let formula = inlined(model, &metric.value).map(|text| format!("inlined: `{text}`"));
    let reads =
        metric.sources.iter().filter_map(|id| Some(format!("`{}`", model.sources.get(id.index())?.name)));
    let reads: Vec<String> = reads.collect();
    let reads = (!reads.is_empty()).then(|| format!("reads {}", reads.join(", ")));
    let attributes = &metric.attributes;
    let also = (!attributes.also.is_empty()).then(|| format!("also {}", attributes.also.join(", ")));
    let owner = attributes.owner.as_ref().map(|owner| format!("owner {owner}"));
    let every = attributes.every.as_ref().map(|grain| format!("every {grain}"));
    let old = attributes.deprecated.as_ref().map(|d| match d.until {
        Some(until) => format!("**deprecated** until {until}: {}", d.reason),
        None => format!("**deprecated**: {}", d.reason),
    });
    let held: Vec<String> =
        super::card::thresholds(view, metric).iter().map(|text| format!("`{text}`")).collect();
    let held = (!held.is_empty()).then(|| held.join(", "));
    let lines = [old, unit_line(style_text(&metric.show.style)), formula, reads, held, every, owner, also];
    let code = head(view, metric).unwrap_or_else(|| format!("metric {}", metric.name));
    page(&code, &metric.docs, &lines)
}

/// The declaration up to its block.
fn head(view: &View<'_>, metric: &Metric) -> Option<String> {
    let whole = Span { end: metric.span.end.max(metric.value.span.end), ..metric.span };
    let file = view.sources.get(whole.file);
    let tree = view.trees.get(whole.file.0 as usize)?;
    let value = tree.decls.iter().find_map(|decl| match decl {
        crate::syntax::ast::Decl::Metric(m) if m.name.span == metric.name_span => Some(m.value.span),
        _ => None,
    })?;
    file.text.get(whole.start as usize..value.end as usize).map(dedented)
}

fn source(model: &CheckedModel, id: SourceId) -> Option<String> {
    let of = model.sources.get(id.index())?;
    let word = if matches!(of.kind, crate::check::SourceKind::Rollup(_)) { "rollup" } else { "source" };
    let label = of.label.as_ref().map(|label| format!(" {label:?}")).unwrap_or_default();
    let columns: Vec<String> = of.columns.iter().map(|c| format!("`{}`", c.name)).collect();
    let links = of
        .links
        .iter()
        .filter_map(|l| Some(format!("`{}` → `{}`", l.name, model.sources.get(l.target.index())?.name)));
    let links: Vec<String> = links.collect();
    let lines = [
        (!columns.is_empty()).then(|| format!("columns {}", columns.join(", "))),
        (!links.is_empty()).then(|| format!("links {}", links.join(", "))),
    ];
    Some(page(&format!("{word} {}{label}", of.name), &of.docs, &lines))
}

fn column(view: &View<'_>, source: SourceId, id: ColumnId) -> Option<String> {
    let of = view.model.sources.get(source.index())?;
    let column = of.columns.get(id.index())?;
    let ty = type_text(&column.ty);
    let missing = if column.optional { "?" } else { "" };
    let declared = ty.as_ref().map(|ty| format!("{} : {ty}{missing}", column.name));
    let formula = match &column.kind {
        crate::check::ColumnKind::Computed(value) | crate::check::ColumnKind::Aggregated(value) => view
            .sources
            .get(value.span.file)
            .text
            .get(value.span.range())
            .map(|text| format!(" = {}", dedented(text))),
        _ => None,
    };
    let code = declared.unwrap_or_else(|| column.name.clone()) + &formula.unwrap_or_default();
    Some(page(&code, &column.docs, &[Some(format!("of `{}`", of.name))]))
}

fn link(model: &CheckedModel, source: SourceId, id: LinkId) -> Option<String> {
    let of = model.sources.get(source.index())?;
    let link = of.links.get(id.index())?;
    let target = &model.sources.get(link.target.index())?.name;
    let via = link.via.iter().filter_map(|c| Some(of.columns.get(c.index())?.name.as_str()));
    let via = via.collect::<Vec<_>>().join(", ");
    Some(page(
        &format!("{} -> {target} via {via}", link.name),
        &link.docs,
        &[Some(format!("of `{}`", of.name))],
    ))
}

fn a_let(view: &View<'_>, metric: crate::check::MetricId, index: u16) -> Option<String> {
    use crate::syntax::ast::{AttributeKind, Decl};
    let name = view.model.metrics.get(metric.index())?.name_span;
    let tree = view.trees.get(name.file.0 as usize)?;
    let declared = tree.decls.iter().find_map(|decl| match decl {
        Decl::Metric(m) if m.name.span == name => m.attributes.get(usize::from(index)),
        _ => None,
    })?;
    let AttributeKind::Let(..) = &declared.kind else { return None };
    Some(page(&declaration(view, declared.span)?, &None, &[]))
}

pub fn function(builtin: &Builtin) -> String {
    let parameter = |p: &builtins::Parameter| match p.needed {
        Needed::Always => p.name.to_string(),
        Needed::Optional => format!("{}?", p.name),
        Needed::Repeated => format!("{}, …", p.name),
    };
    let parameters: Vec<String> = builtin.parameters.iter().map(parameter).collect();
    let parts: Vec<&str> = builtin.parts.iter().map(|part| part.words()).collect();
    let parts = (!parts.is_empty()).then(|| format!("then {}", parts.join(", ")));
    page(&format!("{}({})", builtin.name, parameters.join(", ")), &Some(builtin.docs.to_string()), &[parts])
}

fn unit_line(unit: Option<String>) -> Option<String> {
    unit.map(|unit| format!("unit `{unit}`"))
}

fn declaration(view: &View<'_>, span: Span) -> Option<String> {
    view.sources.get(span.file).text.get(span.range()).map(|text| dedented(text.trim_end()))
}

/// Further lines as far to the left as the least indented of them allows.
fn dedented(text: &str) -> String {
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let least = text.lines().skip(1).filter(|l| !l.trim().is_empty()).map(blanks).min().unwrap_or(0);
    let keep = least.saturating_sub(2);
    let lines = text.lines().enumerate().map(|(at, line)| match at {
        0 => line,
        _ => line.get(keep.min(blanks(line))..).unwrap_or(line),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn page(code: &str, docs: &Option<String>, lines: &[Option<String>]) -> String {
    let mut text = format!("```kpi\n{code}\n```");
    if let Some(docs) = docs {
        text += &format!("\n\n{docs}");
    }
    let lines: Vec<&str> = lines.iter().flatten().map(String::as_str).collect();
    if !lines.is_empty() {
        text += &format!("\n\n{}", lines.join("  \n"));
    }
    text
}

//! Parts of definitions as their authors would write them, for before and after.

use crate::check::{
    CheckedModel, Column, ColumnKind, Dimension, Expect, ExpectKind, Expr, Keep, Length, Link, LinkTime,
    Literal, Parameter, RollupPeriod, Source, SourceKind, Type, display, expression,
};
use crate::fingerprint::{Part, SourceItem, aggregates_of};

/// What a part is in a project, as text; empty where it is not there.
pub fn part(model: &CheckedModel, metric: &Expr, part: &Part) -> String {
    let found = match part {
        Part::Expression | Part::Aggregate | Part::Window => Some(expression(model, metric)),
        Part::Filter => Some(filters(model, metric)),
        Part::Unit => Some(display::ty(&metric.ty)),
        Part::Metric(_) | Part::Setting(_) | Part::Calendar(_) => None,
        Part::Parameter(name) => model.parameters.iter().find(|p| p.name == *name).map(parameter),
        Part::Dimension(name) => {
            model.dimensions.iter().find(|d| d.name == *name).map(|d| dimension(model, d))
        }
        Part::Column(name) => named(model, name, |source, name| {
            source.columns.iter().find(|c| c.name == name).map(|c| column(model, c))
        }),
        Part::Link(name) => named(model, name, |source, name| {
            source.links.iter().find(|l| l.name == name).map(|l| link(model, source, l))
        }),
        Part::Source(name, item) => {
            model.sources.iter().find(|s| s.name == *name).map(|s| source_item(model, s, *item))
        }
    };
    found.unwrap_or_default()
}

fn named(model: &CheckedModel, path: &str, find: impl Fn(&Source, &str) -> Option<String>) -> Option<String> {
    let (source, name) = path.split_once('.')?;
    find(model.sources.iter().find(|s| s.name == source)?, name)
}

fn filters(model: &CheckedModel, metric: &Expr) -> String {
    let mut aggregates = Vec::new();
    aggregates_of(metric, &mut aggregates);
    let filter = |f: &Option<Expr>| f.as_ref().map_or("all rows".to_string(), |f| expression(model, f));
    let mut all: Vec<String> = aggregates.iter().map(|a| filter(&a.filter)).collect();
    all.dedup();
    all.join("; ")
}

pub fn parameter(parameter: &Parameter) -> String {
    format!("{} ({})", literal(&parameter.value), display::ty(&parameter.ty))
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Bool(b) => b.to_string(),
        Literal::Text(text) => format!("{text:?}"),
        Literal::Date(date) => date.to_string(),
        Literal::Timestamp(micros) => micros.to_string(),
        Literal::Number { digits, scale } => decimal(*digits, *scale),
        Literal::Member(index) => index.to_string(),
    }
}

fn decimal(digits: i128, scale: u8) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0width$}", digits.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, fraction) = text.split_at(text.len() - usize::from(scale));
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

pub fn dimension(model: &CheckedModel, dimension: &Dimension) -> String {
    let value = |v: &crate::check::DimensionValue| {
        format!("{}: {}", model.source(v.source).name, expression(model, &v.value))
    };
    dimension.values.iter().map(value).collect::<Vec<_>>().join(", ")
}

pub fn column(model: &CheckedModel, column: &Column) -> String {
    match &column.kind {
        ColumnKind::Stored { raw, .. } => {
            let optional = if column.optional { "?" } else { "" };
            let from = if *raw == column.name { String::new() } else { format!(" from {raw:?}") };
            format!("{}{optional}{from}", stored_type(&column.ty))
        }
        ColumnKind::Computed(value) | ColumnKind::Aggregated(value) => expression(model, value),
        ColumnKind::Key(n) => format!("column {} of the key", n + 1),
        ColumnKind::PeriodStart => "the start of the period".to_string(),
    }
}

fn stored_type(ty: &Type) -> String {
    match ty {
        Type::Enum(e) => {
            let member = |m: &crate::check::Member| match m.name == m.raw {
                true => m.name.clone(),
                false => format!("{} = {:?}", m.name, m.raw),
            };
            format!("one of ({})", e.members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        _ => display::ty(ty),
    }
}

pub fn link(model: &CheckedModel, source: &Source, link: &Link) -> String {
    let name = |c: &crate::check::ColumnId| source.columns[c.index()].name.as_str();
    let via = link.via.iter().map(name).collect::<Vec<_>>().join(", ");
    let time = match &link.time {
        LinkTime::Always => String::new(),
        LinkTime::At(column) => format!(" at {}", name(column)),
        LinkTime::LatestBefore { column, within } => {
            let within = within.map(|l| format!(" within {}", length(l))).unwrap_or_default();
            format!(" latest before {}{within}", name(column))
        }
    };
    format!("-> {} via {via}{time}", model.source(link.target).name)
}

pub fn length(length: Length) -> String {
    match length {
        Length::Days(n) => format!("{n} days"),
        Length::Months(n) => format!("{n} months"),
        Length::Seconds(n) => format!("{n} seconds"),
    }
}

pub fn source_item(model: &CheckedModel, source: &Source, item: SourceItem) -> String {
    let name = |c: crate::check::ColumnId| source.columns[c.index()].name.clone();
    match item {
        SourceItem::Where => {
            source.filters.iter().map(|f| expression(model, f)).collect::<Vec<_>>().join(" and ")
        }
        SourceItem::Key => source.key.iter().map(|c| name(*c)).collect::<Vec<_>>().join(", "),
        SourceItem::Time => source.time.as_ref().map_or(String::new(), |t| match &t.by {
            Some(by) => format!("{} by {by}", name(t.column)),
            None => name(t.column),
        }),
        SourceItem::Valid => {
            source.valid.map_or(String::new(), |(from, to)| format!("{} to {}", name(from), name(to)))
        }
        SourceItem::Snapshot => source.snapshot.map_or(String::new(), name),
        SourceItem::Keep => match &source.keep {
            None => String::new(),
            Some(Keep::Distinct) => "distinct".to_string(),
            Some(Keep::Latest(column)) => format!("latest {}", name(*column)),
        },
        SourceItem::From => match &source.kind {
            SourceKind::Stored(Some(from)) => {
                let delimiter =
                    from.delimiter.map(|d| format!(" delimiter {:?}", d as char)).unwrap_or_default();
                format!("{:?}{delimiter}", from.path)
            }
            _ => String::new(),
        },
        SourceItem::Per => per(model, source),
    }
}

fn per(model: &CheckedModel, source: &Source) -> String {
    let SourceKind::Rollup(rollup) = &source.kind else { return String::new() };
    let base = &model.source(rollup.base).name;
    let mut parts: Vec<String> = match rollup.by.is_empty() {
        true => vec![base.clone()],
        false => rollup.by.iter().map(|c| format!("{base}.{}", model.column(c).name)).collect(),
    };
    match &rollup.period {
        RollupPeriod::None => {}
        RollupPeriod::Asked => parts.push("period".to_string()),
        RollupPeriod::Fixed(grain) => parts.push(grain.to_string()),
    }
    parts.join(", ")
}

pub fn expect(model: &CheckedModel, source: &Source, expect: &Expect) -> String {
    let what = match &expect.kind {
        ExpectKind::Holds(condition) => expression(model, condition),
        ExpectKind::Unique(columns) => {
            let names = columns.iter().map(|c| source.columns[c.index()].name.as_str());
            format!("unique ({})", names.collect::<Vec<_>>().join(", "))
        }
        ExpectKind::Fresh(within) => format!("fresh within {}", length(*within)),
    };
    format!("{what}{}", if expect.warn { " else warn" } else { "" })
}

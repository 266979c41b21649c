//! Declarations as nested lists.

use super::expressions::{expr, names, path, unit};
use super::{Node, atom, list, quoted, thresholds};
use crate::syntax::ast::{
    Attribute, AttributeKind, Band, Calendar, Decl, Dimension, Expect, ExpectKind, From, Ident, Link,
    LinkTime, Measure, Member, Metric, Parameter, Rollup, RollupItem, Source, SourceItem, Text, TypeExpr,
};

pub fn decl(decl: &Decl) -> Node {
    match decl {
        Decl::Source(source) => source_node(source),
        Decl::Rollup(rollup) => rollup_node(rollup),
        Decl::Dimension(dimension) => dimension_node(dimension),
        Decl::Metric(metric) => metric_node(metric),
        Decl::Parameter(parameter) => parameter_node(parameter),
        Decl::Calendar(calendar) => calendar_node(calendar),
        Decl::Thresholds(thresholds) => thresholds::thresholds_node(thresholds),
        Decl::Scorecard(scorecard) => thresholds::scorecard_node(scorecard),
        Decl::Consumer(consumer) => thresholds::consumer_node(consumer),
        Decl::Test(test) => super::test::test(test),
        Decl::Error { keyword, name, .. } => {
            let words = keyword.iter().cloned().chain(name.iter().map(|name| name.name.clone()));
            list("error", words.map(atom))
        }
    }
}

/// What most declarations begin with.
pub fn head(name: &Ident, label: &Option<Text>, docs: &Option<String>) -> Vec<Node> {
    let mut nodes = vec![atom(&name.name)];
    nodes.extend(label.iter().map(|label| quoted(&label.value)));
    nodes.extend(docs_node(docs));
    nodes
}

pub fn docs_node(docs: &Option<String>) -> Option<Node> {
    docs.as_ref().map(|docs| list("docs", [quoted(docs)]))
}

fn source_node(source: &Source) -> Node {
    let mut nodes = head(&source.name, &source.label, &source.docs);
    nodes.extend(source.from.as_ref().map(from));
    nodes.extend(source.items.iter().map(source_item));
    list("source", nodes)
}

fn from(from: &From) -> Node {
    let mut nodes: Vec<Node> = from.format.iter().map(|format| atom(&format.name)).collect();
    nodes.push(quoted(&from.path.value));
    nodes.extend(from.delimiter.iter().map(|delimiter| list("delimiter", [quoted(&delimiter.value)])));
    list("from", nodes)
}

fn source_item(item: &SourceItem) -> Node {
    match item {
        SourceItem::Key(columns, _) => list("key", names(columns)),
        SourceItem::Time { column, by, .. } => {
            let by = by.iter().map(|by| list("by", [atom(&by.name)]));
            list("time", std::iter::once(atom(&column.name)).chain(by))
        }
        SourceItem::Valid { from, to, .. } => list("valid", [atom(&from.name), atom(&to.name)]),
        SourceItem::Snapshot(column, _) => list("snapshot", [atom(&column.name)]),
        SourceItem::KeepLatest(column, _) => list("keep-latest", [atom(&column.name)]),
        SourceItem::KeepDistinct(_) => list("keep-distinct", []),
        SourceItem::Where(condition, _) => list("where", [expr(condition)]),
        SourceItem::Column(column) => {
            let mut nodes = head(&column.name, &None, &column.docs);
            nodes.push(data_type(&column.ty));
            nodes.extend(column.optional.then(|| atom("optional")));
            nodes.extend(column.from.iter().map(|raw| list("from", [quoted(&raw.value)])));
            list("column", nodes)
        }
        SourceItem::Computed(computed) => {
            let mut nodes = head(&computed.name, &None, &computed.docs);
            nodes.push(expr(&computed.value));
            list("computed", nodes)
        }
        SourceItem::Link(link) => link_node(link),
        SourceItem::Measure(measure) => measure_node(measure),
        SourceItem::Expect(expect) => expect_node(expect),
    }
}

fn link_node(link: &Link) -> Node {
    let mut nodes = head(&link.name, &None, &link.docs);
    nodes.push(atom(&link.target.name));
    if !link.via.is_empty() {
        nodes.push(list("via", names(&link.via)));
    }
    nodes.extend(link.time.as_ref().map(|time| match time {
        LinkTime::At(column) => list("at", [atom(&column.name)]),
        LinkTime::LatestBefore { column, within } => {
            list("latest-before", std::iter::once(atom(&column.name)).chain(within.as_ref().map(expr)))
        }
    }));
    list("link", nodes)
}

fn measure_node(measure: &Measure) -> Node {
    let mut nodes = head(&measure.name, &measure.label, &measure.docs);
    nodes.extend(measure.unit.as_ref().map(unit));
    nodes.push(expr(&measure.value));
    list("measure", nodes)
}

fn expect_node(expect: &Expect) -> Node {
    let mut nodes = vec![match &expect.kind {
        ExpectKind::Holds(condition) => expr(condition),
        ExpectKind::Unique(columns) => list("unique", names(columns)),
        ExpectKind::Fresh(limit) => list("fresh", [expr(limit)]),
    }];
    nodes.extend(expect.warn.then(|| atom("warn")));
    list("expect", nodes)
}

fn data_type(ty: &TypeExpr) -> Node {
    match ty {
        TypeExpr::OneOf(members, _) => list("one-of", members.iter().map(member)),
        TypeExpr::Decimal { precision, scale, .. } => atom(format!("decimal({precision},{scale})")),
        TypeExpr::Unit(written) => unit(written),
    }
}

fn member(member: &Member) -> Node {
    match &member.raw {
        Some(raw) => atom(format!("{}={:?}", member.name.name, raw.value)),
        None => atom(&member.name.name),
    }
}

fn rollup_node(rollup: &Rollup) -> Node {
    let mut nodes = head(&rollup.name, &rollup.label, &rollup.docs);
    nodes.push(list("per", rollup.per.iter().map(path)));
    nodes.extend(rollup.items.iter().map(|item| match item {
        RollupItem::Column(column) => {
            let mut nodes = head(&column.name, &None, &column.docs);
            nodes.push(expr(&column.value));
            list("column", nodes)
        }
        RollupItem::Measure(measure) => measure_node(measure),
        RollupItem::Expect(expect) => expect_node(expect),
    }));
    list("rollup", nodes)
}

fn dimension_node(dimension: &Dimension) -> Node {
    let mut nodes = head(&dimension.name, &dimension.label, &dimension.docs);
    nodes.extend(dimension.values.iter().map(expr));
    if !dimension.via.is_empty() {
        nodes.push(list("via", dimension.via.iter().map(path)));
    }
    nodes.extend(dimension.bands.as_ref().map(|bands| list("bands", bands.iter().map(band))));
    nodes.extend(dimension.members_all.then(|| list("members", [atom("all")])));
    list("dimension", nodes)
}

fn band(band: &Band) -> Node {
    match &band.below {
        Some(limit) => list("<", [atom(&band.name.name), expr(limit)]),
        None => atom(&band.name.name),
    }
}

fn parameter_node(parameter: &Parameter) -> Node {
    let mut nodes = head(&parameter.name, &parameter.label, &parameter.docs);
    nodes.extend(parameter.unit.as_ref().map(unit));
    nodes.push(expr(&parameter.value));
    list("parameter", nodes)
}

fn calendar_node(calendar: &Calendar) -> Node {
    let mut nodes = head(&calendar.name, &None, &calendar.docs);
    let [a, b, c] = calendar.weeks;
    nodes.push(list("weeks", [atom(format!("{a}-{b}-{c}"))]));
    nodes.push(list("year-starts", names([&calendar.which, &calendar.weekday, &calendar.month])));
    list("calendar", nodes)
}

fn metric_node(metric: &Metric) -> Node {
    let mut nodes = vec![atom(&metric.name.name)];
    nodes.extend(metric.version.map(|(version, _)| atom(format!("v{version}"))));
    nodes.extend(metric.label.iter().map(|label| quoted(&label.value)));
    nodes.extend(docs_node(&metric.docs));
    nodes.extend(metric.unit.as_ref().map(unit));
    nodes.push(expr(&metric.value));
    nodes.extend(metric.attributes.iter().map(attribute));
    list("metric", nodes)
}

pub fn attribute(attribute: &Attribute) -> Node {
    match &attribute.kind {
        AttributeKind::Let(name, value) => list("let", [atom(&name.name), expr(value)]),
        AttributeKind::Owner(text) => list("owner", [quoted(&text.value)]),
        AttributeKind::Playbook(text) => list("playbook", [quoted(&text.value)]),
        AttributeKind::Tags(tags) => list("tags", names(tags)),
        AttributeKind::Tier(tier) => list("tier", [atom(&tier.name)]),
        AttributeKind::Roles(roles) => list("roles", names(roles)),
        AttributeKind::Also(texts) => list("also", texts.iter().map(|text| quoted(&text.value))),
        AttributeKind::Label { language, label } => {
            list("label", [atom(&language.name), quoted(&label.value)])
        }
        AttributeKind::Every { grain, only } => {
            list("every", std::iter::once(path(grain)).chain(only.then(|| atom("only"))))
        }
        AttributeKind::By(dimensions) => list("by", names(dimensions)),
        AttributeKind::Better(way) => list("better", [atom(&way.name)]),
        AttributeKind::Show(digits) => list("show", [atom(digits.to_string())]),
        AttributeKind::Status(status) => list("status", [atom(&status.name)]),
        AttributeKind::Deprecated { reason, until } => {
            let until = until.iter().map(|(date, _)| atom(date.to_string()));
            list("deprecated", std::iter::once(quoted(&reason.value)).chain(until))
        }
        AttributeKind::Target(goal) => list("target", thresholds::goal(goal)),
        AttributeKind::Benchmark(goal) => list("benchmark", thresholds::goal(goal)),
        AttributeKind::Threshold(threshold) => thresholds::threshold(threshold),
        AttributeKind::OnlyWhen(condition) => list("only-when", [expr(condition)]),
        AttributeKind::MissingIs(word) => list("missing-is", [atom(&word.name)]),
    }
}

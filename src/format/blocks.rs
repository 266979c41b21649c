//! Declarations and their items as rows and blocks.

use super::expressions::{below_head, filled, flat, has_many_arms, layout, path, unit, written};
use super::lines::{self, Body, Element};
use super::{Formatter, WIDTH, element, says_the_same};
use crate::syntax::Comment;
use crate::syntax::ast::{
    Attribute, AttributeKind, Calendar, Computed, Decl, Dimension, Expect, ExpectKind, Expr, File, Ident,
    Link, LinkTime, Measure, Member, Metric, Parameter, Path, Rollup, RollupItem, Source, SourceItem, Text,
    TypeExpr, UnitExpr,
};
use crate::text::Span;

/// A metric with docs or a block is not in a table with its neighbours: its formula has a line
/// of its own sooner.
const TALL_WIDTH: usize = 90;

impl Formatter<'_> {
    pub fn declaration(&self, decl: &Decl) -> Element {
        let (span, docs) = match decl {
            Decl::Source(source) => (source.span, &source.docs),
            Decl::Rollup(rollup) => (rollup.span, &rollup.docs),
            Decl::Dimension(dimension) => (dimension.span, &dimension.docs),
            Decl::Metric(metric) => (metric.span, &metric.docs),
            Decl::Parameter(parameter) => (parameter.span, &parameter.docs),
            Decl::Calendar(calendar) => (calendar.span, &calendar.docs),
            Decl::Thresholds(thresholds) => (thresholds.span, &thresholds.docs),
            Decl::Scorecard(scorecard) => (scorecard.span, &scorecard.docs),
            Decl::Consumer(consumer) => (consumer.span, &consumer.docs),
            Decl::Test(test) => (test.span, &test.docs),
            Decl::Error { span, .. } => (*span, &None),
        };
        if matches!(decl, Decl::Error { .. }) || self.is_broken(span) {
            return self.unchanged(span);
        }
        let body = match decl {
            Decl::Source(source) => self.source(source),
            Decl::Rollup(rollup) => self.rollup(rollup),
            Decl::Metric(metric) => self.metric(metric),
            Decl::Thresholds(thresholds) => self.thresholds(thresholds),
            Decl::Scorecard(scorecard) => self.scorecard(scorecard),
            Decl::Test(test) => self.test(test),
            _ if self.has_comments(span.start as usize, span.end as usize) => None,
            Decl::Dimension(dimension) => Some(self.dimension(dimension)),
            Decl::Parameter(parameter) => Some(self.parameter(parameter)),
            Decl::Calendar(calendar) => Some(calendar_row(calendar)),
            Decl::Consumer(consumer) => Some(self.consumer(consumer)),
            Decl::Error { .. } => None,
        };
        let unit = self.unit(span, docs, body);
        if self.careful && !self.is_kept(decl, &unit) { self.unchanged(span) } else { unit }
    }

    /// Whether the declaration alone, as it is laid out, reads as it did.
    fn is_kept(&self, decl: &Decl, unit: &Element) -> bool {
        let tree = File { id: self.file.id, decls: vec![decl.clone()] };
        let comments = self.comments_within(unit.start, unit.end);
        let docs: String = unit.docs.iter().map(|line| format!("{line}\n")).collect();
        says_the_same(&tree, &comments, &format!("{docs}{}", unit.text()))
    }

    /// Up to its last word: comments behind it may belong to what follows.
    fn unchanged(&self, span: Span) -> Element {
        let start = span.start as usize;
        let mut end = start + self.file.slice(span).trim_end().len();
        for comment in self.comments.iter().rev().filter(|c| c.span.start > span.start) {
            let text_end = comment.span.start as usize + self.file.slice(comment.span).trim_end().len();
            if text_end == end {
                end = start + self.file.text[start..comment.span.start as usize].trim_end().len();
            }
        }
        let span = Span::new(span.file, start, end);
        element(start, end, self.as_written(span))
    }

    /// A node with its docs; without a body it stays as it is written.
    fn unit(&self, span: Span, docs: &Option<String>, body: Option<Body>) -> Element {
        let (start, end) = (span.start as usize, span.end as usize);
        let mut unit = element(start, end, body.unwrap_or_else(|| self.as_written(span)));
        if let Some(docs) = docs
            && !self.holds_plain_comment(self.docs_start(start), start)
        {
            unit.docs = docs.split('\n').map(|line| format!("/// {line}").trim_end().to_owned()).collect();
            unit.start = self.docs_start(start);
        }
        unit
    }

    /// Between docs and what they describe: then both stay comments among comments.
    fn holds_plain_comment(&self, start: usize, end: usize) -> bool {
        let within = |comment: &Comment| (start..end).contains(&(comment.span.start as usize));
        self.comments.iter().any(|comment| !comment.docs && within(comment))
    }

    /// Where the `///` lines directly above `start` begin.
    fn docs_start(&self, start: usize) -> usize {
        let above = self.comments.iter().rev().filter(|comment| (comment.span.end as usize) <= start);
        let block = above
            .skip_while(|comment| !comment.docs)
            .take_while(|comment| comment.docs && comment.first_on_line);
        let mut first = start;
        for comment in block {
            let between = &self.file.text[comment.span.end as usize..first];
            if first != start && between.matches('\n').count() > 1 {
                break;
            }
            first = comment.span.start as usize;
        }
        first
    }

    // ------------------------------------------------------------ sources and rollups

    fn source(&self, source: &Source) -> Option<Body> {
        let mut head = named("source", &source.name, self.label(&source.label));
        if let Some(from) = &source.from {
            head += &format!(" {}", written(self.file, from.span));
        }
        let items = source.items.iter().map(|item| self.source_item(item)).collect();
        self.block(&head, source.span, items)
    }

    fn rollup(&self, rollup: &Rollup) -> Option<Body> {
        let per: Vec<String> = rollup.per.iter().map(path).collect();
        let head =
            format!("{} per {}", named("rollup", &rollup.name, self.label(&rollup.label)), per.join(", "));
        let items = rollup.items.iter().map(|item| match item {
            RollupItem::Column(column) => self.computed(column),
            RollupItem::Measure(measure) => self.measure(measure),
            RollupItem::Expect(expect) => self.expect(expect),
        });
        self.block(&head, rollup.span, items.collect())
    }

    /// `head { items }`; `None` where a comment stands in the head.
    pub fn block(&self, head: &str, span: Span, items: Vec<Element>) -> Option<Body> {
        self.block_with(head, span, items, |_| {})
    }

    /// The same, where `arrange` may set its lines apart.
    pub(super) fn block_with(
        &self,
        head: &str,
        span: Span,
        items: Vec<Element>,
        arrange: impl Fn(&mut [Element]),
    ) -> Option<Body> {
        let (start, end) = (span.start as usize, span.end as usize);
        let open = self.opening(start, items.first().map_or(end, |item| item.start))?;
        if self.has_comments(start, open) {
            return None;
        }
        let behind = self.comments.iter().find(|c| c.span.start as usize > open && !c.first_on_line);
        let line_end = self.file.text[open..].find('\n').map_or(end, |at| open + at);
        let behind = behind.filter(|comment| (comment.span.start as usize) < line_end.min(end));
        let first = items.first().map_or(end, |item| item.start);
        let behind = behind.filter(|comment| (comment.span.start as usize) < first);
        let trailing = behind.map(|comment| format!("  {}", self.file.slice(comment.span).trim_end()));
        let mut elements = self.with_comments(items, open + 1, end);
        arrange(&mut elements);
        let inside = lines::write(&elements, 2);
        if inside.is_empty() && trailing.is_none() {
            return Some(Body::Lines(format!("{head} {{}}")));
        }
        Some(Body::Lines(format!("{head} {{{}\n{inside}}}", trailing.unwrap_or_default())))
    }

    /// The last `{` before `first` that no comment holds.
    fn opening(&self, start: usize, first: usize) -> Option<usize> {
        let held = |at: usize| {
            self.comments.iter().any(|c| (c.span.start as usize..c.span.end as usize).contains(&at))
        };
        let mut braces = self.file.text[start..first].match_indices('{').map(|(at, _)| start + at);
        braces.rfind(|at| !held(*at))
    }

    fn source_item(&self, item: &SourceItem) -> Element {
        match item {
            SourceItem::Key(columns, span) => self.keyword(*span, "key", names(columns)),
            SourceItem::Time { column, by, span } => {
                let by = by.iter().map(|by| format!(" by {}", by.name)).collect::<String>();
                self.keyword(*span, "time", format!("{}{by}", column.name))
            }
            SourceItem::Valid { from, to, span } => {
                self.keyword(*span, "valid", format!("{} to {}", from.name, to.name))
            }
            SourceItem::Snapshot(column, span) => self.keyword(*span, "snapshot", column.name.clone()),
            SourceItem::KeepLatest(column, span) => {
                self.keyword(*span, "keep", format!("latest {}", column.name))
            }
            SourceItem::KeepDistinct(span) => self.keyword(*span, "keep", "distinct".to_owned()),
            SourceItem::Where(condition, span) => {
                self.keyword(*span, "where", layout(self.file, condition, 2, 8))
            }
            SourceItem::Column(column) => {
                let optional = if column.optional { "?" } else { "" };
                let from = column.from.as_ref().map(|raw| format!("from {}", self.file.slice(raw.span)));
                let from = from.unwrap_or_default();
                let taken = column.name.name.len() + 7 + from.chars().count();
                let ty = self.data_type(&column.ty, WIDTH.saturating_sub(taken));
                let cells = vec![column.name.name.clone(), format!(": {ty}{optional}"), from];
                self.row(column.span, &column.docs, "column", cells)
            }
            SourceItem::Computed(computed) => self.computed(computed),
            SourceItem::Link(link) => self.link(link),
            SourceItem::Measure(measure) => self.measure(measure),
            SourceItem::Expect(expect) => self.expect(expect),
        }
    }

    fn row(&self, span: Span, docs: &Option<String>, kind: &'static str, cells: Vec<String>) -> Element {
        let comments = self.has_comments(span.start as usize, span.end as usize);
        let body = (!comments).then_some(Body::Row { kind, cells });
        self.unit(span, docs, body)
    }

    pub fn keyword(&self, span: Span, word: &str, rest: String) -> Element {
        self.row(span, &None, "keyword", vec![word.to_owned(), rest])
    }

    fn computed(&self, computed: &Computed) -> Element {
        let name = &computed.name.name;
        let value = layout(self.file, &computed.value, 2, name.len() + 5);
        self.row(computed.span, &computed.docs, "computed", vec![name.clone(), format!("= {value}")])
    }

    fn link(&self, link: &Link) -> Element {
        let via = if link.via.is_empty() { String::new() } else { format!("via {}", names(&link.via)) };
        let time = match &link.time {
            None => String::new(),
            Some(LinkTime::At(column)) => format!("at {}", column.name),
            Some(LinkTime::LatestBefore { column, within }) => {
                let within = within.as_ref().map(|limit| format!(" within {}", flat(self.file, limit)));
                format!("latest before {}{}", column.name, within.unwrap_or_default())
            }
        };
        let cells = vec![link.name.name.clone(), format!("-> {}", link.target.name), via, time];
        self.row(link.span, &link.docs, "link", cells)
    }

    fn measure(&self, measure: &Measure) -> Element {
        let head = named("measure", &measure.name, self.label(&measure.label)) + &declared(&measure.unit);
        let value = layout(self.file, &measure.value, 2, head.chars().count() + 5);
        self.row(measure.span, &measure.docs, "measure", vec![head, format!("= {value}")])
    }

    fn expect(&self, expect: &Expect) -> Element {
        let warn = if expect.warn { " else warn" } else { "" };
        let promise = match &expect.kind {
            ExpectKind::Holds(condition) => layout(self.file, condition, 2, 9 + warn.len()),
            ExpectKind::Unique(columns) => format!("unique ({})", names(columns)),
            ExpectKind::Fresh(limit) => format!("fresh within {}", flat(self.file, limit)),
        };
        self.row(expect.span, &None, "expect", vec![format!("expect {promise}{warn}")])
    }

    /// On one line where it is no wider than `room`.
    fn data_type(&self, ty: &TypeExpr, room: usize) -> String {
        match ty {
            TypeExpr::OneOf(members, _) => {
                let members: Vec<String> = members.iter().map(|member| self.member(member)).collect();
                let line = format!("one of ({})", members.join(", "));
                if line.chars().count() <= room {
                    return line;
                }
                format!("one of (\n    {}\n  )", filled(&members, 4))
            }
            TypeExpr::Decimal { precision, scale, .. } => format!("decimal({precision}, {scale})"),
            TypeExpr::Unit(written) => unit(written),
        }
    }

    fn member(&self, member: &Member) -> String {
        let raw = member.raw.as_ref().map(|raw| format!(" = {}", self.file.slice(raw.span)));
        format!("{}{}", member.name.name, raw.unwrap_or_default())
    }

    pub fn label(&self, label: &Option<Text>) -> Option<&str> {
        label.as_ref().map(|label| self.file.slice(label.span))
    }

    // ------------------------------------------------------------ the others

    fn dimension(&self, dimension: &Dimension) -> Body {
        let values: Vec<String> = dimension.values.iter().map(|value| flat(self.file, value)).collect();
        let mut parts = vec![format!("= {}", values.join(", "))];
        if !dimension.via.is_empty() {
            parts.push(format!("via {}", dimension.via.iter().map(path).collect::<Vec<_>>().join(", ")));
        }
        if let Some(bands) = &dimension.bands {
            let limit = |limit: &Expr| format!(" < {}", flat(self.file, limit));
            let bands = bands.iter().map(|band| {
                format!("{}{}", band.name.name, band.below.as_ref().map(limit).unwrap_or_default())
            });
            parts.push(format!("in bands {{ {} }}", bands.collect::<Vec<_>>().join(", ")));
        }
        if dimension.members_all {
            parts.push("{ members all }".to_owned());
        }
        let head = named("dimension", &dimension.name, self.label(&dimension.label));
        let many = dimension.values.iter().any(has_many_arms);
        let (line, value) = (parts.join(" "), &dimension.values[..]);
        if !many && head.chars().count() + 1 + line.chars().count() <= WIDTH {
            return self.aligned_row("dimension", &dimension.name, &dimension.label, &None, line);
        }
        if !many && 2 + line.chars().count() <= WIDTH {
            return Body::Lines(format!("{head}\n  {line}"));
        }
        parts[0] = match value {
            [value] => format!("= {}", below_head(self.file, value)),
            _ => format!("= {}", filled(&values, 4)),
        };
        Body::Lines(format!("{head}\n  {}", parts.join("\n  ")))
    }

    fn parameter(&self, parameter: &Parameter) -> Body {
        let value = format!("= {}", flat(self.file, &parameter.value));
        self.aligned_row("parameter", &parameter.name, &parameter.label, &parameter.unit, value)
    }

    /// A declaration on one line, its parts below those of its neighbours.
    fn aligned_row(
        &self,
        keyword: &'static str,
        name: &Ident,
        label: &Option<Text>,
        declared: &Option<UnitExpr>,
        rest: String,
    ) -> Body {
        let label = self.label(label).unwrap_or_default().to_owned();
        let declared = declared.as_ref().map(|declared| format!(": {}", unit(declared)));
        let cells = vec![format!("{keyword} {}", name.name), label, declared.unwrap_or_default(), rest];
        Body::Row { kind: keyword, cells }
    }

    fn metric(&self, metric: &Metric) -> Option<Body> {
        let (start, end) = (metric.span.start as usize, metric.span.end as usize);
        if self.has_comments(start, metric.value.span.end as usize) {
            return None;
        }
        let name = versioned(metric);
        let label = self.label(&metric.label).map(|label| format!(" {label}")).unwrap_or_default();
        let head = format!("metric {}{label}{}", name.name, declared(&metric.unit));
        let line = format!("{head} = {}", flat(self.file, &metric.value));
        let has_block = (metric.value.span.end as usize) < end;
        let broken = format!("{head}\n  = {}", below_head(self.file, &metric.value));
        if !has_block {
            let width = if metric.docs.is_some() { TALL_WIDTH } else { WIDTH };
            if line.chars().count() > width {
                return Some(Body::Lines(broken));
            }
            let value = format!("= {}", flat(self.file, &metric.value));
            return Some(self.aligned_row("metric", &name, &metric.label, &metric.unit, value));
        }
        if let Some(row) = self.metric_with_one_attribute(metric, &line) {
            return Some(row);
        }
        let attributes = metric.attributes.iter().map(|attribute| self.attribute(attribute)).collect();
        let block = match self.block("", Span { start: metric.value.span.end, ..metric.span }, attributes)? {
            Body::Lines(lines) => lines.trim_start().to_owned(),
            Body::Row { .. } => return None,
        };
        let fits = line.chars().count() + 2 <= TALL_WIDTH;
        Some(Body::Lines(match (fits, block.as_str()) {
            (true, "{}") => line,
            (false, "{}") => broken,
            (true, _) => format!("{line} {block}"),
            (false, _) => format!("{broken}\n{block}"),
        }))
    }

    /// `metric a = b { every month }`, where that is all there is to say.
    fn metric_with_one_attribute(&self, metric: &Metric, line: &str) -> Option<Body> {
        let [attribute] = &metric.attributes[..] else { return None };
        let (start, end) = (metric.span.start as usize, metric.span.end as usize);
        let attribute = self.attribute(attribute).text();
        let rest = format!("= {} {{ {attribute} }}", flat(self.file, &metric.value));
        let width = line.chars().count() + 5 + attribute.chars().count();
        if metric.docs.is_some() || width > WIDTH || self.has_comments(start, end) {
            return None;
        }
        Some(self.aligned_row("metric", &versioned(metric), &metric.label, &metric.unit, rest))
    }

    pub fn attribute(&self, attribute: &Attribute) -> Element {
        let text = |text: &Text| self.file.slice(text.span).to_owned();
        let (word, rest) = match &attribute.kind {
            AttributeKind::Let(name, value) => {
                let cells = vec![
                    format!("let {}", name.name),
                    format!("= {}", layout(self.file, value, 2, name.name.len() + 9)),
                ];
                return self.row(attribute.span, &None, "let", cells);
            }
            AttributeKind::Owner(owner) => ("owner", text(owner)),
            AttributeKind::Playbook(playbook) => ("playbook", text(playbook)),
            AttributeKind::Tags(tags) => ("tags", list(tags)),
            AttributeKind::Tier(tier) => ("tier", tier.name.clone()),
            AttributeKind::Roles(roles) => ("roles", list(roles)),
            AttributeKind::Also(others) => ("also", in_lines(&others.iter().map(text).collect::<Vec<_>>())),
            AttributeKind::Label { language, label } => {
                ("label", format!("{} {}", language.name, text(label)))
            }
            AttributeKind::Every { grain, only } => ("every", every(grain, *only)),
            AttributeKind::By(dimensions) => ("by", list(dimensions)),
            AttributeKind::Better(way) => ("better", way.name.clone()),
            AttributeKind::Show(1) => ("show", "1 decimal".to_owned()),
            AttributeKind::Show(digits) => ("show", format!("{digits} decimals")),
            AttributeKind::Status(status) => ("status", status.name.clone()),
            AttributeKind::Deprecated { reason, until } => {
                let until = until.map(|(date, _)| format!(" until {date}")).unwrap_or_default();
                ("deprecated", format!("{}{until}", text(reason)))
            }
            AttributeKind::Target(goal) => ("target", self.goal(goal)),
            AttributeKind::Benchmark(goal) => ("benchmark", self.goal(goal)),
            AttributeKind::Threshold(threshold) => {
                (threshold.severity.name.as_str(), self.threshold(threshold))
            }
            AttributeKind::OnlyWhen(condition) => {
                ("only", format!("when {}", layout(self.file, condition, 2, 12)))
            }
            AttributeKind::MissingIs(word) => ("missing", word.name.clone()),
        };
        self.keyword(attribute.span, word, rest)
    }
}

fn calendar_row(calendar: &Calendar) -> Body {
    let [a, b, c] = calendar.weeks;
    let (which, weekday, month) = (&calendar.which.name, &calendar.weekday.name, &calendar.month.name);
    let rest = format!("{{ weeks {a}-{b}-{c}, year starts {which} {weekday} of {month} }}");
    let cells = vec![format!("calendar {}", calendar.name.name), rest];
    Body::Row { kind: "calendar", cells }
}

/// `win_rate v2`
fn versioned(metric: &Metric) -> Ident {
    let version = metric.version.map(|(version, _)| format!(" v{version}")).unwrap_or_default();
    Ident { name: format!("{}{version}", metric.name.name), span: metric.name.span }
}

pub fn named(keyword: &str, name: &Ident, label: Option<&str>) -> String {
    let label = label.map(|label| format!(" {label}")).unwrap_or_default();
    format!("{keyword} {}{label}", name.name)
}

fn declared(declared: &Option<UnitExpr>) -> String {
    declared.as_ref().map(|declared| format!(" : {}", unit(declared))).unwrap_or_default()
}

fn every(grain: &Path, only: bool) -> String {
    format!("{}{}", path(grain), if only { " only" } else { "" })
}

/// Of an attribute: on several lines where one is not enough.
fn list(names: &[Ident]) -> String {
    in_lines(&names.iter().map(|name| name.name.clone()).collect::<Vec<_>>())
}

fn in_lines(words: &[String]) -> String {
    // the longest word of an attribute stands before the first line
    const BEFORE: usize = 13;
    let line = words.join(", ");
    if BEFORE + line.chars().count() <= WIDTH { line } else { filled(words, 4) }
}

pub fn names(names: &[Ident]) -> String {
    names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join(", ")
}

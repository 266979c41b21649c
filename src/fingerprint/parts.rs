//! A meaning taken apart, so that a change of it can be named in the author's terms: its
//! filter, a column that it uses, another metric. What a name stands for is hashed at its
//! own part and nowhere else, so a change is found where it was made.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::canon::{Canon, View, grain, length, literal, type_of};
use super::digest::{Digest, Node};
use super::rows::stored_type;
use super::uses::{self, Settings, Uses};
use crate::calendar::WeekUnit;
use crate::check::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, Expr, ExprKind, Keep, LinkRef, LinkTime, MetricId,
    RollupPeriod, SourceId, SourceKind, Type,
};

/// What of a metric, or of what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// How its aggregates, metrics and numbers are put together.
    Expression,
    /// Functions and what they are over.
    Aggregate,
    Filter,
    /// Which rows count in which period.
    Window,
    Unit,
    /// A metric that it uses, whichever version.
    Metric(String),
    Parameter(String),
    Dimension(String),
    /// `source.column`
    Column(String),
    /// `source.link`
    Link(String),
    /// Of a source: `where`, `time`, …
    Source(String, SourceItem),
    /// `timezone`, …
    Setting(String),
    Calendar(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceItem {
    Where,
    Key,
    Time,
    Valid,
    Snapshot,
    Keep,
    From,
    Per,
}

impl SourceItem {
    pub const ALL: [SourceItem; 8] = [
        SourceItem::Where,
        SourceItem::Key,
        SourceItem::Time,
        SourceItem::Valid,
        SourceItem::Snapshot,
        SourceItem::Keep,
        SourceItem::From,
        SourceItem::Per,
    ];

    /// As it is written in a source.
    pub fn word(self) -> &'static str {
        match self {
            SourceItem::Where => "where",
            SourceItem::Key => "key",
            SourceItem::Time => "time",
            SourceItem::Valid => "valid",
            SourceItem::Snapshot => "snapshot",
            SourceItem::Keep => "keep",
            SourceItem::From => "from",
            SourceItem::Per => "per",
        }
    }
}

pub type Parts = BTreeMap<Part, Digest>;

/// All parts of a metric.
pub fn parts(describe: &mut Describe<'_>, meaning: &mut Canon<'_>, id: MetricId) -> Parts {
    let model = describe.model;
    let uses = uses::of_metric(model, id);
    let mut parts = describe.own(&model.metric(id).value);
    describe.used(&uses, &mut parts);
    let mut metrics: BTreeMap<&str, Vec<Digest>> = BTreeMap::new();
    for metric in &uses.metrics {
        metrics.entry(&model.metric(*metric).name).or_default().push(meaning.metric(*metric).digest);
    }
    for (name, versions) in metrics {
        parts.insert(Part::Metric(name.to_string()), Node::new("versions").set(versions).finish());
    }
    parts
}

/// The parts of what a dimension groups by.
pub fn dimension_parts(model: &CheckedModel, id: crate::check::DimensionId) -> Parts {
    let uses = uses::of_dimension(model, id);
    let mut describe = Describe::new(model);
    let mut parts = Parts::new();
    describe.used(&uses, &mut parts);
    parts
}

/// What the settings that matter are.
pub fn settings(model: &CheckedModel, settings: Settings) -> Parts {
    let mut parts = Parts::new();
    let mut set = |name: &str, value: String| {
        parts.insert(Part::Setting(name.to_string()), Node::new(name).text(&value).finish());
    };
    let of = &model.settings;
    if settings.timezone {
        set("timezone", of.timezone.iana_name().unwrap_or("unknown").to_string());
    }
    if settings.week_starts {
        set("week_starts", format!("{:?}", of.week_starts));
    }
    if settings.fiscal_year_starts {
        set("fiscal_year_starts", of.fiscal_year_starts.to_string());
    }
    for (at, calendar) in model.calendars.iter().enumerate() {
        if settings.calendars & (1 << (at % 64)) != 0 {
            let declared = crate::calendar::Grain::Declared(calendar.clone(), WeekUnit::Week);
            parts.insert(Part::Calendar(calendar.name.clone()), grain(&declared));
        }
    }
    parts
}

/// What is shared by many metrics, such as a column, is described once.
pub struct Describe<'m> {
    model: &'m CheckedModel,
    names: Canon<'m>,
    shape: Canon<'m>,
    columns: HashMap<(SourceId, ColumnId), Digest>,
}

impl<'m> Describe<'m> {
    pub fn new(model: &'m CheckedModel) -> Describe<'m> {
        Describe {
            model,
            names: Canon::new(model, View::Names),
            shape: Canon::new(model, View::Shape),
            columns: HashMap::new(),
        }
    }

    /// What its own text says.
    fn own(&mut self, value: &Expr) -> Parts {
        let mut aggregates = Vec::new();
        aggregates_of(value, &mut aggregates);
        let (mut of, mut filters, mut windows) = (Vec::new(), Vec::new(), Vec::new());
        for aggregate in aggregates {
            let bare = Aggregate { filter: None, mature: None, on: None, ..aggregate.clone() };
            let bare = Aggregate { window: crate::check::Window::Period, ..bare };
            of.push(self.names.aggregate(&bare));
            filters
                .push(aggregate.filter.as_ref().map_or(Node::new("all").finish(), |f| self.names.digest(f)));
            windows.push(self.names.window(aggregate));
        }
        Parts::from([
            (Part::Expression, self.shape.digest(value)),
            (Part::Aggregate, in_order("aggregates", of)),
            (Part::Filter, in_order("filters", filters)),
            (Part::Window, in_order("windows", windows)),
            (Part::Unit, type_of(&value.ty)),
        ])
    }

    fn used(&mut self, uses: &Uses, parts: &mut Parts) {
        for source in &uses.sources {
            self.source(*source, uses.keys.contains(source), parts);
        }
        for (source, column) in &uses.columns {
            let of = self.model.source(*source);
            let name = format!("{}.{}", of.name, of.columns[column.index()].name);
            parts.insert(Part::Column(name), self.column(*source, *column));
        }
        for link in &uses.links {
            let name = format!("{}.{}", self.model.source(link.source).name, self.model.link(*link).name);
            parts.insert(Part::Link(name), self.link(*link));
        }
        for id in &uses.parameters {
            let parameter = &self.model.parameters[id.index()];
            let value = Node::new("value").digest(literal(&parameter.value, &parameter.ty));
            let value = value.digest(type_of(&parameter.ty)).finish();
            parts.insert(Part::Parameter(parameter.name.clone()), value);
        }
        for id in &uses.dimensions {
            let dimension = self.model.dimension(*id);
            let values: Vec<Digest> = dimension.values.iter().map(|v| self.names.digest(&v.value)).collect();
            let value = Node::new("dimension").set(values).finish();
            parts.insert(Part::Dimension(dimension.name.clone()), value);
        }
        parts.extend(settings(self.model, uses.settings));
    }

    fn column(&mut self, source: SourceId, id: ColumnId) -> Digest {
        if let Some(known) = self.columns.get(&(source, id)) {
            return *known;
        }
        let digest = self.described(source, id);
        self.columns.insert((source, id), digest);
        digest
    }

    fn described(&mut self, source: SourceId, id: ColumnId) -> Digest {
        let column = &self.model.source(source).columns[id.index()];
        match &column.kind {
            ColumnKind::Stored { raw, .. } => {
                let ty = match &column.ty {
                    Type::Number(_) => stored_type(&column.ty),
                    other => type_of(other),
                };
                let node = Node::new("stored").text(raw).digest(ty);
                // which value of the data a member stands for
                match &column.ty {
                    Type::Enum(e) => {
                        node.set(e.members.iter().map(|m| Node::new(&m.name).text(&m.raw).finish())).finish()
                    }
                    _ => node.finish(),
                }
            }
            ColumnKind::Computed(value) | ColumnKind::Aggregated(value) => self.names.digest(value),
            ColumnKind::Key(n) => Node::new("key").number(*n as i64).finish(),
            ColumnKind::PeriodStart => Node::new("start").finish(),
        }
    }

    fn link(&mut self, id: LinkRef) -> Digest {
        let link = self.model.link(id);
        let here = |column: &ColumnId| self.model.source(id.source).columns[column.index()].name.as_str();
        let mut node = Node::new("link").text(&self.model.source(link.target).name);
        for column in &link.via {
            node = node.text(here(column));
        }
        match &link.time {
            LinkTime::Always => node,
            LinkTime::At(column) => node.text("at").text(here(column)),
            LinkTime::LatestBefore { column, within } => {
                node.text("latest before").text(here(column)).maybe(within.map(length))
            }
        }
        .finish()
    }

    fn source(&mut self, id: SourceId, keyed: bool, parts: &mut Parts) {
        let source = self.model.source(id);
        let name = |c: ColumnId| source.columns[c.index()].name.as_str();
        let text = |tag: &str, text: &str| Node::new(tag).text(text).finish();
        let mut item = |item: SourceItem, digest: Digest| {
            parts.insert(Part::Source(source.name.clone(), item), digest);
        };
        let filters: Vec<Digest> = source.filters.iter().map(|f| self.names.digest(f)).collect();
        // what is not said needs no line
        if !filters.is_empty() {
            item(SourceItem::Where, Node::new("where").set(filters).finish());
        }
        if keyed {
            item(
                SourceItem::Key,
                Node::new("key").set(source.key.iter().map(|c| text("c", name(*c)))).finish(),
            );
        }
        if let Some(time) = &source.time {
            item(SourceItem::Time, text("time", name(time.column)));
        }
        if let Some((from, to)) = source.valid {
            item(SourceItem::Valid, text("valid", &format!("{} to {}", name(from), name(to))));
        }
        if let Some(column) = source.snapshot {
            item(SourceItem::Snapshot, text("snapshot", name(column)));
        }
        match &source.keep {
            None => {}
            Some(Keep::Distinct) => item(SourceItem::Keep, text("keep", "distinct")),
            Some(Keep::Latest(column)) => item(SourceItem::Keep, text("keep latest", name(*column))),
        }
        match &source.kind {
            SourceKind::Stored(None) => {}
            SourceKind::Stored(Some(from)) => item(SourceItem::From, text("from", &format!("{from:?}"))),
            SourceKind::Rollup(rollup) => {
                let key: Vec<Digest> =
                    rollup.by.iter().map(|column| self.names.column_ref(column).digest).collect();
                let node = Node::new("per").text(&self.model.source(rollup.base).name).set(key);
                let node = match &rollup.period {
                    RollupPeriod::None => node.text("once"),
                    RollupPeriod::Asked => node.text("period"),
                    RollupPeriod::Fixed(by) => node.digest(grain(by)),
                };
                item(SourceItem::Per, node.finish());
            }
        }
    }
}

/// Those of a metric itself, in the order written.
pub fn aggregates_of<'e>(expr: &'e Expr, into: &mut Vec<&'e Aggregate>) {
    if let ExprKind::Aggregate(aggregate) = &*expr.kind {
        into.push(aggregate);
    }
    expr.children().into_iter().for_each(|child| aggregates_of(child, into));
}

fn in_order(tag: &str, digests: Vec<Digest>) -> Digest {
    Node::new(tag).list(digests).finish()
}

/// As one word, for the lock file.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Expression => f.write_str("expression"),
            Part::Aggregate => f.write_str("aggregate"),
            Part::Filter => f.write_str("filter"),
            Part::Window => f.write_str("window"),
            Part::Unit => f.write_str("unit"),
            Part::Metric(name) => write!(f, "metric/{name}"),
            Part::Parameter(name) => write!(f, "parameter/{name}"),
            Part::Dimension(name) => write!(f, "dimension/{name}"),
            Part::Column(name) => write!(f, "{name}"),
            Part::Link(name) => write!(f, "link/{name}"),
            Part::Source(name, item) => write!(f, "{name}/{}", item.word()),
            Part::Setting(name) => write!(f, "setting/{name}"),
            Part::Calendar(name) => write!(f, "calendar/{name}"),
        }
    }
}

impl Part {
    /// What `Display` wrote; `None` where another Kepi wrote it.
    pub fn parse(word: &str) -> Option<Part> {
        let own = [Part::Expression, Part::Aggregate, Part::Filter, Part::Window, Part::Unit];
        if let Some(part) = own.into_iter().find(|p| p.to_string() == word) {
            return Some(part);
        }
        let Some((kind, name)) = word.split_once('/') else {
            return word.contains('.').then(|| Part::Column(word.to_string()));
        };
        let owned = name.to_string();
        Some(match kind {
            "link" if name.contains('.') => Part::Link(owned),
            _ => match SourceItem::ALL.into_iter().find(|item| item.word() == name) {
                Some(item) => Part::Source(kind.to_string(), item),
                None => match kind {
                    "metric" => Part::Metric(owned),
                    "parameter" => Part::Parameter(owned),
                    "dimension" => Part::Dimension(owned),
                    "setting" => Part::Setting(owned),
                    "calendar" => Part::Calendar(owned),
                    _ => return None,
                },
            },
        })
    }

    /// For a sentence: "its filter", "`opportunities.is_closed`".
    pub fn words(&self) -> String {
        match self {
            Part::Expression => "its formula".to_string(),
            Part::Aggregate => "what it aggregates".to_string(),
            Part::Filter => "its filter".to_string(),
            Part::Window => "which rows count in a period".to_string(),
            Part::Unit => "its unit".to_string(),
            Part::Metric(name) => format!("the metric `{name}`"),
            Part::Parameter(name) => format!("the parameter `{name}`"),
            Part::Dimension(name) => format!("the dimension `{name}`"),
            Part::Column(name) => format!("`{name}`"),
            Part::Link(name) => format!("the link `{name}`"),
            Part::Source(name, item) => format!("`{}` of `{name}`", item.word()),
            Part::Setting(name) => format!("`{name}` in kepi.toml"),
            Part::Calendar(name) => format!("the calendar `{name}`"),
        }
    }
}

/// What of both is not alike; where nothing in common is, what only one has.
pub fn changed<T: PartialEq>(before: &BTreeMap<Part, T>, after: &BTreeMap<Part, T>) -> Vec<Part> {
    let mut all: Vec<&Part> = before.keys().chain(after.keys()).collect();
    all.sort();
    all.dedup();
    let differs = |part: &&&Part| before.get(part) != after.get(part);
    let common = |part: &&&Part| match part {
        // only one says it, of a source that both use
        Part::Source(name, _) => uses(before, name) && uses(after, name),
        _ => before.contains_key(part) && after.contains_key(part),
    };
    let found: Vec<Part> = all.iter().filter(differs).filter(common).map(|p| (*p).clone()).collect();
    match found.is_empty() {
        true => all.iter().filter(differs).map(|p| (*p).clone()).collect(),
        false => found,
    }
}

fn uses<T>(parts: &BTreeMap<Part, T>, source: &str) -> bool {
    parts.keys().any(|part| match part {
        Part::Column(name) => name.split_once('.').is_some_and(|(of, _)| of == source),
        Part::Source(name, _) => name == source,
        _ => false,
    })
}

impl Part {
    /// What it is called where there is little room: `win_rate`, `opportunities.stage`.
    pub fn name(&self) -> String {
        match self {
            Part::Expression | Part::Aggregate | Part::Filter | Part::Window | Part::Unit => self.to_string(),
            Part::Metric(name)
            | Part::Parameter(name)
            | Part::Dimension(name)
            | Part::Column(name)
            | Part::Link(name)
            | Part::Setting(name)
            | Part::Calendar(name) => name.clone(),
            Part::Source(name, item) => format!("{} of {name}", item.word()),
        }
    }

    /// Whether the metric's own text says it.
    pub fn is_own(&self) -> bool {
        matches!(self, Part::Expression | Part::Aggregate | Part::Filter | Part::Window | Part::Unit)
    }
}

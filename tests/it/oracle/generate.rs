//! Random small projects that check without errors, and questions to them.

use jiff::civil::Weekday;

use super::data;
use super::phrases::{Phrases, Scope};
use super::project::{Declaration, Project};
use super::random::Random;
use super::special;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Int,
    Money,
    /// A float.
    Number,
    Days,
    Text,
    Bool,
    Date,
    Instant,
    Stage,
    /// Conditions that ask `within`: only for aggregates of metrics.
    Open,
}

pub const STAGES: [&str; 4] = ["fresh", "won", "lost", "held"];

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub optional: bool,
    pub stored: bool,
}

#[derive(Debug, Clone)]
pub struct Link {
    pub name: String,
    pub target: usize,
    /// The columns here, as many as the target's key has.
    pub via: Vec<String>,
    /// The row there is found by a date, too.
    pub dated: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Source {
    pub name: String,
    pub key: Vec<String>,
    pub columns: Vec<Column>,
    pub links: Vec<Link>,
    pub time: Option<String>,
    pub valid: Option<(String, String)>,
    pub snapshot: Option<String>,
    pub keep: Option<String>,
    pub rollup: Option<Rollup>,
    pub filters: Vec<String>,
    pub items: Vec<String>,
    pub measures: Vec<(String, Kind)>,
}

#[derive(Debug, Clone)]
pub struct Rollup {
    /// `accounts, month`
    pub per: String,
    pub follows_the_question: bool,
}

/// A project with what questions can be made of.
pub struct Generated {
    pub project: Project,
    pub metrics: Vec<Named>,
    pub dimensions: Vec<Named>,
    pub grains: Vec<String>,
    /// The sources to which links lead, itself among them, by source.
    reaches: Vec<Vec<usize>>,
}

#[derive(Debug, Clone)]
pub struct Named {
    pub name: String,
    pub kind: Kind,
    /// Which it is made of, or defined on.
    sources: Vec<usize>,
}

impl Generated {
    /// As it is declared.
    pub fn text_of(&self, metric: &Named) -> String {
        let head = format!("metric {} ", metric.name);
        let declared = self.project.declarations.iter().find(|d| d.head.starts_with(&head));
        declared.map_or(String::new(), |d| format!("{} {}", d.head, d.items.join(" ")))
    }

    /// Whether all that the metric reads can be cut by the dimension.
    pub fn fits(&self, metric: &Named, dimension: &Named) -> bool {
        let reached = |source: &usize| self.reaches[*source].iter().any(|s| dimension.sources.contains(s));
        metric.sources.iter().all(reached)
    }
}

pub fn project(random: &mut Random) -> Generated {
    let mut sources = sources(random);
    let base = sources.len();
    special::add(random, &mut sources);
    for index in (0..base).rev() {
        compute(random, &mut sources, index);
    }
    for index in 0..base {
        count_linked(random, &mut sources, index);
        special::add_neighbour(random, &mut sources[index]);
        special::add_open(random, &mut sources[index]);
        filter_and_measure(random, &mut sources, index);
    }
    special::add_rollup(random, &mut sources, base);
    let (dimensions, mut declared) = dimensions(random, &sources);
    let (metrics, more) = metrics(random, &sources, &dimensions);
    declared.extend(more);
    let mut declarations: Vec<Declaration> = sources.iter().map(declare).collect();
    let sure = declarations.len();
    declarations.push(plain("parameter factor = 3".to_string()));
    let mut grains: Vec<String> = GRAINS.iter().map(|g| (*g).to_string()).collect();
    if random.percent(25) {
        declarations.push(special::calendar(random));
        grains
            .extend(["shop.week", "shop.month", "shop.month", "shop.quarter", "shop.year"].map(String::from));
    }
    declarations.extend(declared);
    let zone = *random.pick(&["UTC", "UTC", "Europe/Berlin", "America/New_York"]);
    let week_starts = *random.pick(&[Weekday::Monday, Weekday::Monday, Weekday::Sunday, Weekday::Wednesday]);
    let fiscal_year_starts = *random.pick(&[1, 2, 4, 10]);
    let data = data::data(random, &sources);
    let mut project = Project { zone, week_starts, fiscal_year_starts, declarations, data };
    leave_out_mistakes(&mut project, sure);
    let declared = |n: &Named| {
        let begins = |head: &str| project.declarations.iter().any(|d| d.head.starts_with(head));
        begins(&format!("metric {} ", n.name)) || begins(&format!("dimension {} ", n.name))
    };
    let metrics = metrics.into_iter().filter(declared).collect();
    let dimensions = dimensions.into_iter().filter(declared).collect();
    random.shuffle(&mut project.declarations);
    let reaches = (0..sources.len()).map(|source| reached(&sources, source)).collect();
    Generated { project, metrics, dimensions, grains, reaches }
}

const GRAINS: [&str; 8] =
    ["day", "week", "month", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"];

/// What does not check is left out, and what is made of it.
fn leave_out_mistakes(project: &mut Project, mut sure: usize) {
    loop {
        let mut wrong = project.mistaken();
        wrong.retain(|i| *i >= sure || project.declarations[*i].head.starts_with("rollup"));
        if wrong.is_empty() {
            return;
        }
        for i in wrong.into_iter().rev() {
            project.declarations.remove(i);
            sure -= usize::from(i < sure);
        }
    }
}

fn reached(sources: &[Source], from: usize) -> Vec<usize> {
    let mut found = vec![from];
    let mut next = 0;
    while next < found.len() {
        let there = sources[found[next]].links.iter().map(|l| l.target);
        let new: Vec<usize> = there.filter(|t| !found.contains(t)).collect();
        found.extend(new);
        next += 1;
    }
    found
}

fn plain(head: String) -> Declaration {
    Declaration { head, items: Vec::new() }
}

fn declare(source: &Source) -> Declaration {
    if let Some(rollup) = &source.rollup {
        return Declaration {
            head: format!("rollup {} per {}", source.name, rollup.per),
            items: source.items.clone(),
        };
    }
    let mut items = vec![format!("key {}", source.key.join(", "))];
    items.extend(source.snapshot.iter().map(|c| format!("snapshot {c}")));
    items.extend(source.keep.iter().map(|k| format!("keep {k}")));
    items.extend(source.time.iter().map(|c| format!("time {c}")));
    items.extend(source.valid.iter().map(|(a, b)| format!("valid {a} to {b}")));
    items.extend(source.filters.iter().map(|f| format!("where {f}")));
    items.extend(source.items.iter().cloned());
    Declaration { head: format!("source {}", source.name), items }
}

// ---------------------------------------------------------------- sources

const NAMES: [&str; 3] = ["deals", "accounts", "reps"];

pub fn sources(random: &mut Random) -> Vec<Source> {
    let count = *random.pick(&[1, 2, 2, 3, 3]);
    let mut sources: Vec<Source> = (0..count).map(|i| stored(random, NAMES[i])).collect();
    for from in 0..count {
        for to in from + 1..count {
            if random.percent(70) {
                link(random, &mut sources, from, to, "");
            }
        }
        if random.percent(15) {
            link(random, &mut sources, from, from, "parent_");
        }
    }
    // two ways to one source: dimensions there need no path
    if count > 1 && random.percent(10) {
        link(random, &mut sources, 0, 1, "other_");
    }
    sources
}

fn stored(random: &mut Random, name: &str) -> Source {
    let mut source = Source { name: name.to_string(), ..Source::default() };
    let composite = random.percent(20);
    add_stored(&mut source, "id", Kind::Int, false);
    source.key.push("id".to_string());
    if composite {
        add_stored(&mut source, "part", Kind::Int, false);
        source.key.push("part".to_string());
    }
    let kinds = [
        ("amount", Kind::Money),
        ("quantity", Kind::Int),
        ("score", Kind::Number),
        ("label", Kind::Text),
        ("open", Kind::Bool),
        ("stage", Kind::Stage),
        ("due_on", Kind::Date),
    ];
    for (column, kind) in kinds {
        if random.percent(60) {
            let optional = random.percent(50);
            add_stored(&mut source, column, kind, optional);
        }
    }
    let instant = random.percent(20);
    let kind = if instant { Kind::Instant } else { Kind::Date };
    if random.percent(80) {
        let optional = random.percent(20);
        add_stored(&mut source, "happened", kind, optional);
        source.time = Some("happened".to_string());
    }
    if random.percent(30) {
        add_stored(&mut source, "begins", kind, false);
        add_stored(&mut source, "ends", kind, true);
        source.valid = Some(("begins".to_string(), "ends".to_string()));
        if random.percent(30) {
            source.time = Some("ends".to_string());
        }
    }
    match random.below(12) {
        0 => {
            add_stored(&mut source, "changed", *random.pick(&[Kind::Int, Kind::Date]), true);
            source.keep = Some("latest changed".to_string());
        }
        1 => source.keep = Some("distinct".to_string()),
        _ => {}
    }
    source
}

pub fn add_stored(source: &mut Source, name: &str, kind: Kind, optional: bool) {
    let ty = match kind {
        Kind::Int => "int".to_string(),
        Kind::Money => "USD".to_string(),
        Kind::Number => "number".to_string(),
        Kind::Days => "days".to_string(),
        Kind::Text => "text".to_string(),
        Kind::Bool => "bool".to_string(),
        Kind::Date => "date".to_string(),
        Kind::Instant => "timestamp".to_string(),
        Kind::Stage => "one of (fresh, won = \"Closed Won\", lost, held)".to_string(),
        Kind::Open => panic!("only computed"),
    };
    source.items.push(format!("{name} : {ty}{}", if optional { "?" } else { "" }));
    source.columns.push(Column { name: name.to_string(), kind, optional, stored: true });
}

fn link(random: &mut Random, sources: &mut [Source], from: usize, to: usize, prefix: &str) {
    let name = format!("{prefix}{}", ["deal", "account", "rep"][to]);
    let optional = random.percent(50);
    let key = sources[to].key.clone();
    let via: Vec<String> = key.iter().map(|k| format!("{name}_{k}")).collect();
    via.iter().for_each(|column| add_stored(&mut sources[from], column, Kind::Int, optional));
    let target = sources[to].name.clone();
    sources[from].items.push(match via.len() {
        1 => format!("{name} -> {target}"),
        _ => format!("{name} -> {target} via {}", via.join(", ")),
    });
    sources[from].links.push(Link { name, target: to, via, dated: false });
}

fn compute(random: &mut Random, sources: &mut [Source], index: usize) {
    for n in 0..random.below(4) {
        let kinds = [
            Kind::Int,
            Kind::Money,
            Kind::Number,
            Kind::Bool,
            Kind::Text,
            Kind::Date,
            Kind::Days,
            Kind::Stage,
        ];
        let kind = *random.pick(&kinds);
        let money = sources[index].columns.iter().any(|c| c.kind == Kind::Money);
        let kind = if kind == Kind::Money && !money { Kind::Int } else { kind };
        let scope = Scope { sources, source: index, prefix: "", open: false };
        let text = Phrases { random, scope }.of(kind, 2);
        let name = format!("c{n}");
        sources[index].items.push(format!("{name} = {text}"));
        sources[index].columns.push(Column { name, kind, optional: true, stored: false });
    }
}

/// Aggregates of the rows that link here.
fn count_linked(random: &mut Random, sources: &mut [Source], index: usize) {
    let links = |s: &Source| s.links.iter().filter(|l| l.target == index).count();
    for from in 0..sources.len() {
        let pictures = sources[from].snapshot.is_some();
        if from == index || pictures || links(&sources[from]) != 1 || !random.percent(60) {
            continue;
        }
        let scope = Scope { sources, source: from, prefix: "", open: false };
        let (text, kind) = Phrases { random, scope }.linked();
        let name = format!("of_{}", sources[from].name);
        sources[index].items.push(format!("{name} = {text}"));
        sources[index].columns.push(Column { name, kind, optional: true, stored: false });
    }
}

fn filter_and_measure(random: &mut Random, sources: &mut [Source], index: usize) {
    if random.percent(20) {
        let stored: Vec<Column> = sources[index].columns.iter().filter(|c| c.stored).cloned().collect();
        let mut alone = sources[index].clone();
        alone.columns = stored;
        alone.links.clear();
        let scope = Scope { sources: &[alone], source: 0, prefix: "", open: false };
        let condition = Phrases { random, scope }.condition(1);
        sources[index].filters.push(format!("{condition} or id > 3"));
    }
    if random.percent(40) {
        let scope = Scope { sources, source: index, prefix: "", open: false };
        let (text, kind) = Phrases { random, scope }.measure();
        sources[index].items.push(format!("measure total_of = {text}"));
        sources[index].measures.push(("total_of".to_string(), kind));
    }
}

// ---------------------------------------------------------------- dimensions, metrics

fn dimensions(random: &mut Random, sources: &[Source]) -> (Vec<Named>, Vec<Declaration>) {
    let (mut names, mut declared) = (Vec::new(), Vec::new());
    for n in 0..4 {
        let kind = *random.pick(&[Kind::Text, Kind::Text, Kind::Stage, Kind::Bool, Kind::Int, Kind::Date]);
        let mut order: Vec<usize> = (0..sources.len()).collect();
        match random.percent(50) {
            true => order.reverse(),
            false => random.shuffle(&mut order),
        }
        let several = if random.percent(30) { 2 } else { 1 };
        order.retain(|source| sources[*source].columns.iter().any(|c| c.kind == kind));
        order.truncate(several);
        let values: Vec<String> =
            order.iter().map(|source| dimension_value(random, sources, *source, kind)).collect();
        if values.is_empty() {
            continue;
        }
        let bands = kind == Kind::Int && random.percent(60);
        let name = format!("d{n}");
        let tail = if bands { " in bands { low < 2, middle < 8, high }" } else { "" };
        let all = if several == 1 && random.percent(25) { " { members all }" } else { "" };
        declared.push(plain(format!("dimension {name} = {}{tail}{all}", values.join(", "))));
        names.push(Named { name, kind: if bands { Kind::Stage } else { kind }, sources: order });
    }
    (names, declared)
}

/// A column, or an expression with one in it.
fn dimension_value(random: &mut Random, sources: &[Source], source: usize, kind: Kind) -> String {
    let prefix = format!("{}.", sources[source].name);
    let scope = Scope { sources, source, prefix: &prefix, open: false };
    let mut phrases = Phrases { random, scope };
    let column = phrases.column(kind).expect("a source with such a column");
    match phrases.random.percent(35) {
        true => Some(phrases.of(kind, 1)).filter(|text| text.contains(&prefix)).unwrap_or(column),
        false => column,
    }
}

fn metrics(random: &mut Random, sources: &[Source], dimensions: &[Named]) -> (Vec<Named>, Vec<Declaration>) {
    let cuts: Vec<String> = dimensions.iter().map(|d| d.name.clone()).collect();
    let (mut known, mut declared) = (Vec::<Named>::new(), Vec::new());
    for n in 0..8 {
        let source = random.below(sources.len());
        let scope = Scope { sources, source, prefix: "", open: true };
        let mut phrases = Phrases { random, scope };
        let others: Vec<(String, Kind)> = known.iter().map(|m| (m.name.clone(), m.kind)).collect();
        let (text, kind) = match n {
            0..4 => phrases.metric_aggregate(),
            _ => phrases.metric(&others, &cuts),
        };
        let name = format!("m{n}");
        declared.push(match random.percent(20) {
            true => Declaration {
                head: format!("metric {name} = inner"),
                items: vec![format!("let inner = {text}")],
            },
            false if random.percent(20) => Declaration {
                head: format!("metric {name} = {text}"),
                items: vec!["better lower".to_string()],
            },
            false => plain(format!("metric {name} = {text}")),
        });
        let mut read: Vec<usize> = (0..sources.len()).filter(|s| text.contains(&sources[*s].name)).collect();
        known.iter().filter(|m| text.contains(&m.name)).for_each(|m| read.extend(&m.sources));
        known.push(Named { name, kind, sources: read });
    }
    (known, declared)
}

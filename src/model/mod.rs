//! ast -> Model: the declarations of all files as one project, in tables with ids
//! and names. Expressions stay as they were written: what a name in them means can
//! depend on types (a member of an enumeration only beside a column of it), so
//! `check` binds them while it types them.

mod calendars;
mod ids;
mod problems;
mod rollups;
mod settings;
mod sources;
mod tables;
pub(crate) mod thresholds;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::calendar::WeekCalendar;
use crate::diagnostic::Problems;
use crate::syntax::ast;
use crate::text::Span;

pub use ids::{ColumnId, DimensionId, LinkId, MeasureId, MetricId, ParameterId, SourceId};
pub use problems::{DuplicateName, GivenTwice, UnknownName, UnknownWord};
pub use settings::Settings;

/// A project: what is declared, by id and by name. It borrows the trees.
#[derive(Debug, Default)]
pub struct Model<'a> {
    pub settings: Settings,
    pub sources: Vec<Source<'a>>,
    pub dimensions: Vec<&'a ast::Dimension>,
    /// By name, then version.
    pub metrics: Vec<Metric<'a>>,
    pub parameters: Vec<&'a ast::Parameter>,
    pub calendars: Vec<Arc<WeekCalendar>>,
    pub thresholds: Vec<Thresholds<'a>>,
    pub scorecards: Vec<&'a ast::Scorecard>,
    pub consumers: Vec<&'a ast::Consumer>,
    pub tests: Vec<&'a ast::Test>,
    source_names: HashMap<&'a str, SourceId>,
    things: HashMap<&'a str, Thing>,
    versions: HashMap<&'a str, Vec<MetricId>>,
    broken: HashSet<&'a str>,
    some_broken: bool,
}

/// What a name outside of sources stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// The current version.
    Metric(MetricId),
    Dimension(DimensionId),
    Parameter(ParameterId),
    Calendar(usize),
}

/// `thresholds METRIC { … }`, bound to the version that it is about.
#[derive(Debug)]
pub struct Thresholds<'a> {
    pub ast: &'a ast::Thresholds,
    pub metric: MetricId,
}

#[derive(Debug)]
pub struct Metric<'a> {
    pub ast: &'a ast::Metric,
    pub version: u32,
    /// The bare name stands for this version.
    pub current: bool,
}

/// A source or rollup with its items sorted out; of those that may stand once, the first.
#[derive(Debug)]
pub struct Source<'a> {
    pub name: &'a ast::Ident,
    pub label: Option<&'a ast::Text>,
    pub docs: Option<&'a str>,
    pub span: Span,
    pub rollup: Option<Rollup<'a>>,
    pub from: Option<&'a ast::From>,
    pub columns: Vec<Column<'a>>,
    pub links: Vec<Link<'a>>,
    pub measures: Vec<&'a ast::Measure>,
    pub expects: Vec<&'a ast::Expect>,
    pub filters: Vec<&'a ast::Expr>,
    pub key: Option<&'a [ast::Ident]>,
    pub time: Option<(&'a ast::Ident, Option<&'a ast::Ident>)>,
    /// From, to, and both as written.
    pub valid: Option<(&'a ast::Ident, &'a ast::Ident, Span)>,
    pub snapshot: Option<&'a ast::Ident>,
    pub keep: Option<Keep<'a>>,
    items: HashMap<&'a str, Item>,
}

/// What a name inside of a source stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Column(ColumnId),
    Link(LinkId),
    Measure(MeasureId),
}

#[derive(Debug)]
pub struct Column<'a> {
    pub name: &'a str,
    pub span: Span,
    pub kind: ColumnKind<'a>,
}

#[derive(Debug, Clone, Copy)]
pub enum ColumnKind<'a> {
    Stored(&'a ast::Column),
    Computed(&'a ast::Computed),
    /// In a rollup: the n-th column of its key.
    Key(usize),
    /// In a rollup by a fixed grain: the first day of the period.
    PeriodStart,
}

#[derive(Debug)]
pub enum Link<'a> {
    Declared(&'a ast::Link),
    /// From a rollup to the source whose rows are its keys.
    ToBase {
        name: &'a str,
        span: Span,
    },
    /// From a rollup along a link of its base whose columns are all in the key.
    OfBase {
        name: &'a str,
        span: Span,
        link: LinkId,
        via: Vec<ColumnId>,
    },
}

#[derive(Debug, Clone, Copy)]
pub enum Keep<'a> {
    Latest(&'a ast::Ident),
    Distinct,
}

/// `per KEY, period`
#[derive(Debug)]
pub struct Rollup<'a> {
    pub per: &'a [ast::Path],
    /// The source whose rows, or whose columns, make the keys; `None`: not known, reported.
    pub base: Option<SourceId>,
    /// Empty: every row of `base`. Otherwise these columns of it, without its name.
    pub by: Vec<&'a [ast::Ident]>,
    /// `period`, or a grain.
    pub period: Option<&'a ast::Path>,
}

/// The declarations of all files as one project. Every declaration counts, wherever
/// it stands; of two with one name the first is kept.
pub fn resolve<'a>(files: &'a [ast::File], settings: &Settings) -> (Model<'a>, Problems) {
    let mut problems = Problems::default();
    let mut model = tables::build(files, settings, &mut problems);
    rollups::resolve(&mut model, &mut problems);
    thresholds::resolve(&mut model, files, &mut problems);
    (model, problems)
}

impl<'a> Model<'a> {
    pub fn source(&self, id: SourceId) -> &Source<'a> {
        &self.sources[id.index()]
    }

    pub fn metric(&self, id: MetricId) -> &Metric<'a> {
        &self.metrics[id.index()]
    }

    pub fn find_source(&self, name: &str) -> Option<SourceId> {
        self.source_names.get(name).copied()
    }

    /// A metric (its current version), dimension, parameter or calendar.
    pub fn find(&self, name: &str) -> Option<Thing> {
        self.things.get(name).copied()
    }

    /// All versions of a metric, in order.
    pub fn versions(&self, name: &str) -> &[MetricId] {
        self.versions.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a declaration of that name does not parse: what refers to it is not at fault.
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// Whether any declaration does not parse.
    pub fn has_broken(&self) -> bool {
        self.some_broken
    }

    pub fn source_names(&self) -> impl Iterator<Item = &'a str> {
        self.sources.iter().map(|s| s.name.name.as_str())
    }

    pub fn things(&self) -> impl Iterator<Item = (&'a str, Thing)> {
        self.things.iter().map(|(name, thing)| (*name, *thing))
    }
}

impl<'a> Source<'a> {
    pub fn find(&self, name: &str) -> Option<Item> {
        self.items.get(name).copied()
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.items.keys().copied()
    }
}

impl<'a> Link<'a> {
    pub fn name(&self) -> &'a str {
        match self {
            Link::Declared(link) => &link.name.name,
            Link::ToBase { name, .. } | Link::OfBase { name, .. } => name,
        }
    }

    pub fn span(&self) -> Span {
        match self {
            Link::Declared(link) => link.name.span,
            Link::ToBase { span, .. } | Link::OfBase { span, .. } => *span,
        }
    }
}

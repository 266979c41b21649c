//! (CheckedModel, CheckedModel) -> changes, each with a class that says what it asks of a
//! reviewer: what was edited, what follows from it, and who relies on that.

mod class;
mod metrics;
mod others;
mod said;
mod sources;
mod thresholds;
mod touched;
mod users;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{CheckedModel, MetricId};
use crate::fingerprint::{Fingerprints, fingerprints};
use crate::text::{Sources, Span};

pub use class::{CODES, Class, Code, code};
pub use touched::Touched;
pub use users::Users;

/// A project without errors.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub sources: &'a Sources,
    pub model: &'a CheckedModel,
}

impl<'a> Side<'a> {
    fn text(self, span: Span) -> &'a str {
        self.sources.get(span.file).slice(span)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// Of what matters most; `None`: nothing changed at all.
    pub class: Option<Class>,
    /// The gravest first, then by what they are about.
    pub changes: Vec<Change>,
    /// Who relies on metrics of which a number or more changed, by metric.
    pub users: BTreeMap<String, Users>,
    /// Metrics whose numbers or verdicts may differ on the same data.
    pub touched: Vec<Touched>,
    pub unchanged: Counts,
}

/// How many there are of which nothing changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub metrics: usize,
    pub dimensions: usize,
    pub parameters: usize,
    pub sources: usize,
    pub scorecards: usize,
}

#[derive(Debug, Clone)]
pub struct Change {
    pub code: &'static str,
    pub class: Class,
    pub subject: Subject,
    /// What stood there and what stands there now.
    pub details: Vec<Detail>,
    /// What it follows from: other subjects, by their names.
    pub through: Vec<String>,
    /// In the project after, or before for what is gone.
    pub place: Option<Place>,
}

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    pub kind: Kind,
    /// `win_rate`, `opportunities.stage`
    pub name: String,
    /// Of a metric.
    pub version: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Metric,
    Dimension,
    Parameter,
    Source,
    Column,
    Link,
    Measure,
    Calendar,
    Setting,
    Scorecard,
    Consumer,
    Files,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// `filter`, `opportunities.stage`, `owner`
    pub what: String,
    /// Empty: it was not there.
    pub before: String,
    /// Empty: it is no longer there.
    pub after: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    pub line: usize,
}

/// What changed from one project to another.
pub fn diff(before: Side<'_>, after: Side<'_>) -> Diff {
    if same_text(before.sources, after.sources) && before.model.settings == after.model.settings {
        return Diff { unchanged: counts(after.model, &BTreeSet::new()), ..Diff::default() };
    }
    let (old, new) = (fingerprints(before.model), fingerprints(after.model));
    let mut both = Both { before, after, old: &old, new: &new, changes: Vec::new() };
    // what metrics follow from comes first: it says whose numbers change
    others::settings(&mut both);
    others::calendars(&mut both);
    others::parameters(&mut both);
    others::dimensions(&mut both);
    let (causes, renames) = metrics::diff(&mut both);
    sources::diff(&mut both, &causes);
    others::scorecards(&mut both);
    others::consumers(&mut both);
    let touched = touched::touched(&both, &renames);
    let mut changes = both.changes;
    if changes.is_empty() {
        changes.push(layout());
    }
    changes.sort_by(|a, b| (b.class, &a.subject, a.code).cmp(&(a.class, &b.subject, b.code)));
    let changed: BTreeSet<(Kind, &str)> = changes
        .iter()
        .map(|c| (c.subject.kind, c.subject.name.split('.').next().unwrap_or_default()))
        .collect();
    Diff {
        class: changes.iter().map(|c| c.class).max(),
        users: users::of_changes(after.model, &changes),
        touched,
        unchanged: counts(after.model, &changed),
        changes,
    }
}

fn layout() -> Change {
    let subject = Subject { kind: Kind::Files, name: "files".to_string(), version: None };
    let code = code("layout");
    Change {
        code: code.name,
        class: code.class,
        subject,
        details: Vec::new(),
        through: Vec::new(),
        place: None,
    }
}

fn same_text(before: &Sources, after: &Sources) -> bool {
    before.iter().map(|f| (&f.path, &f.text)).eq(after.iter().map(|f| (&f.path, &f.text)))
}

fn counts(model: &CheckedModel, touched: &BTreeSet<(Kind, &str)>) -> Counts {
    let is_new = |kinds: &[Kind], name: &str| !kinds.iter().any(|kind| touched.contains(&(*kind, name)));
    let source = [Kind::Source, Kind::Column, Kind::Link, Kind::Measure];
    let metrics = model.metrics.iter().filter(|m| m.current);
    Counts {
        metrics: metrics.filter(|m| is_new(&[Kind::Metric], &m.name)).count(),
        dimensions: model.dimensions.iter().filter(|d| is_new(&[Kind::Dimension], &d.name)).count(),
        parameters: model.parameters.iter().filter(|p| is_new(&[Kind::Parameter], &p.name)).count(),
        sources: model.sources.iter().filter(|s| is_new(&source, &s.name)).count(),
        scorecards: model.scorecards.iter().filter(|s| is_new(&[Kind::Scorecard], &s.name)).count(),
    }
}

/// Both projects, with what each means, and what has been found so far.
struct Both<'a> {
    before: Side<'a>,
    after: Side<'a>,
    old: &'a Fingerprints,
    new: &'a Fingerprints,
    changes: Vec<Change>,
}

impl Both<'_> {
    /// Adds a change of the class that its code has.
    fn add(&mut self, code_name: &'static str, subject: Subject, at: At) -> &mut Change {
        let code = code(code_name);
        let place = match at {
            At::Before(span) => place(self.before.sources, span),
            At::After(span) => place(self.after.sources, span),
            At::Nowhere => None,
        };
        self.changes.push(Change {
            code: code.name,
            class: code.class,
            subject,
            details: Vec::new(),
            through: Vec::new(),
            place,
        });
        let last = self.changes.len() - 1;
        &mut self.changes[last]
    }
}

/// Where a change is shown.
#[derive(Clone, Copy)]
enum At {
    Before(Span),
    After(Span),
    Nowhere,
}

fn place(sources: &Sources, span: Span) -> Option<Place> {
    let file = sources.iter().find(|f| f.id == span.file)?;
    Some(Place { path: file.path.clone(), line: file.place(span.start).line })
}

impl Change {
    fn detail(
        &mut self,
        what: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> &mut Change {
        self.details.push(Detail { what: what.into(), before: before.into(), after: after.into() });
        self
    }
}

impl Subject {
    fn new(kind: Kind, name: impl Into<String>) -> Subject {
        Subject { kind, name: name.into(), version: None }
    }

    fn metric(model: &CheckedModel, id: MetricId) -> Subject {
        let metric = model.metric(id);
        Subject { kind: Kind::Metric, name: metric.name.clone(), version: Some(metric.version) }
    }
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Metric => "metric",
            Kind::Dimension => "dimension",
            Kind::Parameter => "parameter",
            Kind::Source => "source",
            Kind::Column => "column",
            Kind::Link => "link",
            Kind::Measure => "measure",
            Kind::Calendar => "calendar",
            Kind::Setting => "setting",
            Kind::Scorecard => "scorecard",
            Kind::Consumer => "consumer",
            Kind::Files => "files",
        }
    }
}

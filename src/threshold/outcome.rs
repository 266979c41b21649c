//! What a run found: everything that a report of it may show, as plain data. Made by
//! `threshold`, written by `report`, one file a format.

use std::collections::HashMap;

use jiff::civil::Date;

use super::history::History;
use crate::calendar::{Grain, Period};
use crate::check::{Better, Show, Tier};
pub use crate::check::{Compare, Severity};
use crate::table::{Table, Value};

/// One run of scorecards, or of metrics without one.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub project: String,
    /// Of the project within its repository: `examples/acme/`, with `/` at the end; empty where they
    /// are one. Reports that a forge reads name files from there.
    pub folder: String,
    /// The version of Kepi.
    pub kepi: String,
    /// The moment of evaluation; `None` where nothing that was read has a date.
    pub as_of: Option<Date>,
    /// Shows all of this again: `kepi run executive --as-of 2026-06-30`.
    pub command: String,
    pub scorecards: Vec<Scorecard>,
    /// What the sources that were read promise (`expect`).
    pub promises: Vec<Promise>,
    /// From which severity on a finding makes the run red; `None`: none does.
    pub fail_on: Option<Severity>,
    /// What the process ends with.
    pub exit_code: u8,
}

/// A scorecard, or the metrics of the command line as one of the name `metrics`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    pub name: String,
    pub label: String,
    pub docs: Option<String>,
    pub place: Option<Place>,
    pub grain: Option<Grain>,
    /// Those shown, oldest first; values may reach further back to judge them.
    pub periods: Vec<Period>,
    /// As written: `region is "EMEA"`.
    pub filter: Option<String>,
    pub compare: Vec<Compare>,
    pub metrics: Vec<ScoredMetric>,
}

/// A metric on a scorecard: its values and what was judged of them.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredMetric {
    pub definition: Definition,
    /// The whole first, then members, in the order of their names.
    pub series: Vec<Series>,
    /// One for each rule and member it is judged for, as the rules are written.
    pub judgements: Vec<Judgement>,
}

/// What a reader wants to know of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub name: String,
    pub version: u32,
    pub label: String,
    pub docs: Option<String>,
    /// As it would be written: `proportion(is_won of opportunities where is_closed)`.
    pub formula: String,
    /// `percent`, `USD/month`
    pub unit: String,
    pub show: Show,
    pub better: Better,
    pub tier: Option<Tier>,
    pub roles: Vec<String>,
    pub tags: Vec<String>,
    pub owner: Option<String>,
    pub playbook: Option<String>,
    pub place: Place,
    /// The metrics, then the sources that it is made of.
    pub lineage: Vec<String>,
}

/// A place in a file: relative to the project, with `/`; lines and columns from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// The values of a metric for the whole (no member) or for one combination of members.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub member: Vec<Member>,
    /// Oldest first. Where the scorecard has no grain, one point without a period.
    pub points: Vec<Point>,
}

/// `region` is `EMEA`.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub dimension: String,
    /// Of the dimension: `Region`.
    pub label: String,
    pub value: Value,
}

/// One value with what it is compared with; `Missing` where there is nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    pub period: Option<Period>,
    /// `as_of` lies before the period's end.
    pub partial: bool,
    pub value: Value,
    pub prior: Value,
    pub prior_year: Value,
    pub target: Value,
    pub benchmark: Value,
}

/// One rule, judged for one member at the newest period that is complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub rule: Rule,
    pub member: Vec<Member>,
    pub period: Option<Period>,
    pub verdict: Verdict,
    /// Why it is not judged, where more can be said than the verdict says:
    /// `12 opportunities.closed, judged from 30 on`.
    pub reason: Option<String>,
    pub value: Value,
    /// What the value was held against. For `outside`, the limit that is nearer.
    pub limit: Value,
    /// Value minus limit, in the metric's unit.
    pub distance: Value,
    /// The first period of the verdict, where it is `warn` or `critical`, and how many it has lasted.
    pub since: Option<Period>,
    pub periods: u32,
    /// The state at each period that was replayed, oldest first; the last is this judgement's.
    pub history: History,
    /// The members that are worst, if asked for.
    pub drill: Option<Table>,
    /// The rows that the value is made of, by source.
    pub rows: Vec<Behind>,
    /// Shows it again: `kepi run win_rate --every month --by region --where 'region is "EMEA"'`.
    pub command: String,
}

/// Rows of one source that a value is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    pub source: String,
    /// What puts them into the period, where it is not the date of their source: `created_on`.
    pub by: Option<String>,
    pub count: u64,
    /// Those that are worst, if asked for.
    pub worst: Option<Table>,
}

/// A threshold as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub severity: Severity,
    /// `below 25% for 2 periods`
    pub text: String,
    pub place: Place,
    /// Who answers for it: its own, else the metric's.
    pub owner: Option<String>,
    /// Its own, else the metric's.
    pub playbook: Option<String>,
    /// Stays the same when lines move: metric, severity and text, without line numbers.
    pub id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Ok,
    Warn,
    Critical,
    /// Not judged: there is no value.
    NoData,
    /// Not judged: the cohort is too young.
    Immature,
    /// Not judged: `only when` does not hold.
    TooFew,
    /// Not judged: the data is older than its source promises.
    Stale,
}

/// A promise of a source, judged against the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    pub source: String,
    /// `expect amount >= 0`
    pub text: String,
    pub severity: Severity,
    pub place: Place,
    pub broken: Option<Broken>,
    pub id: String,
}

/// By how many rows a promise is broken, and the first of them with the columns it looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    pub rows: u64,
    pub examples: Table,
}

impl Outcome {
    /// All of them, in their order; what two scorecards find alike is there once.
    pub fn judgements(&self) -> Vec<(&Scorecard, &ScoredMetric, &Judgement)> {
        let mut met: HashMap<(&str, &str), Vec<&Judgement>> = HashMap::new();
        let mut found = Vec::new();
        for (scorecard, metric, judgement) in self.on_scorecards() {
            let known = met.entry((&judgement.rule.id, &judgement.command)).or_default();
            if !known.iter().any(|other| other.like(judgement)) {
                known.push(judgement);
                found.push((scorecard, metric, judgement));
            }
        }
        found
    }

    /// All of them, of each scorecard.
    pub fn on_scorecards(&self) -> impl Iterator<Item = (&Scorecard, &ScoredMetric, &Judgement)> {
        self.scorecards
            .iter()
            .flat_map(|s| s.metrics.iter().flat_map(move |m| m.judgements.iter().map(move |j| (s, m, j))))
    }
}

impl Judgement {
    /// The same thing said of the same.
    pub fn like(&self, other: &Judgement) -> bool {
        let said = |j: &Judgement| (j.verdict, j.since.as_ref().map(|p| p.start), j.periods);
        self.rule.id == other.rule.id
            && self.command == other.command
            && self.member == other.member
            && self.period == other.period
            && (&self.value, &self.limit) == (&other.value, &other.limit)
            && said(self) == said(other)
    }
}

impl Verdict {
    /// Neither good nor bad: nothing is known.
    pub fn not_judged(self) -> bool {
        matches!(self, Verdict::NoData | Verdict::Immature | Verdict::TooFew | Verdict::Stale)
    }

    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Critical => "critical",
            Verdict::NoData => "no data",
            Verdict::Immature => "immature",
            Verdict::TooFew => "too few",
            Verdict::Stale => "stale",
        }
    }
}

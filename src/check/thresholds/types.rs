//! What a metric is held against, checked: targets, benchmarks and rules, every number in
//! the metric's unit and every condition an expression over aggregates, so that a query
//! computes them beside the metric's value.

use jiff::civil::Date;

use crate::check::{DimensionId, Expr, Literal};
use crate::text::Span;

/// From the metric's block and from `thresholds` elsewhere, in the order of files and lines.
///
/// The expressions are over metrics (`value` is the metric itself) and aggregates, like the
/// value of a metric, and look at the period's end and at dimensions (`ExprKind::Dimension`),
/// because targets depend on them. Where a question is not grouped by such a dimension, it
/// is missing there, and no target of a member holds.
#[derive(Debug, Clone, Default)]
pub struct Thresholds {
    pub targets: Vec<Target>,
    /// All of them as one expression: what holds for a period and its members, else missing.
    pub target: Option<Expr>,
    pub benchmarks: Vec<Benchmark>,
    /// Likewise.
    pub benchmark: Option<Expr>,
    pub rules: Vec<Rule>,
    /// `only when opportunities.closed >= 30`: where this is not true there is too little to judge.
    pub only_when: Option<Expr>,
    /// `missing warn`: what no data is; `None`: nothing bad.
    pub missing: Option<Severity>,
}

/// `target 35% by 2026-12-31 where region is "EMEA"`
#[derive(Debug, Clone)]
pub struct Target {
    pub value: Expr,
    /// Holds for periods that end on or before this day.
    pub until: Option<Date>,
    /// Holds for these members only; empty: for all.
    pub pins: Vec<Pin>,
    /// As written: `35% by 2026-12-31`.
    pub text: String,
    pub span: Span,
}

/// `benchmark 22% where segment is "SMB" source "…"`
#[derive(Debug, Clone)]
pub struct Benchmark {
    pub value: Expr,
    pub until: Option<Date>,
    pub pins: Vec<Pin>,
    /// Where the number is from.
    pub source: Option<String>,
    pub text: String,
    pub span: Span,
}

/// `critical below 20% for 2 periods clear above 22%`
#[derive(Debug, Clone)]
pub struct Rule {
    pub severity: Severity,
    /// True of a value that breaks the rule; a missing value or limit never does.
    pub test: Test,
    /// Broken in so many periods in a row, it is broken; at least 1.
    pub for_periods: u32,
    /// Once broken, it stays so until this; `None`: until `test` is not true.
    pub clear: Option<Clear>,
    /// Judged for the whole and, where there are any, for each combination of members of these.
    pub by: Vec<DimensionId>,
    /// Both only for these members; their dimensions need not be in `by`.
    pub pins: Vec<Pin>,
    /// Rules of the same metric (indexes) that take the place of this one for the members
    /// that they pin: those of the same severity and form that pin more. A combination of
    /// members is theirs where it has all of their dimensions, each with one of their members.
    pub overridden_by: Vec<usize>,
    /// Its own, else that of the `thresholds` it stands in; `None`: the metric's.
    pub playbook: Option<String>,
    /// Likewise.
    pub owner: Option<String>,
    /// As written, on one line, without severity, playbook and owner: `below 25% for 2 periods`.
    pub text: String,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Warn,
    Critical,
}

/// When a rule is broken. Limits are in the metric's unit; `down 20% from prior year` is a
/// limit, too: that much below the value a year earlier.
#[derive(Debug, Clone)]
pub enum Test {
    Below(Expr),
    Above(Expr),
    /// Below the first or above the second.
    Outside(Expr, Expr),
    /// `outside 3 stddev of last 12 periods`: farther from their mean than so many of their
    /// standard deviations (of a sample); the period that is judged is none of them.
    Deviation {
        factor: f64,
        last: u32,
    },
    /// A condition.
    When(Expr),
}

/// `clear above 22% for 1 period`
#[derive(Debug, Clone)]
pub struct Clear {
    /// True of a value that is good again: `Below`, `Above` or `When`.
    pub test: Test,
    /// At least 1.
    pub for_periods: u32,
}

/// `region is "EMEA"`, `segment in ("SMB", "Mid-Market")`
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    pub dimension: DimensionId,
    /// At least one, of the dimension's type.
    pub members: Vec<Literal>,
}

impl Severity {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warn => "warn",
            Severity::Critical => "critical",
        }
    }
}

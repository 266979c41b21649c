//! Thresholds and targets: tables of values → verdicts. The state of a rule at a moment
//! is replayed from the data up to `as_of`, so the same input gives the same verdict and
//! nothing is stored.

mod outcome;

pub use outcome::{
    Broken, Compare, Definition, Judgement, Member, Moment, Outcome, Place, Point, Promise, Rule, Scorecard,
    ScoredMetric, Series, Severity, Verdict,
};

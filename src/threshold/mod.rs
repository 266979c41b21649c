//! Thresholds and targets: tables of values → verdicts. The state of a rule at a moment
//! is replayed from the data up to `as_of`, so the same input gives the same verdict and
//! nothing is stored.

mod number;
mod outcome;
mod reading;
mod replay;
#[cfg(test)]
mod tests;

pub use outcome::{
    Broken, Compare, Definition, Judgement, Member, Moment, Outcome, Place, Point, Promise, Rule, Scorecard,
    ScoredMetric, Series, Severity, Verdict,
};
pub use reading::{Facts, Found, Reading, Test, readings};
pub use replay::{Replayed, Terms, replay};

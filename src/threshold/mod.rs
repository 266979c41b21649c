//! Thresholds and targets: tables of values → verdicts. The state of a rule at a moment
//! is replayed from the data up to `as_of`, so the same input gives the same verdict and
//! nothing is stored.

mod assemble;
mod drill;
mod exit;
mod history;
mod judge;
mod number;
mod outcome;
mod questions;
mod reading;
mod replay;
mod tell;
#[cfg(test)]
mod tests;

pub use assemble::{promises, scorecards, stale};
pub use drill::{Drill, drills, low_first, worst};
pub use exit::{NotJudged, exit_code};
pub use history::{History, Moment, Past};
pub use judge::{Answers, Stale};
pub use number::{compare, float, minus};
pub use outcome::{
    Behind, Broken, Compare, Definition, Judgement, Member, Outcome, Place, Point, Promise, Rule, Scorecard,
    ScoredMetric, Series, Severity, Verdict,
};
pub use questions::{Card, Plan, plan};
pub use reading::{Facts, Found, Reading, Readings, Test, readings};
pub use replay::{Replayed, Terms, replay};
pub use tell::{Teller, name, quoted};

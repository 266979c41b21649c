//! How far numbers move when both definitions are computed over the same data: plain
//! values, made by whoever has the data and shown by `report`.

use crate::check::Show;
use crate::table::Value;

/// Of one metric. A version that is in one project only is missing in the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Movement {
    /// How its values are shown, before and after.
    pub show: (Show, Show),
    /// Of the newest whole period, over all members.
    pub total: (Value, Value),
    pub period: Option<String>,
    /// Those that moved most first.
    pub members: Vec<MemberMovement>,
    /// The earliest period of which a value differs.
    pub first_period: Option<String>,
    /// How many values of periods and members differ, of how many.
    pub changed: usize,
    pub values: usize,
    pub verdicts: Vec<VerdictMovement>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MemberMovement {
    /// `region EMEA`
    pub member: String,
    pub before: Value,
    pub after: Value,
}

/// An alert that would have been given otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct VerdictMovement {
    pub member: Option<String>,
    pub period: String,
    /// `critical`, `ok`, …
    pub before: String,
    pub after: String,
}

impl VerdictMovement {
    /// An alert that would no longer be given.
    pub fn goes_silent(&self) -> bool {
        let alerts = |verdict: &str| matches!(verdict, "warn" | "critical");
        alerts(&self.before) && !alerts(&self.after)
    }
}

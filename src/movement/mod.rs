//! How far numbers and verdicts move from one project to another over the same data: which
//! questions show it, and what the two answers say beside one another. Plain values; the
//! data is read by whoever asks.

mod compare;
mod questions;
#[cfg(test)]
mod tests;
mod verdicts;

use jiff::civil::Date;

use crate::calendar::{Grain, Period};
use crate::check::Show;
use crate::diff::Subject;
use crate::table::Value;
use crate::threshold::{Member, Verdict};

pub use compare::movement;
pub use questions::{Asked, Question, Wanted, cards, questions};

/// What stands on either side; where there is only one side, the other is not computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Both<T> {
    pub before: T,
    pub after: T,
}

/// Of all metrics of a diff whose numbers or verdicts may differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Movements {
    /// Where the data is: `data`, `data of the profile prod`.
    pub data: String,
    /// The moment of evaluation on both sides.
    pub as_of: Option<Date>,
    /// Over so many of the newest whole periods verdicts are compared.
    pub replayed: usize,
    /// In the order of their names.
    pub metrics: Vec<Movement>,
    /// What else has to be known of the comparison.
    pub notes: Vec<String>,
}

/// Of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Movement {
    pub subject: Subject,
    /// Whether it is there at all.
    pub there: Both<bool>,
    /// Why it could not be computed.
    pub failed: Both<Option<String>>,
    /// How its values are shown; of a metric that is on one side only, as there.
    pub show: Both<Show>,
    pub grain: Option<Grain>,
    /// The one whose values are shown: the newest that is whole, or where nothing differs in
    /// it, the newest in which something does.
    pub period: Option<Period>,
    /// It has not ended, or is not the newest: whoever reads it has to know.
    pub is_newest_whole: bool,
    /// Of that period; `None` where it cannot be asked for the whole, such as a rank.
    pub total: Option<Change>,
    /// Over all periods.
    pub totals: Count,
    pub slices: Vec<Slice>,
    pub verdicts: Vec<VerdictMovement>,
    /// What could not be compared, and why.
    pub notes: Vec<String>,
}

/// Two values beside one another.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub values: Both<Value>,
    pub differs: bool,
    /// After minus before; missing where one is, or where their units differ.
    pub difference: Value,
    /// The difference as a part of what was before; missing also where that was zero.
    pub relative: Value,
}

/// How many values differ, of those that are there on a side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    pub changed: usize,
    pub values: usize,
    pub periods: usize,
    /// None of a total.
    pub members: usize,
    /// The earliest period in which a value differs.
    pub first: Option<Period>,
}

/// By some dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    pub by: Vec<String>,
    /// Of the period that is shown; those that moved most first.
    pub members: Vec<MemberChange>,
    /// Over all periods.
    pub count: Count,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MemberChange {
    pub member: Vec<Member>,
    pub change: Change,
}

/// What is judged of one member, or of the whole, where any of it differs: at each period
/// the worst that any rule says.
#[derive(Debug, Clone, PartialEq)]
pub struct VerdictMovement {
    pub member: Vec<Member>,
    /// At the newest period.
    pub newest: Both<Option<Verdict>>,
    /// The periods at which they differ, oldest first.
    pub moments: Vec<MomentChange>,
    /// The rules that fire at any of those: `critical below 20% by region`.
    pub rules: Both<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MomentChange {
    /// None where the metric is judged without periods.
    pub period: Option<Period>,
    pub verdict: Both<Option<Verdict>>,
}

impl MomentChange {
    /// An alert that is no longer given.
    pub fn goes_silent(&self) -> bool {
        alerts(self.verdict.before) && !alerts(self.verdict.after)
    }

    /// An alert where there was none.
    pub fn starts_firing(&self) -> bool {
        !alerts(self.verdict.before) && alerts(self.verdict.after)
    }
}

impl VerdictMovement {
    pub fn goes_silent(&self) -> bool {
        self.moments.iter().any(MomentChange::goes_silent)
    }

    pub fn starts_firing(&self) -> bool {
        self.moments.iter().any(MomentChange::starts_firing)
    }
}

fn alerts(verdict: Option<Verdict>) -> bool {
    matches!(verdict, Some(Verdict::Warn | Verdict::Critical))
}

impl Movement {
    /// Whether any number differs.
    pub fn moves(&self) -> bool {
        self.totals.changed > 0 || self.slices.iter().any(|slice| slice.count.changed > 0)
    }

    /// Whether there is anything to tell.
    pub fn tells(&self) -> bool {
        self.moves() || self.has_failed() || !self.verdicts.is_empty() || !self.notes.is_empty()
    }

    pub fn has_failed(&self) -> bool {
        self.failed.before.is_some() || self.failed.after.is_some()
    }

    /// The earliest period in which anything differs.
    pub fn first(&self) -> Option<&Period> {
        let slices = self.slices.iter().filter_map(|slice| slice.count.first.as_ref());
        self.totals.first.iter().chain(slices).min_by_key(|period| period.start)
    }

    pub fn count(&self, is: impl Fn(&VerdictMovement) -> bool) -> usize {
        self.verdicts.iter().filter(|verdict| is(verdict)).count()
    }
}

impl Movements {
    pub fn of(&self, subject: &Subject) -> Option<&Movement> {
        self.metrics.iter().find(|m| m.subject == *subject)
    }

    /// Whether there is a side of which nothing that was asked could be computed.
    pub fn has_failed(&self) -> bool {
        let nothing = |there: fn(&Movement) -> bool, failed: fn(&Movement) -> bool| {
            let mut asked = self.metrics.iter().filter(|m| there(m)).peekable();
            asked.peek().is_some() && asked.all(failed)
        };
        nothing(|m| m.there.before, |m| m.failed.before.is_some())
            || nothing(|m| m.there.after, |m| m.failed.after.is_some())
    }

    pub fn goes_silent(&self) -> usize {
        self.metrics.iter().map(|m| m.count(VerdictMovement::goes_silent)).sum()
    }

    pub fn starts_firing(&self) -> usize {
        self.metrics.iter().map(|m| m.count(VerdictMovement::starts_firing)).sum()
    }
}

impl<T> Both<T> {
    pub fn map<U>(self, mut then: impl FnMut(T) -> U) -> Both<U> {
        Both { before: then(self.before), after: then(self.after) }
    }

    pub fn as_ref(&self) -> Both<&T> {
        Both { before: &self.before, after: &self.after }
    }
}

impl<T: Clone> Both<T> {
    pub fn same(value: T) -> Both<T> {
        Both { before: value.clone(), after: value }
    }
}

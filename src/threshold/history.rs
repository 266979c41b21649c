//! The states of a rule over time. There are many of them (rules × members × periods), so
//! that they are kept by what they share: rules on one value have its past in common.

use std::sync::Arc;

use super::outcome::Verdict;
use crate::calendar::Period;
use crate::table::Value;

/// The state of a rule at the end of each period, oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    past: Arc<Past>,
    limits: Vec<Value>,
    verdicts: Vec<Verdict>,
}

/// A value over time, with its periods if it has any.
#[derive(Debug, PartialEq, Default)]
pub struct Past {
    pub periods: Vec<Option<Period>>,
    pub values: Vec<Value>,
}

/// The state at the end of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment<'a> {
    pub period: Option<&'a Period>,
    pub value: &'a Value,
    pub limit: &'a Value,
    pub verdict: Verdict,
}

impl History {
    /// A limit and a verdict for each value.
    pub fn new(past: Arc<Past>, limits: Vec<Value>, verdicts: Vec<Verdict>) -> History {
        History { past, limits, verdicts }
    }

    pub fn len(&self) -> usize {
        self.verdicts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.verdicts.is_empty()
    }

    pub fn get(&self, at: usize) -> Option<Moment<'_>> {
        Some(Moment {
            period: self.past.periods.get(at)?.as_ref(),
            value: self.past.values.get(at)?,
            limit: self.limits.get(at)?,
            verdict: *self.verdicts.get(at)?,
        })
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Moment<'_>> + ExactSizeIterator {
        let past = self.past.periods.iter().zip(&self.past.values);
        past.zip(self.limits.iter().zip(&self.verdicts)).map(|((period, value), (limit, verdict))| Moment {
            period: period.as_ref(),
            value,
            limit,
            verdict: *verdict,
        })
    }

    pub fn last(&self) -> Option<Moment<'_>> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The state at the end of that period; of no period where there are none.
    pub fn of(&self, period: Option<&Period>) -> Option<Moment<'_>> {
        self.iter().find(|moment| moment.period == period)
    }
}

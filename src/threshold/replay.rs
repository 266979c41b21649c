//! The state of a rule at each period, from what it says of each: when it fires, how
//! long that lasts, what clears it.

use std::sync::Arc;

use super::history::{History, Past};
use super::outcome::{Severity, Verdict};
use super::reading::{Found, Reading, Readings};
use crate::calendar::Period;

/// How long something has to be so until it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub severity: Severity,
    /// `for N periods`: it fires on the N-th in a row.
    pub lasts: u32,
    /// `clear … for N periods`: once it fires, only that ends it; `None`: the first
    /// period that does not match.
    pub clears: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replayed {
    pub history: History,
    /// Of the last state, where it fires: the period in which it began to, and how many
    /// periods it has lasted, that one among them.
    pub since: Option<Period>,
    pub periods: u32,
}

/// Oldest first.
///
/// What is not known neither fires nor clears: it breaks a run of `for` and of `clear … for`,
/// and what fires until it is cleared fires on as soon as anything is known again.
pub fn replay(terms: Terms, past: Arc<Past>, readings: Readings) -> Replayed {
    let mut state = State::default();
    let states = readings.states.iter().enumerate();
    let verdicts = states.map(|(at, reading)| state.next(terms, at, reading)).collect();
    let history = History::new(past, readings.limits, verdicts);
    let fires = history.last().is_some_and(|m| matches!(m.verdict, Verdict::Warn | Verdict::Critical));
    match state.since.filter(|_| fires) {
        Some(since) => Replayed {
            since: history.get(since).and_then(|moment| moment.period.cloned()),
            periods: (history.len() - since) as u32,
            history,
        },
        None => Replayed { history, since: None, periods: 0 },
    }
}

#[derive(Default)]
struct State {
    /// Where it began to fire, while it does.
    since: Option<usize>,
    /// How many have matched in a row, while it does not fire.
    run: u32,
    /// How many have cleared it in a row, while it fires.
    cleared: u32,
}

impl State {
    fn next(&mut self, terms: Terms, at: usize, reading: &Reading) -> Verdict {
        match reading.found {
            Found::Unknown(verdict) => {
                (self.run, self.cleared) = (0, 0);
                if terms.clears.is_none() {
                    self.since = None;
                }
                return verdict;
            }
            Found::Matches if self.since.is_some() => self.cleared = 0,
            Found::Matches => {
                self.run += 1;
                if self.run >= terms.lasts {
                    (self.since, self.cleared) = (Some(at), 0);
                }
            }
            Found::Passes => self.passes(terms, reading.clear),
        }
        match (self.since, terms.severity) {
            (None, _) => Verdict::Ok,
            (Some(_), Severity::Warn) => Verdict::Warn,
            (Some(_), Severity::Critical) => Verdict::Critical,
        }
    }

    fn passes(&mut self, terms: Terms, clear: bool) {
        self.run = 0;
        let Some(needed) = terms.clears.filter(|_| self.since.is_some()) else {
            self.since = None;
            return;
        };
        self.cleared = if clear { self.cleared + 1 } else { 0 };
        if self.cleared >= needed {
            self.since = None;
        }
    }
}

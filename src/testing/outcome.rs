//! How a test ended: what was expected and what was found, cell by cell.

use std::sync::Arc;

use crate::check::TestCase;
use crate::table::Table;
use crate::text::Span;

#[derive(Debug, Clone)]
pub struct TestOutcome {
    pub test: Arc<TestCase>,
    /// None: it passed.
    pub failures: Vec<Failure>,
}

#[derive(Debug, Clone)]
pub enum Failure {
    Values(Box<ValuesFailure>),
    /// A threshold's state is not what it should be.
    State {
        message: String,
        span: Span,
    },
    /// There is no answer to compare with.
    Error {
        message: String,
        help: Option<String>,
        span: Span,
    },
}

/// A table that is not as it was expected.
#[derive(Debug, Clone)]
pub struct ValuesFailure {
    /// Which of the test's expectations.
    pub expectation: usize,
    pub headings: Vec<String>,
    pub rows: Vec<ComparedRow>,
    /// The rows that each wrong number was made of.
    pub made_of: Vec<MadeOf>,
    pub found: Table,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRow {
    pub standing: Standing,
    pub cells: Vec<ComparedCell>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In both tables: the index of the row expected, and of the row found.
    Both {
        expected: usize,
        found: usize,
    },
    Expected,
    Found(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedCell {
    /// Empty where the row was not expected.
    pub expected: String,
    /// Empty where the row was not found.
    pub found: String,
    pub equal: bool,
}

/// The given rows that a number was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeOf {
    /// "win_rate in 2026-01"
    pub what: String,
    pub source: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl TestOutcome {
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// What was found is what is expected from now on.
    pub fn blessed(&mut self) {
        self.failures.retain(|failure| !matches!(failure, Failure::Values(_)));
    }
}

impl ComparedRow {
    pub fn equal(&self) -> bool {
        self.cells.iter().all(|cell| cell.equal)
    }
}

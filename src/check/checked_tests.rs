//! Tests as they are checked: every name bound, every cell readable as what its column is.

use jiff::civil::Date;

use super::{ColumnId, DimensionId, Expr, Literal, MetricId, ParameterId, SourceId};
use crate::calendar::Grain;
use crate::text::Span;

/// `test "…" { items }`
#[derive(Debug, Clone, Default)]
pub struct TestCase {
    pub name: String,
    pub docs: Option<String>,
    pub span: Span,
    pub name_span: Span,
    pub as_of: Option<Date>,
    pub set: Vec<(ParameterId, Literal)>,
    pub given: Vec<Given>,
    pub given_values: Vec<GivenValues>,
    pub expect: Vec<Expectation>,
}

/// The rows of a source.
#[derive(Debug, Clone)]
pub struct Given {
    pub source: SourceId,
    /// Those given; all others are missing.
    pub columns: Vec<ColumnId>,
    pub rows: Vec<GivenRow>,
    pub name_span: Span,
    pub header_span: Span,
}

#[derive(Debug, Clone)]
pub struct GivenRow {
    /// One for each column, as it would stand in the data; `None`: missing.
    pub cells: Vec<Option<String>>,
    pub span: Span,
}

/// The values of a metric, as if they had been computed.
#[derive(Debug, Clone)]
pub struct GivenValues {
    pub metric: MetricId,
    pub grain: Option<Grain>,
    pub by: Vec<DimensionId>,
    pub table: Written,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum Expectation {
    Values(ExpectedValues),
    State(ExpectedState),
}

/// `win_rate every month | … |`
#[derive(Debug, Clone)]
pub struct ExpectedValues {
    pub question: Question,
    pub table: Written,
    pub span: Span,
}

/// `no warn win_rate in 2026-01 where region is "EMEA"`
#[derive(Debug, Clone)]
pub struct ExpectedState {
    pub metric: MetricId,
    pub critical: bool,
    /// It must not be so.
    pub no: bool,
    /// The period's label; `None`: any.
    pub period: Option<String>,
    /// Over dimensions: the members it is looked at; `None`: the whole.
    pub filter: Option<Expr>,
    pub span: Span,
}

/// What is asked, as on the command line.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub metrics: Vec<MetricId>,
    pub grain: Option<Grain>,
    pub by: Vec<DimensionId>,
    pub filter: Option<Expr>,
    pub having: Option<Expr>,
    pub from: Option<Date>,
    /// The first day after the range.
    pub to: Option<Date>,
    pub last: Option<u32>,
    pub as_of: Option<Date>,
    pub span: Span,
}

/// A table of values as an author writes it.
#[derive(Debug, Clone)]
pub struct Written {
    pub columns: Vec<WrittenColumn>,
    pub header_span: Span,
    pub rows: Vec<WrittenRow>,
    /// From the header to the last row.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenColumn {
    Period,
    /// An index into what the question is sliced by.
    Dimension(usize),
    /// An index into its metrics.
    Metric(usize),
}

#[derive(Debug, Clone)]
pub struct WrittenRow {
    /// One for each column.
    pub cells: Vec<WrittenCell>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenCell {
    pub text: String,
    pub quoted: bool,
    pub span: Span,
}

impl WrittenCell {
    /// Nothing, or the sign for it.
    pub fn is_missing(&self) -> bool {
        !self.quoted && matches!(self.text.as_str(), "" | "–")
    }
}

//! The answer to a query: plain rows, with what is needed to show them. Made by
//! `engine`, read by `threshold` and `report`; no Arrow above this line.

mod dense;

use jiff::civil::Date;

use crate::calendar::{Grain, Period};
use crate::check::{Better, Show};

pub use dense::{Dense, DenseSeries, Examined, RowsBehind, Values};

#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    /// By period, then dimensions.
    pub rows: Vec<Row>,
    /// The moment of evaluation; `None` where nothing the query reads has a date.
    pub as_of: Option<Date>,
    pub grain: Option<Grain>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// As in `.kpi` files: `win_rate`, `region`; the grain's name for the period.
    pub name: String,
    /// For people: `Win rate`.
    pub label: String,
    pub role: Role,
    pub show: Show,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Period,
    Dimension,
    Metric(Better),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// One for each column.
    pub values: Vec<Value>,
    /// `as_of` lies before the period's end.
    pub partial: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value: undefined, or no data. Never 0.
    Missing,
    /// Not yet known: the cohort is too young.
    Immature,
    Bool(bool),
    Int(i128),
    /// `digits / 10^scale`, exact.
    Decimal {
        digits: i128,
        scale: u8,
    },
    Float(f64),
    Text(String),
    Date(Date),
    /// Microseconds since 1970-01-01T00:00Z.
    Timestamp(i64),
    Period(Period),
    /// A dimension's group of rows whose link finds nothing, or whose value is missing.
    NoMember,
}

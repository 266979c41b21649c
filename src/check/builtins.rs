//! The built-in functions, as one table.

/// A scalar function: an entry of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    Abs,
    Round,
    Floor,
    Ceil,
    Least,
    Greatest,
    Mod,
    Lower,
    Upper,
    Trim,
    Length,
    StartsWith,
    EndsWith,
    Contains,
    Matches,
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Weekday,
    /// `start_of(month, d)`: the grain stands in the first argument as a text literal.
    StartOf,
    MonthsBetween,
    DaysBetween,
    Exp,
    Ln,
    Power,
    Sqrt,
}

//! The built-in functions, aggregates and forms, as one table: read by `check`, by
//! the reference and by editors.

use ParameterKind::{Any, Condition, Date, Fraction, Grain, Number, Plain, Rows, Text};
use Part::{By, Mature, Of, On, Over, Per, Via, Where, Window};
use ResultRule::{Agreed, Counted, Days, Float, Months, Ratio, Same, Truth, Whole};
use What::{Aggregate, Form, Scalar};

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    pub name: &'static str,
    pub what: What,
    pub parameters: &'static [Parameter],
    pub result: ResultRule,
    /// The parts that may follow the arguments, in their order.
    pub parts: &'static [Part],
    /// One line for people.
    pub docs: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Scalar(Function),
    Aggregate(AggregateKind),
    Form(FormKind),
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateKind {
    Count,
    Sum,
    Average,
    Median,
    Percentile,
    Min,
    Max,
    Stddev,
    First,
    Last,
    Correlation,
    TopShare,
    Proportion,
}

/// What stands for an expression over metrics, or over neighbouring rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormKind {
    Prior,
    Change,
    Growth,
    Total,
    Share,
    Rank,
    Previous,
    Next,
    Position,
}

#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: ParameterKind,
    pub needed: Needed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    Always,
    Optional,
    /// Once or more.
    Repeated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A number of any unit.
    Number,
    /// A number without a unit.
    Plain,
    /// A whole number from 0 to 18, written out.
    Digits,
    Text,
    /// A date or timestamp.
    Date,
    Condition,
    /// The name of a grain.
    Grain,
    /// Anything that has an order.
    Ordered,
    Any,
    /// A number from 0 to 1, written out: `90%`.
    Fraction,
    /// A source itself, or one of its columns.
    Rows,
    /// A length of time, written out: `1 year`.
    Length,
}

/// The type of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultRule {
    Text,
    Truth,
    Date,
    /// A whole plain number.
    Whole,
    /// A whole number of things.
    Counted,
    Days,
    Months,
    /// A plain number.
    Float,
    /// A plain number between 0 and 1.
    Ratio,
    /// That of the first argument.
    Same,
    /// The unit of the first argument, as a whole number where no digits are given; may be
    /// declared a count.
    Rounded,
    /// The unit of the first argument, as a float.
    SameUnit,
    /// The common type of all arguments.
    Agreed,
}

/// What may stand behind the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Of,
    Over,
    Via,
    Per,
    By,
    On,
    /// `trailing 30 days`, `year to date`, `at end`, `at start`, `during`, `ever`
    Window,
    Where,
    Mature,
}

impl Part {
    /// As it is written, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Of => "`of`",
            Over => "`over`",
            Via => "`via`",
            Per => "`per`",
            By => "`by`",
            On => "`on`",
            Window => "a window like `trailing 30 days` or `at end`",
            Where => "`where`",
            Mature => "`mature`",
        }
    }
}

pub fn find(name: &str) -> Option<&'static Builtin> {
    TABLE.iter().find(|b| b.name == name)
}

/// What some languages call by another name.
pub fn other_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "avg" | "mean" => "average",
        "len" | "char_length" => "length",
        "ceiling" => "ceil",
        "count_distinct" | "countd" | "distinct" => "count(distinct …)",
        "stdev" | "std" | "stddev_samp" => "stddev",
        "coalesce" | "ifnull" | "nvl" => "a ?? b",
        "isnull" | "is_null" => "is missing",
        "date_trunc" | "trunc" => "start_of",
        "datediff" | "date_diff" => "days_between",
        "pow" => "power",
        "log" => "ln",
        "divide" | "safe_divide" | "div0" => "a / b",
        "countif" | "countifs" | "count_if" => "count(… where P)",
        "sumif" | "sumifs" | "sum_if" | "calculate" => "sum(… where P)",
        "averageif" | "averageifs" | "avg_if" => "average(… where P)",
        "cast" | "try_cast" | "to_number" => "as UNIT",
        "case" | "iff" | "if" => "if … then … else …",
        "today" | "now" | "current_date" => "as_of",
        "lag" => "previous",
        "lead" => "next",
        "row_number" => "position",
        "concat" => return None,
        _ => return None,
    })
}

const fn parameter(name: &'static str, kind: ParameterKind) -> Parameter {
    Parameter { name, kind, needed: Needed::Always }
}

const fn optional(name: &'static str, kind: ParameterKind) -> Parameter {
    Parameter { name, kind, needed: Needed::Optional }
}

const fn repeated(name: &'static str, kind: ParameterKind) -> Parameter {
    Parameter { name, kind, needed: Needed::Repeated }
}

const X: Parameter = parameter("x", Number);
const PLAIN: Parameter = parameter("x", Plain);
const TEXT: Parameter = parameter("text", Text);
const PART: Parameter = parameter("part", Text);
const DATE: Parameter = parameter("date", Date);
const COLUMN: Parameter = parameter("column", Number);
const ORDERED: Parameter = parameter("column", ParameterKind::Ordered);
const METRIC: Parameter = parameter("metric", Any);
const NUMBER: Parameter = parameter("metric", Number);
const SHIFT: Parameter = optional("shift", ParameterKind::Length);

const WINDOWED: &[Part] = &[Via, On, Window, Where, Mature];

const fn scalar(
    name: &'static str,
    function: Function,
    parameters: &'static [Parameter],
    result: ResultRule,
    docs: &'static str,
) -> Builtin {
    Builtin { name, what: Scalar(function), parameters, result, parts: &[], docs }
}

const fn aggregate(
    name: &'static str,
    kind: AggregateKind,
    parameters: &'static [Parameter],
    result: ResultRule,
    docs: &'static str,
) -> Builtin {
    Builtin { name, what: Aggregate(kind), parameters, result, parts: WINDOWED, docs }
}

const fn form(
    name: &'static str,
    kind: FormKind,
    parameters: &'static [Parameter],
    parts: &'static [Part],
    docs: &'static str,
) -> Builtin {
    Builtin { name, what: Form(kind), parameters, result: Same, parts, docs }
}

/// Aggregates, then forms, then functions.
pub const TABLE: &[Builtin] = &[
    aggregate(
        "count",
        AggregateKind::Count,
        &[optional("rows", Rows)],
        Counted,
        "rows; of a column, the rows that have it; `count(distinct …)`: different values",
    ),
    aggregate("sum", AggregateKind::Sum, &[COLUMN], Same, "the sum; of nothing it is 0"),
    aggregate("average", AggregateKind::Average, &[COLUMN], ResultRule::SameUnit, "the arithmetic mean"),
    aggregate(
        "median",
        AggregateKind::Median,
        &[COLUMN],
        ResultRule::SameUnit,
        "the middle value, or between the two in the middle",
    ),
    aggregate(
        "percentile",
        AggregateKind::Percentile,
        &[parameter("part", Fraction), COLUMN],
        ResultRule::SameUnit,
        "the value below which that part of the rows lies, interpolated linearly",
    ),
    aggregate("min", AggregateKind::Min, &[ORDERED], Same, "the smallest, or earliest"),
    aggregate("max", AggregateKind::Max, &[ORDERED], Same, "the greatest, or latest"),
    aggregate(
        "stddev",
        AggregateKind::Stddev,
        &[COLUMN],
        ResultRule::SameUnit,
        "the standard deviation of a sample (divided by n - 1)",
    ),
    aggregate(
        "first",
        AggregateKind::First,
        &[parameter("column", Any)],
        Same,
        "the value of the earliest row, by `time`",
    ),
    aggregate(
        "last",
        AggregateKind::Last,
        &[parameter("column", Any)],
        Same,
        "the value of the latest row, by `time`",
    ),
    aggregate(
        "correlation",
        AggregateKind::Correlation,
        &[parameter("a", Number), parameter("b", Number)],
        Float,
        "Pearson's correlation of two columns, from -1 to 1",
    ),
    aggregate(
        "top_share",
        AggregateKind::TopShare,
        &[parameter("part", Fraction), COLUMN],
        Ratio,
        "the part of the sum that the largest rows hold: `top_share(10%, …)` of the largest tenth",
    ),
    Builtin {
        name: "proportion",
        what: Aggregate(AggregateKind::Proportion),
        parameters: &[parameter("condition", Condition)],
        result: Ratio,
        parts: &[Of, Via, On, Window, Where, Mature],
        docs: "of the rows, the part for which the condition is true: `proportion(P of source where Q)`",
    },
    form("prior", FormKind::Prior, &[METRIC, SHIFT], &[], "one period earlier, or as much as is said"),
    form("change", FormKind::Change, &[NUMBER, SHIFT], &[], "`x - prior(x)`"),
    form("growth", FormKind::Growth, &[NUMBER, SHIFT], &[], "`x / prior(x) - 1`"),
    form(
        "total",
        FormKind::Total,
        &[NUMBER],
        &[Over],
        "without the dimensions of the query, or without those named",
    ),
    form("share", FormKind::Share, &[NUMBER], &[Over], "`x / total(x)`"),
    form("rank", FormKind::Rank, &[NUMBER], &[Over], "place among the members of a dimension; ties 1, 1, 3"),
    form(
        "previous",
        FormKind::Previous,
        &[parameter("column", Any)],
        &[Per, By],
        "the value in the row before, per the columns named, by `time` or what `by` says",
    ),
    form("next", FormKind::Next, &[parameter("column", Any)], &[Per, By], "the value in the row after"),
    form("position", FormKind::Position, &[], &[Per, By], "the number of the row in its order, from 1"),
    scalar("abs", Function::Abs, &[X], Same, "without the sign"),
    scalar(
        "round",
        Function::Round,
        &[X, optional("digits", ParameterKind::Digits)],
        ResultRule::Rounded,
        "to the nearest whole number, or to so many digits; halves away from zero",
    ),
    scalar("floor", Function::Floor, &[X], ResultRule::Rounded, "the next whole number below"),
    scalar("ceil", Function::Ceil, &[X], ResultRule::Rounded, "the next whole number above"),
    scalar(
        "least",
        Function::Least,
        &[repeated("x", ParameterKind::Ordered)],
        Agreed,
        "the smallest; missing if one of them is",
    ),
    scalar(
        "greatest",
        Function::Greatest,
        &[repeated("x", ParameterKind::Ordered)],
        Agreed,
        "the greatest; missing if one of them is",
    ),
    scalar("mod", Function::Mod, &[X, parameter("y", Number)], Agreed, "what is left after division"),
    scalar("lower", Function::Lower, &[TEXT], ResultRule::Text, "in small letters"),
    scalar("upper", Function::Upper, &[TEXT], ResultRule::Text, "in capital letters"),
    scalar("trim", Function::Trim, &[TEXT], ResultRule::Text, "without white space at both ends"),
    scalar("length", Function::Length, &[TEXT], Counted, "the number of characters"),
    scalar("starts_with", Function::StartsWith, &[TEXT, PART], Truth, "whether the text starts so"),
    scalar("ends_with", Function::EndsWith, &[TEXT, PART], Truth, "whether the text ends so"),
    scalar("contains", Function::Contains, &[TEXT, PART], Truth, "whether the text holds the part"),
    scalar(
        "matches",
        Function::Matches,
        &[TEXT, parameter("pattern", Text)],
        Truth,
        "whether a regular expression is found in the text",
    ),
    scalar("year", Function::Year, &[DATE], Whole, "the year: 2026"),
    scalar("quarter", Function::Quarter, &[DATE], Whole, "the quarter, 1 to 4"),
    scalar("month", Function::Month, &[DATE], Whole, "the month, 1 to 12"),
    scalar("week", Function::Week, &[DATE], Whole, "the ISO week, 1 to 53"),
    scalar("day", Function::Day, &[DATE], Whole, "the day of the month, 1 to 31"),
    scalar("weekday", Function::Weekday, &[DATE], Whole, "the day of the week, Monday 1 to Sunday 7"),
    scalar(
        "start_of",
        Function::StartOf,
        &[parameter("grain", Grain), DATE],
        ResultRule::Date,
        "the first day of the period that the date lies in: `start_of(month, d)`",
    ),
    scalar(
        "months_between",
        Function::MonthsBetween,
        &[parameter("from", Date), parameter("to", Date)],
        Months,
        "whole months from the first date to the second: none from 31 January to 28 February",
    ),
    scalar(
        "days_between",
        Function::DaysBetween,
        &[parameter("from", Date), parameter("to", Date)],
        Days,
        "days from the first date to the second",
    ),
    scalar("exp", Function::Exp, &[PLAIN], Float, "e to that power"),
    scalar("ln", Function::Ln, &[PLAIN], Float, "the natural logarithm"),
    scalar("power", Function::Power, &[PLAIN, parameter("exponent", Plain)], Float, "to that power"),
    scalar("sqrt", Function::Sqrt, &[PLAIN], Float, "the square root"),
];

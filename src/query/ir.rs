//! The planned query: what is read, what is counted per period and group, and what
//! is made of it. Its `Display` is what `kepi plan` prints.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::calendar::{Grain, Period};
use crate::check::{
    Better, ColumnRef, DimensionId, Expr, Length, LinkRef, Repr, Show, SourceId, Type, Window,
};

#[derive(Debug, Clone)]
pub struct Query {
    /// Later rows do not exist; `None` where nothing that is read has a date.
    pub as_of: Option<Date>,
    pub grain: Option<Grain>,
    /// One row of the answer each (for each group); without a grain a single one,
    /// whose label is empty.
    pub periods: Vec<Period>,
    /// Without a grain and a `from`, rows count from the beginning of time.
    pub open_start: bool,
    /// Rows later than `as_of` may be in the data and have to be left out.
    pub cuts: bool,
    pub dimensions: Vec<DimensionColumn>,
    pub scans: Vec<Scan>,
    /// Of each slot, by its number: the type of its values.
    pub slots: Vec<Type>,
    /// The first so many periods are there for what looks back, and are not shown.
    pub hidden: usize,
    /// Slots that are other slots of earlier periods.
    pub shifted: Vec<Shifted>,
    /// How earlier periods are found, each way once.
    pub moves: Vec<Move>,
    pub outputs: Vec<Output>,
    pub having: Option<Expr>,
    /// Which rows have data, where not all that the scans find have.
    pub shown: Option<Vec<Shown>>,
    /// What rows are ordered by first.
    pub order: Vec<SortKey>,
    pub top: Option<Top>,
    /// Slots that are places among the members of a group.
    pub ranks: Vec<Rank>,
    /// Groups that are shown although they may have no rows.
    pub members: Vec<Members>,
    /// The slot that is true of members that are shown in any case, where that is asked.
    pub member: Option<u32>,
    /// The queries that make the rows of rollups.
    pub rollups: BTreeMap<SourceId, Query>,
}

/// What rows are ordered by; what is missing comes last.
#[derive(Debug, Clone)]
pub struct SortKey {
    pub of: SortOf,
    pub descending: bool,
}

#[derive(Debug, Clone)]
pub enum SortOf {
    Period,
    Group(usize),
    /// Over slots.
    Value(Expr),
}

/// Only the first so many rows by the query's order, and those that share the last place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Top {
    pub number: u32,
    /// Of each period; otherwise of all rows.
    pub of_each_period: bool,
}

/// A row is shown where one of these is true.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// A metric, over slots: in periods for which it is not known it shows no row.
    pub value: Expr,
    /// True where it has any data.
    pub present: Expr,
}

/// `rank`: the place of a row's value among those of its period and other groups.
#[derive(Debug, Clone)]
pub struct Rank {
    pub id: u32,
    pub value: Expr,
    /// The group whose members are ranked.
    pub group: usize,
    pub highest_first: bool,
}

/// The groups that the rows of one or more sources make, for some of the query's dimensions.
#[derive(Debug, Clone)]
pub struct Members {
    /// The dimensions' numbers.
    pub groups: Vec<usize>,
    pub of: Vec<MembersOf>,
}

#[derive(Debug, Clone)]
pub struct MembersOf {
    pub source: SourceId,
    /// For each of the groups its value in terms of the source's rows.
    pub values: Vec<Expr>,
    pub filters: Vec<Expr>,
}

/// `prior`: the value that another slot has an earlier period.
#[derive(Debug, Clone, PartialEq)]
pub struct Shifted {
    pub id: u32,
    pub of: u32,
    /// An index into the query's moves.
    pub by: usize,
    /// Counts and sums are 0 where nothing is, once the source has any data.
    pub zero: bool,
    /// The first period whose earlier one is not before the source's first data.
    pub known_from: usize,
}

/// From a period back to an earlier one, step by step.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// One period, or so much by the calendar.
    pub steps: Vec<Option<Length>>,
    /// The earlier period's number and the later's, of those shown.
    pub pairs: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub struct DimensionColumn {
    /// `None`: a column of a rollup's key.
    pub id: Option<DimensionId>,
    pub name: String,
    pub label: String,
    pub ty: Type,
}

/// One reading of one source, with all that is counted of its rows in the same way.
#[derive(Debug, Clone)]
pub struct Scan {
    pub source: SourceId,
    /// Of a rollup: by which link its rows belong to a key, where several lead there.
    pub via: Option<LinkRef>,
    /// The group of a row, for each dimension of the query; `None` where the scan's
    /// numbers are those of all groups together.
    pub dimensions: Vec<Option<Expr>>,
    pub placement: Placement,
    /// The query's `where`, in terms of the source's rows.
    pub filters: Vec<Expr>,
    pub slots: Vec<Slot>,
    pub shape: Shape,
    /// Why this shape: shown by `kepi plan`.
    pub reason: String,
}

/// Which periods a row counts in.
#[derive(Debug, Clone, PartialEq)]
pub enum Placement {
    /// In every period.
    Always,
    /// In the period it is a row of: rows of rollups.
    Own,
    /// By one date: the period it lies in, or those whose window reaches back to it.
    Dated { date: ColumnRef, window: Window },
    /// While it is in force: at the period's end or start, or at any time during it.
    InForce { from: ColumnRef, to: ColumnRef, window: Window },
    /// While its picture of the whole table is the last one: at the period's end or start.
    /// Where rows are `valid`, too, those of the picture that are in force.
    Picture { taken: ColumnRef, valid: Option<(ColumnRef, ColumnRef)>, window: Window },
}

impl Placement {
    /// Whether a row can count in more than one period.
    pub fn spreads(&self) -> bool {
        !matches!(self, Placement::Own | Placement::Dated { window: Window::Period, .. })
    }

    pub fn columns(&self) -> Vec<&ColumnRef> {
        match self {
            Placement::Always | Placement::Own => Vec::new(),
            Placement::Dated { date, .. } => vec![date],
            Placement::InForce { from, to, .. } => vec![from, to],
            Placement::Picture { taken, valid, .. } => {
                std::iter::once(taken).chain(valid.iter().flat_map(|(from, to)| [from, to])).collect()
            }
        }
    }
}

/// One number of the rows of a scan, per period and group.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    pub id: u32,
    pub function: SlotFunction,
    /// Row expressions: none for `count` of rows; the order beside the value for the
    /// first and last; two for a correlation.
    pub args: Vec<Expr>,
    pub filter: Option<Expr>,
    pub ty: Type,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SlotFunction {
    Count,
    CountDistinct,
    Sum,
    Min,
    Max,
    /// Between 0 and 1, interpolated linearly.
    Percentile(f64),
    Stddev,
    First,
    Last,
    Correlation,
    /// Between 0 and 1.
    TopShare(f64),
}

impl Slot {
    /// Whether what a row adds can be taken away again.
    pub fn is_additive(&self) -> bool {
        let float = |e: &Expr| e.ty.as_number().is_some_and(|n| n.repr == Repr::Float);
        match self.function {
            SlotFunction::Count => true,
            SlotFunction::Sum => !self.args.iter().any(float),
            _ => false,
        }
    }
}

impl SlotFunction {
    /// Whether the value for many groups can be made of the values of each.
    pub fn decomposes(self) -> bool {
        matches!(self, SlotFunction::Count | SlotFunction::Sum | SlotFunction::Min | SlotFunction::Max)
    }
}

/// How the slots of a scan are computed. All give the same numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// What all filters share is a `WHERE`, the rest a `FILTER` of each aggregate.
    Filter,
    /// Group by these keys too, then evaluate the filters over the small result.
    Cube(Vec<CubeKey>),
    /// Rows that count in every period are counted once.
    Once,
    /// Each row adds where its periods begin, and is taken away behind where they end.
    Events,
    /// Different values of one expression: grouped by it first, with the set of the periods
    /// that each value counts in.
    Sets,
    /// Rows that count in many periods are held once, and looked at by each of these.
    Kept,
}

/// A row expression with few values that filters are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct CubeKey {
    pub value: Expr,
    /// How many values it can have, the missing one among them.
    pub values: usize,
    /// Where the value is the class of a text, by the texts it is compared with.
    pub classes: Option<Classes>,
}

/// A text of many values of which the filters know few: each of those is a class, all
/// others together are one.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes {
    pub text: Expr,
    /// Literals, each once.
    pub known: Vec<Expr>,
}

#[derive(Debug, Clone)]
pub struct Output {
    pub name: String,
    pub label: String,
    pub show: Show,
    pub better: Better,
    /// Over slots.
    pub value: Expr,
}

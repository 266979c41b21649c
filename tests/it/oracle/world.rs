//! The rows of a project in memory, as they are at a moment: which exist, what their
//! columns hold, where their links lead. One row after the other, nothing shared with
//! the program but the checked model's names and types.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kepi::check::{
    CheckedModel, ColumnId, ColumnKind, DimensionId, Expr, ExprKind, Keep, LinkRef, SourceId, SourceKind,
    Type,
};

use super::aggregate;
use super::cells::Cell;
use super::expression::{self, Leaf};
use super::neighbours;
use super::open::Open;
use super::value::{Exact, V};

/// A CSV file of a source.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// By the names of sources.
pub type Data = BTreeMap<String, Sheet>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowId {
    pub source: SourceId,
    pub index: usize,
}

pub struct World<'a> {
    pub model: &'a CheckedModel,
    /// Later rows do not exist, later ends are missing.
    pub as_of: Option<Date>,
    /// The question's `where`, over dimensions.
    pub filter: Option<Expr>,
    /// The conditions that time has yet to answer.
    pub open: Open,
    /// The period that a row is being counted in, and how often that has been asked for.
    pub counted_in: RefCell<Option<Cell>>,
    pub period_reads: std::cell::Cell<usize>,
    /// By source, row and column; computed columns are missing here.
    stored: &'a [Vec<Vec<V>>],
    // what does not change from cell to cell is found once
    columns: RefCell<HashMap<(RowId, ColumnId), V>>,
    existing: RefCell<HashMap<SourceId, Vec<RowId>>>,
    pub steps: RefCell<HashMap<(RowId, LinkRef), Option<RowId>>>,
    pub groups: RefCell<HashMap<(RowId, DimensionId), V>>,
    pub asked: RefCell<HashMap<RowId, bool>>,
    pub first_dates: RefCell<HashMap<String, Option<Date>>>,
    /// Of rollups, in the order in which they were needed.
    pub made: RefCell<HashMap<SourceId, Vec<Cell>>>,
    pub made_for: RefCell<HashMap<(SourceId, String), Vec<RowId>>>,
    pub of_keys: RefCell<HashMap<String, Vec<RowId>>>,
}

/// Every field read as its column's type.
pub fn read(model: &CheckedModel, data: &Data) -> Vec<Vec<Vec<V>>> {
    let read_source = |source: &kepi::check::Source| {
        if matches!(source.kind, SourceKind::Rollup(_)) {
            return Vec::new();
        }
        let sheet = &data[&source.name];
        let place = |raw: &str| sheet.header.iter().position(|h| h == raw);
        let field = |row: &Vec<String>, column: &kepi::check::Column| match &column.kind {
            ColumnKind::Stored { raw, .. } => {
                let place = place(raw).unwrap_or_else(|| panic!("no column {raw}"));
                parse(&row[place], &column.ty)
            }
            _ => V::Missing,
        };
        let row = |row: &Vec<String>| source.columns.iter().map(|column| field(row, column)).collect();
        sheet.rows.iter().map(row).collect::<Vec<Vec<V>>>()
    };
    model.sources.iter().map(read_source).collect()
}

fn parse(text: &str, ty: &Type) -> V {
    if text.is_empty() {
        return V::Missing;
    }
    match ty {
        Type::Text => V::Text(text.to_string()),
        Type::Bool => V::Bool(text == "true"),
        Type::Date => V::Date(text.parse().expect("a date")),
        Type::Timestamp => {
            V::Instant(text.parse::<jiff::Timestamp>().expect("an instant with its zone").as_microsecond())
        }
        Type::Enum(e) => {
            let member = e.members.iter().position(|m| m.raw == text);
            V::Member(member.unwrap_or_else(|| panic!("no member {text}")) as u16)
        }
        Type::Number(_) => V::Exact(Exact::parse(text).expect("a number")).held_as(ty),
        Type::Error | Type::Missing => panic!("a column without a type"),
    }
}

impl<'a> World<'a> {
    pub fn new(model: &'a CheckedModel, stored: &'a [Vec<Vec<V>>], as_of: Option<Date>) -> World<'a> {
        World {
            model,
            as_of,
            filter: None,
            open: Open::default(),
            counted_in: RefCell::default(),
            period_reads: std::cell::Cell::new(0),
            stored,
            columns: RefCell::default(),
            existing: RefCell::default(),
            steps: RefCell::default(),
            groups: RefCell::default(),
            asked: RefCell::default(),
            first_dates: RefCell::default(),
            made: RefCell::default(),
            made_for: RefCell::default(),
            of_keys: RefCell::default(),
        }
    }

    /// The rows of the source that exist at `as_of`.
    pub fn rows(&self, source: SourceId) -> Vec<RowId> {
        if matches!(self.model.source(source).kind, SourceKind::Rollup(_)) {
            return self.rollup_rows(source, None);
        }
        if let Some(known) = self.existing.borrow().get(&source) {
            return known.clone();
        }
        let found = self.found_rows(source);
        self.existing.borrow_mut().insert(source, found.clone());
        found
    }

    /// Of equal rows one; of these those that have begun; of these those for which the
    /// conditions are true; of these the latest of each key.
    fn found_rows(&self, source: SourceId) -> Vec<RowId> {
        let declared = self.model.source(source);
        let mut rows = self.begun(source);
        rows.retain(|row| declared.filters.iter().all(|filter| self.value(filter, *row).is_true()));
        let Some(Keep::Latest(by)) = &declared.keep else { return rows };
        let key = |row: RowId| declared.key.iter().map(|c| self.column(row, *c)).collect::<Vec<V>>();
        let same_key = |a: RowId, b: RowId| {
            key(a).iter().zip(&key(b)).all(|(a, b)| !a.is_missing() && !b.is_missing() && a.equals(b))
        };
        let later = |a: RowId, b: RowId| match (self.column(a, *by), self.column(b, *by)) {
            (V::Missing, _) => false,
            (_, V::Missing) => true,
            (a, b) => a.order(&b) == Ordering::Greater,
        };
        let all = rows.clone();
        rows.retain(|row| !all.iter().any(|other| same_key(*other, *row) && later(*other, *row)));
        rows
    }

    /// The rows that have begun by `as_of`, whatever conditions say of them.
    pub fn begun(&self, source: SourceId) -> Vec<RowId> {
        let declared = self.model.source(source);
        let all = (0..self.stored[source.index()].len()).map(|index| RowId { source, index });
        let mut rows: Vec<RowId> = Vec::new();
        for row in all {
            let equals = |other: &RowId| {
                let stored = (0..declared.columns.len()).map(|i| ColumnId(i as u32));
                let mut stored =
                    stored.filter(|c| matches!(declared.columns[c.index()].kind, ColumnKind::Stored { .. }));
                stored.all(|c| self.column(row, c) == self.column(*other, c))
            };
            let twice = declared.keep == Some(Keep::Distinct) && rows.iter().any(equals);
            if !twice && self.has_begun(row) {
                rows.push(row);
            }
        }
        rows
    }

    /// From its first date on: that of its picture, and where it is valid from, or its `time`.
    fn has_begun(&self, row: RowId) -> bool {
        let source = self.model.source(row.source);
        let time = source.time.as_ref().map(|t| t.column);
        let first = source.valid.map(|(from, _)| from);
        let dates = match (first, source.snapshot) {
            (None, None) => time.into_iter().collect::<Vec<ColumnId>>(),
            (first, taken) => first.into_iter().chain(taken).collect(),
        };
        // unmasked: it is the very date that decides
        let later = |c: &ColumnId| self.date(&self.unmasked(row, *c)) > self.as_of;
        self.as_of.is_none() || !dates.iter().any(later)
    }

    /// Changes with every value that is not the same everywhere.
    pub fn passing(&self) -> (usize, usize) {
        (self.open.met(), self.period_reads.get())
    }

    /// The local date of a date or an instant.
    pub fn date(&self, value: &V) -> Option<Date> {
        match value {
            V::Date(date) => Some(*date),
            V::Instant(at) => {
                let at = jiff::Timestamp::from_microsecond(*at).expect("an instant");
                Some(at.to_zoned(self.model.settings.timezone.clone()).date())
            }
            _ => None,
        }
    }

    /// The first instant of a day, in microseconds.
    pub fn midnight(&self, date: Date) -> i64 {
        let zoned = date.to_zoned(self.model.settings.timezone.clone()).expect("a day that begins");
        zoned.timestamp().as_microsecond()
    }

    /// A column of the row: a validity's end, and a `time`, that lie after `as_of` are missing.
    pub fn column(&self, row: RowId, column: ColumnId) -> V {
        if let Some(known) = self.columns.borrow().get(&(row, column)) {
            return known.clone();
        }
        let source = self.model.source(row.source);
        let first = source.valid.map(|(from, _)| from);
        let is_end = source.valid.is_some_and(|(_, to)| to == column);
        let is_time =
            first.is_some_and(|f| f != column) && source.time.as_ref().is_some_and(|t| t.column == column);
        let before = self.passing();
        let value = self.unmasked(row, column);
        let later = self.as_of.is_some_and(|as_of| self.date(&value).is_some_and(|date| date > as_of));
        let value = if later && (is_end || is_time) { V::Missing } else { value };
        if self.passing() == before {
            self.columns.borrow_mut().insert((row, column), value.clone());
        }
        value
    }

    fn unmasked(&self, row: RowId, column: ColumnId) -> V {
        match &self.model.source(row.source).columns[column.index()].kind {
            ColumnKind::Stored { .. } => self.stored[row.source.index()][row.index][column.index()].clone(),
            ColumnKind::Computed(expr) => match self.own_period(row) {
                Some(own) => {
                    let outer = self.counted_in.replace(Some(own));
                    let value = self.value(expr, row);
                    self.counted_in.replace(outer);
                    value
                }
                None => self.value(expr, row),
            },
            ColumnKind::Aggregated(_) | ColumnKind::Key(_) | ColumnKind::PeriodStart => {
                self.made_column(row, column)
            }
        }
    }

    /// An expression over the row.
    pub fn value(&self, expr: &Expr, row: RowId) -> V {
        expression::value(expr, &RowLeaf { world: self, row })
    }

    /// The rows that link to this one.
    fn linked(&self, row: RowId, link: LinkRef) -> Vec<RowId> {
        self.rows(link.source).into_iter().filter(|there| self.step(*there, link) == Some(row)).collect()
    }
}

struct RowLeaf<'w, 'a> {
    world: &'w World<'a>,
    row: RowId,
}

impl Leaf for RowLeaf<'_, '_> {
    fn leaf(&self, expr: &Expr) -> V {
        match &*expr.kind {
            ExprKind::Column(column) => self.world.column_at(self.row, column),
            ExprKind::Linked { aggregate, link } => {
                let rows = self.world.linked(self.row, *link);
                let value = aggregate::of_rows(self.world, aggregate, &rows, &expr.ty);
                value.unwrap_or_else(|_| panic!("`within` over linked rows"))
            }
            ExprKind::Neighbour { kind, value, per, by } => {
                neighbours::value(self.world, self.row, *kind, value.as_ref(), per, by)
            }
            ExprKind::PeriodStart | ExprKind::PeriodEnd | ExprKind::PeriodLength => {
                self.world.period_value(&self.world.period_counted_in(), expr)
            }
            ExprKind::Placed(date, placement) => {
                let date = self.world.date(&self.world.value(date, self.row));
                self.world.placed(date, &self.world.period_counted_in(), *placement)
            }
            other => panic!("{other:?} has no value for a row"),
        }
    }

    fn world(&self) -> &World<'_> {
        self.world
    }
}

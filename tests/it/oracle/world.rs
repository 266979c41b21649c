//! The rows of a project in memory, as they are at a moment: which exist, what their
//! columns hold, where their links lead. One row after the other, nothing shared with
//! the program but the checked model's names and types.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kepi::check::{
    CheckedModel, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, LinkRef, LinkTime, SourceId, Type,
};

use super::aggregate;
use super::expression::{self, Leaf};
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
    /// By source, row and column; computed columns are missing here.
    stored: &'a [Vec<Vec<V>>],
    columns: RefCell<HashMap<(RowId, ColumnId), V>>,
    existing: RefCell<HashMap<SourceId, Vec<RowId>>>,
}

/// Every field read as its column's type.
pub fn read(model: &CheckedModel, data: &Data) -> Vec<Vec<Vec<V>>> {
    let read_source = |source: &kepi::check::Source| {
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
        World { model, as_of, stored, columns: RefCell::default(), existing: RefCell::default() }
    }

    /// The rows of the source that exist at `as_of`.
    pub fn rows(&self, source: SourceId) -> Vec<RowId> {
        if let Some(known) = self.existing.borrow().get(&source) {
            return known.clone();
        }
        let all = (0..self.stored[source.index()].len()).map(|index| RowId { source, index });
        let found: Vec<RowId> = all.filter(|row| self.exists(*row)).collect();
        self.existing.borrow_mut().insert(source, found.clone());
        found
    }

    /// From its first date on, and only where the source's conditions are true.
    fn exists(&self, row: RowId) -> bool {
        let source = self.model.source(row.source);
        let first = source.valid.map(|(from, _)| from).or(source.time.as_ref().map(|t| t.column));
        if let (Some(as_of), Some(first)) = (self.as_of, first) {
            // unmasked: it is the very date that decides
            if self.date(&self.unmasked(row, first)).is_some_and(|date| date > as_of) {
                return false;
            }
        }
        source.filters.iter().all(|filter| self.value(filter, row).is_true())
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
        let is_time = source.time.as_ref().is_some_and(|t| t.column == column) && first != Some(column);
        let value = self.unmasked(row, column);
        let later = self.as_of.is_some_and(|as_of| self.date(&value).is_some_and(|date| date > as_of));
        let value = if later && (is_end || is_time) { V::Missing } else { value };
        self.columns.borrow_mut().insert((row, column), value.clone());
        value
    }

    fn unmasked(&self, row: RowId, column: ColumnId) -> V {
        match &self.model.source(row.source).columns[column.index()].kind {
            ColumnKind::Stored { .. } => self.stored[row.source.index()][row.index][column.index()].clone(),
            ColumnKind::Computed(expr) => self.value(expr, row),
            other => panic!("{other:?} is not known here"),
        }
    }

    /// An expression over the row.
    pub fn value(&self, expr: &Expr, row: RowId) -> V {
        expression::value(self.model, self.as_of, expr, &RowLeaf { world: self, row })
    }

    pub fn column_at(&self, row: RowId, column: &ColumnRef) -> V {
        match self.follow(row, &column.links) {
            Some(there) => self.column(there, column.column),
            None => V::Missing,
        }
    }

    /// The row that the links lead to, if there is one.
    pub fn follow(&self, row: RowId, links: &[LinkRef]) -> Option<RowId> {
        links.iter().try_fold(row, |row, link| self.step(row, *link))
    }

    fn step(&self, row: RowId, link: LinkRef) -> Option<RowId> {
        let declared = self.model.link(link);
        let target = self.model.source(declared.target);
        let matches = |there: &RowId| {
            declared.via.iter().zip(&target.key).all(|(here, key)| {
                let (a, b) = (self.column(row, *here), self.column(*there, *key));
                !a.is_missing() && !b.is_missing() && a.equals(&b)
            })
        };
        let candidates = self.rows(declared.target).into_iter().filter(matches);
        match &declared.time {
            LinkTime::Always => candidates.into_iter().next(),
            LinkTime::At(c) => {
                let (from, to) = target.valid.expect("a link at a date leads to a valid source");
                let at = self.date(&self.column(row, *c))?;
                let in_force = |there: &RowId| {
                    let begun = self.date(&self.column(*there, from)).is_some_and(|a| a <= at);
                    begun && self.date(&self.column(*there, to)).is_none_or(|b| at < b)
                };
                candidates.into_iter().find(in_force)
            }
            LinkTime::LatestBefore { .. } => panic!("`latest before` is not known here"),
        }
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
                aggregate::of_rows(self.world, aggregate, &rows, &expr.ty)
            }
            other => panic!("{other:?} has no value for a row"),
        }
    }

    fn date(&self, value: &V) -> Option<Date> {
        self.world.date(value)
    }
}

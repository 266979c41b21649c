//! What a metric is in one cell: a period, and one member of each dimension.

use jiff::ToSpan;
use jiff::civil::Date;
use kepi::check::{
    Aggregate, ColumnKind, DimensionId, Expr, ExprKind, Length, Placement, RollupPeriod, SourceId,
    SourceKind, Type, Window,
};

use super::aggregate::{self, Young};
use super::expression::{self, Leaf};
use super::periods::{self, Period};
use super::value::V;
use super::world::{RowId, World};

/// Where a number is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub period: Period,
    pub grain: Option<String>,
    /// Only rows of these groups.
    pub groups: Vec<(DimensionId, V)>,
    /// In a row of a rollup: only rows that belong to its key. The question's `where` is
    /// not asked there.
    pub key: Option<(SourceId, Vec<V>)>,
    /// Seen from a later period, by `prior`.
    pub earlier: bool,
    /// Places among members, by the question's rows.
    pub ranks: Vec<(Expr, V)>,
}

impl Cell {
    pub fn of(period: Period, grain: Option<String>) -> Cell {
        Cell { period, grain, groups: Vec::new(), key: None, earlier: false, ranks: Vec::new() }
    }
}

impl World<'_> {
    /// An expression over aggregates.
    pub fn number(&self, expr: &Expr, cell: &Cell) -> V {
        expression::value(expr, &CellLeaf { world: self, cell })
    }

    /// Whether anything that the value is made of is not yet known.
    pub fn is_young(&self, expr: &Expr, cell: &Cell) -> bool {
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => {
                // before there are any, no row is open
                let before = cell.earlier && self.before_the_data(aggregate, cell);
                let young = || match before {
                    true => self.is_too_young(aggregate, cell),
                    false => self.counted(aggregate, &expr.ty, cell).is_err(),
                };
                self.has_begun_in(aggregate, cell) && young()
            }
            ExprKind::Metric(id) => self.is_young(&self.model.metric(*id).value, cell),
            ExprKind::Prior(inner, step) => {
                self.earlier(cell, *step).is_some_and(|cell| self.is_young(inner, &cell))
            }
            ExprKind::Total(inner, over) => self.is_young(inner, &without(cell, over.as_deref())),
            _ => expr.children().into_iter().any(|child| self.is_young(child, cell)),
        }
    }

    /// The same cell, one period or so much earlier.
    pub fn earlier(&self, cell: &Cell, step: Option<Length>) -> Option<Cell> {
        let (grain, start) = (cell.grain.as_deref()?, cell.period.start?);
        let start = periods::earlier(self.model, grain, start, step);
        let period = periods::of(self.model, grain, start);
        Some(Cell { period, earlier: true, ..cell.clone() })
    }

    fn aggregate(&self, aggregate: &Aggregate, ty: &Type, cell: &Cell) -> V {
        if cell.earlier && self.before_the_data(aggregate, cell) || !self.has_begun_in(aggregate, cell) {
            return V::Missing;
        }
        self.counted(aggregate, ty, cell).unwrap_or(V::Missing)
    }

    /// `mature 30 days`, which have not passed since the period's last day.
    fn is_too_young(&self, aggregate: &Aggregate, cell: &Cell) -> bool {
        let last_day = cell.period.end.map(|end| end - 1.day());
        let (Some(age), Some(last_day), Some(as_of)) = (aggregate.mature, last_day, self.as_of) else {
            return false;
        };
        as_of < later(last_day, age)
    }

    fn counted(&self, aggregate: &Aggregate, ty: &Type, cell: &Cell) -> Result<V, Young> {
        if self.is_too_young(aggregate, cell) {
            return Err(Young);
        }
        let rows = self.rows_of(aggregate, cell);
        let outer = self.counted_in.replace(Some(cell.clone()));
        let value = aggregate::of_rows(self, aggregate, &rows, ty);
        self.counted_in.replace(outer);
        value
    }

    /// The rows in the window and the groups; the aggregate's own condition is not asked here.
    pub fn rows_of(&self, aggregate: &Aggregate, cell: &Cell) -> Vec<RowId> {
        let rows = match &cell.key {
            Some((rollup, key)) => self.rows_of_key(*rollup, key, aggregate),
            None if self.follows_the_question(aggregate.source) => {
                self.rollup_rows(aggregate.source, Some(cell))
            }
            None => self.rows(aggregate.source),
        };
        let mut rows = self.in_window(aggregate, cell, rows);
        let outer = self.counted_in.replace(Some(cell.clone()));
        rows.retain(|row| {
            (cell.key.is_some() || self.is_asked(*row))
                && cell.groups.iter().all(|(d, group)| {
                    let own = self.group(*row, *d);
                    own.is_missing() && group.is_missing()
                        || !own.is_missing() && !group.is_missing() && own.equals(group)
                })
        });
        self.counted_in.replace(outer);
        rows
    }

    /// A rollup `per KEY, period` has its rows in the periods that are asked.
    pub fn follows_the_question(&self, source: SourceId) -> bool {
        match &self.model.source(source).kind {
            SourceKind::Rollup(rollup) => rollup.period == RollupPeriod::Asked,
            SourceKind::Stored(_) => false,
        }
    }

    // ------------------------------------------------------------ before and after the data

    pub fn before_the_data(&self, aggregate: &Aggregate, cell: &Cell) -> bool {
        self.is_dated(aggregate)
            && self.first_of(aggregate).is_none_or(|first| cell.period.end.is_some_and(|end| end <= first))
    }

    /// Whether rows are put into periods by any date.
    fn is_dated(&self, aggregate: &Aggregate) -> bool {
        let source = self.model.source(aggregate.source);
        match (&aggregate.window, &aggregate.on) {
            (Window::Ever, _) => false,
            (Window::AtEnd | Window::AtStart | Window::During, _) | (_, Some(_)) => true,
            _ => match &source.kind {
                SourceKind::Rollup(_) if self.follows_the_question(aggregate.source) => {
                    self.aggregates_of(aggregate.source).iter().any(|a| self.is_dated(a))
                }
                _ => false,
            },
        }
    }

    /// The first date by which the aggregate puts rows into periods.
    pub fn first_of(&self, aggregate: &Aggregate) -> Option<Date> {
        let key = format!("{:?} {:?} {:?}", aggregate.source, aggregate.window, aggregate.on);
        if let Some(known) = self.first_dates.borrow().get(&key) {
            return *known;
        }
        let first = self.found_first(aggregate);
        self.first_dates.borrow_mut().insert(key, first);
        first
    }

    fn found_first(&self, aggregate: &Aggregate) -> Option<Date> {
        let source = self.model.source(aggregate.source);
        if matches!(source.kind, SourceKind::Rollup(_)) {
            let dated = aggregate.on.is_some() || self.follows_the_question(aggregate.source);
            return match aggregate.window {
                Window::Ever => None,
                _ if !dated => None,
                _ => self.first_of_rollup(aggregate.source),
            };
        }
        let date = |row: RowId| match (&aggregate.window, &aggregate.on) {
            (Window::Ever, _) => None,
            (Window::AtEnd | Window::AtStart | Window::During, _) => {
                let date = source.snapshot.or(source.valid.map(|(from, _)| from))?;
                self.date(&self.column(row, date))
            }
            (_, Some(on)) => self.date(&self.column_at(row, on)),
            (_, None) => None,
        };
        self.rows(aggregate.source).into_iter().filter_map(date).min()
    }

    /// Nothing happens after `as_of`; only the next period's start is known.
    pub fn has_begun_in(&self, aggregate: &Aggregate, cell: &Cell) -> bool {
        let (Some(as_of), Some(start)) = (self.as_of, cell.period.start) else { return true };
        if start <= as_of {
            return true;
        }
        let follows = cell
            .grain
            .as_deref()
            .is_some_and(|grain| periods::start_of(self.model, grain, start - 1.day()) <= as_of);
        aggregate.window == Window::AtStart && follows
    }

    /// In a period after `as_of` a metric has no value, unless all it is made of is known
    /// when the period begins.
    pub fn is_known(&self, expr: &Expr, cell: &Cell) -> bool {
        if cell.period.start.zip(self.as_of).is_none_or(|(start, as_of)| start <= as_of) {
            return true;
        }
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => self.has_begun_in(aggregate, cell),
            ExprKind::Metric(id) => self.is_known(&self.model.metric(*id).value, cell),
            ExprKind::Prior(..) | ExprKind::Rank(..) => false,
            _ => expr.children().into_iter().all(|child| self.is_known(child, cell)),
        }
    }

    // ------------------------------------------------------------ the period itself

    /// The columns of a rollup by a fixed grain are those of its row's own period.
    pub fn own_period(&self, row: RowId) -> Option<Cell> {
        let SourceKind::Rollup(rollup) = &self.model.source(row.source).kind else { return None };
        let fixed = matches!(rollup.period, RollupPeriod::Fixed(_));
        fixed.then(|| self.made.borrow()[&row.source][row.index].clone())
    }

    /// The period that a row is counted in.
    pub fn period_counted_in(&self) -> Cell {
        self.period_reads.set(self.period_reads.get() + 1);
        self.counted_in.borrow().clone().expect("a row that is counted in a period")
    }

    pub fn period_value(&self, cell: &Cell, expr: &Expr) -> V {
        match &*expr.kind {
            ExprKind::PeriodStart => cell.period.start.map_or(V::Missing, V::Date),
            ExprKind::PeriodEnd => cell.period.end.map_or(V::Missing, |end| V::Date(end - 1.day())),
            _ => V::whole(match cell.grain.as_deref() {
                Some("day" | "month") => 1,
                Some("week") => 7,
                Some("quarter" | "fiscal_quarter") => 3,
                Some("year" | "fiscal_year") => 12,
                // those of a calendar of weeks are not all as long: their days
                _ => {
                    let (start, end) =
                        (cell.period.start.expect("a grain"), cell.period.end.expect("a grain"));
                    i64::from((end - start).get_days())
                }
            }),
        }
    }

    pub fn placed(&self, date: Option<Date>, cell: &Cell, placement: Placement) -> V {
        let Some(date) = date else { return V::Missing };
        let before = cell.period.start.is_some_and(|start| date < start);
        let after = cell.period.end.is_some_and(|end| date >= end);
        V::Bool(match placement {
            Placement::In => !before && !after,
            Placement::Before => before,
            Placement::After => after,
        })
    }
}

fn later(date: Date, length: Length) -> Date {
    match length {
        Length::Days(n) => date + n.days(),
        Length::Months(n) => date + jiff::Span::new().months(n),
        Length::Seconds(_) => panic!("dates are not moved by seconds"),
    }
}

/// The cell of all members together.
pub fn without(cell: &Cell, over: Option<&[DimensionId]>) -> Cell {
    let kept = |d: &DimensionId| over.is_some_and(|over| !over.contains(d));
    let groups = cell.groups.iter().filter(|(d, _)| kept(d)).cloned().collect();
    Cell { groups, ..cell.clone() }
}

struct CellLeaf<'c, 'a> {
    world: &'c World<'a>,
    cell: &'c Cell,
}

impl Leaf for CellLeaf<'_, '_> {
    fn leaf(&self, expr: &Expr) -> V {
        let (world, cell) = (self.world, self.cell);
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => world.aggregate(aggregate, &expr.ty, cell),
            ExprKind::Metric(id) => world.number(&world.model.metric(*id).value, cell),
            ExprKind::Prior(inner, step) => match world.earlier(cell, *step) {
                Some(cell) => world.number(inner, &cell),
                None => V::Missing,
            },
            ExprKind::Total(inner, over) => world.number(inner, &without(cell, over.as_deref())),
            ExprKind::Rank(..) => {
                let place = cell.ranks.iter().find(|(rank, _)| rank == expr);
                place.map(|(_, place)| place.clone()).expect("a place among the question's rows")
            }
            ExprKind::Dimension(id) => {
                let group = cell.groups.iter().find(|(d, _)| d == id);
                group.map(|(_, v)| v.clone()).expect("a dimension that is asked by")
            }
            // a rollup's own column, for the same key
            ExprKind::Column(column) => match &world.model.column(column).kind {
                ColumnKind::Aggregated(value) | ColumnKind::Computed(value) => world.number(value, cell),
                other => panic!("{other:?} has no value among aggregates"),
            },
            ExprKind::PeriodStart | ExprKind::PeriodEnd | ExprKind::PeriodLength => {
                world.period_value(cell, expr)
            }
            other => panic!("{other:?} has no value in a metric"),
        }
    }

    fn world(&self) -> &World<'_> {
        self.world
    }
}

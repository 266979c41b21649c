//! Which rows an aggregate takes in a period: its window, word by word.

use std::cmp::Ordering;

use jiff::ToSpan;
use jiff::civil::Date;
use kepi::check::{Aggregate, ColumnId, SourceId, Window};

use super::cells::Cell;
use super::links::back;
use super::periods;
use super::value::V;
use super::world::{RowId, World};

impl World<'_> {
    /// The instant after `as_of`, as the day that it begins.
    pub fn horizon(&self) -> Option<Date> {
        self.as_of.map(|as_of| as_of + 1.day())
    }

    /// Those of the rows that lie in the aggregate's window.
    pub fn in_window(&self, aggregate: &Aggregate, cell: &Cell, rows: Vec<RowId>) -> Vec<RowId> {
        let earlier = |a: Option<Date>, b: Option<Date>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let end = earlier(cell.period.end, self.horizon());
        let start = cell.period.start.map(|s| self.horizon().map_or(s, |h| s.min(h)));
        let source = aggregate.source;
        match &aggregate.window {
            Window::Ever => rows,
            Window::Period if aggregate.on.is_none() => rows,
            Window::Period => self.dated(aggregate, rows, start, end),
            Window::Trailing(length) => self.dated(aggregate, rows, end.map(|end| back(end, *length)), end),
            Window::ToDate(None) => self.dated(aggregate, rows, None, end),
            Window::ToDate(Some(grain)) => {
                let start = |end: Date| periods::start_of(self.model, &grain.to_string(), end - 1.day());
                self.dated(aggregate, rows, end.map(start), end)
            }
            Window::AtEnd => self.at(source, rows, end),
            Window::AtStart if start.is_none() => Vec::new(),
            Window::AtStart => self.at(source, rows, start),
            Window::During => self.during(source, rows, start, end),
        }
    }

    /// From the first day up to and without the end.
    fn dated(
        &self,
        aggregate: &Aggregate,
        mut rows: Vec<RowId>,
        from: Option<Date>,
        end: Option<Date>,
    ) -> Vec<RowId> {
        let on = aggregate.on.as_ref().expect("a date");
        rows.retain(|row| {
            let date = self.date(&self.column_at(*row, on));
            date.is_some_and(|d| from.is_none_or(|from| from <= d) && end.is_none_or(|end| d < end))
        });
        rows
    }

    /// In force just before the moment; of a snapshot, in the last picture before it.
    fn at(&self, source: SourceId, mut rows: Vec<RowId>, moment: Option<Date>) -> Vec<RowId> {
        let declared = self.model.source(source);
        if let Some(taken) = declared.snapshot {
            let picture = self.last_picture(source, taken, moment);
            rows.retain(|row| picture.as_ref().is_some_and(|p| self.column(*row, taken) == *p));
        }
        if let Some((from, to)) = declared.valid {
            rows.retain(|row| {
                let (from, to) = (self.column(*row, from), self.column(*row, to));
                self.before(&from, moment) && (to.is_missing() || !self.before(&to, moment))
            });
        }
        rows
    }

    /// Of all pictures, whatever conditions leave of them.
    fn last_picture(&self, source: SourceId, taken: ColumnId, moment: Option<Date>) -> Option<V> {
        let all = self.begun(source).into_iter().map(|row| self.column(row, taken));
        let before = all.filter(|taken| !taken.is_missing() && self.before(taken, moment));
        before.max_by(|a, b| a.order(b))
    }

    fn during(
        &self,
        source: SourceId,
        mut rows: Vec<RowId>,
        start: Option<Date>,
        end: Option<Date>,
    ) -> Vec<RowId> {
        let (from, to) = self.model.source(source).valid.expect("a validity");
        rows.retain(|row| {
            let (from, to) = (self.column(*row, from), self.column(*row, to));
            let ended = !to.is_missing() && start.is_some_and(|s| !self.is_after(&to, s));
            let never = !to.is_missing() && !from.is_missing() && to.order(&from) != Ordering::Greater;
            self.before(&from, end) && !ended && !never
        });
        rows
    }

    /// Before the first instant of the day; a missing value never is.
    fn before(&self, value: &V, day: Option<Date>) -> bool {
        match (value, day) {
            (V::Missing, _) => false,
            (_, None) => true,
            (V::Date(date), Some(day)) => *date < day,
            (V::Instant(at), Some(day)) => *at < self.midnight(day),
            _ => panic!("{value:?} is no date"),
        }
    }

    /// After the first instant of the day.
    fn is_after(&self, value: &V, day: Date) -> bool {
        match value {
            V::Date(date) => *date > day,
            V::Instant(at) => *at > self.midnight(day),
            _ => false,
        }
    }
}

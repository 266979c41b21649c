//! Where links lead: by a key, by a key and a date, or to the last row before a date.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use kepi::check::{ColumnId, ColumnRef, DimensionId, Length, LinkId, LinkRef, LinkTime, SourceId};

use super::expression::later;
use super::value::V;
use super::world::{RowId, World};

impl World<'_> {
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

    pub fn step(&self, row: RowId, link: LinkRef) -> Option<RowId> {
        if let Some(known) = self.steps.borrow().get(&(row, link)) {
            return *known;
        }
        let found = self.found_step(row, link);
        self.steps.borrow_mut().insert((row, link), found);
        found
    }

    fn found_step(&self, row: RowId, link: LinkRef) -> Option<RowId> {
        let declared = self.model.link(link);
        let target = self.model.source(declared.target);
        let matches = |there: &RowId| {
            declared.via.iter().zip(&target.key).all(|(here, key)| {
                let (a, b) = (self.column(row, *here), self.column(*there, *key));
                !a.is_missing() && !b.is_missing() && a.equals(&b)
            })
        };
        let mut candidates = self.rows(declared.target).into_iter().filter(matches);
        match &declared.time {
            LinkTime::Always => candidates.next(),
            LinkTime::At(c) => {
                let (from, to) = target.valid.expect("a link at a date leads to a valid source");
                let at = self.date(&self.column(row, *c))?;
                candidates.find(|there| {
                    let begun = self.date(&self.column(*there, from)).is_some_and(|a| a <= at);
                    begun && self.date(&self.column(*there, to)).is_none_or(|b| at < b)
                })
            }
            LinkTime::LatestBefore { column, within } => {
                let before = self.column(row, *column);
                let time = target.time.as_ref().expect("a link to the latest leads to a source with a time");
                self.latest(candidates, time.column, &before, *within)
            }
        }
    }

    /// The last row whose time lies before: by instants where both are, otherwise by dates. Of
    /// several instants of one day the last is the latest.
    fn latest(
        &self,
        rows: impl Iterator<Item = RowId>,
        time: ColumnId,
        before: &V,
        within: Option<Length>,
    ) -> Option<RowId> {
        let mut best: Option<(V, RowId)> = None;
        for row in rows {
            let at = self.column(row, time);
            let lies_before = match (&at, before) {
                (V::Missing, _) | (_, V::Missing) => continue,
                (V::Instant(_), V::Instant(_)) => at.order(before).is_lt(),
                _ => self.date(&at)? < self.date(before)?,
            };
            let later = best.as_ref().is_none_or(|(best, _)| at.order(best).is_gt());
            if lies_before && later {
                best = Some((at, row));
            }
        }
        let (at, row) = best?;
        let Some(length) = within else { return Some(row) };
        let inside = match (&at, before) {
            (V::Instant(_), V::Instant(_)) => !later(self.model, &at, length).order(before).is_lt(),
            _ => {
                let (at, before) = (self.date(&at)?, self.date(before)?);
                !later(self.model, &V::Date(at), length).order(&V::Date(before)).is_lt()
            }
        };
        inside.then_some(row)
    }

    /// The one way by links, each source visited once, to a source that is a goal.
    pub fn path(&self, from: SourceId, is_goal: &dyn Fn(SourceId) -> bool) -> Vec<LinkRef> {
        if is_goal(from) {
            return Vec::new();
        }
        let mut found = Vec::new();
        self.paths(from, is_goal, &mut vec![from], &mut Vec::new(), &mut found);
        let [path] = &found[..] else { panic!("{} ways", found.len()) };
        path.clone()
    }

    /// The one way that takes this link.
    pub fn path_via(&self, from: SourceId, to: SourceId, via: LinkRef) -> Vec<LinkRef> {
        if from == to {
            return vec![via];
        }
        let mut found = Vec::new();
        self.paths(from, &|s| s == to, &mut vec![from], &mut Vec::new(), &mut found);
        found.retain(|path| path.contains(&via));
        let [path] = &found[..] else { panic!("{} ways", found.len()) };
        path.clone()
    }

    /// Whether there is one way from a source to where the dimension is defined.
    pub fn reaches(&self, from: SourceId, dimension: DimensionId) -> bool {
        let is_goal = |s: SourceId| self.model.dimension(dimension).values.iter().any(|v| v.source == s);
        let mut found = Vec::new();
        self.paths(from, &is_goal, &mut vec![from], &mut Vec::new(), &mut found);
        is_goal(from) || found.len() == 1
    }

    fn paths(
        &self,
        here: SourceId,
        is_goal: &dyn Fn(SourceId) -> bool,
        visited: &mut Vec<SourceId>,
        path: &mut Vec<LinkRef>,
        found: &mut Vec<Vec<LinkRef>>,
    ) {
        for (index, link) in self.model.source(here).links.iter().enumerate() {
            if visited.contains(&link.target) {
                continue;
            }
            path.push(LinkRef { source: here, link: LinkId(index as u32) });
            visited.push(link.target);
            if is_goal(link.target) {
                found.push(path.clone());
            } else {
                self.paths(link.target, is_goal, visited, path, found);
            }
            visited.pop();
            path.pop();
        }
    }
}

pub fn back(date: Date, length: Length) -> Date {
    match length {
        Length::Days(days) => date - days.days(),
        Length::Months(months) => date - Span::new().months(months),
        Length::Seconds(_) => panic!("dates are not moved by seconds"),
    }
}

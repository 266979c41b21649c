//! What a question has to know of the dates in the data before its periods are known: the
//! newest, and the first that it puts rows into periods by.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use datafusion::logical_expr::LogicalPlan;
use jiff::civil::Date;

use super::error::Error;
use super::run::{Run, failed};
use super::{given, to_table};
use crate::calendar::{epoch_day, from_epoch_day};
use crate::check::{CheckedModel, ColumnId, ColumnRef, SourceId};
use crate::plan::{self, Tables};
use crate::query::{self, Bounds, Draft, Placement, Promise, Query, Scan};

/// What has been asked of the data already: several questions ask for the same.
#[derive(Debug, Default)]
pub struct Known {
    /// By column, and the source whose rows it dates: the newest date, or the first by `as_of`.
    dates: Mutex<Dates>,
    /// Promises that are kept by the rows that exist by `as_of`.
    kept: Mutex<BTreeSet<(Promise, Option<Date>)>>,
}

type Dates = BTreeMap<(ColumnRef, SourceId, Option<Option<Date>>), Option<Date>>;

impl Known {
    fn dates(&self) -> MutexGuard<'_, Dates> {
        self.dates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn kept(&self) -> MutexGuard<'_, BTreeSet<(Promise, Option<Date>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Up to when there is data.
pub struct UpTo {
    pub as_of: Option<Date>,
    /// Where the question does not say it: by source.
    found: BTreeMap<SourceId, Date>,
}

impl UpTo {
    /// Whether a source is much newer than all else that is counted.
    pub fn ahead(&self, model: &CheckedModel, counted: &BTreeSet<SourceId>) -> Option<Ahead> {
        let (first, newest) = self.found.iter().max_by_key(|(_, date)| **date)?;
        let others = self.found.iter().filter(|(id, _)| *id != first && counted.contains(id));
        let asked = others.map(|(_, date)| *date).max()?;
        let days = i64::from((*newest - asked).get_days());
        let (source, is_asked) = (model.source(*first).name.clone(), counted.contains(first));
        (days > MUCH_EARLIER).then_some(Ahead { source, is_asked, newest: *newest, asked })
    }
}

/// The newest date of the data is that of one source, and what else was asked ends much earlier:
/// plans, and what nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    pub source: String,
    /// It is counted, too.
    pub is_asked: bool,
    pub newest: Date,
    /// The newest date of what else was asked.
    pub asked: Date,
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ahead { source, is_asked, newest, asked } = self;
        let what = if *is_asked { "what else" } else { "what" };
        write!(
            f,
            "the newest date in the data, {newest}, is that of `{source}`; {what} was asked ends with {asked}: \
             say with --as-of up to when to count"
        )
    }
}

/// Days by which one source may be ahead of others without a word.
const MUCH_EARLIER: i64 = 31;

/// The sources whose rows the question counts, not only looks up.
pub fn counted(draft: &Draft, found: &mut BTreeSet<SourceId>) {
    found.extend(draft.scans.iter().map(|scan| scan.source));
    draft.rollups.values().for_each(|rollup| counted(rollup, found));
}

impl Run<'_> {
    pub async fn bounds(&self, draft: &Draft, tables: &Tables, as_of: Option<Date>) -> Result<Bounds, Error> {
        match query::asks_first(draft) {
            true => self.first_dates(draft, tables, as_of).await,
            false => Ok(Bounds { as_of, ..Bounds::default() }),
        }
    }

    /// As asked, or the newest date of the tables.
    pub async fn newest(&self, draft: &Draft, tables: &Tables) -> Result<Option<Date>, Error> {
        Ok(self.up_to(draft, tables).await?.as_of)
    }

    pub async fn up_to(&self, draft: &Draft, tables: &Tables) -> Result<UpTo, Error> {
        let unbounded = query::unbounded(draft);
        let mut found = BTreeMap::<SourceId, Date>::new();
        if draft.request.as_of.is_none() {
            for source in tables.keys().filter(|source| self.has_rows(**source)) {
                for date in query::dates_of(self.model.source(*source)) {
                    if let Some(date) = self.newest_in(&unbounded, tables, *source, date).await? {
                        let newest = found.entry(*source).or_insert(date);
                        *newest = date.max(*newest);
                    }
                }
            }
        }
        let as_of = draft.request.as_of.or_else(|| found.values().max().copied());
        Ok(UpTo { as_of, found })
    }

    /// The first dates of the scans, those of rollups from the scans that make them.
    pub async fn first_dates(
        &self,
        draft: &Draft,
        tables: &Tables,
        as_of: Option<Date>,
    ) -> Result<Bounds, Error> {
        // a row that does not exist yet puts nothing into any period
        let unbounded = Query { as_of, cuts: true, ..query::unbounded(draft) };
        let mut bounds = Bounds { as_of, ..Bounds::default() };
        for (source, rollup) in &draft.rollups {
            let found = Box::pin(self.first_dates(rollup, tables, as_of)).await?;
            bounds.rollups.insert(*source, found);
        }
        for scan in &draft.scans {
            let first = match bounds.rollups.get(&scan.source) {
                // whatever counts in every period begins in none
                _ if scan.placement == Placement::Always => None,
                Some(rollup) => rollup.earliest(),
                None => self.first_of(&unbounded, tables, scan).await?,
            };
            bounds.first.push(first);
        }
        Ok(bounds)
    }

    async fn newest_in(
        &self,
        query: &Query,
        tables: &Tables,
        source: SourceId,
        date: ColumnId,
    ) -> Result<Option<Date>, Error> {
        let column = ColumnRef { links: Vec::new(), source, column: date };
        let place = (column, source, None);
        if let Some(known) = self.known.dates().get(&place).copied() {
            return Ok(known);
        }
        let found = match self.given_days(&place.0) {
            Some(days) => days.into_iter().max().and_then(from_epoch_day),
            None => {
                let plan = plan::newest_date(self.model, query, tables, &place.0).map_err(failed)?;
                self.date(Some(plan), tables).await?
            }
        };
        self.known.dates().insert(place, found);
        Ok(found)
    }

    async fn first_of(&self, query: &Query, tables: &Tables, scan: &Scan) -> Result<Option<Date>, Error> {
        let Some(column) = scan.placement.columns().first().copied().cloned() else { return Ok(None) };
        let place = (column, scan.source, Some(query.as_of));
        if let Some(known) = self.known.dates().get(&place).copied() {
            return Ok(known);
        }
        let column = &place.0;
        let own = column.source == scan.source && self.all_begun(scan.source, query.as_of);
        let found = match self.given_days(column).filter(|_| own) {
            Some(days) => days.into_iter().min().and_then(from_epoch_day),
            None => {
                let plan =
                    plan::first_date(self.model, query, tables, scan.source, column).map_err(failed)?;
                self.date(Some(plan), tables).await?
            }
        };
        self.known.dates().insert(place, found);
        Ok(found)
    }

    /// The days in a column of a source whose rows a test gives: asking a plan for them costs
    /// more than all else of a small test. `None` where the rows are in files, or where it
    /// takes more to know which of them exist.
    fn given_days(&self, column: &ColumnRef) -> Option<Vec<i32>> {
        let test = self.bindings.given.as_ref()?;
        let source = self.model.source(column.source);
        let plain = column.links.is_empty() && source.filters.is_empty() && source.keep.is_none();
        plain.then(|| given::days(self.model, &test.given, column.source, column.column)).flatten()
    }

    /// Whether every row of the source exists by then.
    fn all_begun(&self, source: SourceId, as_of: Option<Date>) -> bool {
        let last = as_of.map_or(i32::MAX, epoch_day);
        query::dates_of(self.model.source(source)).into_iter().all(|column| {
            let days = self.given_days(&ColumnRef { links: Vec::new(), source, column });
            days.is_some_and(|days| days.into_iter().all(|day| day <= last))
        })
    }

    pub async fn date(&self, plan: Option<LogicalPlan>, tables: &Tables) -> Result<Option<Date>, Error> {
        let Some(plan) = plan else { return Ok(None) };
        Ok(to_table::date(&self.collect(plan, tables).await?, &self.model.settings.timezone))
    }
}

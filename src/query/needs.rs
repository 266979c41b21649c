//! What a query reads: the stored columns of each source, and what the data has to keep
//! to where rows are joined.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Draft;
use super::promises::Promise;
use super::rewrite::column_refs;
use crate::check::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, ColumnRef, ExpectKind, Expr, ExprKind, Keep, LinkRef,
    LinkTime, Source, SourceId, SourceKind,
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// A source that is read without a column (only its rows are counted) has none here.
    pub stored: BTreeMap<SourceId, BTreeSet<ColumnId>>,
    pub promises: BTreeSet<Promise>,
    /// Rollups whose rows are looked at, with the columns that have to be made for that.
    pub rollups: BTreeMap<SourceId, BTreeSet<ColumnId>>,
}

pub fn needs(model: &CheckedModel, draft: &Draft) -> Needs {
    let mut needs = own_needs(model, draft);
    draft.rollups.values().for_each(|rollup| needs.add(self::needs(model, rollup)));
    needs
}

/// Those of the draft without what its rollups need.
pub fn own_needs(model: &CheckedModel, draft: &Draft) -> Needs {
    let mut walk = Walk { model, needs: Needs::default(), seen: BTreeSet::new() };
    for scan in &draft.scans {
        walk.rows(scan.source);
        scan.dimensions.iter().flatten().chain(&scan.filters).for_each(|e| walk.expression(scan.source, e));
        scan.placement.columns().into_iter().for_each(|c| walk.column(c));
        for slot in &scan.slots {
            slot.args.iter().chain(&slot.filter).for_each(|e| walk.expression(scan.source, e));
        }
    }
    for members in draft.members.iter().flat_map(|m| &m.of) {
        walk.rows(members.source);
        members.values.iter().chain(&members.filters).for_each(|e| walk.expression(members.source, e));
    }
    walk.needs
}

impl Needs {
    /// Those of the rows of one source and of some of its columns.
    pub fn of_columns(model: &CheckedModel, source: SourceId, columns: &[ColumnId]) -> Needs {
        let mut walk = Walk { model, needs: Needs::default(), seen: BTreeSet::new() };
        walk.rows(source);
        columns.iter().for_each(|c| walk.own(source, *c));
        walk.needs
    }

    /// What the promises of a source look at.
    pub fn of_expects(model: &CheckedModel, source: SourceId) -> Needs {
        let mut walk = Walk { model, needs: Needs::default(), seen: BTreeSet::new() };
        let declared = model.source(source);
        walk.rows(source);
        for expect in &declared.expects {
            match &expect.kind {
                ExpectKind::Holds(condition) => walk.expression(source, condition),
                ExpectKind::Unique(columns) => columns.iter().for_each(|c| walk.own(source, *c)),
                ExpectKind::Fresh(_) => dated_by(declared).into_iter().for_each(|c| walk.own(source, c)),
            }
        }
        // a row that breaks one is told by its key
        declared.key.iter().for_each(|c| walk.own(source, *c));
        walk.needs
    }

    pub fn add(&mut self, other: Needs) {
        for (source, columns) in other.stored {
            self.stored.entry(source).or_default().extend(columns);
        }
        self.promises.extend(other.promises);
    }
}

struct Walk<'a> {
    model: &'a CheckedModel,
    needs: Needs,
    seen: BTreeSet<(SourceId, ColumnId)>,
}

impl Walk<'_> {
    /// What decides which rows of the source exist.
    fn rows(&mut self, id: SourceId) {
        if self.needs.stored.contains_key(&id) {
            return;
        }
        let source = self.model.source(id);
        if matches!(source.kind, SourceKind::Rollup(_)) {
            // made by a query of its own, which has its own needs
            self.needs.rollups.entry(id).or_default();
            return;
        }
        self.needs.stored.insert(id, BTreeSet::new());
        self.needs.promises.extend(Promise::of_rows(self.model, id));
        source.filters.iter().for_each(|filter| self.expression(id, filter));
        let dates = source.valid.into_iter().flat_map(|(from, to)| [from, to]);
        let dates = dates.chain(source.time.iter().map(|t| t.column)).chain(source.snapshot);
        let kept: Vec<ColumnId> = match source.keep {
            None => Vec::new(),
            Some(Keep::Latest(column)) => source.key.iter().copied().chain([column]).collect(),
            Some(Keep::Distinct) => stored_columns(self.model, id),
        };
        dates.chain(kept).for_each(|column| self.own(id, column));
    }

    /// Of the rows of a source.
    fn expression(&mut self, source: SourceId, expr: &Expr) {
        let mut found = Vec::new();
        column_refs(expr, &mut found);
        found.into_iter().for_each(|c| self.column(c));
        self.others(source, expr);
    }

    /// What comes of other rows.
    fn others(&mut self, source: SourceId, expr: &Expr) {
        match &*expr.kind {
            ExprKind::Linked { aggregate, link } => {
                self.aggregate(aggregate);
                let declared = self.model.link(*link);
                declared.via.iter().for_each(|c| self.own(link.source, *c));
                let target = declared.target;
                self.model.source(target).key.iter().for_each(|c| self.own(target, *c));
                self.needs.promises.extend(Promise::of_key(self.model, target));
            }
            // rows at one place in an order are put in that of their keys
            ExprKind::Neighbour { .. } => {
                self.model.source(source).key.iter().for_each(|c| self.own(source, *c));
            }
            _ => {}
        }
        expr.children().into_iter().for_each(|child| self.others(source, child));
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        let source = aggregate.source;
        self.rows(source);
        aggregate.args.iter().chain(&aggregate.filter).for_each(|e| self.expression(source, e));
        aggregate.on.iter().for_each(|c| self.column(c));
    }

    fn column(&mut self, column: &ColumnRef) {
        column.links.iter().for_each(|link| self.link(*link));
        self.own(column.source, column.column);
    }

    fn link(&mut self, link: LinkRef) {
        let declared = self.model.link(link);
        declared.via.iter().for_each(|c| self.own(link.source, *c));
        match &declared.time {
            LinkTime::Always => {}
            LinkTime::At(c) | LinkTime::LatestBefore { column: c, .. } => self.own(link.source, *c),
        }
        self.rows(declared.target);
        let key = &self.model.source(declared.target).key;
        key.iter().take(declared.via.len()).for_each(|c| self.own(declared.target, *c));
        if !matches!(self.model.source(declared.target).kind, SourceKind::Rollup(_)) {
            self.needs.promises.extend(Promise::of_link(self.model, declared));
        }
    }

    fn own(&mut self, source: SourceId, column: ColumnId) {
        self.rows(source);
        if !self.seen.insert((source, column)) {
            return;
        }
        match &self.model.source(source).columns[column.index()].kind {
            ColumnKind::Stored { .. } => {
                self.needs.stored.entry(source).or_default().insert(column);
            }
            ColumnKind::Computed(expr) => self.expression(source, expr),
            ColumnKind::Aggregated(_) => {
                self.needs.rollups.entry(source).or_default().insert(column);
            }
            ColumnKind::Key(_) | ColumnKind::PeriodStart => {}
        }
    }
}

fn stored_columns(model: &CheckedModel, source: SourceId) -> Vec<ColumnId> {
    let columns = model.source(source).columns.iter().enumerate();
    let stored = columns.filter(|(_, c)| matches!(c.kind, ColumnKind::Stored { .. }));
    stored.map(|(i, _)| ColumnId(i as u32)).collect()
}

/// The dates that say how new the data of a source is: those of its pictures, or its `time`.
pub fn dated_by(source: &Source) -> Option<ColumnId> {
    source.snapshot.or(source.time.as_ref().map(|t| t.column))
}

/// The dates up to the newest of which there is data: those, and when rows come into force.
pub fn dates_of(source: &Source) -> Vec<ColumnId> {
    let dates = dated_by(source).into_iter();
    dates.chain(source.valid.map(|(from, _)| from)).collect()
}

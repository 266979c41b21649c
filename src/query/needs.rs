//! What a query reads: the stored columns of each source, and the sources that rows
//! are joined to, whose keys have to be unique.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Draft;
use super::rewrite::column_refs;
use crate::check::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, LinkTime, SourceId, SourceKind,
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// A source that is read without a column (only its rows are counted) has none here.
    pub stored: BTreeMap<SourceId, BTreeSet<ColumnId>>,
    pub joined: BTreeSet<SourceId>,
}

pub fn needs(model: &CheckedModel, draft: &Draft) -> Needs {
    let mut walk = Walk { model, needs: Needs::default(), seen: BTreeSet::new() };
    for scan in &draft.scans {
        walk.rows(scan.source);
        scan.dimensions.iter().flatten().chain(&scan.filters).for_each(|e| walk.expression(e));
        scan.placement.columns().into_iter().for_each(|c| walk.column(c));
        for slot in &scan.slots {
            slot.args.iter().chain(&slot.filter).for_each(|e| walk.expression(e));
        }
    }
    for members in &draft.members {
        walk.rows(members.source);
        let groups = members.groups.iter().map(|(_, value)| value);
        groups.chain(&members.filters).for_each(|e| walk.expression(e));
    }
    let mut needs = walk.needs;
    draft.rollups.values().for_each(|rollup| needs.add(self::needs(model, rollup)));
    needs
}

impl Needs {
    /// Those of the rows of one source and of some of its columns.
    pub fn of_columns(model: &CheckedModel, source: SourceId, columns: &[ColumnId]) -> Needs {
        let mut walk = Walk { model, needs: Needs::default(), seen: BTreeSet::new() };
        walk.rows(source);
        columns.iter().for_each(|c| walk.own(source, *c));
        walk.needs
    }

    pub fn add(&mut self, other: Needs) {
        for (source, columns) in other.stored {
            self.stored.entry(source).or_default().extend(columns);
        }
        self.joined.extend(other.joined);
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
            return;
        }
        self.needs.stored.insert(id, BTreeSet::new());
        source.filters.iter().for_each(|filter| self.expression(filter));
        let dates = source.valid.into_iter().flat_map(|(from, to)| [from, to]);
        for column in dates.chain(source.time.iter().map(|t| t.column)) {
            self.own(id, column);
        }
    }

    fn expression(&mut self, expr: &Expr) {
        let mut found = Vec::new();
        column_refs(expr, &mut found);
        found.into_iter().for_each(|c| self.column(c));
        self.linked(expr);
    }

    fn linked(&mut self, expr: &Expr) {
        if let ExprKind::Linked { aggregate, link } = &*expr.kind {
            self.aggregate(aggregate);
            let link_ = self.model.link(*link);
            link_.via.iter().for_each(|c| self.own(link.source, *c));
            self.model.source(link_.target).key.iter().for_each(|c| self.own(link_.target, *c));
            self.needs.joined.insert(link_.target);
        }
        expr.children().into_iter().for_each(|child| self.linked(child));
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        self.rows(aggregate.source);
        aggregate.args.iter().chain(&aggregate.filter).for_each(|e| self.expression(e));
        aggregate.on.iter().for_each(|c| self.column(c));
    }

    fn column(&mut self, column: &ColumnRef) {
        for &link in &column.links {
            let declared = self.model.link(link);
            declared.via.iter().for_each(|c| self.own(link.source, *c));
            match &declared.time {
                LinkTime::Always => {}
                LinkTime::At(c) | LinkTime::LatestBefore { column: c, .. } => self.own(link.source, *c),
            }
            self.rows(declared.target);
            self.model.source(declared.target).key.iter().for_each(|c| self.own(declared.target, *c));
            if !matches!(self.model.source(declared.target).kind, SourceKind::Rollup(_)) {
                self.needs.joined.insert(declared.target);
            }
        }
        self.own(column.source, column.column);
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
            ColumnKind::Computed(expr) => self.expression(expr),
            ColumnKind::Aggregated(_) | ColumnKind::Key(_) | ColumnKind::PeriodStart => {}
        }
    }
}

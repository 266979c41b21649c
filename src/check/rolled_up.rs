//! Rows that look at rollups: through a link to one row of it, or by an aggregate of those
//! that link to them; never to decide which rows there are.

use std::collections::BTreeSet;

use super::checker::Checker;
use super::problems::{InRow, RollupInRow};
use super::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, Keep, LinkTime, RollupPeriod,
    SourceId, SourceKind,
};
use crate::text::Span;

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut search = Search { model: &checker.out, found: Vec::new() };
    for id in (0..checker.out.sources.len()).map(SourceId::from_index) {
        search.links(id);
        search.linked(id);
        search.existence(id);
    }
    let found = search.found;
    found.into_iter().for_each(|problem| checker.report(problem));
}

struct Search<'a> {
    model: &'a CheckedModel,
    found: Vec<RollupInRow>,
}

impl Search<'_> {
    /// Links as declared: those that a rollup has of its base lead where those lead.
    fn links(&mut self, id: SourceId) {
        let source = self.model.source(id);
        if matches!(source.kind, SourceKind::Rollup(_)) {
            return;
        }
        for link in &source.links {
            let one = match period(self.model, link.target) {
                None | Some(RollupPeriod::None) => true,
                Some(RollupPeriod::Asked) => false,
                Some(RollupPeriod::Fixed(_)) => link.time != LinkTime::Always,
            };
            if !one {
                self.add(link.target, InRow::Link, link.span);
            }
        }
    }

    /// Aggregates in computed columns.
    fn linked(&mut self, id: SourceId) {
        for column in &self.model.source(id).columns {
            if let ColumnKind::Computed(value) = &column.kind {
                self.linked_in(value);
            }
        }
    }

    fn linked_in(&mut self, expr: &Expr) {
        if let ExprKind::Linked { aggregate, .. } = &*expr.kind
            && period(self.model, aggregate.source) == Some(&RollupPeriod::Asked)
        {
            self.add(aggregate.source, InRow::Periods, expr.span);
        }
        expr.children().into_iter().for_each(|child| self.linked_in(child));
    }

    fn existence(&mut self, id: SourceId) {
        let source = self.model.source(id);
        if matches!(source.kind, SourceKind::Rollup(_)) {
            return;
        }
        for filter in &source.filters {
            if let Some(rollup) = self.reads().expr(filter) {
                self.add(rollup, InRow::Existence, filter.span);
            }
        }
        let kept = source.keep.iter().filter_map(|keep| match keep {
            Keep::Latest(column) => Some(*column),
            Keep::Distinct => None,
        });
        let dates = source.time.iter().map(|t| t.column).chain(source.snapshot);
        let dates = dates.chain(source.valid.into_iter().flat_map(|(from, to)| [from, to]));
        let columns: Vec<ColumnId> = dates.chain(kept).collect();
        for column in columns {
            let column = ColumnRef { links: Vec::new(), source: id, column };
            if let Some(rollup) = self.reads().column(&column) {
                self.add(rollup, InRow::Existence, self.model.column(&column).span);
            }
        }
    }

    fn reads(&self) -> Reads<'_> {
        Reads { model: self.model, seen: BTreeSet::new() }
    }

    fn add(&mut self, rollup: SourceId, how: InRow, span: Span) {
        let rollup = self.model.source(rollup).name.clone();
        self.found.push(RollupInRow { rollup, how, span });
    }
}

/// `None`: no rollup.
fn period(model: &CheckedModel, source: SourceId) -> Option<&RollupPeriod> {
    match &model.sources.get(source.index())?.kind {
        SourceKind::Rollup(rollup) => Some(&rollup.period),
        SourceKind::Stored(_) => None,
    }
}

/// Looks for a rollup that something over rows looks at.
struct Reads<'a> {
    model: &'a CheckedModel,
    seen: BTreeSet<ColumnRef>,
}

impl Reads<'_> {
    fn expr(&mut self, expr: &Expr) -> Option<SourceId> {
        let here = match &*expr.kind {
            ExprKind::Column(column) => self.column(column),
            ExprKind::Linked { aggregate, .. } => self.aggregate(aggregate),
            _ => None,
        };
        here.or_else(|| expr.children().into_iter().find_map(|child| self.expr(child)))
    }

    fn column(&mut self, column: &ColumnRef) -> Option<SourceId> {
        let model = self.model;
        let targets = column.links.iter().map(|link| model.link(*link).target);
        let rollup = targets.chain([column.source]).find(|source| period(model, *source).is_some());
        rollup.or_else(|| match &model.column(column).kind {
            ColumnKind::Computed(value) if self.seen.insert(column.clone()) => self.expr(value),
            _ => None,
        })
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Option<SourceId> {
        let own = period(self.model, aggregate.source).map(|_| aggregate.source);
        own.or_else(|| aggregate.args.iter().chain(&aggregate.filter).find_map(|e| self.expr(e)))
    }
}

//! What has to be the same whenever a row is looked at: groups, keys, links, what is
//! aggregated. It cannot look at the period, nor ask what time has yet to tell (`within`).

use std::collections::BTreeSet;

use super::checker::Checker;
use super::problems::{ImmatureInRollup, PeriodInRow, WithinAsValue};
use super::{
    Aggregate, AggregateFn, CheckedModel, ColumnId, ColumnKind, ColumnRef, ExpectKind, Expr, ExprKind, Keep,
    LinkTime, RollupPeriod, SourceId, SourceKind, Test, Thresholds,
};
use crate::text::Span;

/// Reports what does, anywhere in the project.
pub(super) fn check(checker: &mut Checker<'_>) {
    let mut search = Search { model: &checker.out, found: BTreeSet::new(), immature: Vec::new() };
    (0..checker.out.sources.len()).map(SourceId::from_index).for_each(|id| search.source(id));
    for value in checker.out.dimensions.iter().flat_map(|d| &d.values) {
        search.known("a dimension", &value.value);
        search.rows(&value.value);
    }
    for metric in &checker.out.metrics {
        search.metric("the value of a metric", &metric.value);
        search.thresholds(&metric.thresholds);
    }
    let Search { found, immature, .. } = search;
    immature.into_iter().for_each(|problem| checker.report(problem));
    // of one expression the first that is wrong
    let mut told = BTreeSet::new();
    for Found { span, place, within } in found {
        if !told.insert(span) {
            continue;
        }
        match within {
            true => checker.report(WithinAsValue { place, span }),
            false => checker.report(PeriodInRow { place, span }),
        }
    }
}

/// The first `within` of a filter of a query, which has no answer there.
pub(super) fn within(model: &CheckedModel, expr: &Expr) -> Option<Span> {
    find(model, expr, Wanted::Within)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Within,
    Period,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    span: Span,
    place: &'static str,
    within: bool,
}

struct Search<'a> {
    model: &'a CheckedModel,
    found: BTreeSet<Found>,
    immature: Vec<ImmatureInRollup>,
}

impl Search<'_> {
    fn source(&mut self, id: SourceId) {
        let model = self.model;
        let source = model.source(id);
        for column in &source.columns {
            match &column.kind {
                ColumnKind::Computed(value) => self.rows(value),
                ColumnKind::Aggregated(value) => {
                    self.metric("the value of a metric", value);
                    self.immature(&source.name, &column.name, value);
                }
                ColumnKind::Stored { .. } | ColumnKind::Key(_) | ColumnKind::PeriodStart => {}
            }
        }
        self.columns("a key", id, &source.key);
        self.columns("`time`", id, source.time.iter().map(|t| &t.column));
        self.columns("`valid`", id, source.valid.iter().flat_map(|(from, to)| [from, to]));
        self.columns("`snapshot`", id, &source.snapshot);
        if let Some(Keep::Latest(column)) = &source.keep {
            self.columns("`keep latest`", id, [column]);
        }
        for link in &source.links {
            self.columns("a link", id, &link.via);
            if let LinkTime::At(column) | LinkTime::LatestBefore { column, .. } = &link.time {
                self.columns("a link", id, [column]);
            }
        }
        if let SourceKind::Rollup(rollup) = &source.kind {
            rollup.by.iter().for_each(|column| self.column("a key", column, model.column(column).span));
        }
        for filter in &source.filters {
            self.known("the `where` of a source", filter);
            self.rows(filter);
        }
        for expect in &source.expects {
            if let ExpectKind::Holds(condition) = &expect.kind {
                self.known("an `expect`", condition);
                self.rows(condition);
            }
        }
        source.measures.iter().for_each(|measure| self.metric("the value of a metric", &measure.value));
    }

    /// What is not yet known of a row would be left out of what is counted of the rows.
    fn immature(&mut self, rollup: &str, column: &str, expr: &Expr) {
        if let ExprKind::Aggregate(aggregate) = &*expr.kind {
            let parts = aggregate.filter.iter();
            let parts = parts.chain(aggregate.args.iter().filter(|_| is_proportion(aggregate)));
            let within = parts.filter_map(|part| find(self.model, part, Wanted::Within)).next();
            if let Some(span) = within.or(aggregate.mature.map(|_| expr.span)) {
                let (rollup, column) = (rollup.to_string(), column.to_string());
                self.immature.push(ImmatureInRollup { rollup, column, span });
            }
        }
        expr.children().into_iter().for_each(|child| self.immature(rollup, column, child));
    }

    fn columns<'c>(
        &mut self,
        place: &'static str,
        source: SourceId,
        columns: impl IntoIterator<Item = &'c ColumnId>,
    ) {
        for column in columns {
            let column = ColumnRef { links: Vec::new(), source, column: *column };
            self.column(place, &column, self.model.column(&column).span);
        }
    }

    fn column(&mut self, place: &'static str, column: &ColumnRef, span: Span) {
        let ty = self.model.column(column).ty.clone();
        self.settled(place, &Expr::new(ExprKind::Column(column.clone()), ty, span));
    }

    /// An expression over metrics.
    fn metric(&mut self, place: &'static str, expr: &Expr) {
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, expr.span),
            ExprKind::Within { .. } => self.add(place, expr.span, Wanted::Within),
            _ => {}
        }
        expr.children().into_iter().for_each(|child| self.metric(place, child));
    }

    /// What a value is held against is made of aggregates, too.
    fn thresholds(&mut self, thresholds: &Thresholds) {
        let targets = thresholds.targets.iter().map(|target| &target.value);
        targets.for_each(|value| self.metric("a target", value));
        let benchmarks = thresholds.benchmarks.iter().map(|benchmark| &benchmark.value);
        benchmarks.for_each(|value| self.metric("a benchmark", value));
        thresholds.only_when.iter().for_each(|enough| self.metric("a threshold", enough));
        for rule in &thresholds.rules {
            let clear = rule.clear.as_ref().map(|clear| &clear.test);
            std::iter::once(&rule.test).chain(clear).for_each(|test| match test {
                Test::Below(limit) | Test::Above(limit) | Test::When(limit) => {
                    self.metric("a threshold", limit);
                }
                Test::Outside(low, high) => {
                    self.metric("a threshold", low);
                    self.metric("a threshold", high);
                }
                Test::Deviation { .. } => {}
            });
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate, span: Span) {
        if !is_proportion(aggregate) {
            aggregate.args.iter().for_each(|arg| self.known("what is aggregated", arg));
        }
        if let Some(on) = &aggregate.on {
            self.column("the date that rows are counted by", on, span);
        }
        aggregate.args.iter().chain(&aggregate.filter).for_each(|e| self.rows(e));
    }

    /// An expression over rows: what it takes of other rows.
    fn rows(&mut self, expr: &Expr) {
        match &*expr.kind {
            ExprKind::Linked { aggregate, .. } => {
                let parts = aggregate.args.iter().chain(&aggregate.filter);
                parts.for_each(|e| self.settled("an aggregate of linked rows", e));
            }
            ExprKind::Neighbour { value, per, by, .. } => {
                value.iter().chain(per).chain(by).for_each(|e| self.settled("a neighbour", e));
            }
            _ => {}
        }
        expr.children().into_iter().for_each(|child| self.rows(child));
    }

    fn settled(&mut self, place: &'static str, expr: &Expr) {
        self.known(place, expr);
        if let Some(span) = find(self.model, expr, Wanted::Period) {
            self.add(place, span, Wanted::Period);
        }
        self.rows(expr);
    }

    fn known(&mut self, place: &'static str, expr: &Expr) {
        if let Some(span) = find(self.model, expr, Wanted::Within) {
            self.add(place, span, Wanted::Within);
        }
    }

    fn add(&mut self, place: &'static str, span: Span, wanted: Wanted) {
        self.found.insert(Found { span, place, within: wanted == Wanted::Within });
    }
}

fn is_proportion(aggregate: &Aggregate) -> bool {
    aggregate.function == AggregateFn::Proportion
}

/// Where the expression over rows asks for it, itself or through computed columns.
fn find(model: &CheckedModel, expr: &Expr, wanted: Wanted) -> Option<Span> {
    find_new(model, expr, wanted, &mut BTreeSet::new())
}

fn find_new(
    model: &CheckedModel,
    expr: &Expr,
    wanted: Wanted,
    seen: &mut BTreeSet<(SourceId, ColumnId)>,
) -> Option<Span> {
    let here = match &*expr.kind {
        ExprKind::Within { .. } => wanted == Wanted::Within,
        ExprKind::PeriodStart | ExprKind::PeriodEnd | ExprKind::PeriodLength | ExprKind::Placed(..) => {
            wanted == Wanted::Period
        }
        ExprKind::Column(column) => match &model.column(column).kind {
            ColumnKind::Computed(_) if wanted == Wanted::Period && is_of_period(model, column.source) => {
                false
            }
            ColumnKind::Computed(value) => {
                seen.insert((column.source, column.column)) && find_new(model, value, wanted, seen).is_some()
            }
            _ => false,
        },
        _ => false,
    };
    match here {
        true => Some(expr.span),
        false => expr.children().into_iter().find_map(|e| find_new(model, e, wanted, seen)),
    }
}

/// Whether a row of the source has a period of its own.
fn is_of_period(model: &CheckedModel, source: SourceId) -> bool {
    match &model.source(source).kind {
        SourceKind::Rollup(rollup) => matches!(rollup.period, RollupPeriod::Fixed(_)),
        SourceKind::Stored(_) => false,
    }
}

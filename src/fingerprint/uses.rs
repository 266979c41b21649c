//! What a metric is made of: every column, link, source, parameter and setting that it
//! comes to by the names in it. Other metrics are named, not entered.

use std::collections::BTreeSet;

use crate::calendar::Grain;
use crate::check::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, ColumnRef, DimensionId, Expr, ExprKind, Function, Keep,
    LinkRef, LinkTime, Literal, MetricId, ParameterId, RollupPeriod, SourceId, SourceKind, Type, Window,
    reach,
};
use crate::text::Span;

#[derive(Debug, Clone, Default)]
pub struct Uses {
    pub sources: BTreeSet<SourceId>,
    pub columns: BTreeSet<(SourceId, ColumnId)>,
    pub links: BTreeSet<LinkRef>,
    /// Sources of which the key says which rows are one.
    pub keys: BTreeSet<SourceId>,
    pub metrics: BTreeSet<MetricId>,
    pub parameters: BTreeSet<ParameterId>,
    pub dimensions: BTreeSet<DimensionId>,
    pub settings: Settings,
}

/// What of the project's calendar matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    pub timezone: bool,
    pub week_starts: bool,
    pub fiscal_year_starts: bool,
    /// Indexes of declared calendars, as bits.
    pub calendars: u64,
}

impl Settings {
    pub fn or(self, other: Settings) -> Settings {
        Settings {
            timezone: self.timezone || other.timezone,
            week_starts: self.week_starts || other.week_starts,
            fiscal_year_starts: self.fiscal_year_starts || other.fiscal_year_starts,
            calendars: self.calendars | other.calendars,
        }
    }
}

/// Of one metric itself.
pub fn of_metric(model: &CheckedModel, id: MetricId) -> Uses {
    let mut walk = Walk { model, uses: Uses::default() };
    walk.expr(&model.metric(id).value);
    walk.uses
}

/// Of a dimension.
pub fn of_dimension(model: &CheckedModel, id: DimensionId) -> Uses {
    let mut walk = Walk { model, uses: Uses::default() };
    walk.dimension(id);
    walk.uses
}

struct Walk<'m> {
    model: &'m CheckedModel,
    uses: Uses,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr) {
        if expr.ty == Type::Timestamp {
            self.uses.settings.timezone = true;
        }
        match &*expr.kind {
            ExprKind::Metric(id) => _ = self.uses.metrics.insert(*id),
            ExprKind::Parameter(id) => _ = self.uses.parameters.insert(*id),
            ExprKind::Column(column) => self.column_ref(column),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Linked { aggregate, link } => {
                self.aggregate(aggregate);
                self.link(*link);
            }
            ExprKind::Call(function, args) => self.call(*function, args),
            ExprKind::Total(value, Some(over)) => over.iter().for_each(|d| self.dimension_in(*d, value)),
            ExprKind::Rank(value, over, _) => self.dimension_in(*over, value),
            ExprKind::Dimension(id) => self.dimension(*id),
            _ => {}
        }
        expr.children().into_iter().for_each(|child| self.expr(child));
    }

    fn call(&mut self, function: Function, args: &[Expr]) {
        match function {
            Function::Week | Function::Weekday => self.uses.settings.week_starts = true,
            Function::StartOf => {
                if let Some(ExprKind::Literal(Literal::Text(name))) = args.first().map(|a| &*a.kind) {
                    self.grain_by_name(name);
                }
            }
            _ => {}
        }
    }

    fn grain_by_name(&mut self, name: &str) {
        match (Grain::from_name(name), name.split_once('.')) {
            (Some(grain), _) => self.grain(&grain),
            (None, Some((calendar, _))) => self.calendar(calendar),
            (None, None) => {}
        }
    }

    fn calendar(&mut self, name: &str) {
        let at = self.model.calendars.iter().position(|c| c.name == name);
        self.uses.settings.calendars |= at.map_or(0, |at| 1 << (at % 64));
    }

    fn grain(&mut self, grain: &Grain) {
        match grain {
            Grain::Week => self.uses.settings.week_starts = true,
            Grain::FiscalQuarter | Grain::FiscalYear => self.uses.settings.fiscal_year_starts = true,
            Grain::Declared(calendar, _) => self.calendar(&calendar.name),
            Grain::Day | Grain::Month | Grain::Quarter | Grain::Year => {}
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        self.source(aggregate.source);
        aggregate.args.iter().chain(&aggregate.filter).for_each(|e| self.expr(e));
        aggregate.on.iter().for_each(|column| self.column_ref(column));
        if let Window::ToDate(Some(grain)) = &aggregate.window {
            self.grain(grain);
        }
    }

    fn source(&mut self, id: SourceId) {
        if !self.uses.sources.insert(id) {
            return;
        }
        let source = self.model.source(id);
        let ends = source.valid.iter().flat_map(|(from, to)| [*from, *to]);
        let own = source.time.iter().map(|t| t.column).chain(ends).chain(source.snapshot);
        own.for_each(|column| self.column(id, column));
        if let Some(Keep::Latest(column)) = source.keep {
            self.column(id, column);
            self.key(id);
        }
        source.filters.iter().for_each(|filter| self.expr(filter));
        if let SourceKind::Rollup(rollup) = &source.kind {
            self.source(rollup.base);
            if let RollupPeriod::Fixed(grain) = &rollup.period {
                self.grain(grain);
            }
            match rollup.by.is_empty() {
                true => self.key(rollup.base),
                false => rollup.by.iter().for_each(|column| self.column_ref(column)),
            }
        }
    }

    fn key(&mut self, id: SourceId) {
        self.uses.keys.insert(id);
        self.model.source(id).key.iter().for_each(|column| self.column(id, *column));
    }

    fn column_ref(&mut self, column: &ColumnRef) {
        column.links.iter().for_each(|link| self.link(*link));
        self.column(column.source, column.column);
    }

    fn column(&mut self, source: SourceId, id: ColumnId) {
        if !self.uses.columns.insert((source, id)) {
            return;
        }
        let column = &self.model.source(source).columns[id.index()];
        if column.ty == Type::Timestamp {
            self.uses.settings.timezone = true;
        }
        match &column.kind {
            ColumnKind::Computed(value) => self.expr(value),
            ColumnKind::Aggregated(value) => {
                self.expr(value);
                if let SourceKind::Rollup(rollup) = &self.model.source(source).kind {
                    self.belonging(rollup.base, value);
                }
            }
            ColumnKind::Stored { .. } | ColumnKind::Key(_) | ColumnKind::PeriodStart => {}
        }
    }

    /// The links by which what a rollup aggregates belongs to its key.
    fn belonging(&mut self, base: SourceId, value: &Expr) {
        if let ExprKind::Aggregate(aggregate) = &*value.kind {
            let links = reach::belonging(self.model, aggregate, base, Span::default());
            links.into_iter().flatten().for_each(|link| self.link(link));
        }
        value.children().into_iter().for_each(|child| self.belonging(base, child));
    }

    fn link(&mut self, id: LinkRef) {
        if !self.uses.links.insert(id) {
            return;
        }
        let link = self.model.link(id);
        link.via.iter().for_each(|column| self.column(id.source, *column));
        match &link.time {
            LinkTime::Always => {}
            LinkTime::At(column) | LinkTime::LatestBefore { column, .. } => self.column(id.source, *column),
        }
        self.source(link.target);
        self.key(link.target);
    }

    fn dimension(&mut self, id: DimensionId) {
        if self.uses.dimensions.insert(id) {
            for value in &self.model.dimension(id).values {
                self.source(value.source);
                self.expr(&value.value);
            }
        }
    }

    fn dimension_in(&mut self, id: DimensionId, value: &Expr) {
        self.dimension(id);
        let mut sources = BTreeSet::new();
        super::rows::read_sources(self.model, value, &mut sources);
        for source in sources {
            let slice = reach::slice(self.model, source, id);
            slice.into_iter().flat_map(|s| s.links).for_each(|link| self.link(link));
        }
    }
}

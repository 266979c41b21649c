//! The answer to a question, cell by cell: every number is counted anew from all rows.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use kepi::check::{
    Aggregate, CheckedModel, DimensionId, Expr, ExprKind, Length, LinkId, LinkRef, MetricId, SourceId, Type,
    Window,
};
use kepi::query::Ask;

use super::aggregate;
use super::expression::{self, Leaf};
use super::periods::{self, Period};
use super::value::V;
use super::world::{RowId, World};

/// What is asked, in a form that both sides understand.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub metrics: Vec<String>,
    pub every: Option<String>,
    pub by: Vec<String>,
    pub filter: Option<String>,
    pub having: Option<String>,
    pub from: Option<Date>,
    /// The last day of the range.
    pub to: Option<Date>,
    pub last: Option<u32>,
    pub as_of: Option<Date>,
}

impl Question {
    pub fn ask(&self) -> Ask {
        Ask {
            metrics: self.metrics.clone(),
            every: self.every.clone(),
            by: self.by.clone(),
            filter: self.filter.clone(),
            having: self.having.clone(),
            from: self.from.map(|d| d.to_string()),
            to: self.to.map(|d| d.to_string()),
            last: self.last,
            as_of: self.as_of,
            ..Ask::default()
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub as_of: Option<Date>,
    pub rows: Vec<AnswerRow>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AnswerRow {
    /// No metric has data here, but what a `prior` looks at does, or did.
    pub optional: bool,
    pub period: Option<(Date, Date)>,
    pub partial: bool,
    pub groups: Vec<V>,
    pub values: Vec<V>,
}

/// The question with its words as the checker reads them.
pub struct Checked<'a> {
    pub question: &'a Question,
    pub filter: Option<Expr>,
    pub having: Option<Expr>,
}

pub fn answer(model: &CheckedModel, stored: &[Vec<Vec<V>>], asked: &Checked) -> Answer {
    let as_of = asked.question.as_of.or_else(|| newest(&World::new(model, stored, None)));
    let world = World::new(model, stored, as_of);
    let by = asked.question.by.iter().map(|name| model.find_dimension(name).expect("a dimension")).collect();
    let metrics =
        asked.question.metrics.iter().map(|name| model.find_metric(name).expect("a metric")).collect();
    let (groups, asked_rows, first_dates) = Default::default();
    Asked { world, asked, by, metrics, groups, asked_rows, first_dates }.answer()
}

/// The newest `time` of any row that exists.
fn newest(world: &World) -> Option<Date> {
    let sources = (0..world.model.sources.len()).map(|i| SourceId(i as u32));
    let dates = sources.flat_map(|source| {
        let time = world.model.source(source).time.as_ref().map(|t| t.column);
        let rows = world.rows(source).into_iter();
        rows.filter_map(|row| world.date(&world.column(row, time?))).collect::<Vec<Date>>()
    });
    dates.max()
}

struct Asked<'a> {
    world: World<'a>,
    asked: &'a Checked<'a>,
    by: Vec<DimensionId>,
    metrics: Vec<MetricId>,
    // what does not change from cell to cell is found once
    groups: RefCell<HashMap<(RowId, DimensionId), V>>,
    asked_rows: RefCell<HashMap<RowId, bool>>,
    first_dates: RefCell<HashMap<*const Aggregate, Option<Date>>>,
}

/// Where a number is asked for.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    period: Period,
    /// Only rows of these groups.
    groups: Vec<(DimensionId, V)>,
    /// Seen from a later period, by `prior`.
    earlier: bool,
}

impl Asked<'_> {
    fn answer(&self) -> Answer {
        let mut rows = Vec::new();
        for period in self.periods() {
            let strict = self.groups_with_data(period);
            let mut groups = match self.by.is_empty() {
                true => vec![Vec::new()],
                false => self.groups_nearby(period, strict.clone()),
            };
            groups.sort_by(|a, b| in_order(a, b));
            for group in groups {
                let has_data = strict.iter().any(|g| in_order(g, &group) == Ordering::Equal);
                let groups = self.by.iter().copied().zip(group.iter().cloned()).collect();
                let cell = Cell { period, groups, earlier: false };
                let kept = self.asked.having.as_ref().is_none_or(|h| self.value(h, &cell).is_true());
                if kept {
                    rows.push(self.row(&cell, group, !has_data && !self.by.is_empty()));
                }
            }
        }
        Answer { as_of: self.world.as_of, rows }
    }

    fn row(&self, cell: &Cell, group: Vec<V>, optional: bool) -> AnswerRow {
        let model = self.world.model;
        let value = |id: &MetricId| {
            let expr = &model.metric(*id).value;
            match self.is_known(expr, cell.period) {
                true => shown(self.value(expr, cell), &expr.ty),
                false => V::Missing,
            }
        };
        let groups = group.into_iter().zip(&self.by).map(|(v, d)| shown(v, &model.dimension(*d).ty));
        let last_day = cell.period.end.filter(|_| self.grain().is_some()).map(|end| end - 1.day());
        let grain = self.grain();
        AnswerRow {
            optional,
            period: grain.and_then(|_| cell.period.start.zip(cell.period.end)),
            partial: last_day.zip(self.world.as_of).is_some_and(|(last, as_of)| as_of < last),
            groups: groups.collect(),
            values: self.metrics.iter().map(value).collect(),
        }
    }

    fn grain(&self) -> Option<&str> {
        self.asked.question.every.as_deref()
    }

    // ------------------------------------------------------------ periods

    fn periods(&self) -> Vec<Period> {
        let question = self.asked.question;
        let settings = &self.world.model.settings;
        let Some(grain) = self.grain() else {
            let end = question.to.or(self.world.as_of).map(|last| last + 1.day());
            return vec![Period { start: question.from, end }];
        };
        let last = question.to.or(self.world.as_of).expect("some date");
        let first = match (question.from, question.last) {
            (Some(from), _) => from,
            (None, Some(count)) => {
                let newest = periods::start_of(settings, grain, last);
                (1..count).fold(newest, |start, _| periods::start_of(settings, grain, start - 1.day()))
            }
            // the period that is asked about, where all data is later
            (None, None) => self.first_date().map_or(last, |first| first.min(last)),
        };
        periods::between(settings, grain, first, last)
    }

    /// The first date by which the metrics' aggregates put rows into periods.
    fn first_date(&self) -> Option<Date> {
        let mut aggregates = Vec::new();
        let asked = self.metrics.iter().map(|id| &self.world.model.metric(*id).value);
        asked.chain(&self.asked.having).for_each(|expr| self.collect(expr, &mut aggregates));
        aggregates.into_iter().filter_map(|a| self.first_of(a)).min()
    }

    fn collect<'e>(&'e self, expr: &'e Expr, found: &mut Vec<&'e Aggregate>) {
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => found.push(aggregate),
            ExprKind::Metric(id) => self.collect(&self.world.model.metric(*id).value, found),
            _ => expr.children().into_iter().for_each(|child| self.collect(child, found)),
        }
    }

    fn first_of(&self, aggregate: &Aggregate) -> Option<Date> {
        let key: *const Aggregate = aggregate;
        if let Some(known) = self.first_dates.borrow().get(&key) {
            return *known;
        }
        let first = self.found_first(aggregate);
        self.first_dates.borrow_mut().insert(key, first);
        first
    }

    fn found_first(&self, aggregate: &Aggregate) -> Option<Date> {
        let world = &self.world;
        let date = |row: RowId| match (&aggregate.window, &aggregate.on) {
            (Window::Ever, _) => None,
            (Window::AtEnd | Window::AtStart | Window::During, _) => {
                let (from, _) = world.model.source(aggregate.source).valid?;
                world.date(&world.column(row, from))
            }
            (_, Some(on)) => world.date(&world.column_at(row, on)),
            (_, None) => None,
        };
        world.rows(aggregate.source).into_iter().filter_map(date).min()
    }

    /// The same period, so much earlier.
    fn earlier(&self, period: Period, step: Option<Length>) -> Option<Period> {
        let (grain, start) = (self.grain()?, period.start?);
        let settings = &self.world.model.settings;
        let start = match step {
            None => periods::start_of(settings, grain, start - 1.day()),
            Some(Length::Months(months)) => start - Span::new().months(months),
            Some(Length::Days(days)) => start - days.days(),
            Some(Length::Seconds(_)) => panic!("periods are not moved by seconds"),
        };
        Some(Period { start: Some(start), end: Some(periods::end_of(settings, grain, start)) })
    }

    // ------------------------------------------------------------ values

    fn value(&self, expr: &Expr, cell: &Cell) -> V {
        let leaf = CellLeaf { asked: self, cell };
        expression::value(self.world.model, self.world.as_of, expr, &leaf)
    }

    fn aggregate(&self, aggregate: &Aggregate, ty: &Type, cell: &Cell) -> V {
        if cell.earlier && self.before_the_data(aggregate, cell.period) {
            return V::Missing;
        }
        if !self.has_begun(aggregate, cell.period) {
            return V::Missing;
        }
        aggregate::of_rows(&self.world, aggregate, &self.rows_of(aggregate, cell), ty)
    }

    /// In a period after `as_of` a metric has no value, unless all it is made of is known
    /// when the period begins.
    fn is_known(&self, expr: &Expr, period: Period) -> bool {
        if period.start.zip(self.world.as_of).is_none_or(|(start, as_of)| start <= as_of) {
            return true;
        }
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => self.has_begun(aggregate, period),
            ExprKind::Metric(id) => self.is_known(&self.world.model.metric(*id).value, period),
            ExprKind::Prior(..) => false,
            _ => expr.children().into_iter().all(|child| self.is_known(child, period)),
        }
    }

    fn before_the_data(&self, aggregate: &Aggregate, period: Period) -> bool {
        let dated = !matches!(aggregate.window, Window::Ever)
            && (aggregate.on.is_some() || self.world.model.source(aggregate.source).valid.is_some());
        let first = self.first_of(aggregate);
        dated && first.is_none_or(|first| period.end.is_some_and(|end| end <= first))
    }

    /// Nothing happens after `as_of`; only the next period's start is known.
    fn has_begun(&self, aggregate: &Aggregate, period: Period) -> bool {
        let (Some(as_of), Some(start)) = (self.world.as_of, period.start) else { return true };
        if start <= as_of {
            return true;
        }
        let follows = self.grain().is_some_and(|grain| {
            let settings = &self.world.model.settings;
            periods::start_of(settings, grain, start - 1.day()) <= as_of
        });
        aggregate.window == Window::AtStart && follows
    }

    /// The rows in the window and the groups that the query keeps; the aggregate's own
    /// condition is not asked here.
    fn rows_of(&self, aggregate: &Aggregate, cell: &Cell) -> Vec<RowId> {
        let rows = self.world.rows(aggregate.source).into_iter();
        let kept = rows.filter(|row| {
            self.in_window(aggregate, *row, cell.period)
                && self.is_asked(*row)
                && cell.groups.iter().all(|(d, group)| {
                    let own = self.group(*row, *d);
                    own.is_missing() && group.is_missing()
                        || !own.is_missing() && !group.is_missing() && own.equals(group)
                })
        });
        kept.collect()
    }

    /// Whether the query's `where` is true for the row.
    fn is_asked(&self, row: RowId) -> bool {
        if let Some(known) = self.asked_rows.borrow().get(&row) {
            return *known;
        }
        let asked = self.passes(row);
        self.asked_rows.borrow_mut().insert(row, asked);
        asked
    }

    fn passes(&self, row: RowId) -> bool {
        let leaf = FilterLeaf { asked: self, row };
        let value = |f: &Expr| expression::value(self.world.model, self.world.as_of, f, &leaf);
        self.asked.filter.as_ref().is_none_or(|f| value(f).is_true())
    }

    fn in_window(&self, aggregate: &Aggregate, row: RowId, period: Period) -> bool {
        let world = &self.world;
        // the instant after `as_of` ends what is known
        let known = world.as_of.map(|as_of| as_of + 1.day());
        let end = match (period.end, known) {
            (Some(end), Some(known)) => Some(end.min(known)),
            (end, known) => end.or(known),
        };
        let start = match (period.start, known) {
            (Some(start), Some(known)) => Some(start.min(known)),
            (start, _) => start,
        };
        let valid = || {
            let (from, to) = world.model.source(aggregate.source).valid.expect("a validity");
            (world.column(row, from), world.column(row, to))
        };
        let before = |value: &V, moment: Option<Date>| match moment {
            None => !value.is_missing(),
            Some(moment) => self.is_before(value, moment),
        };
        let in_force_before = |moment: Option<Date>| {
            let (from, to) = valid();
            before(&from, moment) && (to.is_missing() || !before(&to, moment))
        };
        let dated = |from: Option<Date>| {
            let date = aggregate.on.as_ref().and_then(|on| world.date(&world.column_at(row, on)));
            date.is_some_and(|d| from.is_none_or(|from| from <= d) && end.is_none_or(|end| d < end))
        };
        match &aggregate.window {
            Window::Ever => true,
            Window::Period if aggregate.on.is_none() => true,
            // without a grain and a last day the one period has no end
            Window::Period if self.grain().is_none() && self.asked.question.to.is_none() => {
                let date = aggregate.on.as_ref().and_then(|on| world.date(&world.column_at(row, on)));
                date.is_some_and(|d| period.start.is_none_or(|from| from <= d))
            }
            Window::Period => dated(period.start),
            Window::Trailing(length) => dated(end.map(|end| match length {
                Length::Days(n) => end - n.days(),
                Length::Months(n) => end - n.months(),
                Length::Seconds(_) => panic!("windows are days"),
            })),
            Window::ToDate(None) => dated(None),
            Window::ToDate(Some(grain)) => dated(
                end.map(|end| periods::start_of(&world.model.settings, &grain.to_string(), end - 1.day())),
            ),
            Window::AtEnd => in_force_before(end),
            Window::AtStart => start.is_some() && in_force_before(start),
            Window::During => {
                let (from, to) = valid();
                let begun = before(&from, end);
                let ended = !to.is_missing() && start.is_some_and(|s| !self.is_after(&to, s));
                let never = !to.is_missing() && !from.is_missing() && to.order(&from) != Ordering::Greater;
                begun && !ended && !never
            }
        }
    }

    /// Before the first instant of the day.
    fn is_before(&self, value: &V, day: Date) -> bool {
        match value {
            V::Date(date) => *date < day,
            V::Instant(at) => *at < self.world.midnight(day),
            _ => false,
        }
    }

    /// After the first instant of the day.
    fn is_after(&self, value: &V, day: Date) -> bool {
        match value {
            V::Date(date) => *date > day,
            V::Instant(at) => *at > self.world.midnight(day),
            _ => false,
        }
    }

    // ------------------------------------------------------------ groups

    /// The group of a row: missing where its links find nothing.
    fn group(&self, row: RowId, dimension: DimensionId) -> V {
        if let Some(known) = self.groups.borrow().get(&(row, dimension)) {
            return known.clone();
        }
        let group = self.found_group(row, dimension);
        self.groups.borrow_mut().insert((row, dimension), group.clone());
        group
    }

    fn found_group(&self, row: RowId, dimension: DimensionId) -> V {
        let dimension = self.world.model.dimension(dimension);
        let value_of = |source: SourceId| dimension.values.iter().find(|v| v.source == source);
        if let Some(own) = value_of(row.source) {
            return self.world.value(&own.value, row);
        }
        let mut paths = Vec::new();
        self.paths(
            row.source,
            &|s| value_of(s).is_some(),
            &mut vec![row.source],
            &mut Vec::new(),
            &mut paths,
        );
        let [path] = &paths[..] else { panic!("{} paths to {}", paths.len(), dimension.name) };
        match self.world.follow(row, path) {
            Some(there) => self.world.value(&value_of(there.source).expect("the goal").value, there),
            None => V::Missing,
        }
    }

    /// All ways by links that visit a source once.
    fn paths(
        &self,
        here: SourceId,
        is_goal: &dyn Fn(SourceId) -> bool,
        visited: &mut Vec<SourceId>,
        path: &mut Vec<LinkRef>,
        found: &mut Vec<Vec<LinkRef>>,
    ) {
        for (index, link) in self.world.model.source(here).links.iter().enumerate() {
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

    /// The groups for which some metric has any data in the period.
    fn groups_with_data(&self, period: Period) -> Vec<Vec<V>> {
        let mut found = Vec::new();
        for id in &self.metrics {
            let expr = &self.world.model.metric(*id).value;
            if self.is_known(expr, period) {
                self.data_of(expr, period, &mut found);
            }
        }
        found
    }

    /// With the groups of which any aggregate has data in any period that is looked at:
    /// Kepi shows them, too, where a `prior` stands beside a condition.
    fn groups_nearby(&self, period: Period, mut found: Vec<Vec<V>>) -> Vec<Vec<V>> {
        let exprs: Vec<&Expr> = self.metrics.iter().map(|id| &self.world.model.metric(*id).value).collect();
        let (mut aggregates, mut periods) = (Vec::new(), Vec::new());
        exprs.iter().for_each(|expr| self.collect(expr, &mut aggregates));
        exprs.iter().for_each(|expr| self.looked_at(expr, period, &mut periods));
        if !exprs.iter().any(|expr| self.looks_back(expr)) {
            return found;
        }
        periods.push(period);
        for period in periods {
            aggregates.iter().for_each(|a| self.data_of_aggregate(a, period, &mut found));
        }
        found
    }

    fn looks_back(&self, expr: &Expr) -> bool {
        match &*expr.kind {
            ExprKind::Metric(id) => self.looks_back(&self.world.model.metric(*id).value),
            ExprKind::Prior(..) => true,
            _ => expr.children().into_iter().any(|child| self.looks_back(child)),
        }
    }

    fn looked_at(&self, expr: &Expr, period: Period, found: &mut Vec<Period>) {
        match &*expr.kind {
            ExprKind::Metric(id) => self.looked_at(&self.world.model.metric(*id).value, period, found),
            ExprKind::Prior(inner, step) => {
                if let Some(before) = self.earlier(period, *step) {
                    self.looked_at(inner, before, found);
                }
            }
            ExprKind::Aggregate(_) => found.push(period),
            _ => expr.children().into_iter().for_each(|child| self.looked_at(child, period, found)),
        }
    }

    fn data_of(&self, expr: &Expr, period: Period, found: &mut Vec<Vec<V>>) {
        match &*expr.kind {
            ExprKind::Metric(id) => self.data_of(&self.world.model.metric(*id).value, period, found),
            ExprKind::Prior(inner, step) => {
                if let Some(before) = self.earlier(period, *step) {
                    self.data_of(inner, before, found);
                }
            }
            ExprKind::Total(..) => {}
            ExprKind::Aggregate(aggregate) => self.data_of_aggregate(aggregate, period, found),
            _ => expr.children().into_iter().for_each(|child| self.data_of(child, period, found)),
        }
    }

    fn data_of_aggregate(&self, aggregate: &Aggregate, period: Period, found: &mut Vec<Vec<V>>) {
        if !self.has_begun(aggregate, period) {
            return;
        }
        let cell = Cell { period, groups: Vec::new(), earlier: false };
        for row in self.rows_of(aggregate, &cell) {
            let counts = aggregate.filter.as_ref().is_none_or(|f| self.world.value(f, row).is_true());
            let group: Vec<V> = self.by.iter().map(|d| self.group(row, *d)).collect();
            let known = found.iter().any(|g: &Vec<V>| in_order(g, &group) == Ordering::Equal);
            if counts && !known {
                found.push(group);
            }
        }
    }
}

fn in_order(a: &[V], b: &[V]) -> Ordering {
    let each = a.iter().zip(b).map(|(a, b)| a.order_missing_last(b));
    each.fold(Ordering::Equal, Ordering::then)
}

/// Members by their names.
fn shown(value: V, ty: &Type) -> V {
    match (value, ty) {
        (V::Member(member), Type::Enum(e)) => V::Text(e.members[usize::from(member)].name.clone()),
        (value, _) => value,
    }
}

struct CellLeaf<'c, 'a> {
    asked: &'c Asked<'a>,
    cell: &'c Cell,
}

impl Leaf for CellLeaf<'_, '_> {
    fn leaf(&self, expr: &Expr) -> V {
        let (asked, cell) = (self.asked, self.cell);
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => asked.aggregate(aggregate, &expr.ty, cell),
            ExprKind::Metric(id) => asked.value(&asked.world.model.metric(*id).value, cell),
            ExprKind::Prior(inner, step) => match asked.earlier(cell.period, *step) {
                Some(period) => asked.value(inner, &Cell { period, earlier: true, ..cell.clone() }),
                None => V::Missing,
            },
            ExprKind::Total(inner, over) => {
                let kept = |d: &DimensionId| over.as_ref().is_some_and(|over| !over.contains(d));
                let groups = cell.groups.iter().filter(|(d, _)| kept(d)).cloned().collect();
                asked.value(inner, &Cell { groups, ..cell.clone() })
            }
            ExprKind::Dimension(id) => {
                let group = cell.groups.iter().find(|(d, _)| d == id);
                group.map(|(_, v)| v.clone()).expect("a dimension that is asked by")
            }
            ExprKind::PeriodStart => cell.period.start.map_or(V::Missing, V::Date),
            ExprKind::PeriodEnd => cell.period.end.map_or(V::Missing, |end| V::Date(end - 1.day())),
            ExprKind::PeriodLength => V::whole(match asked.grain() {
                Some("day" | "month") => 1,
                Some("week") => 7,
                Some("quarter" | "fiscal_quarter") => 3,
                Some("year" | "fiscal_year") => 12,
                other => panic!("the period {other:?} has no length"),
            }),
            other => panic!("{other:?} has no value in a metric"),
        }
    }

    fn date(&self, value: &V) -> Option<Date> {
        self.asked.world.date(value)
    }
}

struct FilterLeaf<'c, 'a> {
    asked: &'c Asked<'a>,
    row: RowId,
}

impl Leaf for FilterLeaf<'_, '_> {
    fn leaf(&self, expr: &Expr) -> V {
        match &*expr.kind {
            ExprKind::Dimension(id) => self.asked.group(self.row, *id),
            other => panic!("{other:?} has no value in a filter"),
        }
    }

    fn date(&self, value: &V) -> Option<Date> {
        self.asked.world.date(value)
    }
}

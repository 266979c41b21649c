//! The answer to a question, cell by cell: every number is counted anew from all rows.

use std::cmp::Ordering;

use jiff::ToSpan;
use jiff::civil::Date;
use kepi::check::{
    Aggregate, CheckedModel, ColumnId, DimensionId, Expr, ExprKind, MetricId, SourceId, SourceKind, Type,
};
use kepi::query::Ask;

use super::aggregate;
use super::cells::{Cell, without};
use super::periods::{self, Period};
use super::value::V;
use super::world::World;

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
    Asked::new(model, stored, asked).answer()
}

/// What is judged: the values of every group in every period from its first on, also where
/// nothing is counted. None where places among the groups of a period are asked for.
pub fn over_time(model: &CheckedModel, stored: &[Vec<Vec<V>>], asked: &Checked) -> Option<Answer> {
    let asked = Asked::new(model, stored, asked);
    let mut ranks = Vec::new();
    asked.exprs().into_iter().for_each(|expr| asked.ranks_in(expr, &mut ranks));
    ranks.is_empty().then(|| asked.over_time())
}

/// The newest `time` of any row that exists, of pictures the newest, and when the last came
/// into force.
fn newest(world: &World) -> Option<Date> {
    let sources = (0..world.model.sources.len()).map(|i| SourceId(i as u32));
    let stored = sources.filter(|s| matches!(world.model.source(*s).kind, SourceKind::Stored(_)));
    let dates = stored.flat_map(|source| {
        let declared = world.model.source(source);
        let time = declared.snapshot.or(declared.time.as_ref().map(|t| t.column));
        let dates: Vec<ColumnId> = time.into_iter().chain(declared.valid.map(|(from, _)| from)).collect();
        let of = |row| dates.iter().filter_map(|d| world.date(&world.column(row, *d))).max();
        world.rows(source).into_iter().filter_map(of).collect::<Vec<Date>>()
    });
    dates.max()
}

struct Asked<'a> {
    world: World<'a>,
    asked: &'a Checked<'a>,
    by: Vec<DimensionId>,
    metrics: Vec<MetricId>,
}

impl<'a> Asked<'a> {
    fn new(model: &'a CheckedModel, stored: &'a [Vec<Vec<V>>], asked: &'a Checked<'a>) -> Asked<'a> {
        let question = asked.question;
        let as_of = question.as_of.or_else(|| newest(&World::new(model, stored, None)));
        let mut world = World::new(model, stored, as_of);
        world.filter = asked.filter.clone();
        let by = question.by.iter().map(|name| model.find_dimension(name).expect("a dimension")).collect();
        let metrics =
            question.metrics.iter().map(|name| model.find_metric(name).expect("a metric")).collect();
        Asked { world, asked, by, metrics }
    }
}

impl Asked<'_> {
    fn over_time(&self) -> Answer {
        let cells =
            self.periods().into_iter().map(|period| Cell::of(period, self.asked.question.every.clone()));
        let cells: Vec<Cell> = cells.collect();
        let mut groups: Vec<(usize, Cell)> = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            for found in self.cells(cell) {
                let same = |known: &Cell| {
                    let each = known.groups.iter().zip(&found.groups);
                    each.fold(Ordering::Equal, |o, (a, b)| o.then(a.1.order_missing_last(&b.1))).is_eq()
                };
                if !groups.iter().any(|(_, known)| same(known)) {
                    groups.push((at, found));
                }
            }
        }
        let row =
            |group: &Cell, cell: &Cell| self.row(&Cell { groups: group.groups.clone(), ..cell.clone() });
        let rows =
            groups.iter().flat_map(|(first, group)| cells[*first..].iter().map(move |cell| row(group, cell)));
        Answer { as_of: self.world.as_of, rows: rows.collect() }
    }

    fn answer(&self) -> Answer {
        let mut rows = Vec::new();
        for period in self.periods() {
            let cell = Cell::of(period, self.asked.question.every.clone());
            let cells = self.ranked(self.cells(&cell));
            let kept = |cell: &&Cell| {
                self.asked
                    .having
                    .as_ref()
                    .is_none_or(|h| self.world.number(&self.shown_in(h, cell), cell).is_true())
            };
            rows.extend(cells.iter().filter(kept).map(|cell| self.row(cell)));
        }
        Answer { as_of: self.world.as_of, rows }
    }

    /// The condition over what is shown: a metric that is not known has no value.
    fn shown_in(&self, having: &Expr, cell: &Cell) -> Expr {
        kepi::query::map(having, &mut |e| match &*e.kind {
            ExprKind::Metric(id) if !self.world.is_known(&self.world.model.metric(*id).value, cell) => {
                Some(Expr::new(ExprKind::Missing, e.ty.clone(), e.span))
            }
            _ => None,
        })
    }

    /// The period's rows: one, or one for each group with data, and for the members that
    /// are shown in any case.
    fn cells(&self, cell: &Cell) -> Vec<Cell> {
        let mut groups = match self.by.is_empty() {
            true => vec![Vec::new()],
            false => self.groups_with_data(cell),
        };
        for member in self.members().into_iter().flatten() {
            add(&mut groups, member);
        }
        groups.sort_by(|a, b| in_order(a, b));
        let of =
            |group: Vec<V>| Cell { groups: self.by.iter().copied().zip(group).collect(), ..cell.clone() };
        groups.into_iter().map(of).collect()
    }

    fn row(&self, cell: &Cell) -> AnswerRow {
        let model = self.world.model;
        let value = |id: &MetricId| {
            let expr = &model.metric(*id).value;
            match self.world.is_known(expr, cell) {
                true if self.world.is_young(expr, cell) => V::Immature,
                true => shown(self.world.number(expr, cell), &expr.ty),
                false => V::Missing,
            }
        };
        let groups = cell.groups.iter().map(|(d, v)| shown(v.clone(), &model.dimension(*d).ty));
        let grain = cell.grain.as_ref();
        let last_day = cell.period.end.filter(|_| grain.is_some()).map(|end| end - 1.day());
        AnswerRow {
            period: grain.and_then(|_| cell.period.start.zip(cell.period.end)),
            partial: last_day.zip(self.world.as_of).is_some_and(|(last, as_of)| as_of < last),
            groups: groups.collect(),
            values: self.metrics.iter().map(value).collect(),
        }
    }

    /// What is asked for, and what rows are kept by.
    fn exprs(&self) -> Vec<&Expr> {
        let asked = self.metrics.iter().map(|id| &self.world.model.metric(*id).value);
        asked.chain(&self.asked.having).collect()
    }

    // ------------------------------------------------------------ periods

    fn periods(&self) -> Vec<Period> {
        let (question, model) = (self.asked.question, self.world.model);
        let Some(grain) = &question.every else {
            let end = question.to.or(self.world.as_of).map(|last| last + 1.day());
            return vec![Period { start: question.from, end }];
        };
        let last = question.to.or(self.world.as_of).expect("some date");
        let first = match (question.from, question.last) {
            (Some(from), _) => from,
            (None, Some(count)) => {
                let newest = periods::start_of(model, grain, last);
                (1..count).fold(newest, |start, _| periods::start_of(model, grain, start - 1.day()))
            }
            // the period that is asked about, where all data is later
            (None, None) => self.first_date().map_or(last, |first| first.min(last)),
        };
        periods::between(model, grain, first, last)
    }

    /// The first date by which the metrics' aggregates put rows into periods.
    fn first_date(&self) -> Option<Date> {
        let mut aggregates = Vec::new();
        self.exprs().into_iter().for_each(|expr| self.collect(expr, &mut aggregates));
        aggregates.into_iter().filter_map(|a| self.world.first_of(a)).min()
    }

    fn collect<'e>(&'e self, expr: &'e Expr, found: &mut Vec<&'e Aggregate>) {
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => found.push(aggregate),
            ExprKind::Metric(id) => self.collect(&self.world.model.metric(*id).value, found),
            _ => expr.children().into_iter().for_each(|child| self.collect(child, found)),
        }
    }

    // ------------------------------------------------------------ groups

    /// The groups for which some metric has any data in the period.
    fn groups_with_data(&self, cell: &Cell) -> Vec<Vec<V>> {
        let mut found = Vec::new();
        for expr in self.exprs() {
            if self.world.is_known(expr, cell) {
                self.data_of(expr, cell, &mut found);
            }
        }
        found
    }

    fn data_of(&self, expr: &Expr, cell: &Cell, found: &mut Vec<Vec<V>>) {
        match &*expr.kind {
            ExprKind::Metric(id) => self.data_of(&self.world.model.metric(*id).value, cell, found),
            ExprKind::Prior(inner, step) => {
                if let Some(before) = self.world.earlier(cell, *step) {
                    self.data_of(inner, &before, found);
                }
            }
            // without what is not asked it is the group's own
            ExprKind::Total(inner, Some(over)) if !over.iter().any(|d| self.by.contains(d)) => {
                self.data_of(inner, cell, found);
            }
            ExprKind::Total(..) => {}
            ExprKind::Aggregate(aggregate) => self.data_of_aggregate(aggregate, cell, found),
            _ => expr.children().into_iter().for_each(|child| self.data_of(child, cell, found)),
        }
    }

    fn data_of_aggregate(&self, aggregate: &Aggregate, cell: &Cell, found: &mut Vec<Vec<V>>) {
        let world = &self.world;
        let before_any = cell.earlier && world.before_the_data(aggregate, cell);
        if before_any || !world.has_begun_in(aggregate, cell) {
            return;
        }
        let rows = world.rows_of(aggregate, cell);
        let outer = world.counted_in.replace(Some(cell.clone()));
        for row in rows {
            if aggregate::may_count(world, aggregate, row) {
                add(found, self.by.iter().map(|d| world.group(row, *d)).collect());
            }
        }
        world.counted_in.replace(outer);
    }

    /// The members to show whether or not they have rows; none unless those of all
    /// dimensions are known.
    fn members(&self) -> Option<Vec<Vec<V>>> {
        let model = self.world.model;
        let mut found: Vec<Vec<V>> = vec![vec![V::Missing; self.by.len()]];
        let mut covered = vec![false; self.by.len()];
        for (place, id) in self.by.iter().enumerate() {
            if !model.dimension(*id).members_all || covered[place] {
                continue;
            }
            let source = model.dimension(*id).values[0].source;
            let free = |(i, d): &(usize, &DimensionId)| !covered[*i] && self.world.reaches(source, **d);
            let own: Vec<(usize, DimensionId)> =
                self.by.iter().enumerate().filter(free).map(|(i, d)| (i, *d)).collect();
            own.iter().for_each(|(i, _)| covered[*i] = true);
            let mut combinations = Vec::new();
            // of rows that are others in each period, those of all that are shown; there are none
            // yet in one that has not begun
            let begun = |period: &Period| match (period.start, self.world.as_of) {
                (Some(start), Some(as_of)) => start <= as_of,
                _ => true,
            };
            let rows = match self.world.follows_the_question(source) {
                true => self
                    .periods()
                    .into_iter()
                    .filter(begun)
                    .flat_map(|period| {
                        let cell = Cell::of(period, self.asked.question.every.clone());
                        self.world.rollup_rows(source, Some(&cell))
                    })
                    .collect(),
                false => self.world.rows(source),
            };
            for row in rows {
                let member = self.world.group(row, *id);
                if !member.is_missing() && self.world.is_asked_as_member(row) {
                    add(&mut combinations, own.iter().map(|(_, d)| self.world.group(row, *d)).collect());
                }
            }
            found = found
                .iter()
                .flat_map(|member| {
                    combinations.iter().map(|combination| {
                        let mut member = member.clone();
                        own.iter().zip(combination).for_each(|((i, _), v)| member[*i] = v.clone());
                        member
                    })
                })
                .collect();
        }
        (!self.by.is_empty() && covered.iter().all(|c| *c)).then_some(found)
    }

    // ------------------------------------------------------------ places

    /// The cells of a period, each with its places among the members.
    fn ranked(&self, mut cells: Vec<Cell>) -> Vec<Cell> {
        let mut ranks = Vec::new();
        self.exprs().into_iter().for_each(|expr| self.ranks_in(expr, &mut ranks));
        for rank in ranks {
            let ExprKind::Rank(value, over, highest_first) = &*rank.kind else { continue };
            let values: Vec<V> = cells.iter().map(|cell| self.value_to_rank(value, cell)).collect();
            let places: Vec<V> = (0..cells.len())
                .map(|own| {
                    if values[own].is_missing() {
                        return V::Missing;
                    }
                    let rival = |other: &usize| {
                        let same_others = cells[*other]
                            .groups
                            .iter()
                            .zip(&cells[own].groups)
                            .all(|(a, b)| a.0 == *over || a.1.order_missing_last(&b.1).is_eq());
                        let better = if *highest_first { Ordering::Greater } else { Ordering::Less };
                        same_others
                            && !values[*other].is_missing()
                            && values[*other].order(&values[own]) == better
                    };
                    V::whole((0..cells.len()).filter(rival).count() as i64 + 1)
                })
                .collect();
            cells.iter_mut().zip(places).for_each(|(cell, place)| cell.ranks.push((rank.clone(), place)));
        }
        cells
    }

    fn ranks_in<'e>(&'e self, expr: &'e Expr, found: &mut Vec<&'e Expr>) {
        match &*expr.kind {
            // first those that others are made of
            ExprKind::Rank(value, ..) => {
                self.ranks_in(value, found);
                found.push(expr);
            }
            ExprKind::Metric(id) => self.ranks_in(&self.world.model.metric(*id).value, found),
            _ => expr.children().into_iter().for_each(|child| self.ranks_in(child, found)),
        }
    }

    /// Where there is no data, and the members are not all shown, there is nothing to rank.
    fn value_to_rank(&self, value: &Expr, cell: &Cell) -> V {
        let mut groups = Vec::new();
        self.data_of(value, &without(cell, None), &mut groups);
        let own: Vec<V> = cell.groups.iter().map(|(_, v)| v.clone()).collect();
        groups.extend(self.members().into_iter().flatten());
        match groups.iter().any(|g| in_order(g, &own).is_eq()) && !self.world.is_young(value, cell) {
            true => self.world.number(value, cell),
            false => V::Missing,
        }
    }
}

fn add(groups: &mut Vec<Vec<V>>, group: Vec<V>) {
    if !groups.iter().any(|g| in_order(g, &group).is_eq()) {
        groups.push(group);
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

//! Metrics -> slots: every aggregate taken apart into numbers that a scan can count,
//! each number counted once, however many metrics use it.

use std::collections::{BTreeMap, HashMap};

use super::ask::Request;
use super::decompose::{and, count, decompose, is_zero, or_zero};
use super::fits::fits;
use super::ir::{
    DimensionColumn, Members, Output, Placement, Rank, Scan, Shape, Shifted, Shown, Slot, SlotFunction,
};
use super::rewrite::{map, through, without_spans};
use super::rollup;
use super::undetermined::{certain, depends, has_within, later, possible, settled, written_out};
use crate::check::{
    self, Aggregate, AggregateFn, Better, BinaryOp, CheckedModel, ColumnRef, DimensionId, Expr, ExprKind,
    Length, LinkRef, Literal, MetricId, RollupPeriod, Show, SourceId, SourceKind, Style, Type, Window,
};
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// A query without its periods: those need to know the dates in the data.
#[derive(Debug, Clone)]
pub struct Draft {
    pub request: Request,
    pub dimensions: Vec<DimensionColumn>,
    pub scans: Vec<Scan>,
    pub slots: Vec<Type>,
    pub shifted: Vec<Shifted>,
    pub moves: Vec<Vec<Option<Length>>>,
    pub outputs: Vec<Output>,
    pub having: Option<Expr>,
    /// Which rows have data, where not all that the scans find have.
    pub shown: Option<Vec<Shown>>,
    pub ranks: Vec<Rank>,
    pub members: Vec<Members>,
    /// The slot that is true of members that are shown in any case, where that is asked.
    pub member: Option<u32>,
    /// Of the rollups that scans read.
    pub rollups: BTreeMap<SourceId, Draft>,
}

pub fn draft(model: &CheckedModel, request: Request) -> Result<Draft, Vec<Diagnostic>> {
    let by = request.by.clone();
    let mut builder = Builder::new(model, &request, Groups::Dimensions(by));
    let mut outputs: Vec<Output> = request.metrics.iter().map(|&id| builder.output(id)).collect();
    outputs.extend(request.beside.iter().map(|expr| builder.beside(expr)));
    let having = request.having.as_ref().map(|having| builder.value(having));
    let members = builder.members();
    let shown = builder.shown();
    let dimensions = request.by.iter().map(|&id| dimension_column(model, id)).collect();
    let member = builder.member;
    builder.finish(dimensions, outputs, Conditions { having, shown, member }, members)
}

/// Which of the rows are in the answer.
#[derive(Default)]
pub struct Conditions {
    pub having: Option<Expr>,
    pub shown: Option<Vec<Shown>>,
    /// The slot that is true of members that are shown in any case.
    pub member: Option<u32>,
}

fn dimension_column(model: &CheckedModel, id: DimensionId) -> DimensionColumn {
    let dimension = model.dimension(id);
    let label = dimension.label.clone().unwrap_or_else(|| heading(&dimension.name));
    DimensionColumn { id: Some(id), name: dimension.name.clone(), label, ty: dimension.ty.clone() }
}

/// `sales_cycle` as a person would write it: `Sales cycle`.
pub fn heading(name: &str) -> String {
    let words = name.replace(['_', '.'], " ");
    let mut chars = words.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What rows are grouped by.
pub enum Groups {
    Dimensions(Vec<DimensionId>),
    /// The key of a rollup, as columns of its base.
    Key {
        base: SourceId,
        columns: Vec<ColumnRef>,
    },
}

pub struct Builder<'a> {
    pub model: &'a CheckedModel,
    pub(super) request: &'a Request,
    groups: Groups,
    /// Groups that the aggregates met now are taken without, inside `total`.
    without: Vec<bool>,
    scans: Vec<Scan>,
    slots: Vec<Type>,
    shifted: Vec<Shifted>,
    moves: Vec<Vec<Option<Length>>>,
    ranks: Vec<Rank>,
    /// The slot that is true of members that are shown in any case, once it is needed.
    pub(super) member: Option<u32>,
    rollups: BTreeMap<SourceId, Draft>,
    metrics: HashMap<(MetricId, Vec<bool>), Expr>,
    problems: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    pub fn new(model: &'a CheckedModel, request: &'a Request, groups: Groups) -> Builder<'a> {
        let number = match &groups {
            Groups::Dimensions(by) => by.len(),
            Groups::Key { columns, .. } => columns.len(),
        };
        Builder {
            model,
            request,
            groups,
            without: vec![false; number],
            scans: Vec::new(),
            slots: Vec::new(),
            shifted: Vec::new(),
            moves: Vec::new(),
            ranks: Vec::new(),
            member: None,
            rollups: BTreeMap::new(),
            metrics: HashMap::new(),
            problems: Vec::new(),
        }
    }

    pub fn finish(
        self,
        dimensions: Vec<DimensionColumn>,
        outputs: Vec<Output>,
        conditions: Conditions,
        members: Vec<Members>,
    ) -> Result<Draft, Vec<Diagnostic>> {
        let Builder { scans, slots, shifted, moves, ranks, rollups, problems, request, .. } = self;
        if !problems.is_empty() {
            return Err(problems);
        }
        let request = request.clone();
        let counted = Draft {
            request,
            dimensions,
            scans,
            slots,
            shifted,
            moves,
            outputs,
            having: conditions.having,
            shown: conditions.shown,
            ranks,
            members,
            member: conditions.member,
            rollups,
        };
        Ok(counted)
    }

    pub fn problem(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    fn output(&mut self, id: MetricId) -> Output {
        let metric = self.model.metric(id);
        let name = match metric.current {
            true => metric.name.clone(),
            false => format!("{}.v{}", metric.name, metric.version),
        };
        Output {
            label: metric.label.clone().unwrap_or_else(|| heading(&name)),
            name,
            show: metric.show.clone(),
            better: metric.attributes.better,
            value: self.metric(id),
        }
    }

    /// What is computed beside the metrics.
    fn beside(&mut self, expr: &Expr) -> Output {
        let value = match fits(self.model, expr, self.request) {
            true => self.value(&self.of_groups(expr)),
            false => Expr::new(ExprKind::Missing, expr.ty.clone(), expr.span),
        };
        let show = Show { style: Style::Value, decimals: None };
        Output { name: String::new(), label: String::new(), show, better: Better::Neither, value }
    }

    /// Without the dimensions that nothing is grouped by: they are missing.
    fn of_groups(&self, expr: &Expr) -> Expr {
        map(expr, &mut |e| match &*e.kind {
            ExprKind::Dimension(id) if !self.request.by.contains(id) => {
                Some(Expr::new(ExprKind::Missing, e.ty.clone(), e.span))
            }
            _ => None,
        })
    }

    /// The metric over slots.
    fn metric(&mut self, id: MetricId) -> Expr {
        let key = (id, self.without.clone());
        if let Some(done) = self.metrics.get(&key) {
            return done.clone();
        }
        let value = self.value(&self.model.metric(id).value);
        self.metrics.insert(key, value.clone());
        value
    }

    pub fn value(&mut self, expr: &Expr) -> Expr {
        map(expr, &mut |e| match &*e.kind {
            ExprKind::Metric(id) => Some(self.metric(*id)),
            ExprKind::Aggregate(aggregate) => Some(self.aggregate(aggregate, &e.ty)),
            // without periods there is no earlier one
            ExprKind::Prior(..) if self.request.grain.is_none() => {
                Some(Expr::new(ExprKind::Missing, e.ty.clone(), e.span))
            }
            ExprKind::Prior(inner, length) => {
                let inner = self.value(inner);
                Some(self.earlier(&inner, *length))
            }
            ExprKind::Total(inner, over) => Some(self.total(inner, over.as_deref())),
            ExprKind::Rank(inner, over, highest_first) => {
                Some(self.rank(inner, *over, *highest_first, &e.ty))
            }
            _ => None,
        })
    }

    /// The value of all members together.
    fn total(&mut self, inner: &Expr, over: Option<&[DimensionId]>) -> Expr {
        let before = self.without.clone();
        if let Groups::Dimensions(by) = &self.groups {
            for (without, id) in self.without.iter_mut().zip(by) {
                *without |= over.is_none_or(|over| over.contains(id));
            }
        }
        let value = self.value(inner);
        self.without = before;
        value
    }

    fn rank(&mut self, inner: &Expr, over: DimensionId, highest_first: bool, ty: &Type) -> Expr {
        let value = self.value(inner);
        // what has no data has no place, whatever else brings it into the answer
        let present = self.in_any_case(inner);
        let value = Expr::new(ExprKind::If(present, value.clone(), missing()), value.ty.clone(), value.span);
        let group = match &self.groups {
            Groups::Dimensions(by) => by.iter().position(|d| *d == over),
            Groups::Key { .. } => None,
        };
        let Some(group) = group else {
            let name = &self.model.dimension(over).name;
            let problem =
                Diagnostic::error("rank-without-dimension", format!("there is nothing to rank over {name}"));
            self.problems
                .push(problem.help(format!("ask by {name} too: a rank is a place among its members")));
            return missing();
        };
        let id = self.new_slot(ty);
        let mut unknown = Vec::new();
        unknowns(&value, &mut unknown);
        self.ranks.push(Rank { id, value, group, highest_first });
        let place = Expr::new(ExprKind::Slot(id), ty.clone(), Span::default());
        match unknown.into_iter().reduce(|a, b| condition(BinaryOp::Or, a, b)) {
            Some(unless) => Expr::new(ExprKind::Known { value: place, unless }, ty.clone(), Span::default()),
            None => place,
        }
    }

    /// The value an earlier period: every slot in it is one of that period.
    pub(super) fn earlier(&mut self, value: &Expr, step: Option<Length>) -> Expr {
        map(value, &mut |e| match &*e.kind {
            ExprKind::Slot(id) => Some(self.shifted(*id, step, false, &e.ty)),
            ExprKind::Binary(BinaryOp::Else, slot, zero) if is_zero(zero) => match &*slot.kind {
                ExprKind::Slot(id) if self.is_zero_of_nothing(*id) => {
                    Some(self.shifted(*id, step, true, &e.ty))
                }
                _ => None,
            },
            ExprKind::PeriodStart | ExprKind::PeriodEnd => {
                let by = self.way_back(vec![step]);
                let last = matches!(*e.kind, ExprKind::PeriodEnd);
                Some(Expr::new(ExprKind::EarlierPeriod { by, last }, e.ty.clone(), e.span))
            }
            ExprKind::EarlierPeriod { by, last } => {
                let mut steps = self.moves[*by as usize].clone();
                steps.push(step);
                let by = self.way_back(steps);
                Some(Expr::new(ExprKind::EarlierPeriod { by, last: *last }, e.ty.clone(), e.span))
            }
            _ => None,
        })
    }

    /// Whether the slot is 0 of no rows by itself: any other `?? 0` is the author's.
    fn is_zero_of_nothing(&self, id: u32) -> bool {
        use SlotFunction::{Count, CountDistinct, Sum};
        let slot = self.scans.iter().flat_map(|s| &s.slots).find(|s| s.id == id);
        slot.is_some_and(|s| matches!(s.function, Count | CountDistinct | Sum))
    }

    fn way_back(&mut self, steps: Vec<Option<Length>>) -> u32 {
        let found = self.moves.iter().position(|m| *m == steps).unwrap_or_else(|| {
            self.moves.push(steps);
            self.moves.len() - 1
        });
        found as u32
    }

    fn shifted(&mut self, of: u32, step: Option<Length>, zero: bool, ty: &Type) -> Expr {
        if self.ranks.iter().any(|r| r.id == of) {
            let problem = Diagnostic::error("prior-of-rank", "a rank has no earlier value of its own");
            self.problems.push(problem.help("rank the earlier values: `rank(prior(…) over …)`"));
            return missing();
        }
        // earlier than an earlier one: one way back in two steps
        let (of, mut steps, zero) = match self.shifted.iter().find(|s| s.id == of) {
            Some(inner) => (inner.of, self.moves[inner.by].clone(), inner.zero),
            None => (of, Vec::new(), zero),
        };
        steps.push(step);
        let by = self.way_back(steps) as usize;
        let same = |s: &&Shifted| s.of == of && s.by == by && s.zero == zero;
        let id = match self.shifted.iter().find(same) {
            Some(found) => found.id,
            None => {
                let id = self.new_slot(ty);
                self.shifted.push(Shifted { id, of, by, zero, known_from: 0 });
                id
            }
        };
        Expr::new(ExprKind::Slot(id), ty.clone(), Span::default())
    }

    /// Whether scans find rows of periods or members that the metrics have no data of: those
    /// of other periods, and those of the next, which has not begun.
    pub(super) fn finds_too_much(&self) -> bool {
        let opens = |s: &Scan| match &s.placement {
            Placement::InForce { window, .. } | Placement::Picture { window, .. } => {
                *window == Window::AtStart
            }
            _ => false,
        };
        !self.moves.is_empty() || self.scans.iter().any(opens)
    }

    pub(super) fn number_of_groups(&self) -> usize {
        self.without.len()
    }

    /// Whether the members of every group are shown, with and without data.
    pub(super) fn has_all(&self) -> bool {
        let members = self.members();
        !members.is_empty() && members.iter().map(|m| m.groups.len()).sum::<usize>() == self.without.len()
    }

    pub(super) fn new_slot(&mut self, ty: &Type) -> u32 {
        self.slots.push(ty.clone());
        self.slots.len() as u32 - 1
    }

    fn aggregate(&mut self, aggregate: &Aggregate, ty: &Type) -> Expr {
        let Some(scan) = self.scan(aggregate) else { return missing() };
        let unless = self.unknown(scan, aggregate);
        let known = certainly(self.model, aggregate);
        let value = decompose(self.model, &known, ty, &mut |function, args, filter, ty| {
            self.slot(scan, function, args, filter, ty)
        });
        match unless {
            None => value,
            Some(unless) => Expr::new(ExprKind::Known { value, unless }, ty.clone(), Span::default()),
        }
    }

    /// When the aggregate has no value yet: rows that could still come to count, or a
    /// period that is too young.
    fn unknown(&mut self, scan: usize, aggregate: &Aggregate) -> Option<Expr> {
        let undetermined = undetermined_rows(self.model, aggregate).map(|rows| {
            let rows = or_zero(self.slot(scan, SlotFunction::Count, Vec::new(), Some(rows), count()));
            let none = Expr::new(
                ExprKind::Literal(Literal::Number { digits: 0, scale: 0 }),
                count(),
                Span::default(),
            );
            condition(BinaryOp::Greater, rows, none)
        });
        let young = aggregate.mature.map(|age| {
            let last_day = Expr::new(ExprKind::PeriodEnd, Type::Date, Span::default());
            let today = Expr::new(ExprKind::AsOf, Type::Date, Span::default());
            condition(BinaryOp::Greater, later(&last_day, age), today)
        });
        match (undetermined, young) {
            (Some(a), Some(b)) => Some(condition(BinaryOp::Or, a, b)),
            (a, b) => a.or(b),
        }
    }

    /// The scan that reads the aggregate's rows, made if it is not there yet.
    pub(super) fn scan(&mut self, aggregate: &Aggregate) -> Option<usize> {
        let source = aggregate.source;
        let placement = self.placement(aggregate);
        let without = self.without.clone();
        let same = |s: &Scan| {
            s.source == source
                && s.placement == placement
                && s.dimensions.iter().zip(&without).all(|(d, without)| d.is_none() == *without)
        };
        if let Some(found) = self.scans.iter().position(same) {
            return Some(found);
        }
        self.roll_up(source)?;
        let mut dimensions = Vec::new();
        for (index, without) in without.into_iter().enumerate() {
            dimensions.push(match without {
                true => None,
                false => Some(self.group(source, index)?),
            });
        }
        let request = self.request;
        let filters = match &request.filter {
            Some(filter) if matches!(self.groups, Groups::Dimensions(_)) => {
                vec![self.row_filter(source, filter)?]
            }
            _ => Vec::new(),
        };
        let (slots, shape, reason) = (Vec::new(), Shape::Filter, String::new());
        self.scans.push(Scan { source, dimensions, placement, filters, slots, shape, reason });
        Some(self.scans.len() - 1)
    }

    /// Plans the rows of the source, where it is a rollup.
    fn roll_up(&mut self, source: SourceId) -> Option<()> {
        if !matches!(self.model.source(source).kind, SourceKind::Rollup(_))
            || self.rollups.contains_key(&source)
        {
            return Some(());
        }
        match rollup::draft(self.model, source, self.request) {
            Ok(draft) => {
                self.rollups.insert(source, draft);
                Some(())
            }
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn placement(&self, aggregate: &Aggregate) -> Placement {
        let source = self.model.source(aggregate.source);
        let own = |column| ColumnRef { links: Vec::new(), source: aggregate.source, column };
        let per_period = match &source.kind {
            SourceKind::Rollup(rollup) => rollup.period == RollupPeriod::Asked,
            SourceKind::Stored(_) => false,
        };
        if let (Some(taken), window @ (Window::AtEnd | Window::AtStart)) =
            (source.snapshot, &aggregate.window)
        {
            let valid = source.valid.map(|(from, to)| (own(from), own(to)));
            return Placement::Picture { taken: own(taken), valid, window: window.clone() };
        }
        match (&aggregate.window, &aggregate.on, source.valid) {
            (Window::Period, None, _) if per_period => Placement::Own,
            (Window::Ever, ..) => Placement::Always,
            (window @ (Window::AtEnd | Window::AtStart | Window::During), _, Some((from, to))) => {
                Placement::InForce { from: own(from), to: own(to), window: window.clone() }
            }
            (window, Some(date), _) => Placement::Dated { date: date.clone(), window: window.clone() },
            (_, None, _) => Placement::Always,
        }
    }

    /// The n-th group in terms of the source's rows.
    fn group(&mut self, source: SourceId, index: usize) -> Option<Expr> {
        match &self.groups {
            Groups::Dimensions(by) => self.dimension(source, by[index]),
            Groups::Key { base, columns } => {
                let (base, column) = (*base, columns[index].clone());
                match check::reach::to_source(self.model, source, base, Span::default()) {
                    Ok(links) => {
                        let ty = self.model.column(&column).ty.clone();
                        let column = Expr::new(ExprKind::Column(column), ty, Span::default());
                        Some(through(&column, &links))
                    }
                    Err(problem) => {
                        self.problems.push(problem);
                        None
                    }
                }
            }
        }
    }

    fn dimension(&mut self, source: SourceId, dimension: DimensionId) -> Option<Expr> {
        match check::reach::slice(self.model, source, dimension) {
            Ok(slice) => {
                let value = &self.model.dimension(dimension).values[slice.value].value;
                let value = written_out(self.model, &without_spans(value));
                Some(in_a_group(self.model, &value, &slice.links))
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn row_filter(&mut self, source: SourceId, filter: &Expr) -> Option<Expr> {
        let mut reached = true;
        let filter = map(filter, &mut |e| match &*e.kind {
            ExprKind::Dimension(id) => {
                let group = self.dimension(source, *id);
                reached &= group.is_some();
                group
            }
            _ => None,
        });
        reached.then(|| without_spans(&filter))
    }

    /// The slot of the scan that counts this, made if it is not there yet.
    pub(super) fn slot(
        &mut self,
        scan: usize,
        function: SlotFunction,
        args: Vec<Expr>,
        filter: Option<Expr>,
        ty: Type,
    ) -> Expr {
        let slots = &self.scans[scan].slots;
        let same = |s: &&Slot| s.function == function && s.args == args && s.filter == filter;
        let id = match slots.iter().find(same) {
            Some(slot) => slot.id,
            None => {
                let id = self.new_slot(&ty);
                self.scans[scan].slots.push(Slot { id, function, args, filter, ty: ty.clone() });
                id
            }
        };
        Expr::new(ExprKind::Slot(id), ty, Span::default())
    }

    /// The groups to show whether or not they have rows: of the dimensions that say so
    /// the members, with what those of other dimensions of the same rows are.
    pub(super) fn members(&self) -> Vec<Members> {
        let Groups::Dimensions(by) = &self.groups else { return Vec::new() };
        let by = by.clone();
        let mut all: Vec<Members> = Vec::new();
        for &id in by.iter().filter(|&&id| self.model.dimension(id).members_all) {
            for value in &self.model.dimension(id).values {
                let covered = |m: &Members| m.groups.iter().any(|(i, _)| by[*i] == id);
                if !all.iter().any(covered) {
                    all.extend(self.members_of(value.source, &by, &all));
                }
            }
        }
        all
    }

    fn members_of(&self, source: SourceId, by: &[DimensionId], others: &[Members]) -> Option<Members> {
        let free = |i: usize| !others.iter().any(|m| m.groups.iter().any(|(other, _)| *other == i));
        let group = |id: DimensionId| {
            let slice = check::reach::slice(self.model, source, id).ok()?;
            let value = without_spans(&self.model.dimension(id).values[slice.value].value);
            Some(in_a_group(self.model, &value, &slice.links))
        };
        let groups: Vec<(usize, Expr)> = by
            .iter()
            .enumerate()
            .filter(|(i, _)| free(*i))
            .filter_map(|(i, &id)| Some((i, group(id)?)))
            .collect();
        let mut reached = true;
        let filters = self.request.filter.iter().map(|filter| {
            let filter = map(filter, &mut |e| match &*e.kind {
                ExprKind::Dimension(id) => {
                    let group = group(*id);
                    reached &= group.is_some();
                    group
                }
                _ => None,
            });
            without_spans(&filter)
        });
        let filters = filters.collect();
        reached.then_some(Members { source, groups, filters })
    }
}

/// When something in the value is not yet known.
fn unknowns(value: &Expr, found: &mut Vec<Expr>) {
    if let ExprKind::Known { unless, .. } = &*value.kind {
        found.push(unless.clone());
    }
    value.children().into_iter().for_each(|child| unknowns(child, found));
}

fn missing() -> Expr {
    Expr::new(ExprKind::Missing, Type::Error, Span::default())
}

pub(super) fn condition(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    Expr::new(ExprKind::Binary(op, a, b), Type::Bool, Span::default())
}

/// The aggregate of what is certain, where something in it is not yet.
pub(super) fn certainly(model: &CheckedModel, aggregate: &Aggregate) -> Aggregate {
    let filter = aggregate.filter.as_ref().map(|f| certain(&written_out(model, f)));
    let settle = |e: &Expr| match aggregate.function {
        AggregateFn::Proportion => certain(&written_out(model, e)),
        _ => settled(&written_out(model, e)),
    };
    Aggregate { args: aggregate.args.iter().map(settle).collect(), filter, ..aggregate.clone() }
}

/// True for the rows that could still come to count, or to count otherwise; none where
/// nothing asks `within`.
pub(super) fn undetermined_rows(model: &CheckedModel, aggregate: &Aggregate) -> Option<Expr> {
    let open = |e: &&Expr| has_within(model, e);
    let args: Vec<Expr> = aggregate.args.iter().filter(open).map(|e| written_out(model, e)).collect();
    let filter = aggregate.filter.as_ref().map(|f| written_out(model, f));
    let mut ways: Vec<Expr> = args
        .iter()
        .map(|arg| match aggregate.function {
            AggregateFn::Proportion => undetermined(arg),
            _ => depends(arg),
        })
        .collect();
    ways.extend(aggregate.filter.iter().filter(open).zip(&filter).map(|(_, f)| undetermined(f)));
    let any = ways.into_iter().reduce(|a, b| condition(BinaryOp::Or, a, b))?;
    and(filter.as_ref().map(|f| without_spans(&possible(f))), Some(without_spans(&any)))
}

/// Not certainly true, but possibly.
fn undetermined(open: &Expr) -> Expr {
    let no = Expr::new(ExprKind::Literal(Literal::Bool(false)), Type::Bool, Span::default());
    let certain = condition(BinaryOp::Else, certain(open), no);
    let not_yet = Expr::new(ExprKind::Not(certain), Type::Bool, Span::default());
    condition(BinaryOp::And, possible(open), not_yet)
}

/// The value at the end of the links. A row whose links find nothing has none, whatever
/// the value makes of missing columns.
fn in_a_group(model: &CheckedModel, value: &Expr, links: &[LinkRef]) -> Expr {
    let there = without_spans(&through(value, links));
    let Some(last) = links.last().filter(|_| !matches!(&*value.kind, ExprKind::Column(_))) else {
        return there;
    };
    let source = model.link(*last).target;
    let Some(&key) = model.source(source).key.first() else { return there };
    let column = ColumnRef { links: links.to_vec(), source, column: key };
    let ty = model.column(&column).ty.clone();
    let key = Expr::new(ExprKind::Column(column), ty, Span::default());
    let nothing = Expr::new(ExprKind::IsMissing(key), Type::Bool, Span::default());
    let missing = Expr::new(ExprKind::Missing, there.ty.clone(), Span::default());
    let ty = there.ty.clone();
    Expr::new(ExprKind::If(nothing, missing, there), ty, Span::default())
}

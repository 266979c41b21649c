//! Metrics -> expressions over slots: what is made of the numbers that scans count, in
//! this period and in others, of this group and of all.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::ask::Request;
use super::behind::Counted;
use super::decompose::{decompose, is_zero};
use super::fits::fits;
use super::ir::{
    DimensionColumn, Members, Output, Rank, Scan, Shifted, Shown, SlotFunction, SortKey, SortOf,
};
use super::needs::own_needs;
use super::order::{Order, OrderBy};
use super::rewrite::map;
use super::rollup;
use super::undetermined::certainly;
use crate::check::{
    Aggregate, Better, BinaryOp, CheckedModel, ColumnRef, DimensionId, Expr, ExprKind, Length, Literal,
    MetricId, Show, SourceId, Style, Type, rank_problem,
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
    /// Those of the outputs that count the rows behind metrics.
    pub behind: Vec<Counted>,
    pub having: Option<Expr>,
    /// Which rows have data, where not all that the scans find have.
    pub shown: Option<Vec<Shown>>,
    pub order: Vec<SortKey>,
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
    let members = builder.members();
    builder.all_members = !members.is_empty();
    let mut outputs: Vec<Output> = request.metrics.iter().map(|&id| builder.output(id)).collect();
    outputs.extend(request.beside.iter().map(|expr| builder.beside(expr)));
    let behind = if request.counts { builder.counts(&mut outputs) } else { Vec::new() };
    let having = request.having.as_ref().map(|having| builder.having(having));
    let shown = builder.shown();
    let order = request.order.iter().map(|order| builder.sort_key(order)).collect();
    let dimensions = request.by.iter().map(|&id| dimension_column(model, id)).collect();
    let member = builder.member;
    let draft = builder.finish(dimensions, outputs, having, members)?;
    Ok(Draft { order, shown, member, behind, ..draft })
}

/// True of periods after `as_of`.
pub fn not_begun() -> Expr {
    after(Expr::new(ExprKind::AsOf, Type::Date, Span::default()), BinaryOp::Greater)
}

/// True of the periods from the one that starts on that day on.
pub fn starts_from(day: Date) -> Expr {
    after(Expr::new(ExprKind::Literal(Literal::Date(day)), Type::Date, Span::default()), BinaryOp::GreaterEq)
}

fn after(day: Expr, how: BinaryOp) -> Expr {
    let start = Expr::new(ExprKind::PeriodStart, Type::Date, Span::default());
    Expr::new(ExprKind::Binary(how, start, day), Type::Bool, Span::default())
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
    pub request: &'a Request,
    pub groups: Groups,
    /// Groups that the aggregates met now are taken without, inside `total`.
    pub without: Vec<bool>,
    pub scans: Vec<Scan>,
    slots: Vec<Type>,
    shifted: Vec<Shifted>,
    pub moves: Vec<Vec<Option<Length>>>,
    ranks: Vec<Rank>,
    /// The members of every group are shown, with and without data.
    pub all_members: bool,
    /// The slot that is true of them, once it is needed.
    pub member: Option<u32>,
    metrics: HashMap<(MetricId, Vec<bool>), Expr>,
    pub problems: Vec<Diagnostic>,
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
            all_members: false,
            member: None,
            metrics: HashMap::new(),
            problems: Vec::new(),
        }
    }

    pub fn finish(
        self,
        dimensions: Vec<DimensionColumn>,
        outputs: Vec<Output>,
        having: Option<Expr>,
        members: Vec<Members>,
    ) -> Result<Draft, Vec<Diagnostic>> {
        let (model, request) = (self.model, self.request.clone());
        let Builder { scans, slots, shifted, moves, ranks, problems, .. } = self;
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut draft = Draft {
            request,
            dimensions,
            scans,
            slots,
            shifted,
            moves,
            outputs,
            behind: Vec::new(),
            having,
            shown: None,
            order: Vec::new(),
            ranks,
            members,
            member: None,
            rollups: BTreeMap::new(),
        };
        // of each rollup what is read of it: its other columns may be made of these
        for (source, wanted) in own_needs(model, &draft).rollups {
            let rows = rollup::draft(model, source, &wanted, &draft.request)?;
            draft.rollups.insert(source, rows);
        }
        Ok(draft)
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

    fn sort_key(&mut self, order: &Order) -> SortKey {
        let of = match order.by {
            OrderBy::Period => SortOf::Period,
            OrderBy::Dimension(index) => SortOf::Group(index),
            OrderBy::Metric(id) => SortOf::Value(self.metric(id)),
        };
        SortKey { of, descending: order.descending }
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

    /// What the results have to fulfil, as they are shown: after `as_of` there are none.
    fn having(&mut self, having: &Expr) -> Expr {
        if self.request.to.is_none() || self.request.grain.is_none() && self.request.from.is_none() {
            return self.value(having);
        }
        map(having, &mut |e| match &*e.kind {
            ExprKind::Metric(id) => {
                let (value, unless) = (self.metric(*id), not_begun());
                Some(Expr::new(ExprKind::Known { value, unless }, e.ty.clone(), e.span))
            }
            ExprKind::Aggregate(_) | ExprKind::Prior(..) | ExprKind::Total(..) | ExprKind::Rank(..) => {
                Some(self.value(e))
            }
            _ => None,
        })
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
            ExprKind::Rank(inner, over, highest_first) => Some(self.rank(e, inner, *over, *highest_first)),
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

    fn rank(&mut self, expr: &Expr, inner: &Expr, over: DimensionId, highest_first: bool) -> Expr {
        let ty = &expr.ty;
        let value = self.value(inner);
        // what has no data has no place, whatever else brings it into the answer
        let present = self.in_any_case(inner);
        let value = Expr::new(ExprKind::If(present, value.clone(), missing()), value.ty.clone(), value.span);
        let group = match &self.groups {
            Groups::Dimensions(by) => by.iter().position(|d| *d == over),
            Groups::Key { .. } => None,
        };
        let Some(group) = group else {
            let mut problem = rank_problem(self.model, expr, &[]);
            // the place is in the project's files, which are not those of the ask
            problem.iter_mut().for_each(|p| p.labels.clear());
            self.problems.extend(problem);
            return missing();
        };
        let id = self.new_slot(ty);
        let mut unknown = Vec::new();
        unknowns(&value, &mut unknown);
        self.ranks.push(Rank { id, value, group, highest_first });
        let place = Expr::new(ExprKind::Slot(id), ty.clone(), Span::default());
        let or = |a, b| Expr::new(ExprKind::Binary(BinaryOp::Or, a, b), Type::Bool, Span::default());
        match unknown.into_iter().reduce(or) {
            Some(unless) => Expr::new(ExprKind::Known { value: place, unless }, ty.clone(), Span::default()),
            None => place,
        }
    }

    /// The value an earlier period: every slot in it is one of that period.
    pub fn earlier(&mut self, value: &Expr, step: Option<Length>) -> Expr {
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
                steps.insert(0, step);
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
        // earlier than an earlier one: one way back in two steps, the outer one first
        let (of, mut steps, zero) = match self.shifted.iter().find(|s| s.id == of) {
            Some(inner) => (inner.of, self.moves[inner.by].clone(), inner.zero),
            None => (of, Vec::new(), zero),
        };
        steps.insert(0, step);
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

    pub fn ranks(&self) -> &[Rank] {
        &self.ranks
    }

    pub fn new_slot(&mut self, ty: &Type) -> u32 {
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

//! Metrics -> slots: every aggregate taken apart into numbers that a scan can count,
//! each number counted once, however many metrics use it.

use std::collections::HashMap;

use super::ask::Request;
use super::ir::{DimensionColumn, Output, Placement, Scan, Shape, Shifted, Slot, SlotFunction};
use super::rewrite::{map, through, without_spans};
use crate::check::{
    self, Aggregate, AggregateFn, BinaryOp, CheckedModel, ColumnRef, DimensionId, Expr, ExprKind, Kind,
    Length, Literal, MetricId, Repr, SourceId, Type, Window,
};
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use crate::units::Unit;

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
}

pub fn draft(model: &CheckedModel, request: Request) -> Result<Draft, Vec<Diagnostic>> {
    let mut builder = Builder {
        model,
        request: &request,
        scans: Vec::new(),
        slots: Vec::new(),
        shifted: Vec::new(),
        moves: Vec::new(),
        metrics: HashMap::new(),
        problems: Vec::new(),
    };
    let outputs = request.metrics.iter().map(|&id| builder.output(id)).collect();
    let having = request.having.as_ref().map(|having| builder.value(having));
    let Builder { scans, slots, shifted, moves, problems, .. } = builder;
    if !problems.is_empty() {
        return Err(problems);
    }
    let dimensions = request.by.iter().map(|&id| dimension_column(model, id)).collect();
    Ok(Draft { dimensions, scans, slots, shifted, moves, outputs, having, request })
}

fn dimension_column(model: &CheckedModel, id: DimensionId) -> DimensionColumn {
    let dimension = model.dimension(id);
    let label = dimension.label.clone().unwrap_or_else(|| heading(&dimension.name));
    DimensionColumn { id, name: dimension.name.clone(), label, ty: dimension.ty.clone() }
}

/// `sales_cycle` as a person would write it: `Sales cycle`.
fn heading(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

struct Builder<'a> {
    model: &'a CheckedModel,
    request: &'a Request,
    scans: Vec<Scan>,
    slots: Vec<Type>,
    shifted: Vec<Shifted>,
    moves: Vec<Vec<Option<Length>>>,
    metrics: HashMap<MetricId, Expr>,
    problems: Vec<Diagnostic>,
}

impl Builder<'_> {
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

    /// The metric over slots.
    fn metric(&mut self, id: MetricId) -> Expr {
        if let Some(done) = self.metrics.get(&id) {
            return done.clone();
        }
        let value = self.value(&self.model.metric(id).value);
        self.metrics.insert(id, value.clone());
        value
    }

    fn value(&mut self, expr: &Expr) -> Expr {
        map(expr, &mut |e| match &*e.kind {
            ExprKind::Metric(id) => Some(self.metric(*id)),
            ExprKind::Aggregate(aggregate) => Some(self.aggregate(aggregate, &e.ty)),
            ExprKind::Prior(inner, length) => {
                let inner = self.value(inner);
                Some(self.earlier(&inner, *length))
            }
            _ => None,
        })
    }

    /// The value an earlier period: every slot in it is one of that period.
    fn earlier(&mut self, value: &Expr, step: Option<Length>) -> Expr {
        map(value, &mut |e| match &*e.kind {
            ExprKind::Slot(id) => Some(self.shifted(*id, step, false, &e.ty)),
            ExprKind::Binary(BinaryOp::Else, slot, zero) if is_zero(zero) => match &*slot.kind {
                ExprKind::Slot(id) => Some(self.shifted(*id, step, true, &e.ty)),
                _ => None,
            },
            _ => None,
        })
    }

    fn shifted(&mut self, of: u32, step: Option<Length>, zero: bool, ty: &Type) -> Expr {
        // earlier than an earlier one: one way back in two steps
        let (of, mut steps, zero) = match self.shifted.iter().find(|s| s.id == of) {
            Some(inner) => (inner.of, self.moves[inner.by].clone(), inner.zero),
            None => (of, Vec::new(), zero),
        };
        steps.push(step);
        let by = self.moves.iter().position(|m| *m == steps).unwrap_or_else(|| {
            self.moves.push(steps);
            self.moves.len() - 1
        });
        let same = |s: &&Shifted| s.of == of && s.by == by && s.zero == zero;
        let id = match self.shifted.iter().find(same) {
            Some(found) => found.id,
            None => {
                let id = self.slots.len() as u32;
                self.slots.push(ty.clone());
                self.shifted.push(Shifted { id, of, by, zero, known_from: 0 });
                id
            }
        };
        Expr::new(ExprKind::Slot(id), ty.clone(), Span::default())
    }

    fn aggregate(&mut self, aggregate: &Aggregate, ty: &Type) -> Expr {
        let Some(scan) = self.scan(aggregate) else {
            return Expr::new(ExprKind::Missing, Type::Error, Span::default());
        };
        decompose(aggregate, ty, &mut |function, arg, filter, ty| self.slot(scan, function, arg, filter, ty))
    }

    /// The scan that reads the aggregate's rows, made if it is not there yet.
    fn scan(&mut self, aggregate: &Aggregate) -> Option<usize> {
        let source = aggregate.source;
        let placement = self.placement(aggregate);
        let same = |s: &Scan| s.source == source && s.placement == placement;
        if let Some(found) = self.scans.iter().position(same) {
            return Some(found);
        }
        let request = self.request;
        let dimensions = request.by.iter().map(|&d| self.group(source, d)).collect::<Option<_>>()?;
        let filters = match &request.filter {
            None => Vec::new(),
            Some(filter) => vec![self.row_filter(source, filter)?],
        };
        let (slots, shape, reason) = (Vec::new(), Shape::Filter, String::new());
        self.scans.push(Scan { source, dimensions, placement, filters, slots, shape, reason });
        Some(self.scans.len() - 1)
    }

    fn placement(&self, aggregate: &Aggregate) -> Placement {
        let own = |column| ColumnRef { links: Vec::new(), source: aggregate.source, column };
        let source = self.model.source(aggregate.source);
        if let (Some(taken), window @ (Window::AtEnd | Window::AtStart)) =
            (source.snapshot, &aggregate.window)
        {
            let valid = source.valid.map(|(from, to)| (own(from), own(to)));
            return Placement::Picture { taken: own(taken), valid, window: window.clone() };
        }
        match (&aggregate.window, &aggregate.on, source.valid) {
            (Window::Ever, ..) => Placement::Always,
            (window @ (Window::AtEnd | Window::AtStart | Window::During), _, Some((from, to))) => {
                Placement::InForce { from: own(from), to: own(to), window: window.clone() }
            }
            (window, Some(date), _) => Placement::Dated { date: date.clone(), window: window.clone() },
            (_, None, _) => Placement::Always,
        }
    }

    /// The dimension in terms of the source's rows.
    fn group(&mut self, source: SourceId, dimension: DimensionId) -> Option<Expr> {
        match check::reach::slice(self.model, source, dimension) {
            Ok(slice) => {
                let value = &self.model.dimension(dimension).values[slice.value].value;
                Some(through(&without_spans(value), &slice.links))
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
                let group = self.group(source, *id);
                reached &= group.is_some();
                group
            }
            _ => None,
        });
        reached.then(|| without_spans(&filter))
    }

    /// The slot of the scan that counts this, made if it is not there yet.
    fn slot(
        &mut self,
        scan: usize,
        function: SlotFunction,
        arg: Option<Expr>,
        filter: Option<Expr>,
        ty: Type,
    ) -> Expr {
        let slots = &mut self.scans[scan].slots;
        let same = |s: &&Slot| s.function == function && s.arg == arg && s.filter == filter;
        let id = match slots.iter().find(same) {
            Some(slot) => slot.id,
            None => {
                let id = self.slots.len() as u32;
                self.slots.push(ty.clone());
                slots.push(Slot { id, function, arg, filter, ty: ty.clone() });
                id
            }
        };
        Expr::new(ExprKind::Slot(id), ty, Span::default())
    }
}

/// An aggregate as an expression over slots: an average is a sum over a count.
pub fn decompose(
    aggregate: &Aggregate,
    ty: &Type,
    slot: &mut dyn FnMut(SlotFunction, Option<Expr>, Option<Expr>, Type) -> Expr,
) -> Expr {
    let filter = aggregate.filter.as_ref().map(without_spans);
    let arg = aggregate.args.first().map(without_spans);
    let mut make = |function, ty: &Type| slot(function, arg.clone(), filter.clone(), ty.clone());
    match aggregate.function {
        AggregateFn::Count => or_zero(make(SlotFunction::Count, &count())),
        AggregateFn::CountDistinct => or_zero(make(SlotFunction::CountDistinct, &count())),
        AggregateFn::Sum => or_zero(make(SlotFunction::Sum, ty)),
        AggregateFn::Min => make(SlotFunction::Min, ty),
        AggregateFn::Max => make(SlotFunction::Max, ty),
        AggregateFn::Median => make(SlotFunction::Percentile(0.5), ty),
        AggregateFn::Percentile(p) => make(SlotFunction::Percentile(p), ty),
        AggregateFn::Stddev => make(SlotFunction::Stddev, ty),
        AggregateFn::Average => {
            let sum = make(SlotFunction::Sum, &arg.as_ref().map_or(Type::Error, |a| a.ty.clone()));
            quotient(sum, make(SlotFunction::Count, &count()), ty)
        }
        AggregateFn::Proportion => {
            let part = and(filter.clone(), arg.clone());
            let part = slot(SlotFunction::Count, None, part, count());
            quotient(or_zero(part), slot(SlotFunction::Count, None, filter, count()), ty)
        }
        AggregateFn::First | AggregateFn::Last | AggregateFn::Correlation | AggregateFn::TopShare(_) => {
            Expr::new(ExprKind::Missing, ty.clone(), Span::default())
        }
    }
}

fn count() -> Type {
    Type::number(Unit::none(), Kind::Count, Repr::Int)
}

/// `count` and `sum` of nothing are 0.
fn or_zero(slot: Expr) -> Expr {
    let scale = match &slot.ty {
        Type::Number(number) => match number.repr {
            Repr::Decimal(scale) => scale,
            Repr::Int | Repr::Float => 0,
        },
        _ => 0,
    };
    let zero =
        Expr::new(ExprKind::Literal(Literal::Number { digits: 0, scale }), slot.ty.clone(), Span::default());
    let ty = slot.ty.clone();
    Expr::new(ExprKind::Binary(BinaryOp::Else, slot, zero), ty, Span::default())
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Literal(Literal::Number { digits: 0, .. }))
}

fn quotient(a: Expr, b: Expr, ty: &Type) -> Expr {
    Expr::new(ExprKind::Binary(BinaryOp::Div, a, b), ty.clone(), Span::default())
}

fn and(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => {
            Some(Expr::new(ExprKind::Binary(BinaryOp::And, a, b), Type::Bool, Span::default()))
        }
        (a, b) => a.or(b),
    }
}

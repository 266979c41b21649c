//! Aggregates -> scans and their slots: each source is read once for every way of putting
//! its rows into periods and groups, and each number counted once.

use super::build::{Builder, Groups};
use super::ir::{Placement, Scan, Shape, Slot, SlotFunction};
use super::rewrite::{map, through, without_spans};
use super::undetermined::written_out;
use crate::check::{
    self, Aggregate, CheckedModel, ColumnRef, DimensionId, Expr, ExprKind, LinkRef, SourceId, Type, Window,
};
use crate::text::Span;

impl Builder<'_> {
    /// The scan that reads the aggregate's rows, made if it is not there yet.
    pub fn scan(&mut self, aggregate: &Aggregate) -> Option<usize> {
        let source = aggregate.source;
        let placement = self.placement(aggregate);
        let without = self.without.clone();
        let same = |s: &Scan| {
            s.source == source
                && s.via == aggregate.via
                && s.placement == placement
                && s.dimensions.iter().zip(&without).all(|(d, without)| d.is_none() == *without)
        };
        if let Some(found) = self.scans.iter().position(same) {
            return Some(found);
        }
        let mut dimensions = Vec::new();
        for (index, without) in without.into_iter().enumerate() {
            dimensions.push(match without {
                true => None,
                false => Some(self.group(aggregate, index)?),
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
        let via = aggregate.via;
        self.scans.push(Scan { source, via, dimensions, placement, filters, slots, shape, reason });
        Some(self.scans.len() - 1)
    }

    fn placement(&self, aggregate: &Aggregate) -> Placement {
        let source = self.model.source(aggregate.source);
        let own = |column| ColumnRef { links: Vec::new(), source: aggregate.source, column };
        if let (Some(taken), window @ (Window::AtEnd | Window::AtStart)) =
            (source.snapshot, &aggregate.window)
        {
            let valid = source.valid.map(|(from, to)| (own(from), own(to)));
            return Placement::Picture { taken: own(taken), valid, window: window.clone() };
        }
        match (&aggregate.window, &aggregate.on, source.valid) {
            (Window::Period, None, _) if source.follows_the_question() => Placement::Own,
            (Window::Ever, ..) => Placement::Always,
            (window @ (Window::AtEnd | Window::AtStart | Window::During), _, Some((from, to))) => {
                Placement::InForce { from: own(from), to: own(to), window: window.clone() }
            }
            (window, Some(date), _) => Placement::Dated { date: date.clone(), window: window.clone() },
            (_, None, _) => Placement::Always,
        }
    }

    /// The n-th group in terms of the rows aggregated.
    fn group(&mut self, aggregate: &Aggregate, index: usize) -> Option<Expr> {
        let source = aggregate.source;
        match &self.groups {
            Groups::Dimensions(by) => self.dimension(source, by[index]),
            Groups::Key { base, columns } => {
                let (base, column) = (*base, columns[index].clone());
                match check::reach::belonging(self.model, aggregate, base, Span::default()) {
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

    pub fn dimension(&mut self, source: SourceId, dimension: DimensionId) -> Option<Expr> {
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
    pub fn slot(
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
}

/// The value at the end of the links. A row whose links find nothing has none, whatever
/// the value makes of missing columns.
pub fn in_a_group(model: &CheckedModel, value: &Expr, links: &[LinkRef]) -> Expr {
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

//! Whether a metric has any data for a member: rows that count, in the period or in the
//! earlier one that its `prior` looks at.

use super::build::Builder;
use super::decompose::{count, or_zero};
use super::fits::fits;
use super::ir::{Placement, Scan, Shown, SlotFunction};
use super::rewrite::without_spans;
use super::undetermined::{certainly, undetermined_rows};
use crate::check::{Aggregate, BinaryOp, DimensionId, Expr, ExprKind, Literal, Type, Window};
use crate::text::Span;

impl Builder<'_> {
    /// Which rows are in the answer; `None`: all that the scans find.
    pub fn shown(&mut self) -> Option<Vec<Shown>> {
        if self.without.is_empty() || !self.finds_too_much() {
            return None;
        }
        let (model, request) = (self.model, self.request);
        let metrics = request.metrics.iter().map(|id| model.metric(*id).value.clone());
        let fitting = request.beside.iter().filter(|expr| fits(model, expr, request)).cloned();
        let exprs: Vec<Expr> = metrics.chain(fitting).chain(request.having.clone()).collect();
        let mut shown: Vec<Shown> = exprs
            .iter()
            .map(|expr| Shown { value: self.value(expr), present: self.presence(expr) })
            .collect();
        // members are shown in every period
        if let Some(member) = self.is_member() {
            shown.push(Shown { value: no(), present: member });
        }
        Some(shown)
    }

    /// Whether scans find rows of periods that the metrics have no data of: those of other
    /// periods, and those of the next, which has not begun.
    fn finds_too_much(&self) -> bool {
        let opens = |s: &Scan| match &s.placement {
            Placement::InForce { window, .. } | Placement::Picture { window, .. } => {
                *window == Window::AtStart
            }
            _ => false,
        };
        !self.moves.is_empty() || self.scans.iter().any(opens)
    }

    /// True where the expression has any data, and of members that need none.
    pub fn in_any_case(&mut self, expr: &Expr) -> Expr {
        let present = self.presence(expr);
        match self.is_member() {
            Some(member) => or(present, member),
            None => present,
        }
    }

    fn is_member(&mut self) -> Option<Expr> {
        if !self.all_members {
            return None;
        }
        let id = self.member.unwrap_or_else(|| self.new_slot(&Type::Bool));
        self.member = Some(id);
        Some(Expr::new(ExprKind::Slot(id), Type::Bool, Span::default()))
    }

    /// True where the expression has any data.
    fn presence(&mut self, expr: &Expr) -> Expr {
        match &*expr.kind {
            ExprKind::Aggregate(aggregate) => self.has_rows(aggregate),
            ExprKind::Metric(id) => {
                let value = self.model.metric(*id).value.clone();
                self.presence(&value)
            }
            ExprKind::Prior(..) if self.request.grain.is_none() => no(),
            ExprKind::Prior(inner, length) => {
                let inner = self.presence(inner);
                self.earlier(&inner, *length)
            }
            // the numbers of all members are no member's data
            ExprKind::Total(_, over) if self.leaves_out(over.as_deref()) => no(),
            _ => {
                let children = expr.children().into_iter().cloned().collect::<Vec<Expr>>();
                children.iter().map(|child| self.presence(child)).reduce(or).unwrap_or_else(no)
            }
        }
    }

    /// Whether the answer is by any of the dimensions.
    fn leaves_out(&self, over: Option<&[DimensionId]>) -> bool {
        over.is_none_or(|over| over.iter().any(|d| self.request.by.contains(d)))
    }

    fn has_rows(&mut self, aggregate: &Aggregate) -> Expr {
        let Some(scan) = self.scan(aggregate) else { return no() };
        let counting = certainly(self.model, aggregate).filter.map(|f| without_spans(&f));
        let any = self.some(scan, counting);
        match undetermined_rows(self.model, aggregate) {
            Some(open) => or(any, self.some(scan, Some(open))),
            None => any,
        }
    }

    fn some(&mut self, scan: usize, filter: Option<Expr>) -> Expr {
        let rows = or_zero(self.slot(scan, SlotFunction::Count, Vec::new(), filter, count()));
        let zero =
            Expr::new(ExprKind::Literal(Literal::Number { digits: 0, scale: 0 }), count(), Span::default());
        Expr::new(ExprKind::Binary(BinaryOp::Greater, rows, zero), Type::Bool, Span::default())
    }
}

fn or(a: Expr, b: Expr) -> Expr {
    Expr::new(ExprKind::Binary(BinaryOp::Or, known(a), known(b)), Type::Bool, Span::default())
}

/// What is missing, before the first data, is none.
fn known(condition: Expr) -> Expr {
    Expr::new(ExprKind::Binary(BinaryOp::Else, condition, no()), Type::Bool, Span::default())
}

fn no() -> Expr {
    Expr::new(ExprKind::Literal(Literal::Bool(false)), Type::Bool, Span::default())
}

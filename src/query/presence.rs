//! Whether a metric has any data for a member: rows that count, in the period or in the
//! earlier one that its `prior` looks at.

use super::build::{Builder, certainly, condition, undetermined_rows};
use super::decompose::{count, or_zero};
use super::fits::fits;
use super::ir::{Shown, SlotFunction};
use super::rewrite::without_spans;
use crate::check::{Aggregate, BinaryOp, Expr, ExprKind, Literal, Type};
use crate::text::Span;

impl Builder<'_> {
    /// Which rows are in the answer; `None`: all that the scans find.
    pub(super) fn shown(&mut self) -> Option<Vec<Shown>> {
        if self.number_of_groups() == 0 || !self.finds_too_much() {
            return None;
        }
        let metrics = self.request.metrics.iter().map(|id| self.model.metric(*id).value.clone());
        let (model, request) = (self.model, self.request);
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

    /// True where the expression has any data, and of members that need none.
    pub(super) fn in_any_case(&mut self, expr: &Expr) -> Expr {
        let present = self.presence(expr);
        self.or_member(present)
    }

    fn or_member(&mut self, present: Expr) -> Expr {
        match self.is_member() {
            Some(member) => or(present, member),
            None => present,
        }
    }

    fn is_member(&mut self) -> Option<Expr> {
        if !self.has_all() {
            return None;
        }
        let id = self.member.unwrap_or_else(|| self.new_slot(&Type::Bool));
        self.member = Some(id);
        Some(Expr::new(ExprKind::Slot(id), Type::Bool, Span::default()))
    }

    /// True where the expression has any data.
    pub(super) fn presence(&mut self, expr: &Expr) -> Expr {
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
            ExprKind::Total(..) => no(),
            _ => {
                let children = expr.children().into_iter().cloned().collect::<Vec<Expr>>();
                children.iter().map(|child| self.presence(child)).reduce(or).unwrap_or_else(no)
            }
        }
    }

    fn has_rows(&mut self, aggregate: &Aggregate) -> Expr {
        let Some(scan) = self.scan(aggregate) else { return no() };
        let counting = certainly(self.model, aggregate).filter.map(|f| without_spans(&f));
        let open = undetermined_rows(self.model, aggregate);
        let mut any = self.some(scan, counting);
        if let Some(open) = open {
            any = or(any, self.some(scan, Some(open)));
        }
        any
    }

    fn some(&mut self, scan: usize, filter: Option<Expr>) -> Expr {
        let rows = or_zero(self.slot(scan, SlotFunction::Count, Vec::new(), filter, count()));
        let zero = Literal::Number { digits: 0, scale: 0 };
        condition(BinaryOp::Greater, rows, Expr::new(ExprKind::Literal(zero), count(), Span::default()))
    }
}

fn or(a: Expr, b: Expr) -> Expr {
    condition(BinaryOp::Or, known(a), known(b))
}

/// What is missing, before the first data, is none.
fn known(condition: Expr) -> Expr {
    Expr::new(ExprKind::Binary(BinaryOp::Else, condition, no()), Type::Bool, Span::default())
}

fn no() -> Expr {
    Expr::new(ExprKind::Literal(Literal::Bool(false)), Type::Bool, Span::default())
}

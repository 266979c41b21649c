//! The rows before and after a row, in an order: `previous(stage per opportunity_id)`.
//!
//! A row without a value to be ordered by, or without one of what it is `per`, has no
//! neighbours and is nobody's. Rows at one place in the order are put in that of their
//! keys; without a key in that of the value, then of all that the query reads.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::functions_window::expr_fn::{lag, lead, row_number};
use datafusion::logical_expr::{
    Expr as DfExpr, ExprFunctionExt, LogicalPlanBuilder, SortExpr, cast, lit, when,
};

use super::steps::Rows;
use super::with_window;
use crate::check::{ColumnId, ColumnKind, Expr, ExprKind, Neighbour, Type};
use crate::plan::expr::{named, slot_name};

/// A value that comes of a row beside this one.
pub struct Beside {
    pub id: u32,
    pub kind: Neighbour,
    /// None for `position`.
    pub value: Option<Expr>,
    pub per: Vec<Expr>,
    pub by: Vec<Expr>,
    /// The columns of the key.
    pub breaks_ties: Vec<ColumnId>,
}

impl Beside {
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.value.iter().chain(&self.per).chain(&self.by)
    }
}

impl Rows<'_> {
    pub fn take_beside(
        &mut self,
        kind: Neighbour,
        value: Option<Expr>,
        per: Vec<Expr>,
        by: Vec<Expr>,
        ty: &Type,
    ) -> Expr {
        let key = &self.declared().key;
        let breaks_ties: Vec<ColumnId> = key.iter().copied().filter(|c| !self.looks_beside(*c)).collect();
        breaks_ties.iter().for_each(|c| self.want_own(*c));
        let (id, slot) = self.slot(ty);
        self.beside.push(Beside { id, kind, value, per, by, breaks_ties });
        slot
    }

    /// Whether the column itself needs the neighbours of its row.
    fn looks_beside(&self, column: ColumnId) -> bool {
        let ColumnKind::Computed(expr) = &self.declared().columns[column.index()].kind else { return false };
        self.expr_looks_beside(expr)
    }

    fn expr_looks_beside(&self, expr: &Expr) -> bool {
        match &*expr.kind {
            ExprKind::Neighbour { .. } => true,
            ExprKind::Column(column) => column.links.is_empty() && self.looks_beside(column.column),
            _ => expr.children().into_iter().any(|child| self.expr_looks_beside(child)),
        }
    }

    pub fn look_beside(&self, plan: LogicalPlanBuilder, beside: &Beside) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let lower = |list: &[Expr]| list.iter().map(|e| scope.lower(e)).collect::<Result<Vec<_>>>();
        let (value, per, by) = (lower(beside.value.as_slice())?, lower(&beside.per)?, lower(&beside.by)?);
        let placed = per.iter().chain(&by).cloned().map(DfExpr::is_not_null).reduce(DfExpr::and);
        let placed = placed.unwrap_or_else(|| lit(true));
        // rows that have no place in the order are kept apart
        let apart = by.iter().cloned().map(DfExpr::is_null);
        let partition: Vec<DfExpr> = per.into_iter().chain(apart).collect();
        let order = self.order(beside, by, &value);
        let first = value.into_iter().next();
        let function = match (beside.kind, first) {
            (Neighbour::Previous, Some(value)) => lag(value, Some(1), None),
            (Neighbour::Next, Some(value)) => lead(value, Some(1), None),
            _ => row_number(),
        };
        let function = function.partition_by(partition).order_by(order).build()?;
        let columns = super::columns_of(&plan);
        let name = slot_name(beside.id);
        let found = match beside.kind {
            Neighbour::Position => cast(named(&name), DataType::Int64),
            _ => named(&name),
        };
        let found = when(placed, found).end()?.alias(&name);
        with_window(plan, function, name)?.project(columns.into_iter().chain([found]))
    }

    fn order(&self, beside: &Beside, by: Vec<DfExpr>, value: &[DfExpr]) -> Vec<SortExpr> {
        let name = |c: &ColumnId| named(self.relations.scope.own_name(self.source, *c));
        let mut order = by;
        order.extend(beside.breaks_ties.iter().map(name));
        if beside.breaks_ties.len() < self.declared().key.len().max(1) {
            order.extend_from_slice(value);
            order.extend(self.columns.iter().filter(|c| !self.computed.contains_key(c)).map(name));
        }
        order.into_iter().map(|e| e.sort(true, false)).collect()
    }
}

//! What data promises where rows are joined: one row a key, one in force at a time, one
//! latest. A plan for each that finds the first break, and nothing where all is well.

use datafusion::common::Result;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::functions_window::expr_fn::lead;
use datafusion::logical_expr::{Expr as DfExpr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, lit};

use super::{Relations, own, with_window};
use crate::check::{ColumnId, SourceId};
use crate::plan::expr::named;
use crate::query::Promise;

const FROM: &str = "#from";
const TO: &str = "#to";
const NEXT: &str = "#next";

impl Relations<'_> {
    /// Of a broken promise one row: the columns that [`Promise::columns`] names, then how
    /// many rows have these values (of an overlap: until when, and the start of the next).
    pub fn broken(&self, promise: &Promise) -> Result<LogicalPlan> {
        match promise {
            Promise::OneInForce { source, key, from, to } => self.overlap(*source, key, *from, *to),
            _ => self.repeated(promise.source(), &promise.columns(self.scope.model)),
        }
    }

    fn names(&self, source: SourceId, columns: &[ColumnId]) -> Vec<DfExpr> {
        columns.iter().map(|c| named(self.scope.own_name(source, *c))).collect()
    }

    fn promised(&self, source: SourceId, columns: &[ColumnId]) -> Result<LogicalPlanBuilder> {
        self.rows(source, &columns.iter().map(|c| own(source, *c)).collect())
    }

    fn repeated(&self, source: SourceId, columns: &[ColumnId]) -> Result<LogicalPlan> {
        let names = self.names(source, columns);
        let key = self.scope.model.source(source).key.len().min(names.len());
        let present = names[..key].iter().cloned().map(DfExpr::is_not_null).reduce(DfExpr::and);
        let rows = self.promised(source, columns)?.filter(present.unwrap_or_else(|| lit(true)))?;
        let rows = rows.aggregate(names.clone(), vec![count(lit(1i64)).alias("rows")])?;
        first(rows.filter(named("rows").gt(lit(1i64)))?, names)
    }

    /// Rows of one key, the later of which begins before the earlier has ended.
    fn overlap(
        &self,
        source: SourceId,
        key: &[ColumnId],
        from: ColumnId,
        to: ColumnId,
    ) -> Result<LogicalPlan> {
        let names = self.names(source, key);
        let columns: Vec<ColumnId> = key.iter().copied().chain([from, to]).collect();
        let (begins, ends) = (self.scope.own_date(source, from)?, self.scope.own_date(source, to)?);
        let dated = names.iter().cloned().chain([begins.alias(FROM), ends.alias(TO)]);
        let rows = self.promised(source, &columns)?.project(dated)?;
        let present =
            names.iter().cloned().map(DfExpr::is_not_null).fold(named(FROM).is_not_null(), DfExpr::and);
        // what ends as it begins is never in force
        let rows = rows.filter(present.and(named(TO).is_null().or(named(FROM).lt(named(TO)))))?;
        let order = vec![named(FROM).sort(true, false), named(TO).sort(true, false)];
        let next = lead(named(FROM), Some(1), None).partition_by(names.clone()).order_by(order).build()?;
        let rows = with_window(rows, next, NEXT.into())?;
        let goes_on = named(TO).is_null().or(named(NEXT).lt(named(TO)));
        let rows = rows.filter(named(NEXT).is_not_null().and(goes_on))?;
        first(rows, names.into_iter().chain([named(FROM), named(TO), named(NEXT)]).collect())
    }
}

/// The first row in this order: the same one every time.
fn first(rows: LogicalPlanBuilder, order: Vec<DfExpr>) -> Result<LogicalPlan> {
    let order: Vec<_> = order.into_iter().map(|e| e.sort(true, false)).collect();
    rows.sort(order)?.limit(0, Some(1))?.build()
}

//! The pictures of a `snapshot` source: each one complete, and the last one until the
//! next is taken.

use datafusion::common::Result;
use datafusion::functions_window::expr_fn::lead;
use datafusion::logical_expr::{Expr as DfExpr, ExprFunctionExt, LogicalPlanBuilder};

use super::steps::Rows;
use super::{Relations, different, with_window};
use crate::check::{ColumnId, SourceId, Type};
use crate::plan::expr::named;
use crate::plan::functions::Function;

/// When a picture was taken, as it stands in the rows.
pub const PICTURE: &str = "#picture";

/// When the next was taken.
const NEXT: &str = "#next_picture";

impl Relations<'_> {
    /// One row a picture: when it was taken, and the dates of that and of the next. The
    /// pictures are those of the whole table: one of which a `where` leaves nothing is one
    /// with nothing in it.
    pub fn pictures(
        &self,
        source: SourceId,
        taken: ColumnId,
    ) -> Result<(LogicalPlanBuilder, DfExpr, DfExpr)> {
        let mut rows = Rows::of_all(*self, source);
        rows.want_own(taken);
        let name = self.scope.own_name(source, taken);
        let instant = *rows.ty(taken) == Type::Timestamp;
        let taken = rows.build()?.project(vec![named(name).alias(PICTURE)])?;
        let taken = different(taken.filter(named(PICTURE).is_not_null())?)?;
        let order = vec![named(PICTURE).sort(true, false)];
        let next = lead(named(PICTURE), Some(1), None).order_by(order).build()?;
        let date = |value: DfExpr| match instant {
            true => Function::LocalDate(self.scope.zone()).call(vec![value]),
            false => value,
        };
        Ok((with_window(taken, next, NEXT.into())?, date(named(PICTURE)), date(named(NEXT))))
    }
}

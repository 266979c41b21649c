//! Which rows of a source exist: those that have begun by `as_of`, for which its `where`
//! is true, and of those with one key the latest.

use datafusion::common::{Result, ScalarValue};
use datafusion::functions_window::expr_fn::rank;
use datafusion::logical_expr::{Expr as DfExpr, ExprFunctionExt, LogicalPlanBuilder, lit};

use super::steps::Rows;
use super::with_window;
use crate::calendar::epoch_day;
use crate::check::{ColumnId, Keep};
use crate::plan::expr::named;

/// The place of a row among those of its key, the latest first.
const PLACE: &str = "#place";

impl Rows<'_> {
    /// The dates from which a row exists: that of its picture, and where it is valid
    /// from, or else its `time`.
    pub fn begins(&self) -> Vec<ColumnId> {
        let (source, query) = (self.declared(), self.relations.scope.query);
        if query.as_of.is_none() {
            return Vec::new();
        }
        // the newest date in the data leaves no `time` and no picture later
        let time = source.time.as_ref().map(|t| t.column).filter(|_| query.cuts);
        let snapshot = source.snapshot.filter(|_| query.cuts);
        match source.valid {
            Some((from, _)) => std::iter::once(from).chain(snapshot).collect(),
            None => source.snapshot.map_or(time, |_| snapshot).into_iter().collect(),
        }
    }

    /// The columns that `keep latest` looks at.
    pub fn kept(&self) -> Vec<ColumnId> {
        match self.declared().keep {
            Some(Keep::Latest(column)) => self.declared().key.iter().copied().chain([column]).collect(),
            _ => Vec::new(),
        }
    }

    pub fn existing(&self, plan: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let mut plan = self.begun(plan)?;
        for filter in &self.declared().filters {
            plan = plan.filter(self.relations.scope.lower(filter)?)?;
        }
        match self.declared().keep {
            Some(Keep::Latest(column)) => self.latest(plan, column),
            _ => Ok(plan),
        }
    }

    /// A row exists from its first date; one without a date always.
    pub fn begun(&self, plan: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let mut plan = plan;
        for column in self.begins() {
            let date = scope.own_date(self.source, column)?;
            let as_of = lit(ScalarValue::Date32(scope.query.as_of.map(epoch_day)));
            plan = plan.filter(date.clone().lt_eq(as_of).or(date.is_null()))?;
        }
        Ok(plan)
    }

    /// Of the rows of one key those with the greatest value, a missing one being the
    /// least. Rows without a key have no others.
    fn latest(&self, plan: LogicalPlanBuilder, column: ColumnId) -> Result<LogicalPlanBuilder> {
        let name = |c: &ColumnId| named(self.relations.scope.own_name(self.source, *c));
        let key: Vec<DfExpr> = self.declared().key.iter().map(name).collect();
        let missing = key.iter().cloned().map(DfExpr::is_null).reduce(DfExpr::or);
        let place = rank().partition_by(key).order_by(vec![name(&column).sort(false, false)]).build()?;
        let columns = super::columns_of(&plan);
        let first = named(PLACE).eq(lit(1u64));
        let plan = with_window(plan, place, PLACE.into())?;
        plan.filter(missing.map_or(first.clone(), |missing| first.or(missing)))?.project(columns)
    }
}

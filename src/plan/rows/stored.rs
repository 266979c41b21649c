//! What stands in a source's table: its columns under their names, without what is not
//! yet known at `as_of`.

use std::sync::Arc;

use datafusion::common::{Column as DfColumn, Result, ScalarValue, plan_err};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder, lit, when};

use super::different;
use super::steps::Rows;
use crate::calendar::epoch_day;
use crate::check::{ColumnId, ColumnKind, Keep, Source, Type};
use crate::plan::expr::named;
use crate::plan::functions::Function;
use crate::plan::rollup;

impl Rows<'_> {
    pub fn stored(&self) -> Result<LogicalPlanBuilder> {
        let declared = self.declared();
        if let Some(query) = self.relations.scope.query.rollups.get(&self.source) {
            return rollup::rows(&self.relations, self.source, query, &self.columns);
        }
        let Some(table) = self.relations.tables.get(&self.source) else {
            return plan_err!("there is no table for {}", declared.name);
        };
        let wanted: Vec<ColumnId> =
            self.columns.iter().copied().filter(|c| !self.computed.contains_key(c)).collect();
        let distinct = declared.keep == Some(Keep::Distinct);
        let read = if distinct { all_stored(declared) } else { wanted.clone() };
        let name = |c: &ColumnId| declared.columns[c.index()].name.clone();
        let schema = table.schema();
        let projection =
            read.iter().map(|c| schema.index_of(&name(c))).collect::<std::result::Result<Vec<_>, _>>()?;
        let table = provider_as_source(Arc::clone(table));
        let plan = LogicalPlanBuilder::scan(declared.name.as_str(), table, Some(projection))?;
        if read.is_empty() {
            return Ok(plan);
        }
        let columns = read.iter().map(|c| {
            let column = DfColumn::new(Some(declared.name.as_str()), name(c));
            self.mask(*c, DfExpr::Column(column))
        });
        let plan = plan.project(columns.collect::<Result<Vec<_>>>()?)?;
        if !distinct {
            return Ok(plan);
        }
        let plan = different(plan)?;
        // without a column there would be no rows
        let wanted = if wanted.is_empty() { &read } else { &wanted };
        plan.project(wanted.iter().map(|c| named(name(c))))
    }

    /// The end of a row's validity, and its `time`, are not known before they come.
    pub fn mask(&self, column: ColumnId, value: DfExpr) -> Result<DfExpr> {
        let scope = &self.relations.scope;
        let source = self.declared();
        let name = source.columns[column.index()].name.as_str();
        let masked = source.valid.is_some_and(|(from, to)| {
            column == to || source.time.as_ref().is_some_and(|t| t.column == column && column != from)
        });
        let Some(as_of) = scope.query.as_of.filter(|_| masked) else {
            return Ok(value.alias(name));
        };
        let date = match self.ty(column) {
            Type::Timestamp => Function::LocalDate(scope.zone()).call(vec![value.clone()]),
            _ => value.clone(),
        };
        let known = date.lt_eq(lit(ScalarValue::Date32(Some(epoch_day(as_of)))));
        Ok(when(known, value).end()?.alias(name))
    }
}

fn all_stored(source: &Source) -> Vec<ColumnId> {
    let stored = |c: &ColumnId| matches!(source.columns[c.index()].kind, ColumnKind::Stored { .. });
    (0..source.columns.len()).map(ColumnId::from_index).filter(stored).collect()
}

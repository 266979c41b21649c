//! The rows of a source as a plan: which ones exist, with their stored columns, computed
//! ones, and those of other rows that each leads to. Rows never multiply.
//!
//! The order is always the same: what is stored (of equal rows one, for `keep distinct`);
//! the rows that exist (begun by `as_of`, then `where`, then `keep latest`), as soon as
//! what decides it is there; then what looks at other rows of the source.

mod exists;
mod expects;
mod linked;
mod links;
mod neighbours;
mod pictures;
mod promises;
mod steps;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::{Column as DfColumn, Result};
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder};

use super::expr::{Scope, column_name};
use crate::check::{ColumnId, ColumnRef, Expr, ExprKind, SourceId};

pub use pictures::PICTURE;

/// The tables of the stored sources, each with the columns that the query needs.
pub type Tables = BTreeMap<SourceId, Arc<dyn TableProvider>>;

#[derive(Clone, Copy)]
pub struct Relations<'a> {
    pub scope: Scope<'a>,
    pub tables: &'a Tables,
}

impl Relations<'_> {
    /// The rows that exist, with these columns under their names (`column_name`).
    pub fn rows(&self, source: SourceId, wanted: &BTreeSet<ColumnRef>) -> Result<LogicalPlanBuilder> {
        let mut rows = steps::Rows::new(*self, source);
        wanted.iter().for_each(|column| rows.want(column));
        rows.build()
    }
}

pub fn own(source: SourceId, column: ColumnId) -> ColumnRef {
    ColumnRef { links: Vec::new(), source, column }
}

impl Scope<'_> {
    fn own_name(&self, source: SourceId, column: ColumnId) -> String {
        column_name(self.model, &own(source, column))
    }

    /// A column of the row itself, by its date where it is an instant.
    fn own_date(&self, source: SourceId, column: ColumnId) -> Result<DfExpr> {
        let column = own(source, column);
        let ty = self.model.column(&column).ty.clone();
        self.date(&Expr::new(ExprKind::Column(column), ty, Default::default()))
    }
}

/// All columns that a plan has, to which others are added.
fn columns_of(plan: &LogicalPlanBuilder) -> Vec<DfExpr> {
    plan.schema().columns().into_iter().map(DfExpr::Column).collect()
}

/// Each row once.
pub fn different(plan: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
    let columns = columns_of(&plan);
    plan.aggregate(columns, Vec::<DfExpr>::new())
}

/// The plan with one window function's value more, under this name.
fn with_window(plan: LogicalPlanBuilder, function: DfExpr, name: String) -> Result<LogicalPlanBuilder> {
    let mut columns = columns_of(&plan);
    let value = DfColumn::from_name(function.schema_name().to_string());
    columns.push(DfExpr::Column(value).alias(name));
    plan.window(vec![function])?.project(columns)
}

//! The tables of expectations: a column for the period, each dimension and each metric.

use super::{cells, given};
use crate::calendar::Grain;
use crate::check::checker::Checker;
use crate::check::problems::TestTable;
use crate::check::{DimensionId, MetricId, Written, WrittenCell, WrittenColumn, WrittenRow};
use crate::syntax::ast;

/// What a table has to have columns for.
pub(super) struct Shape<'a> {
    /// As they are asked for.
    pub metrics: &'a [String],
    pub ids: &'a [MetricId],
    pub grain: Option<&'a Grain>,
    pub by: &'a [DimensionId],
}

pub(super) fn check(checker: &mut Checker<'_>, shape: &Shape, ast: &ast::TestTable) -> Option<Written> {
    let names = names(checker, shape);
    let mut columns = Vec::new();
    for cell in &ast.header.cells {
        columns.push(names.iter().find(|(name, _)| *name == cell.text).map(|(_, column)| *column));
    }
    let unknown = columns.iter().position(Option::is_none);
    let lacking = names.iter().find(|(_, column)| !columns.contains(&Some(*column)));
    if unknown.is_some() || lacking.is_some() {
        let found = unknown.map(|at| ast.header.cells[at].clone());
        let lacking = lacking.map(|(name, _)| name.clone());
        let known = names.into_iter().map(|(name, _)| name).collect();
        let cuts = found.as_ref().is_some_and(|cell| checker.out.find_dimension(&cell.text).is_some());
        checker.report(TestTable { found, cuts, lacking, known, span: ast.header.span });
        return None;
    }
    given::duplicates(checker, &ast.header.cells);
    let columns: Vec<WrittenColumn> = columns.into_iter().flatten().collect();
    let rows = ast.rows.iter().map(|row| {
        let cells = row.cells.iter().zip(&columns).map(|(cell, column)| {
            cells::expected(checker, shape, *column, cell);
            WrittenCell { text: cell.text.clone(), quoted: cell.quoted, span: cell.span }
        });
        WrittenRow { cells: cells.collect(), span: row.span }
    });
    let rows = rows.collect();
    Some(Written { columns, header_span: ast.header.span, rows, span: ast.span })
}

/// The names of the columns, in the order in which results show them.
fn names(checker: &Checker<'_>, shape: &Shape) -> Vec<(String, WrittenColumn)> {
    let period = shape.grain.map(|grain| (grain.to_string(), WrittenColumn::Period));
    let by = shape.by.iter().enumerate();
    let by = by.map(|(at, id)| (checker.out.dimension(*id).name.clone(), WrittenColumn::Dimension(at)));
    let metrics = shape.metrics.iter().enumerate();
    let metrics = metrics.map(|(at, name)| (name.clone(), WrittenColumn::Metric(at)));
    period.into_iter().chain(by).chain(metrics).collect()
}

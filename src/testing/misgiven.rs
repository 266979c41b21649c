//! Values of a metric that a test gives in another unit than the metric's, which nothing that
//! is read later would tell.

use super::compare::same_unit;
use super::outcome::Failure;
use crate::check::{CheckedModel, GivenValues, TestCase, WrittenCell, WrittenColumn};
use crate::report::{shown, shown_at};
use crate::table::Value;
use crate::values::Shown;

pub fn misgiven(model: &CheckedModel, test: &TestCase) -> Vec<Failure> {
    test.given_values.iter().flat_map(|values| of_values(model, values)).collect()
}

fn of_values(model: &CheckedModel, values: &GivenValues) -> Vec<Failure> {
    let metric = model.metric(values.metric);
    if metric.value.ty.as_number().is_none() {
        return Vec::new();
    }
    let two = Value::Int(2);
    let other_unit = |cell: &&WrittenCell| {
        let Some(written) = Shown::read(&cell.text).filter(|_| !cell.quoted) else { return false };
        let as_shown = Shown::read(&shown_at(&two, &metric.show, written.places));
        as_shown.is_some_and(|shown| !same_unit(&written, &shown))
    };
    let cells = values.table.rows.iter().flat_map(|row| values.table.columns.iter().zip(&row.cells));
    let cells = cells.filter(|(column, _)| matches!(column, WrittenColumn::Metric(_))).map(|(_, cell)| cell);
    let failure = |cell: &WrittenCell| Failure::Error {
        message: format!("`{}` is not in the unit of `{}`", cell.text, metric.name),
        help: Some(format!(
            "write it as it is shown, like `{}`, or the number alone",
            shown(&two, &metric.show)
        )),
        span: cell.span,
    };
    cells.filter(other_unit).map(failure).collect()
}

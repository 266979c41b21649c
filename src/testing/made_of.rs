//! The given rows that a wrong number was made of: the same question again, sliced by the
//! number of the row, asking how many rows there are.

use std::sync::Arc;

use super::outcome::{ComparedRow, MadeOf, Standing};
use crate::check::{
    Aggregate, AggregateFn, CheckedModel, Column, ColumnId, ColumnKind, ColumnRef, Dimension, DimensionId,
    DimensionValue, ExpectedValues, Expr, ExprKind, Given, Kind, MetricId, Repr, SourceId, TestCase, Type,
    WrittenColumn,
};
use crate::engine::{Bindings, Session};
use crate::query::Request;
use crate::table::{Row, Table, Value};
use crate::units::Unit;

/// A made-up name: no author can write it.
const ROW: &str = "row number";

/// For each metric that is wrong somewhere, and each row where it is.
pub fn made_of(
    session: &Session,
    model: &CheckedModel,
    test: &TestCase,
    values: &ExpectedValues,
    rows: &[ComparedRow],
    found: &Table,
) -> Vec<MadeOf> {
    let mut all = Vec::new();
    for (at, column) in values.table.columns.iter().enumerate() {
        let WrittenColumn::Metric(metric) = column else { continue };
        let wrong: Vec<&Row> = rows.iter().filter_map(|row| wrong_row(row, at, found)).collect();
        if wrong.is_empty() {
            continue;
        }
        let id = values.question.metrics[*metric];
        let mut aggregates = Vec::new();
        collect(model, &model.metric(id).value, &mut aggregates);
        for given in &test.given {
            let own = aggregates.iter().filter(|aggregate| aggregate.source == given.source);
            let own: Vec<Aggregate> = own.cloned().collect();
            if !own.is_empty() {
                let asked = Asked { model, test, values, given, metric: id };
                all.extend(asked.contributions(session, own, &wrong));
            }
        }
    }
    all
}

/// The row found, where the value at that column is not what was expected.
fn wrong_row<'t>(row: &ComparedRow, at: usize, found: &'t Table) -> Option<&'t Row> {
    match row.standing {
        Standing::Both { found: place, .. } if !row.cells[at].equal => found.rows.get(place),
        _ => None,
    }
}

fn collect(model: &CheckedModel, expr: &Expr, found: &mut Vec<Aggregate>) {
    match &*expr.kind {
        ExprKind::Aggregate(aggregate) if !found.contains(aggregate) => found.push((**aggregate).clone()),
        ExprKind::Metric(id) => collect(model, &model.metric(*id).value, found),
        _ => expr.children().into_iter().for_each(|child| collect(model, child, found)),
    }
}

struct Asked<'a> {
    model: &'a CheckedModel,
    test: &'a TestCase,
    values: &'a ExpectedValues,
    given: &'a Given,
    metric: MetricId,
}

impl Asked<'_> {
    fn contributions(&self, session: &Session, aggregates: Vec<Aggregate>, wrong: &[&Row]) -> Vec<MadeOf> {
        let (model, by, metrics) = numbered(self.model, self.given.source, aggregates);
        let mut request = Request::of(&self.values.question, self.test.as_of);
        request.metrics = metrics;
        request.by.push(by);
        request.having = None;
        let test = Arc::new(with_numbers(self.test, self.given, &model));
        let bindings = Bindings { given: Some(test), ..Bindings::default() };
        // a question that cannot be asked this way has no rows to show
        let Ok(counted) = session.over(&model, &bindings).answer(request) else { return Vec::new() };
        wrong.iter().map(|row| self.one(row, &counted)).collect()
    }

    /// The rows counted that have the period and the members of that row.
    fn one(&self, row: &Row, counted: &Table) -> MadeOf {
        let question = &self.values.question;
        let keys = usize::from(question.grain.is_some()) + question.by.len();
        let same = |other: &&Row| other.values[..keys] == row.values[..keys];
        let counts =
            |other: &&Row| other.values[keys + 1..].iter().any(|v| matches!(v, Value::Int(n) if *n > 0));
        let number = |other: &Row| match other.values[keys] {
            Value::Int(number) => usize::try_from(number).ok(),
            _ => None,
        };
        let mut numbers: Vec<usize> =
            counted.rows.iter().filter(same).filter(counts).filter_map(number).collect();
        numbers.sort_unstable();
        let place = row.values[..keys].iter().map(super::compare::name).collect::<Vec<_>>().join(", ");
        let name = &self.model.metric(self.metric).name;
        let source = self.model.source(self.given.source);
        MadeOf {
            what: if place.is_empty() { format!("`{name}`") } else { format!("`{name}` of {place}") },
            source: source.name.clone(),
            header: self.given.columns.iter().map(|c| source.columns[c.index()].name.clone()).collect(),
            rows: numbers.into_iter().filter_map(|number| self.written(number)).collect(),
        }
    }

    /// A given row, members by their names.
    fn written(&self, number: usize) -> Option<Vec<String>> {
        let source = self.model.source(self.given.source);
        let cell =
            |(cell, column): (&Option<String>, &ColumnId)| match (cell, &source.columns[column.index()].ty) {
                (None, _) => String::new(),
                (Some(raw), Type::Enum(enumeration)) => {
                    let member = enumeration.members.iter().find(|member| member.raw == *raw);
                    member.map_or_else(|| raw.clone(), |member| member.name.clone())
                }
                (Some(text), _) => text.clone(),
            };
        let row = self.given.rows.get(number)?;
        Some(row.cells.iter().zip(&self.given.columns).map(cell).collect())
    }
}

/// The model with a column for the number of a row of the source, a dimension of it, and for
/// each aggregate a metric that counts its rows.
fn numbered(
    model: &CheckedModel,
    source: SourceId,
    aggregates: Vec<Aggregate>,
) -> (CheckedModel, DimensionId, Vec<MetricId>) {
    let mut model = model.clone();
    let span = model.source(source).span;
    let count = Type::number(Unit::none(), Kind::Count, Repr::Int);
    let columns = &mut model.sources[source.index()].columns;
    let column = ColumnId(columns.len() as u32);
    let kind = ColumnKind::Stored { raw: ROW.to_string(), precision: None };
    columns.push(Column {
        name: ROW.to_string(),
        docs: None,
        span,
        ty: count.clone(),
        optional: false,
        kind,
    });
    let value = ExprKind::Column(ColumnRef { links: Vec::new(), source, column });
    let dimension = DimensionId(model.dimensions.len() as u32);
    model.dimensions.push(Dimension {
        name: ROW.to_string(),
        label: None,
        docs: None,
        span,
        ty: count.clone(),
        values: vec![DimensionValue { source, value: Expr::new(value, count.clone(), span) }],
        via: Vec::new(),
        members_all: false,
    });
    let mut metrics = Vec::new();
    for aggregate in aggregates {
        let aggregate =
            Aggregate { function: AggregateFn::Count, args: Vec::new(), mature: None, ..aggregate };
        let value = Expr::new(ExprKind::Aggregate(Box::new(aggregate)), count.clone(), span);
        let Some(like) = model.metrics.first().cloned() else { break };
        metrics.push(MetricId(model.metrics.len() as u32));
        let name = format!("{ROW} {}", metrics.len());
        model.metrics.push(crate::check::Metric { name, value, sources: vec![source], ..like });
    }
    (model, dimension, metrics)
}

/// The test with the number of each row of the source in a column of its own, the last.
fn with_numbers(test: &TestCase, given: &Given, model: &CheckedModel) -> TestCase {
    let mut test = test.clone();
    let last = ColumnId(model.source(given.source).columns.len() as u32 - 1);
    for own in test.given.iter_mut().filter(|own| own.source == given.source) {
        own.columns.push(last);
        own.rows.iter_mut().enumerate().for_each(|(at, row)| row.cells.push(Some(at.to_string())));
    }
    test
}

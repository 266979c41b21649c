//! `given win_rate every month`: the metric as if it had been computed, as the values of a
//! made-up source, so that whatever is asked of it is asked of those.

use jiff::civil::Date;

use crate::calendar::{Grain, parse_range};
use crate::check::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, Column, ColumnId, ColumnKind, ColumnRef, DimensionValue,
    Expr, ExprKind, Given, GivenRow, GivenValues, Kind, Literal, Repr, Source, SourceId, SourceKind, Style,
    TestCase, Time, Type, Window, WrittenCell, WrittenColumn, WrittenRow,
};
use crate::units::Unit;
use crate::values::Shown;

/// Puts the values of the test in the place of its metrics.
pub fn put_in(model: &mut CheckedModel, test: &mut TestCase) {
    for values in std::mem::take(&mut test.given_values) {
        let given = source(model, &values);
        test.given.push(given);
    }
}

/// Declares a source with a day, the dimensions and the value as columns; and its rows.
fn source(model: &mut CheckedModel, values: &GivenValues) -> Given {
    let id = SourceId(model.sources.len() as u32);
    let metric = model.metric(values.metric);
    let (span, ty, name) = (metric.span, metric.value.ty.clone(), metric.name.clone());
    let types = values.table.columns.iter().map(|column| match column {
        WrittenColumn::Period => Type::Date,
        WrittenColumn::Dimension(at) => model.dimension(values.by[*at]).ty.clone(),
        WrittenColumn::Metric(_) => ty.clone(),
    });
    let columns: Vec<Column> = types
        .enumerate()
        .map(|(at, ty)| {
            let name = match &values.table.columns[at] {
                WrittenColumn::Period => values.grain.as_ref().map(ToString::to_string).unwrap_or_default(),
                WrittenColumn::Dimension(at) => model.dimension(values.by[*at]).name.clone(),
                WrittenColumn::Metric(_) => name.clone(),
            };
            let kind = ColumnKind::Stored { raw: format!("given {at}"), precision: None };
            Column { name, docs: None, span, ty, optional: true, kind }
        })
        .collect();
    let rows = values.table.rows.iter().map(|row| given_row(model, values, row)).collect();
    let reference = |at: usize| ColumnRef { links: Vec::new(), source: id, column: ColumnId(at as u32) };
    let ids = (0..columns.len()).map(|at| ColumnId(at as u32)).collect();
    let mut time = None;
    for (at, column) in values.table.columns.iter().enumerate() {
        let expr = Expr::new(ExprKind::Column(reference(at)), columns[at].ty.clone(), span);
        match column {
            WrittenColumn::Period => time = Some(reference(at)),
            WrittenColumn::Dimension(d) => {
                let dimension = &mut model.dimensions[values.by[*d].index()];
                dimension.values.push(DimensionValue { source: id, value: expr });
            }
            WrittenColumn::Metric(_) => {
                let on = time.clone().or_else(|| {
                    let at = values.table.columns.iter().position(|c| *c == WrittenColumn::Period);
                    at.map(reference)
                });
                let aggregate = Aggregate {
                    source: id,
                    function: AggregateFn::Max,
                    args: vec![expr],
                    window: Window::Period,
                    on,
                    filter: None,
                    mature: None,
                    via: None,
                };
                let metric = &mut model.metrics[values.metric.index()];
                metric.value = one_value(aggregate, &ty);
                metric.sources = vec![id];
            }
        }
    }
    model.sources.push(Source {
        name: format!("values of {name}"),
        label: None,
        docs: None,
        span,
        kind: SourceKind::Stored(None),
        key: Vec::new(),
        time: time.map(|column| Time { column: column.column, by: None }),
        valid: None,
        snapshot: None,
        keep: None,
        filters: Vec::new(),
        columns,
        links: Vec::new(),
        measures: Vec::new(),
        expects: Vec::new(),
        implied: Vec::new(),
    });
    Given { source: id, columns: ids, rows, name_span: values.span, header_span: values.table.header_span }
}

/// The value given, where there is one: what several come to, only the metric knows.
fn one_value(greatest: Aggregate, ty: &Type) -> Expr {
    let span = greatest.args[0].span;
    let rows = Aggregate { function: AggregateFn::Count, args: Vec::new(), ..greatest.clone() };
    let count = Type::number(Unit::none(), Kind::Count, Repr::Int);
    let rows = Expr::new(ExprKind::Aggregate(Box::new(rows)), count.clone(), span);
    let one = Expr::new(ExprKind::Literal(Literal::Number { digits: 1, scale: 0 }), count, span);
    let only = Expr::new(ExprKind::Binary(BinaryOp::Is, rows, one), Type::Bool, span);
    let value = Expr::new(ExprKind::Aggregate(Box::new(greatest)), ty.clone(), span);
    let nothing = Expr::new(ExprKind::Missing, ty.clone(), span);
    Expr::new(ExprKind::If(only, value, nothing), ty.clone(), span)
}

fn given_row(model: &CheckedModel, values: &GivenValues, row: &WrittenRow) -> GivenRow {
    let cells = values.table.columns.iter().zip(&row.cells).map(|(column, cell)| match column {
        WrittenColumn::Period => {
            last_day(model, values.grain.as_ref()?, &cell.text).map(|day| day.to_string())
        }
        WrittenColumn::Dimension(at) => member(&model.dimension(values.by[*at]).ty, cell),
        WrittenColumn::Metric(_) => value(model, values, cell),
    });
    GivenRow { cells: cells.collect(), span: row.span }
}

/// Of the period with that name; so the newest one given is complete.
fn last_day(model: &CheckedModel, grain: &Grain, label: &str) -> Option<Date> {
    let calendar = model.calendar();
    let named = |period: &crate::calendar::Period| *period.label == *label;
    let read = parse_range(label).map(|(first, _)| calendar.period(grain, first)).filter(named);
    let period = read.or_else(|| {
        let all = calendar.periods(grain, Date::constant(1990, 1, 1), Date::constant(2100, 1, 1));
        all.into_iter().find(named)
    });
    period?.end.yesterday().ok()
}

fn member(ty: &Type, cell: &WrittenCell) -> Option<String> {
    if cell.is_missing() || cell.text == "(none)" {
        return None;
    }
    match ty {
        Type::Enum(enumeration) => enumeration
            .members
            .iter()
            .find(|member| member.name == cell.text)
            .map(|member| member.raw.clone()),
        _ => Some(cell.text.clone()),
    }
}

/// As it would stand in the data: `0.25` for `25%`.
fn value(model: &CheckedModel, values: &GivenValues, cell: &WrittenCell) -> Option<String> {
    if cell.is_missing() || cell.text == "immature" {
        return None;
    }
    let metric = model.metric(values.metric);
    let Some(number) = metric.value.ty.as_number() else { return Some(cell.text.clone()) };
    let written = Shown::read(&cell.text)?.number();
    let hundredths = matches!(metric.show.style, Style::Percent | Style::Points);
    if !hundredths {
        return Some(written);
    }
    let part = written.parse::<f64>().ok()? / 100.0;
    Some(match number.repr {
        Repr::Decimal(places) => format!("{part:.*}", usize::from(places)),
        Repr::Int | Repr::Float => part.to_string(),
    })
}

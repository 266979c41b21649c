//! Rollups: a query of its own that makes a source's rows, one per key and period.

use std::collections::BTreeSet;

use super::ask::Request;
use super::build::{Builder, Draft, Groups};
use super::ir::{DimensionColumn, Members, MembersOf, Output};
use super::rewrite::map;
use super::undetermined::later;
use crate::calendar::Grain;
use crate::check::{
    Better, BinaryOp, CheckedModel, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, Length, Placement,
    Rollup, RollupPeriod, Show, SourceId, SourceKind, Style, Type,
};
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// The query for the rollup's rows: grouped by its key, with an output for each of its
/// aggregated columns that are wanted, by their names.
pub fn draft(
    model: &CheckedModel,
    source: SourceId,
    wanted: &BTreeSet<ColumnId>,
    outer: &Request,
) -> Result<Draft, Vec<Diagnostic>> {
    let SourceKind::Rollup(rollup) = &model.source(source).kind else { return Err(Vec::new()) };
    let columns = key(model, rollup);
    let request = Request {
        grain: match &rollup.period {
            RollupPeriod::None => None,
            RollupPeriod::Asked => outer.grain.clone(),
            RollupPeriod::Fixed(grain) => Some(grain.clone()),
        },
        as_of: outer.as_of,
        ..Request::default()
    };
    let groups = Groups::Key { base: rollup.base, columns: columns.clone() };
    let mut builder = Builder::new(model, &request, groups);
    let outputs = outputs(model, source, wanted, &mut builder);
    let value =
        |c: &ColumnRef| Expr::new(ExprKind::Column(c.clone()), model.column(c).ty.clone(), Span::default());
    let values = columns.iter().map(value).collect();
    let of = vec![MembersOf { source: rollup.base, values, filters: Vec::new() }];
    let members = vec![Members { groups: (0..columns.len()).collect(), of }];
    let dimensions = columns.iter().map(|c| {
        let column = model.column(c);
        DimensionColumn {
            id: None,
            name: column.name.clone(),
            label: column.name.clone(),
            ty: column.ty.clone(),
        }
    });
    let dimensions = dimensions.collect();
    let mut draft = builder.finish(dimensions, outputs, None, members)?;
    // a range of its own: it follows the outer query's periods
    if rollup.period == RollupPeriod::Asked {
        draft.request.from = outer.from;
        draft.request.to = outer.to;
    }
    Ok(draft)
}

/// The key as columns of the base.
fn key(model: &CheckedModel, rollup: &Rollup) -> Vec<ColumnRef> {
    let own = |column| ColumnRef { links: Vec::new(), source: rollup.base, column };
    match rollup.by.is_empty() {
        true => model.source(rollup.base).key.iter().map(|c| own(*c)).collect(),
        false => rollup.by.clone(),
    }
}

fn outputs(
    model: &CheckedModel,
    source: SourceId,
    wanted: &BTreeSet<ColumnId>,
    builder: &mut Builder,
) -> Vec<Output> {
    let mut outputs = Vec::new();
    for (index, column) in model.source(source).columns.iter().enumerate() {
        let ColumnKind::Aggregated(value) = &column.kind else { continue };
        let value = written_out(model, source, value);
        if !wanted.contains(&ColumnId::from_index(index)) {
            begin(&value, builder);
            continue;
        }
        let value = builder.value(&value);
        if has_unknown(&value) {
            builder.problem(young(model, source, &column.name));
        }
        outputs.push(Output {
            name: column.name.clone(),
            label: column.name.clone(),
            show: Show { style: Style::Value, decimals: None },
            better: Better::Neither,
            value,
        });
    }
    outputs
}

/// It begins with the first date of anything in it, also of what nobody wants.
fn begin(value: &Expr, builder: &mut Builder) {
    if let ExprKind::Aggregate(aggregate) = &*value.kind {
        builder.scan(aggregate);
    }
    value.children().into_iter().for_each(|child| begin(child, builder));
}

fn has_unknown(value: &Expr) -> bool {
    matches!(&*value.kind, ExprKind::Known { .. }) || value.children().into_iter().any(has_unknown)
}

/// What is not yet known of a row would be left out of what is counted of the rows.
fn young(model: &CheckedModel, source: SourceId, column: &str) -> Diagnostic {
    let name = &model.source(source).name;
    let message = format!("{name}.{column} can be not yet known, and {name} cannot hold that");
    Diagnostic::error("immature-in-rollup", message)
        .help("ask `within` or `mature` where the rollup is aggregated, over a date that the rollup keeps")
}

/// Other columns of the rollup are what they are made of.
fn written_out(model: &CheckedModel, source: SourceId, expr: &Expr) -> Expr {
    map(expr, &mut |e| match &*e.kind {
        ExprKind::Column(column) if column.source == source && column.links.is_empty() => {
            match &model.column(column).kind {
                ColumnKind::Aggregated(value) | ColumnKind::Computed(value) => {
                    Some(written_out(model, source, value))
                }
                _ => None,
            }
        }
        ExprKind::Prior(inner, length) => {
            let inner = written_out(model, source, inner);
            Some(Expr::new(ExprKind::Prior(inner, *length), e.ty.clone(), e.span))
        }
        _ => None,
    })
}

/// The period of a rollup of a fixed grain is the row's own, whatever is asked.
pub fn has_own_period(model: &CheckedModel, source: SourceId) -> bool {
    own_period(model, source).is_some()
}

fn own_period(model: &CheckedModel, source: SourceId) -> Option<(Grain, ColumnId)> {
    let declared = model.source(source);
    let SourceKind::Rollup(Rollup { period: RollupPeriod::Fixed(grain), .. }) = &declared.kind else {
        return None;
    };
    let column = declared.columns.iter().position(|c| matches!(c.kind, ColumnKind::PeriodStart))?;
    Some((grain.clone(), ColumnId::from_index(column)))
}

/// A column of such a rollup, with its period as the columns of its row.
pub fn in_own_period(model: &CheckedModel, source: SourceId, expr: &Expr) -> Expr {
    let Some((grain, column)) = own_period(model, source) else { return expr.clone() };
    let of = |kind| Expr::new(kind, Type::Date, Span::default());
    let column = ColumnRef { links: Vec::new(), source, column };
    let start = of(ExprKind::Column(column));
    let length = match grain.months() {
        Some(months) => Length::Months(i64::from(months)),
        None => Length::Days(if grain == Grain::Day { 1 } else { 7 }),
    };
    let end = later(&later(&start, length), Length::Days(-1));
    let compare = |op, a: &Expr, b: &Expr| {
        Expr::new(ExprKind::Binary(op, a.clone(), b.clone()), Type::Bool, Span::default())
    };
    map(expr, &mut |e| match &*e.kind {
        ExprKind::PeriodStart => Some(start.clone()),
        ExprKind::PeriodEnd => Some(end.clone()),
        ExprKind::Placed(date, Placement::Before) => Some(compare(BinaryOp::Less, date, &start)),
        ExprKind::Placed(date, Placement::After) => Some(compare(BinaryOp::Greater, date, &end)),
        ExprKind::Placed(date, Placement::In) => {
            let begun = compare(BinaryOp::GreaterEq, date, &start);
            Some(compare(BinaryOp::And, &begun, &compare(BinaryOp::LessEq, date, &end)))
        }
        _ => None,
    })
}

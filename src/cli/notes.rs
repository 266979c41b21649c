//! What a run says beside its table: why numbers may not be what a reader expects.

use std::collections::BTreeSet;

use super::ask;
use super::output::Output;
use crate::calendar::Period;
use crate::check::{BinaryOp, DimensionId, Expr, ExprKind, Literal, SourceKind};
use crate::diagnostic::nearest;
use crate::engine::{self, Options};
use crate::query::{
    self, Ask, OneEarlier, begins_nowhere, counted_again, looks_back, not_totalled, one_earlier, undated,
};
use crate::table::{Role, Row, Table, Value};

/// Why there is a dash where there is no earlier period, and the same number in several.
pub fn of_periods(ready: &ask::Ready, table: &Table, output: &Output) {
    let model = &ready.model;
    let mut periods: Vec<&Period> = table.rows.iter().filter_map(period_of).collect();
    periods.sort_by_key(|period| period.start);
    periods.dedup();
    let metrics = table.columns.iter().filter(|column| matches!(column.role, Role::Metric(_)));
    for name in metrics.map(|column| &column.name) {
        let Some(metric) = model.find_metric(name).map(|id| model.metric(id)) else { continue };
        let mut rollups = BTreeSet::new();
        counted_again(model, &metric.value, table.grain.as_ref(), &mut rollups);
        for rollup in rollups.iter().map(|id| &model.source(*id).name) {
            output.note(&format!(
                "`{name}` counts rows of `{rollup}` of several periods, each of its keys once in each: \
                 `count(distinct …)` counts a key once\n"
            ));
        }
        let Some(grain) = &table.grain else {
            if looks_back(model, &metric.value) {
                output.note(&format!(
                    "`{name}` looks at an earlier period: ask it --every month, or another grain\n"
                ));
            }
            continue;
        };
        if ready.ask.from.is_none() && periods.len() == 1 && begins_nowhere(model, &metric.value) {
            output.note(&format!(
                "`{name}` counts rows whatever their date, so that nothing says which {grain} is the first: say --from\n"
            ));
        }
        let mut sources = BTreeSet::new();
        undated(model, &metric.value, &mut sources);
        for source in sources.iter().map(|id| model.source(*id)) {
            let why = match source.kind {
                SourceKind::Stored(_) => "the source has no `time`",
                SourceKind::Rollup(_) => "the rollup has no period",
            };
            let source = &source.name;
            output.note(&format!("`{name}` counts all rows of `{source}` in every {grain}: {why}\n"));
        }
        if let Some(OneEarlier { first, last, earlier }) = one_earlier(model, &metric.value, grain, &periods)
        {
            let (first, last, earlier) = (first.label, last.label, earlier.label);
            output.note(&format!(
                "`{name}` compares {first} to {last} with one and the same {grain}, {earlier}: the time before is shorter\n"
            ));
        }
    }
}

fn period_of(row: &Row) -> Option<&Period> {
    match row.values.first() {
        Some(Value::Period(period)) => Some(period),
        _ => None,
    }
}

/// Why a share is all of it.
pub fn of_totals(ready: &ask::Ready, table: &Table, output: &Output) {
    let model = &ready.model;
    let by: Vec<_> = ready.ask.by.iter().filter_map(|name| model.find_dimension(name)).collect();
    let metrics = table.columns.iter().filter(|column| matches!(column.role, Role::Metric(_)));
    for name in metrics.map(|column| &column.name) {
        let Some(metric) = model.find_metric(name).map(|id| model.metric(id)) else { continue };
        if let Some(over) = not_totalled(model, &metric.value, &by) {
            let names: Vec<&str> = over.iter().map(|id| model.dimension(*id).name.as_str()).collect();
            let wanted = match names[..] {
                [] => "by a dimension".to_string(),
                _ => format!("--by {}", names.join(",")),
            };
            output.note(&format!(
                "`{name}` takes a total over what is not asked, which is the value itself: ask it {wanted}\n"
            ));
        }
    }
}

/// Why there is nothing: what the filter names is not in the data.
pub fn of_filter(ready: &ask::Ready, table: &Table, output: &Output) {
    let (model, ask) = (&ready.model, &ready.ask);
    let Some(filter) = ask.filter.as_ref().and_then(|text| query::filter(model, text).ok()) else { return };
    if !table
        .rows
        .iter()
        .all(|row| row.values.iter().zip(&table.columns).all(|(v, c)| is_nothing(v, &c.role)))
    {
        return;
    }
    let mut texts = Vec::new();
    texts_of(&filter, &mut texts);
    for (id, text) in texts {
        let dimension = &model.dimension(id).name;
        let by = vec![dimension.clone()];
        let all = Ask { metrics: ask.metrics.clone(), by, as_of: ask.as_of, ..Ask::default() };
        // where they cannot be asked so, nothing is known of it
        let Ok(all) = engine::run(model, &all, &ready.bindings, &Options::default()) else { continue };
        let members = all.table.rows.iter().filter_map(|row| match row.values.first() {
            Some(Value::Text(member)) => Some(member.as_str()),
            _ => None,
        });
        let members: Vec<&str> = members.collect();
        if members.contains(&text) {
            continue;
        }
        let near = nearest(text, members).map(|near| format!(": did you mean \"{near}\"?"));
        output.note(&format!(
            "nothing that is counted has the {dimension} \"{text}\"{}\n",
            near.unwrap_or_default()
        ));
    }
}

fn is_nothing(value: &Value, role: &Role) -> bool {
    match (role, value) {
        (Role::Metric(_), Value::Int(0) | Value::Missing | Value::Decimal { digits: 0, .. }) => true,
        (Role::Metric(_), Value::Float(x)) => *x == 0.0,
        (Role::Metric(_), _) => false,
        _ => true,
    }
}

/// The texts that dimensions are compared with.
fn texts_of<'e>(expr: &'e Expr, found: &mut Vec<(DimensionId, &'e str)>) {
    let pair = |a: &Expr, b: &'e Expr| match (&*a.kind, &*b.kind) {
        (ExprKind::Dimension(id), ExprKind::Literal(Literal::Text(text))) => Some((*id, text.as_str())),
        _ => None,
    };
    match &*expr.kind {
        ExprKind::Binary(BinaryOp::Is, a, b) => found.extend(pair(a, b).or_else(|| pair(b, a))),
        ExprKind::In(value, list) => found.extend(list.iter().filter_map(|item| pair(value, item))),
        _ => {}
    }
    expr.children().into_iter().for_each(|child| texts_of(child, found));
}

//! Types and origins in the words of messages: "USD/month", "a sum of opportunities.amount".

use super::{AggregateFn, CheckedModel, ColumnRef, Enumeration, Expr, ExprKind, Kind, Number, Type};

/// `USD/month`, `a count`, `a text`: fits behind "this is".
pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Error => "an expression with a mistake".to_string(),
        Type::Missing => "missing".to_string(),
        Type::Text => "a text".to_string(),
        Type::Bool => "a condition".to_string(),
        Type::Date => "a date".to_string(),
        Type::Timestamp => "a timestamp".to_string(),
        Type::Enum(enumeration) => format!("one of ({})", members(enumeration)),
        Type::Number(number) => number_name(number),
    }
}

pub(super) fn number_name(number: &Number) -> String {
    if !number.unit.is_none() {
        return number.unit.to_string();
    }
    match number.kind {
        Kind::Plain => "a plain number",
        Kind::Count => "a count",
        Kind::Ratio => "a ratio",
        Kind::Percent => "a percentage",
        Kind::Points => "points",
    }
    .to_string()
}

/// At most five of them.
pub(super) fn members(enumeration: &Enumeration) -> String {
    let names = enumeration.members.iter().map(|m| m.name.as_str());
    let mut list = names.take(5).collect::<Vec<_>>().join(", ");
    if enumeration.members.len() > 5 {
        list.push_str(", …");
    }
    list
}

/// The type and, where it can be said in a few words, where it comes from:
/// "USD/month, from subscriptions.mrr".
pub(super) fn with_origin(project: &CheckedModel, expr: &Expr) -> String {
    match origin(project, expr) {
        Some(origin) if origin.starts_with(&type_name(&expr.ty)) => origin,
        Some(origin) => format!("{}, {origin}", type_name(&expr.ty)),
        None => type_name(&expr.ty),
    }
}

fn origin(project: &CheckedModel, expr: &Expr) -> Option<String> {
    Some(match &*expr.kind {
        ExprKind::Column(column) => format!("from {}", column_name(project, column)),
        ExprKind::Aggregate(a) | ExprKind::Linked { aggregate: a, .. } => {
            let of = a.args.first().and_then(|arg| match &*arg.kind {
                ExprKind::Column(column) => Some(column_name(project, column)),
                _ => None,
            });
            let of = of.unwrap_or_else(|| project.source(a.source).name.clone());
            format!("{} {of}", aggregate_words(&a.function))
        }
        ExprKind::Metric(id) => format!("the metric {}", project.metric(*id).name),
        ExprKind::Parameter(id) => format!("the parameter {}", project.parameters[id.index()].name),
        ExprKind::Dimension(id) => format!("the dimension {}", project.dimension(*id).name),
        ExprKind::Convert(inner, _) => return origin(project, inner),
        _ => return None,
    })
}

/// `opportunities.amount`, also where links lead to it.
pub(super) fn column_name(project: &CheckedModel, column: &ColumnRef) -> String {
    format!("{}.{}", project.source(column.source).name, project.column(column).name)
}

fn aggregate_words(function: &AggregateFn) -> &'static str {
    match function {
        AggregateFn::Count => "a count of",
        AggregateFn::CountDistinct => "a count of different",
        AggregateFn::Sum => "a sum of",
        AggregateFn::Average => "an average of",
        AggregateFn::Median => "the median of",
        AggregateFn::Percentile(_) => "a percentile of",
        AggregateFn::Min => "the smallest of",
        AggregateFn::Max => "the greatest of",
        AggregateFn::Stddev => "the deviation of",
        AggregateFn::First => "the first of",
        AggregateFn::Last => "the last of",
        AggregateFn::Correlation => "a correlation over",
        AggregateFn::TopShare(_) => "a share of",
        AggregateFn::Proportion => "a proportion of",
    }
}

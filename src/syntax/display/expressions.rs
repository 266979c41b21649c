//! Expressions as nested lists, the operator first.

use super::{Node, atom, list, quoted};
use crate::syntax::ast::{
    BinaryOp, Call, DurationUnit, Expr, ExprKind, Ident, Number, Part, PartKind, Path, Placement, UnaryOp,
    UnitExpr, UnitName,
};

pub fn expr(value: &Expr) -> Node {
    match &*value.kind {
        ExprKind::Missing => atom("missing"),
        ExprKind::Bool(value) => atom(value.to_string()),
        ExprKind::Number(number) => number_node(number),
        ExprKind::Text(text) => quoted(text),
        ExprKind::Date(date) => atom(date.to_string()),
        ExprKind::Timestamp { at, utc } => atom(format!("{at}{}", if *utc { "Z" } else { "" })),
        ExprKind::Duration { amount, unit } => atom(format!("{}-{}", amount.digits, duration_unit(*unit))),
        ExprKind::Path(written) => path(written),
        ExprKind::Call(written) => call(written),
        ExprKind::Unary(UnaryOp::Neg, value) => list("neg", [expr(value)]),
        ExprKind::Unary(UnaryOp::Not, value) => list("not", [expr(value)]),
        ExprKind::Binary(op, left, right) => list(sign(*op), [expr(left), expr(right)]),
        ExprKind::IsMissing { value, negated } => {
            list(if *negated { "is-present" } else { "is-missing" }, [expr(value)])
        }
        ExprKind::In { value, list: elements, negated } => {
            let elements = std::iter::once(expr(value)).chain(elements.iter().map(expr));
            list(if *negated { "not-in" } else { "in" }, elements)
        }
        ExprKind::Placed { value, place } => list(placement(*place), [expr(value)]),
        ExprKind::Within { value, duration, before, anchor } => {
            let head = if *before { "within-before" } else { "within-after" };
            list(head, [expr(value), expr(duration), expr(anchor)])
        }
        ExprKind::As(value, written) => list("as", [expr(value), unit(written)]),
        ExprKind::If { condition, then, otherwise } => list("if", [condition, then, otherwise].map(expr)),
        ExprKind::Choose { arms, otherwise } => {
            let arms = arms.iter().map(|(name, condition)| list("when", [atom(&name.name), expr(condition)]));
            list("choose", arms.chain(otherwise.iter().map(|name| list("else", [atom(&name.name)]))))
        }
        ExprKind::Group(value) => list("group", [expr(value)]),
        ExprKind::Error => atom("<error>"),
    }
}

fn call(call: &Call) -> Node {
    let distinct = call.distinct.map(|_| atom("distinct"));
    let args = call.args.iter().map(expr);
    list(
        &format!("{}()", call.name.name),
        distinct.into_iter().chain(args).chain(call.parts.iter().map(part)),
    )
}

fn part(part: &Part) -> Node {
    match &part.kind {
        PartKind::Of(value) => list("of", [expr(value)]),
        PartKind::Over(dimensions) => list("over", names(dimensions)),
        PartKind::Via(link) => list("via", [path(link)]),
        PartKind::Per(values) => list("per", values.iter().map(expr)),
        PartKind::By(value) => list("by", [expr(value)]),
        PartKind::On(column) => list("on", [path(column)]),
        PartKind::Trailing(length) => list("trailing", [expr(length)]),
        PartKind::ToDate(since) => list("to-date", [path(since)]),
        PartKind::AtEnd => list("at-end", []),
        PartKind::AtStart => list("at-start", []),
        PartKind::During => list("during", []),
        PartKind::Ever => list("ever", []),
        PartKind::Where(condition) => list("where", [expr(condition)]),
        PartKind::Mature(length) => list("mature", [expr(length)]),
    }
}

pub fn names<'a>(names: impl IntoIterator<Item = &'a Ident>) -> Vec<Node> {
    names.into_iter().map(|name| atom(&name.name)).collect()
}

pub fn path(path: &Path) -> Node {
    let parts: Vec<&str> = path.parts.iter().map(|part| part.name.as_str()).collect();
    atom(parts.join("."))
}

pub fn unit(unit: &UnitExpr) -> Node {
    let product = |names: &[UnitName]| names.iter().map(unit_name).collect::<Vec<_>>().join("*");
    let over = if unit.over.is_empty() { "1".to_owned() } else { product(&unit.over) };
    let under: String = unit.under.iter().map(|name| format!("/{}", unit_name(name))).collect();
    atom(format!(":{over}{under}"))
}

fn unit_name(unit: &UnitName) -> String {
    match unit.scale {
        Some(scale) => format!("{}({scale})", unit.name.name),
        None => unit.name.name.clone(),
    }
}

pub fn number_node(number: &Number) -> Node {
    atom(format!("{}{}", number.digits, if number.percent { "%" } else { "" }))
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Else => "??",
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Is => "is",
        BinaryOp::IsNot => "is-not",
        BinaryOp::Less => "<",
        BinaryOp::LessEq => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEq => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
    }
}

fn placement(place: Placement) -> &'static str {
    match place {
        Placement::In => "in-period",
        Placement::Before => "before-period",
        Placement::After => "after-period",
    }
}

fn duration_unit(unit: DurationUnit) -> &'static str {
    match unit {
        DurationUnit::Second => "seconds",
        DurationUnit::Minute => "minutes",
        DurationUnit::Hour => "hours",
        DurationUnit::Day => "days",
        DurationUnit::Week => "weeks",
        DurationUnit::Month => "months",
        DurationUnit::Quarter => "quarters",
        DurationUnit::Year => "years",
    }
}

//! Expressions as text: on one line where that fits, else broken at the operators that bind
//! loosest. Literals stay as they are written.

use super::WIDTH;
use crate::syntax::ast::{
    BinaryOp, Call, Expr, ExprKind, Ident, Part, PartKind, Path, Placement, UnaryOp, UnitExpr, UnitName,
};
use crate::text::{SourceFile, Span};

/// The text at a span, with one blank for any white space.
pub fn written(file: &SourceFile, span: Span) -> String {
    file.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn flat(file: &SourceFile, value: &Expr) -> String {
    let show = |value: &Expr| flat(file, value);
    match &*value.kind {
        ExprKind::Text(_) => file.slice(value.span).to_owned(),
        ExprKind::Path(written) => path(written),
        ExprKind::Call(call) => {
            let (args, parts) = pieces(file, call);
            let blank = if args.is_empty() || parts.is_empty() { "" } else { " " };
            format!("{}({}{blank}{})", call.name.name, args.join(", "), parts.join(" "))
        }
        ExprKind::Unary(UnaryOp::Neg, value) => format!("-{}", show(value)),
        ExprKind::Unary(UnaryOp::Not, value) => format!("not {}", show(value)),
        ExprKind::Binary(op, left, right) => format!("{} {} {}", show(left), sign(*op), show(right)),
        ExprKind::IsMissing { value, negated } => {
            format!("{} is {}", show(value), if *negated { "present" } else { "missing" })
        }
        ExprKind::In { value, list, negated } => {
            format!("{} {} ({})", show(value), in_word(*negated), all(file, list).join(", "))
        }
        ExprKind::Placed { value, place } => format!("{} {} period", show(value), placement(*place)),
        ExprKind::Within { value, duration, before, anchor } => {
            let side = if *before { "before" } else { "after" };
            format!("{} within {} {side} {}", show(value), show(duration), show(anchor))
        }
        ExprKind::As(value, written) => format!("{} as {}", show(value), unit(written)),
        ExprKind::If { condition, then, otherwise } => {
            format!("if {} then {} else {}", show(condition), show(then), show(otherwise))
        }
        ExprKind::Choose { .. } => format!("choose {{ {} }}", arms(file, value).join(", ")),
        ExprKind::Group(value) => format!("({})", show(value)),
        // Literals, and what is broken, which is never asked for.
        _ => written(file, value.span),
    }
}

fn all(file: &SourceFile, values: &[Expr]) -> Vec<String> {
    values.iter().map(|value| flat(file, value)).collect()
}

/// The expression from `column` on; further lines are indented from `indent` on.
pub fn layout(file: &SourceFile, value: &Expr, indent: usize, column: usize) -> String {
    let line = flat(file, value);
    if column + line.chars().count() <= WIDTH && !has_many_arms(value) {
        return line;
    }
    match &*value.kind {
        ExprKind::Binary(op, left, right) if chains(*op) => chain(file, *op, left, right, indent + 2, column),
        ExprKind::Binary(op, left, right) => {
            let left = layout(file, left, indent, column);
            let column = end_column(&left, column) + sign(*op).len() + 2;
            format!("{left} {} {}", sign(*op), layout(file, right, indent, column))
        }
        ExprKind::Call(call) => broken_call(file, call, indent),
        ExprKind::If { .. } => conditions(file, value, indent),
        ExprKind::Choose { .. } => {
            let arms = broken_arms(file, value, indent + 2);
            bracketed("choose {", arms.join(&format!(",\n{}", pad(indent + 2))), "}", indent)
        }
        ExprKind::Group(inner) => format!("({})", layout(file, inner, indent + 2, column + 1)),
        ExprKind::Unary(UnaryOp::Not, inner) => format!("not {}", layout(file, inner, indent, column + 4)),
        ExprKind::As(inner, to) => format!("{} as {}", layout(file, inner, indent, column), unit(to)),
        ExprKind::In { value, list, negated } => {
            let open = format!("{} {} (", flat(file, value), in_word(*negated));
            bracketed(&open, filled(&all(file, list), indent + 2), ")", indent)
        }
        _ => line,
    }
}

/// What stands behind a `=` in a line of its own: further operands have their operators
/// below the `=`.
pub fn below_head(file: &SourceFile, value: &Expr) -> String {
    const EQUALS: usize = 2;
    const VALUE: usize = 4;
    if VALUE + flat(file, value).chars().count() <= WIDTH && !has_many_arms(value) {
        return flat(file, value);
    }
    match &*value.kind {
        ExprKind::Binary(op, left, right) if chains(*op) => chain(file, *op, left, right, EQUALS, VALUE),
        ExprKind::If { .. } => layout(file, value, EQUALS, VALUE),
        _ => layout(file, value, VALUE, VALUE),
    }
}

/// Four arms are a table, however short.
pub fn has_many_arms(value: &Expr) -> bool {
    matches!(&*value.kind, ExprKind::Choose { arms, otherwise } if arms.len() + otherwise.iter().len() > 3)
}

/// `a`, then a line for each further operand of the same level, its operator first, indented.
fn chain(file: &SourceFile, op: BinaryOp, left: &Expr, right: &Expr, indent: usize, column: usize) -> String {
    let mut operands = vec![(op, right)];
    let mut first = left;
    while let ExprKind::Binary(inner, left, right) = &*first.kind
        && same_level(*inner, op)
    {
        operands.push((*inner, right));
        first = left;
    }
    let mut out = layout(file, first, indent + 2, column);
    for (op, operand) in operands.into_iter().rev() {
        let column = indent + 1 + sign(op).len();
        out += &format!("\n{}{} {}", pad(indent), sign(op), layout(file, operand, indent + 2, column));
    }
    out
}

fn broken_call(file: &SourceFile, call: &Call, indent: usize) -> String {
    let inside = indent + 2;
    let distinct = if call.distinct.is_some() { "distinct " } else { "" };
    let args: Vec<String> = call.args.iter().map(|arg| layout(file, arg, inside, inside)).collect();
    let line = format!("\n{}", pad(inside));
    let mut out = format!("{distinct}{}", args.join(&format!(",{line}")));
    for written in &call.parts {
        let text = broken_part(file, written, inside);
        let fits = end_column(&out, inside) + 1 + text.chars().count() <= WIDTH;
        out += match &written.kind {
            _ if out.is_empty() => "",
            PartKind::Of(_) | PartKind::Where(_) | PartKind::Mature(_) => &line,
            _ if fits => " ",
            _ => &line,
        };
        out += &text;
    }
    bracketed(&format!("{}(", call.name.name), out, ")", indent)
}

fn broken_part(file: &SourceFile, written: &Part, indent: usize) -> String {
    match &written.kind {
        PartKind::Where(condition) => format!("where {}", layout(file, condition, indent, indent + 6)),
        _ => part(file, written),
    }
}

fn conditions(file: &SourceFile, value: &Expr, indent: usize) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let ExprKind::If { condition, then, otherwise } = &*rest.kind {
        let condition = layout(file, condition, indent + 2, indent + 8);
        out += &format!("if {condition} then {}", layout(file, then, indent + 2, indent + 2));
        out += &format!("\n{}else ", pad(indent + 2));
        rest = otherwise;
    }
    out + &layout(file, rest, indent + 2, indent + 7)
}

fn bracketed(open: &str, inside: String, close: &str, indent: usize) -> String {
    format!("{open}\n{}{inside}\n{}{close}", pad(indent + 2), pad(indent))
}

/// As many to a line as fit.
pub fn filled(words: &[String], indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for (index, word) in words.iter().enumerate() {
        let comma = if index + 1 < words.len() { "," } else { "" };
        let width = word.chars().count() + comma.len();
        if index > 0 && column + 1 + width > WIDTH {
            out += &format!("\n{}", pad(indent));
            column = indent;
        } else if index > 0 {
            out.push(' ');
            column += 1;
        }
        out += &format!("{word}{comma}");
        column += width;
    }
    out
}

pub fn pad(width: usize) -> String {
    " ".repeat(width)
}

fn end_column(text: &str, column: usize) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => last.chars().count(),
        None => column + text.chars().count(),
    }
}

/// Their `when`s below one another.
fn broken_arms(file: &SourceFile, value: &Expr, indent: usize) -> Vec<String> {
    let ExprKind::Choose { arms, otherwise } = &*value.kind else { return Vec::new() };
    let width = arms.iter().map(|(name, _)| name.name.len()).max().unwrap_or(0);
    let arm = |(name, condition): &(Ident, Expr)| {
        let condition = layout(file, condition, indent, indent + width + 6);
        format!("{:width$} when {condition}", name.name)
    };
    let otherwise = otherwise.iter().map(|name| format!("else {}", name.name));
    arms.iter().map(arm).chain(otherwise).collect()
}

fn arms(file: &SourceFile, value: &Expr) -> Vec<String> {
    let ExprKind::Choose { arms, otherwise } = &*value.kind else { return Vec::new() };
    let arms = arms.iter().map(|(name, condition)| format!("{} when {}", name.name, flat(file, condition)));
    arms.chain(otherwise.iter().map(|name| format!("else {}", name.name))).collect()
}

fn pieces(file: &SourceFile, call: &Call) -> (Vec<String>, Vec<String>) {
    let mut args = all(file, &call.args);
    if let (Some(_), Some(first)) = (call.distinct, args.first_mut()) {
        first.insert_str(0, "distinct ");
    }
    (args, call.parts.iter().map(|written| part(file, written)).collect())
}

fn part(file: &SourceFile, part: &Part) -> String {
    let show = |value: &Expr| flat(file, value);
    match &part.kind {
        PartKind::Of(value) => format!("of {}", show(value)),
        PartKind::Over(names) => {
            format!("over {}", names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join(", "))
        }
        PartKind::Via(link) => format!("via {}", path(link)),
        PartKind::Per(values) => format!("per {}", all(file, values).join(", ")),
        PartKind::By(value) => format!("by {}", show(value)),
        PartKind::On(column) => format!("on {}", path(column)),
        PartKind::Trailing(length) => format!("trailing {}", show(length)),
        PartKind::ToDate(since) => format!("{} to date", path(since)),
        PartKind::AtEnd => "at end".to_owned(),
        PartKind::AtStart => "at start".to_owned(),
        PartKind::During => "during".to_owned(),
        PartKind::Ever => "ever".to_owned(),
        PartKind::Where(condition) => format!("where {}", show(condition)),
        PartKind::Mature(length) => format!("mature {}", show(length)),
    }
}

pub fn path(path: &Path) -> String {
    path.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".")
}

/// `USD/month`, `1/month`
pub fn unit(unit: &UnitExpr) -> String {
    let over: Vec<String> = unit.over.iter().map(unit_name).collect();
    let over = if over.is_empty() { "1".to_owned() } else { over.join("*") };
    let under: String = unit.under.iter().map(|name| format!("/{}", unit_name(name))).collect();
    over + &under
}

fn unit_name(unit: &UnitName) -> String {
    let scale = unit.scale.map(|scale| format!("({scale})"));
    format!("{}{}", unit.name.name, scale.unwrap_or_default())
}

fn in_word(negated: bool) -> &'static str {
    if negated { "not in" } else { "in" }
}

fn placement(place: Placement) -> &'static str {
    match place {
        Placement::In => "in",
        Placement::Before => "before",
        Placement::After => "after",
    }
}

/// Whether several of its level in a row read well on a line each.
fn chains(op: BinaryOp) -> bool {
    level(op) != level(BinaryOp::Is)
}

fn same_level(a: BinaryOp, b: BinaryOp) -> bool {
    level(a) == level(b)
}

fn level(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Else => 0,
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Is
        | BinaryOp::IsNot
        | BinaryOp::Less
        | BinaryOp::LessEq
        | BinaryOp::Greater
        | BinaryOp::GreaterEq => 3,
        BinaryOp::Add | BinaryOp::Sub => 4,
        BinaryOp::Mul | BinaryOp::Div => 5,
    }
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Else => "??",
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Is => "is",
        BinaryOp::IsNot => "is not",
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

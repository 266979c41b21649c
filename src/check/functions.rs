//! Calls of scalar functions: their arguments by the table of built-ins, and their types.

use super::builtins::{Builtin, Function, Needed, Parameter, ParameterKind, ResultRule};
use super::infer::{enumeration, infer, literal};
use super::numbers::{is_bare, join_repr};
use super::operators::common;
use super::problems::{Action, BadPattern, MisplacedPart, WrongArguments, WrongType};
use super::scope::{Beside, Scope, error, ungroup};
use super::{Expr, ExprKind, Kind, Literal, Repr, Type};
use crate::syntax::ast;
use crate::text::Span;
use crate::units::{Base, Unit};

pub(super) fn call(
    scope: &mut dyn Scope,
    builtin: &'static Builtin,
    function: Function,
    call: &ast::Call,
    beside: Beside,
    span: Span,
) -> Expr {
    if !has_right_number(scope, builtin, call, span) {
        return error(span);
    }
    if let Some(part) = call.parts.first() {
        let problem = MisplacedPart { builtin, part: part.span, before: None };
        return scope.fail(problem, span);
    }
    let mut args: Vec<Expr> = Vec::with_capacity(call.args.len());
    for (i, ast) in call.args.iter().enumerate() {
        let parameter = parameter(builtin, i);
        let near = args.first().and_then(|first| enumeration(&first.ty)).or(beside).cloned();
        args.push(argument(scope, builtin, parameter, ast, near.as_ref()));
    }
    if args.iter().any(|a| a.ty == Type::Error) {
        return error(span);
    }
    if let (Function::Matches, Some(pattern)) = (function, args.get(1))
        && let ExprKind::Literal(Literal::Text(text)) = &*pattern.kind
        && let Err(error) = regex_syntax::parse(text)
    {
        let (why, span) = (cause(&error), pattern.span);
        return scope.fail(BadPattern { why, span }, span);
    }
    if matches!(builtin.result, ResultRule::Agreed) {
        return agreed(scope, function, args, span);
    }
    let ty = result(builtin, &args);
    Expr::new(ExprKind::Call(function, args), ty, span)
}

/// Reports a call with too few or too many arguments.
pub(super) fn has_right_number(
    scope: &mut dyn Scope,
    builtin: &'static Builtin,
    call: &ast::Call,
    span: Span,
) -> bool {
    let least = builtin.parameters.iter().filter(|p| p.needed != Needed::Optional).count();
    let open = builtin.parameters.iter().any(|p| p.needed == Needed::Repeated);
    let fits = call.args.len() >= least && (open || call.args.len() <= builtin.parameters.len());
    if !fits {
        scope.fail(WrongArguments { builtin, found: call.args.len(), span }, span);
    }
    fits
}

fn parameter(builtin: &'static Builtin, index: usize) -> &'static Parameter {
    let last = builtin.parameters.len() - 1;
    &builtin.parameters[index.min(last)]
}

fn argument(
    scope: &mut dyn Scope,
    builtin: &'static Builtin,
    parameter: &Parameter,
    ast: &ast::Expr,
    beside: Beside,
) -> Expr {
    if parameter.kind == ParameterKind::Grain {
        return grain(scope, ast);
    }
    let expr = infer(scope, ast, beside);
    must_be(scope, builtin, parameter.kind, expr)
}

/// Reports an argument of another kind than the parameter's.
pub(super) fn must_be(
    scope: &mut dyn Scope,
    builtin: &'static Builtin,
    kind: ParameterKind,
    expr: Expr,
) -> Expr {
    let (fits, wanted) = match (kind, &expr.ty) {
        (_, Type::Error | Type::Missing) => (true, ""),
        (ParameterKind::Number, ty) => (matches!(ty, Type::Number(_)), "a number"),
        (ParameterKind::Plain, ty) => {
            (matches!(ty, Type::Number(n) if n.unit.is_none()), "a number without a unit")
        }
        (ParameterKind::Digits, _) => {
            let digits =
                matches!(&*expr.kind, ExprKind::Literal(Literal::Number { digits: 0..=18, scale: 0 }));
            (digits, "a number of digits from 0 to 18, written out")
        }
        (ParameterKind::Text, ty) => (matches!(ty, Type::Text), "a text"),
        (ParameterKind::Date, ty) => (matches!(ty, Type::Date | Type::Timestamp), "a date"),
        (ParameterKind::Condition, ty) => (matches!(ty, Type::Bool), "a condition"),
        (ParameterKind::Ordered, ty) => {
            (!matches!(ty, Type::Bool | Type::Enum(_)), "something that has an order")
        }
        _ => (true, ""),
    };
    if fits {
        return expr;
    }
    let found = super::describe::with_origin(scope.project(), &expr);
    let help = match (builtin.name, &expr.ty) {
        ("sum", Type::Bool) => Some("count the rows for which it is true: `count(… where …)`".to_string()),
        ("average", Type::Bool) => {
            Some("take the part for which it is true: `proportion(… of …)`".to_string())
        }
        _ => None,
    };
    let (place, span) = (format!("`{}`", builtin.name), expr.span);
    scope.fail(WrongType { place, wanted, found, span, help }, span)
}

/// The first argument of `start_of`: a grain by its name.
fn grain(scope: &mut dyn Scope, ast: &ast::Expr) -> Expr {
    let found = match &*ungroup(ast).kind {
        ast::ExprKind::Path(path) => super::grain::by_name(scope.project(), &path.parts),
        ast::ExprKind::Error => return error(ast.span),
        _ => None,
    };
    match found {
        Some(grain) => literal(Literal::Text(grain.to_string()), Type::Text, ast.span),
        None => {
            let quoted = match &*ungroup(ast).kind {
                ast::ExprKind::Text(text) => Some(text.clone()),
                _ => None,
            };
            let known = super::grain::names(scope.project());
            let quoted = quoted.filter(|text| known.contains(text));
            scope.fail(super::problems::NotAGrain { span: ast.span, quoted }, ast.span)
        }
    }
}

/// What a pattern cannot be read for, in few words.
fn cause(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        other => other.to_string(),
    }
}

/// `least`, `greatest`, `mod`: all arguments in the unit of the first that has one.
fn agreed(scope: &mut dyn Scope, function: Function, mut args: Vec<Expr>, span: Span) -> Expr {
    let speaks = |arg: &Expr| arg.ty != Type::Missing && !is_bare(arg);
    let known = |arg: &Expr| arg.ty != Type::Missing;
    let first = args.iter().position(speaks).or_else(|| args.iter().position(known)).unwrap_or(0);
    let mut ty = args[first].ty.clone();
    for index in (0..args.len()).filter(|index| *index != first) {
        // sides as they are written: messages name them in that order
        let turned = index < first;
        let (own, other) = (args[first].clone(), args[index].clone());
        let (left, right) = if turned { (other, own) } else { (own, other) };
        let Some((left, right, both)) = common(scope, Action::Compare, left, right) else {
            return error(span);
        };
        let (own, other) = if turned { (right, left) } else { (left, right) };
        (args[first], args[index]) = (own, other);
        ty = match (ty, both) {
            (Type::Number(a), Type::Number(b)) => Type::number(b.unit, b.kind, join_repr(a.repr, b.repr)),
            (_, both) => both,
        };
    }
    Expr::new(ExprKind::Call(function, args), ty, span)
}

/// The type that a rule gives for typed arguments.
pub(super) fn result(builtin: &Builtin, args: &[Expr]) -> Type {
    let number = |unit, kind, repr| Type::number(unit, kind, repr);
    let first = || args.first().map_or(Type::Error, |a| a.ty.clone());
    match builtin.result {
        ResultRule::Text => Type::Text,
        ResultRule::Truth => Type::Bool,
        ResultRule::Date => Type::Date,
        ResultRule::Whole => number(Unit::none(), Kind::Plain, Repr::Int),
        ResultRule::Counted => number(Unit::none(), Kind::Count, Repr::Int),
        ResultRule::Days => number(Unit::of(Base::Day), Kind::Plain, Repr::Int),
        ResultRule::Months => number(Unit::of(Base::Month), Kind::Plain, Repr::Int),
        ResultRule::Float => number(Unit::none(), Kind::Plain, Repr::Float),
        ResultRule::Ratio => number(Unit::none(), Kind::Ratio, Repr::Float),
        ResultRule::Same | ResultRule::Agreed => first(),
        ResultRule::Rounded => match first() {
            Type::Number(n) if args.len() > 1 => number(n.unit, n.kind, n.repr),
            Type::Number(n) => number(n.unit, Kind::Plain, Repr::Int),
            other => other,
        },
        ResultRule::SameUnit => match first() {
            // an average number of things is no number of things
            Type::Number(n) if n.kind == Kind::Count => number(n.unit, Kind::Plain, Repr::Float),
            Type::Number(n) => number(n.unit, n.kind, Repr::Float),
            other => other,
        },
    }
}

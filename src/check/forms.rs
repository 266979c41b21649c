//! `prior`, `change`, `growth`, `total`, `share`, `rank`: what is taken of a value over
//! periods and members.

use super::builtins::{Builtin, FormKind};
use super::functions::{has_right_number, must_be};
use super::infer::{at_least_a_day, infer};
use super::metric_scope::{MetricScope, Place};
use super::numbers::quotient;
use super::operators::arithmetic_of;
use super::parts::Parts;
use super::problems::{OutOfPlace, RankOver, ShareOfRatio, TotalOfRank};
use super::scope::{Scope, error};
use super::{
    AggregateFn, BinaryOp, CheckedModel, DimensionId, Expr, ExprKind, Kind, Literal, Repr, Type, suggest,
};
use crate::diagnostic::Problem;
use crate::model::Thing;
use crate::syntax::ast;
use crate::text::Span;
use crate::units::Unit;

pub(super) fn form(
    scope: &mut MetricScope<'_, '_>,
    builtin: &'static Builtin,
    form: FormKind,
    call: &ast::Call,
    span: Span,
) -> Expr {
    if !fits_place(scope, builtin, form, span) || !has_right_number(scope, builtin, call, span) {
        return error(span);
    }
    let parts = Parts::read(&mut scope.checker.problems, builtin, call);
    let value = infer(scope, &call.args[0], None);
    let value = must_be(scope, builtin, builtin.parameters[0].kind, value);
    let shift = match call.args.get(1) {
        Some(ast) => match at_least_a_day(scope, ast) {
            Some(length) => Some(length),
            None => return error(span),
        },
        None => None,
    };
    let over = match parts.over.map(|names| dimensions(scope, names)) {
        Some(None) => return error(span),
        Some(found) => found,
        None => None,
    };
    if value.ty == Type::Error {
        return error(span);
    }
    if matches!(form, FormKind::Total | FormKind::Share) && has_rank(&scope.checker.out, &value) {
        scope.add(TotalOfRank { span: value.span }.diagnostic());
        return error(span);
    }
    let prior = |value: &Expr| Expr::new(ExprKind::Prior(value.clone(), shift), value.ty.clone(), span);
    let total =
        |value: &Expr| Expr::new(ExprKind::Total(value.clone(), over.clone()), value.ty.clone(), span);
    match form {
        FormKind::Prior => prior(&value),
        FormKind::Change => {
            let before = prior(&value);
            arithmetic_of(scope, BinaryOp::Sub, value, before, span)
        }
        FormKind::Growth => {
            let before = prior(&value);
            growth(scope, value, before, span)
        }
        FormKind::Total => total(&value),
        FormKind::Share => {
            let whole = total(&value);
            share(scope, value, whole, span)
        }
        _ => rank(scope, value, over, span),
    }
}

/// Rows have neighbours, metrics have periods; a rollup has only `prior`.
fn fits_place(
    scope: &mut MetricScope<'_, '_>,
    builtin: &'static Builtin,
    form: FormKind,
    span: Span,
) -> bool {
    let neighbour = super::neighbours::is_neighbour(form);
    let in_rollup = matches!(scope.place, Place::Rollup(_)) && form == FormKind::Prior;
    let (place, help) = match scope.place {
        _ if neighbour => {
            ("over aggregates", "it is taken of the rows of a source: name a computed column there")
        }
        Place::Measure(_) => ("in a measure", "name a metric that takes it of the measure"),
        Place::Rollup(_) if !in_rollup => ("in a rollup", "take it in a metric over the rollup"),
        Place::Rollup(id) if without_periods(scope.checker.out.source(id)) => (
            "in a rollup without periods",
            "say which periods it has: `per KEY, period`, or `per KEY, month`",
        ),
        _ => return true,
    };
    let what = format!("`{}`", builtin.name);
    scope.add(OutOfPlace { what, place, span, help: help.to_string(), fix: None }.diagnostic());
    false
}

fn without_periods(source: &super::Source) -> bool {
    matches!(&source.kind, super::SourceKind::Rollup(r) if r.period == super::RollupPeriod::None)
}

/// `x / prior(x) - 1`
fn growth(scope: &mut MetricScope<'_, '_>, value: Expr, before: Expr, span: Span) -> Expr {
    let ratio = quotient(scope, value, before, span);
    let ratio = as_ratio(ratio);
    let one = Expr::new(
        ExprKind::Literal(Literal::Number { digits: 1, scale: 0 }),
        Type::number(Unit::none(), Kind::Plain, Repr::Int),
        span,
    );
    arithmetic_of(scope, BinaryOp::Sub, ratio, one, span)
}

fn share(scope: &mut MetricScope<'_, '_>, value: Expr, whole: Expr, span: Span) -> Expr {
    let kind = value.ty.as_number().map(|n| n.kind);
    let part = matches!(kind, Some(Kind::Ratio | Kind::Percent | Kind::Points));
    if part || !adds_up(&scope.checker.out, &value) {
        let label = super::describe::with_origin(&scope.checker.out, &value);
        scope.add(ShareOfRatio { label, span: value.span }.diagnostic());
        return error(span);
    }
    as_ratio(quotient(scope, value, whole, span))
}

/// Whether the values of members are parts of that of all, as sums and counts are: not the
/// greatest, not one thing by another, and not a sum and a constant, which all of them have.
fn adds_up(model: &CheckedModel, value: &Expr) -> bool {
    match &*value.kind {
        ExprKind::Metric(id) => adds_up(model, &model.metric(*id).value),
        ExprKind::Aggregate(aggregate) => {
            matches!(aggregate.function, AggregateFn::Count | AggregateFn::CountDistinct | AggregateFn::Sum)
        }
        ExprKind::Binary(BinaryOp::Mul, a, b) => {
            adds_up(model, a) && !counts(model, b) || adds_up(model, b) && !counts(model, a)
        }
        ExprKind::Binary(BinaryOp::Div, a, b) => adds_up(model, a) && !counts(model, b),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Else, a, b) => {
            adds_up(model, a) && adds_up(model, b)
        }
        ExprKind::If(condition, a, b) => !counts(model, condition) && adds_up(model, a) && adds_up(model, b),
        ExprKind::Literal(Literal::Number { digits: 0, .. }) | ExprKind::Missing => true,
        ExprKind::Negate(a) | ExprKind::Convert(a, _) | ExprKind::Prior(a, _) => adds_up(model, a),
        _ => false,
    }
}

/// Whether it is a place among members, or made of one.
fn has_rank(model: &CheckedModel, value: &Expr) -> bool {
    match &*value.kind {
        ExprKind::Rank(..) => true,
        ExprKind::Metric(id) => has_rank(model, &model.metric(*id).value),
        _ => value.children().into_iter().any(|child| has_rank(model, child)),
    }
}

/// Whether the value differs from member to member.
fn counts(model: &CheckedModel, value: &Expr) -> bool {
    match &*value.kind {
        ExprKind::Metric(id) => counts(model, &model.metric(*id).value),
        ExprKind::Aggregate(_) => true,
        ExprKind::Total(..) => false,
        _ => value.children().into_iter().any(|child| counts(model, child)),
    }
}

fn as_ratio(expr: Expr) -> Expr {
    match &expr.ty {
        Type::Number(n) => super::numbers::retype(&expr, n.unit.clone(), Kind::Ratio),
        _ => expr,
    }
}

fn rank(scope: &mut MetricScope<'_, '_>, value: Expr, over: Option<Vec<DimensionId>>, span: Span) -> Expr {
    let Some([dimension]) = over.as_deref() else {
        scope.add(RankOver { span }.diagnostic());
        return error(span);
    };
    let highest_first = match &*value.kind {
        ExprKind::Metric(id) => scope.checker.out.metric(*id).attributes.better != super::Better::Lower,
        _ => true,
    };
    let ty = Type::number(Unit::none(), Kind::Plain, Repr::Int);
    Expr::new(ExprKind::Rank(value, *dimension, highest_first), ty, span)
}

/// Dimensions by their names; `None`: one is not known, reported.
pub(super) fn dimensions(scope: &mut MetricScope<'_, '_>, names: &[ast::Ident]) -> Option<Vec<DimensionId>> {
    let mut found = Vec::new();
    let mut fine = true;
    for name in names {
        match scope.checker.model.find(&name.name) {
            Some(Thing::Dimension(id)) => found.push(id),
            _ => {
                suggest::unknown_dimension(scope.checker, name);
                fine = false;
            }
        }
    }
    fine.then_some(found)
}

//! Numbers that a value is held against, in the unit of the metric.

use super::super::describe::{number_name, with_origin};
use super::super::infer::{at_least_a_day, infer};
use super::super::metric_scope::{MetricScope, goal};
use super::super::numbers::{bare_in, convert, is_bare, product, retype};
use super::super::operators::{arithmetic_of, common};
use super::super::problems::{
    Action, IdleRule, LimitMismatch, OutOfPlace, PercentExpected, Wanted, WrongType,
};
use super::super::scope::error;
use super::super::units::converted;
use super::super::{BinaryOp, Expr, ExprKind, Function, Kind, Length, Literal, MetricId, Number, Type};
use super::lints;
use crate::model::UnknownWord;
use crate::syntax::ast::{self, Since};
use crate::text::Span;
use crate::units::Unit;

/// What `value`, `target` and `benchmark` stand for.
pub struct Held {
    pub metric: MetricId,
    pub value: Expr,
    pub target: Option<Expr>,
    pub benchmark: Option<Expr>,
    /// While targets and benchmarks are read, which cannot name one another.
    pub of_goal: bool,
}

/// A metric, as limits see it.
struct Of {
    name: String,
    span: Span,
    number: Option<Number>,
}

fn of_metric(scope: &MetricScope<'_, '_>, id: MetricId) -> Of {
    let metric = scope.checker.out.metric(id);
    let number = metric.value.ty.as_number().cloned();
    Of { name: metric.name.clone(), span: metric.name_span, number }
}

/// The limit in the metric's unit.
pub fn limit(scope: &mut MetricScope<'_, '_>, id: MetricId, ast: &ast::Limit) -> Expr {
    let expr = with_unit(scope, ast);
    let limit = match &ast.of {
        Some(goal) => part_of(scope, id, expr, goal, ast.span),
        None => in_unit(scope, id, expr),
    };
    match lints::own_value(&limit, id) {
        Some(own) => {
            scope.checker.report(IdleRule::OwnValue(own));
            error(limit.span)
        }
        None => limit,
    }
}

/// `5 points`, `10 USD`: a bare number in that unit.
fn with_unit(scope: &mut MetricScope<'_, '_>, ast: &ast::Limit) -> Expr {
    let expr = infer(scope, &ast.value, None);
    let Some(unit) = &ast.unit else { return expr };
    let points = unit.under.is_empty() && unit.over.iter().all(|name| name.name.name == "points");
    match &*expr.kind {
        ExprKind::Literal(_) if points && is_bare(&expr) => {
            Expr { span: ast.span, ..bare_in(scope, &expr, Unit::none(), Kind::Points) }
        }
        _ => converted(scope, expr, unit, ast.span),
    }
}

/// `90% of target`
fn part_of(scope: &mut MetricScope<'_, '_>, id: MetricId, part: Expr, of: &ast::Ident, span: Span) -> Expr {
    let Some(whole) = goal(scope, &of.name, of.span) else {
        let known = vec!["target".to_string(), "benchmark".to_string()];
        scope.checker.report(UnknownWord { what: "a thing to take a part of", found: of, known });
        return error(span);
    };
    let whole_name = of.name.clone();
    if is_bare(&part) && !is_zero(&part) {
        let of_metric = of_metric(scope, id);
        let percent = percent_expected(&of_metric, &part, Wanted::PartOf(whole_name));
        scope.checker.report(percent);
        return error(span);
    }
    match (&part.ty, &whole.ty) {
        (Type::Error, _) | (_, Type::Error) => error(span),
        (Type::Number(n), _) if n.unit.is_none() => product(scope, part, whole, span),
        _ => {
            let (place, found) = ("`of`".to_string(), with_origin(&scope.checker.out, &part));
            let help = Some(format!("for example `90% of {whole_name}`"));
            let problem = WrongType { place, wanted: "a percentage", found, span: part.span, help };
            scope.checker.report(problem);
            error(span)
        }
    }
}

/// The expression in the unit of the metric; where it does not fit, it is reported.
fn in_unit(scope: &mut MetricScope<'_, '_>, id: MetricId, expr: Expr) -> Expr {
    let of = of_metric(scope, id);
    let Some(metric) = &of.number else { return like_value(scope, id, expr) };
    let number = match &expr.ty {
        Type::Error => return expr,
        Type::Missing => return Expr { ty: Type::Number(metric.clone()), ..expr },
        Type::Number(number) => number.clone(),
        _ => {
            let (place, found) = ("a limit".to_string(), with_origin(&scope.checker.out, &expr));
            let problem = WrongType { place, wanted: "a number", found, span: expr.span, help: None };
            scope.checker.report(problem);
            return error(expr.span);
        }
    };
    if is_bare(&expr) {
        return bare(scope, &of, metric, expr);
    }
    let percent = matches!(number.kind, Kind::Percent | Kind::Points | Kind::Ratio);
    let part = matches!(metric.kind, Kind::Percent | Kind::Points | Kind::Ratio);
    let soft = number.unit.is_none()
        && (percent && metric.kind == Kind::Count || part && number.kind == Kind::Count);
    match number.unit.factor_to(&metric.unit) {
        Some(ratio) if !soft => {
            retype(&convert(expr, ratio, metric.unit.clone()), metric.unit.clone(), metric.kind)
        }
        _ => {
            let problem = LimitMismatch {
                metric: of.name.clone(),
                metric_unit: number_name(metric),
                metric_span: of.span,
                limit_unit: number_name(&number),
                label: with_origin(&scope.checker.out, &expr),
                percent: number.kind == Kind::Percent,
                span: expr.span,
            };
            scope.checker.report(problem);
            error(expr.span)
        }
    }
}

/// A number without a unit takes that of the metric. Of a percentage it would be a hundred
/// times what was meant, or look as if it were.
fn bare(scope: &mut MetricScope<'_, '_>, of: &Of, metric: &Number, expr: Expr) -> Expr {
    if metric.kind == Kind::Percent && !is_zero(&expr) {
        scope.checker.report(percent_expected(of, &expr, Wanted::Limit));
        return error(expr.span);
    }
    bare_in(scope, &expr, metric.unit.clone(), metric.kind)
}

fn percent_expected(of: &Of, expr: &Expr, wanted: Wanted) -> PercentExpected {
    let (digits, scale) = match &*expr.kind {
        ExprKind::Literal(Literal::Number { digits, scale }) => (*digits, *scale),
        _ => (0, 0),
    };
    PercentExpected { metric: of.name.clone(), metric_span: of.span, wanted, digits, scale, span: expr.span }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Literal(Literal::Number { digits: 0, .. }))
}

fn is_percent(ty: &Type) -> bool {
    matches!(ty, Type::Number(number) if number.kind == Kind::Percent)
}

/// A metric that is no number: a date, a text.
fn like_value(scope: &mut MetricScope<'_, '_>, id: MetricId, expr: Expr) -> Expr {
    let span = expr.span;
    let metric = scope.checker.out.metric(id);
    let value = Expr::new(ExprKind::Metric(id), metric.value.ty.clone(), metric.name_span);
    match common(scope, Action::Compare, value, expr) {
        Some((_, expr, _)) => expr,
        None => error(span),
    }
}

/// `down 20% from prior year`: the value below which it is that much down.
pub fn moved(
    scope: &mut MetricScope<'_, '_>,
    id: MetricId,
    down: bool,
    by: &ast::Limit,
    from: &Since,
    span: Span,
) -> Expr {
    let since = since(scope, from);
    let amount = with_unit(scope, by);
    if let Some(of) = &by.of {
        let what = format!("`of {}`", of.name);
        let help = format!("less than a {0} is written `below 90% of {0}`", of.name);
        let span = of.span;
        scope.checker.report(OutOfPlace { what, place: "in a change", span, help, fix: None });
        return error(span);
    }
    let Some(since) = since else { return error(span) };
    if let ExprKind::Literal(Literal::Number { digits: ..0, .. }) = &*amount.kind {
        scope.checker.report(IdleRule::Backwards { down, span: amount.span });
        return error(span);
    }
    let held = scope.held.as_ref().expect("set for thresholds");
    let before = Expr::new(ExprKind::Prior(held.value.clone(), since), held.value.ty.clone(), span);
    let relative = matches!(&amount.ty, Type::Number(n) if n.unit.is_none() && n.kind == Kind::Percent);
    if is_bare(&amount) && !is_zero(&amount) && is_percent(&before.ty) {
        let of = of_metric(scope, id);
        scope.checker.report(percent_expected(&of, &amount, Wanted::Change { down }));
        return error(span);
    }
    let step = match &before.ty {
        Type::Number(_) if relative => {
            let size = ExprKind::Call(Function::Abs, vec![before.clone()]);
            let size = Expr::new(size, before.ty.clone(), span);
            product(scope, amount, size, span)
        }
        _ => in_unit(scope, id, amount),
    };
    let op = if down { BinaryOp::Sub } else { BinaryOp::Add };
    arithmetic_of(scope, op, before, step, span)
}

/// How much earlier; `Some(None)`: one period.
fn since(scope: &mut MetricScope<'_, '_>, from: &Since) -> Option<Option<Length>> {
    let found = match from {
        Since::Length(expr) => return at_least_a_day(scope, expr).map(Some),
        Since::Word(found) => found,
    };
    Some(Some(match found.name.as_str() {
        "period" => return Some(None),
        "day" => Length::Days(1),
        "week" => Length::Days(7),
        "month" => Length::Months(1),
        "quarter" => Length::Months(3),
        "year" => Length::Months(12),
        _ => {
            let known = ["period", "day", "week", "month", "quarter", "year"].map(str::to_string).to_vec();
            scope.checker.report(UnknownWord { what: "an earlier period", found, known });
            return None;
        }
    }))
}

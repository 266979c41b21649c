//! ast::Expr -> Expr: the dispatch over the kinds of expression. What names and
//! aggregates mean is asked of the scope; the rules of types live beside this file.

use jiff::civil;

use super::builtins::{self, What};
use super::problems::NotALength;
use super::scope::{Beside, Scope, as_word, error, ungroup};
use super::{Expr, ExprKind, Kind, Length, Literal, Repr, Type};
use super::{choices, functions, names, operators, units};
use crate::syntax::ast::{self, DurationUnit};
use crate::text::Span;
use crate::units::{Base, Unit};

/// The typed expression; with a mistake in it, which has been reported, of type `Error`.
pub(super) fn infer(scope: &mut dyn Scope, ast: &ast::Expr, beside: Beside) -> Expr {
    let span = ast.span;
    match &*ast.kind {
        ast::ExprKind::Missing => Expr::new(ExprKind::Missing, Type::Missing, span),
        ast::ExprKind::Bool(b) => literal(Literal::Bool(*b), Type::Bool, span),
        ast::ExprKind::Text(text) => literal(Literal::Text(text.clone()), Type::Text, span),
        ast::ExprKind::Date(date) => literal(Literal::Date(*date), Type::Date, span),
        ast::ExprKind::Timestamp { at, utc } => timestamp(scope, *at, *utc, span),
        ast::ExprKind::Number(number) => plain_number(scope, number, span),
        ast::ExprKind::Duration { amount, unit } => duration(scope, amount, *unit, span),
        ast::ExprKind::Path(path) => names::path(scope, path, beside),
        ast::ExprKind::Call(call) => self::call(scope, call, beside, span),
        ast::ExprKind::Unary(ast::UnaryOp::Neg, inner) => operators::negate(scope, inner, span),
        ast::ExprKind::Unary(ast::UnaryOp::Not, inner) => {
            let inner = operators::condition(scope, inner, "`not`");
            Expr::new(ExprKind::Not(inner), Type::Bool, span)
        }
        ast::ExprKind::Binary(op, left, right) => operators::binary(scope, *op, left, right, beside, span),
        ast::ExprKind::IsMissing { value, negated } => {
            let value = infer(scope, value, None);
            negate_if(*negated, Expr::new(ExprKind::IsMissing(value), Type::Bool, span))
        }
        ast::ExprKind::In { value, list, negated } => {
            negate_if(*negated, operators::within_list(scope, value, list, span))
        }
        ast::ExprKind::Placed { value, place } => operators::placed(scope, value, *place, span),
        ast::ExprKind::Within { value, duration, before, anchor } => {
            operators::within(scope, value, duration, *before, anchor, span)
        }
        ast::ExprKind::As(inner, unit) => {
            let inner = infer(scope, inner, None);
            units::converted(scope, inner, unit, span)
        }
        ast::ExprKind::If { condition, then, otherwise } => {
            choices::if_else(scope, condition, then, otherwise, beside, span)
        }
        ast::ExprKind::Choose { arms, otherwise } => choices::choose(scope, arms, otherwise.as_ref(), span),
        ast::ExprKind::Group(inner) => infer(scope, inner, beside),
        ast::ExprKind::Error => error(span),
    }
}

pub(super) fn literal(value: Literal, ty: Type, span: Span) -> Expr {
    Expr::new(ExprKind::Literal(value), ty, span)
}

fn negate_if(negated: bool, expr: Expr) -> Expr {
    let span = expr.span;
    if negated { Expr::new(ExprKind::Not(expr), Type::Bool, span) } else { expr }
}

/// A timestamp without `Z` is local: where the clock jumps, the later reading of a
/// time that does not exist, the earlier of one that exists twice.
fn timestamp(scope: &dyn Scope, at: civil::DateTime, utc: bool, span: Span) -> Expr {
    let zone = if utc { jiff::tz::TimeZone::UTC } else { scope.project().settings.timezone.clone() };
    match zone.into_ambiguous_zoned(at).compatible() {
        Ok(zoned) => literal(Literal::Timestamp(zoned.timestamp().as_microsecond()), Type::Timestamp, span),
        Err(_) => error(span),
    }
}

fn plain_number(scope: &mut dyn Scope, number: &ast::Number, span: Span) -> Expr {
    let kind = if number.percent { Kind::Percent } else { Kind::Plain };
    match units::exact(number) {
        Some((digits, 0)) if i64::try_from(digits).is_err() => {
            scope.fail(super::problems::TooManyDigits { span, whole: true }, span)
        }
        Some((digits, scale)) => {
            let repr = if scale == 0 { Repr::Int } else { Repr::Decimal(scale) };
            literal(Literal::Number { digits, scale }, Type::number(Unit::none(), kind, repr), span)
        }
        None => scope.fail(super::problems::TooManyDigits { span, whole: false }, span),
    }
}

fn duration(scope: &mut dyn Scope, amount: &ast::Number, unit: DurationUnit, span: Span) -> Expr {
    let number = plain_number(scope, amount, span);
    let Some(repr) = number.ty.as_number().map(|n| n.repr) else { return number };
    Expr { ty: Type::number(Unit::of(base(unit)), Kind::Plain, repr), ..number }
}

fn base(unit: DurationUnit) -> Base {
    match unit {
        DurationUnit::Second => Base::Second,
        DurationUnit::Minute => Base::Minute,
        DurationUnit::Hour => Base::Hour,
        DurationUnit::Day => Base::Day,
        DurationUnit::Week => Base::Week,
        DurationUnit::Month => Base::Month,
        DurationUnit::Quarter => Base::Quarter,
        DurationUnit::Year => Base::Year,
    }
}

/// A length of time that has to be written out: `30 days`, `12 months`.
pub(super) fn length(scope: &mut dyn Scope, ast: &ast::Expr) -> Option<Length> {
    let span = ast.span;
    let ast::ExprKind::Duration { amount, unit } = &*ungroup(ast).kind else {
        if !matches!(&*ast.kind, ast::ExprKind::Error) {
            scope.fail(NotALength::NotWritten(span), span);
        }
        return None;
    };
    let whole = units::exact(amount).filter(|(_, scale)| *scale == 0).map(|(digits, _)| digits);
    let Some(n) = whole.and_then(|n| i32::try_from(n).ok()).map(i64::from) else {
        scope.fail(NotALength::NotWritten(span), span);
        return None;
    };
    Some(match unit {
        DurationUnit::Second => Length::Seconds(n),
        DurationUnit::Minute => Length::Seconds(n * 60),
        DurationUnit::Hour => Length::Seconds(n * 3_600),
        DurationUnit::Day => Length::Days(n),
        DurationUnit::Week => Length::Days(n * 7),
        DurationUnit::Month => Length::Months(n),
        DurationUnit::Quarter => Length::Months(n * 3),
        DurationUnit::Year => Length::Months(n * 12),
    })
}

/// A length in whole days or months: periods know nothing shorter.
pub(super) fn whole_days(scope: &mut dyn Scope, ast: &ast::Expr) -> Option<Length> {
    const DAY: i64 = 86_400;
    match length(scope, ast)? {
        Length::Seconds(n) if n % DAY == 0 => Some(Length::Days(n / DAY)),
        Length::Seconds(_) => {
            scope.fail(NotALength::NoWholeDays(ast.span), ast.span);
            None
        }
        length => Some(length),
    }
}

/// What a window or a shift goes by: at least a day.
pub(super) fn at_least_a_day(scope: &mut dyn Scope, ast: &ast::Expr) -> Option<Length> {
    let length = whole_days(scope, ast)?;
    if matches!(length, Length::Days(0) | Length::Months(0)) {
        scope.fail(NotALength::Nothing(ast.span), ast.span);
        return None;
    }
    Some(length)
}

fn call(scope: &mut dyn Scope, call: &ast::Call, beside: Beside, span: Span) -> Expr {
    let Some(builtin) = builtins::find(&call.name.name) else {
        return scope.fail(super::problems::UnknownFunction { name: &call.name }, span);
    };
    match builtin.what {
        What::Scalar(function) => functions::call(scope, builtin, function, call, beside, span),
        What::Aggregate(_) | What::Form(_) => scope.call(builtin, call, span),
    }
}

/// Two expressions that stand beside each other: each may name members of the other's
/// enumeration.
pub(super) fn pair(
    scope: &mut dyn Scope,
    left: &ast::Expr,
    right: &ast::Expr,
    beside: Beside,
) -> (Expr, Expr) {
    let right_first = beside.is_none() && may_be_member(scope, left) && !may_be_member(scope, right);
    if right_first {
        let right = infer(scope, right, None);
        if right.ty == Type::Error {
            return (error(left.span), right);
        }
        let left = infer(scope, left, enumeration(&right.ty).or(beside));
        return (left, right);
    }
    let left = infer(scope, left, beside);
    if left.ty == Type::Error && as_word(right).is_some() {
        // it may be a member of what could not be read
        return (left, error(right.span));
    }
    let right = infer(scope, right, enumeration(&left.ty).or(beside));
    (left, right)
}

/// A word that nothing here has: if anything, it is a member of what stands beside it. So
/// may be the name of the column whose expression this is.
fn may_be_member(scope: &mut dyn Scope, ast: &ast::Expr) -> bool {
    let Some(word) = as_word(ast) else { return false };
    let path = ast::Path { parts: vec![word.clone()], span: word.span };
    names::builtin(&word.name).is_none() && (scope.is_own_name(word) || scope.lookup(&path).is_none())
}

pub(super) fn enumeration(ty: &Type) -> Beside<'_> {
    match ty {
        Type::Enum(enumeration) => Some(enumeration),
        _ => None,
    }
}

//! Declared units and types: what the words behind `:` and `as` stand for, and
//! whether a value fits them.

use super::describe::{number_name, with_origin};
use super::numbers::{MAX_SCALE, bare_in, convert, is_bare, retype};
use super::problems::{
    ConvertedTwice, CountOnRatio, DeclaredUnitMismatch, NoCurrency, OutOfPlace, PercentOnCount,
    PercentTimes100, Side, UnitTooComplex, UnknownUnit, WrongType,
};
use super::scope::{Scope, error};
use super::{BinaryOp, Expr, ExprKind, Kind, Literal, Number, Repr, Show, Style, Type};
use crate::diagnostic::{Diagnostic, Problem};
use crate::model::Settings;
use crate::syntax::ast;
use crate::text::Span;
use crate::units::{Base, Ratio, Unit};

/// A unit as written, understood.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub unit: Unit,
    pub kind: Kind,
    /// Of `USD(4)`.
    pub scale: Option<u8>,
    pub span: Span,
}

impl Declared {
    pub(super) fn style(&self) -> Style {
        style(&self.unit, self.kind)
    }

    /// How a stored column of that unit is held: money exactly, counts whole.
    pub(super) fn repr(&self) -> Repr {
        let currency = self.unit.factors().iter().find_map(|(base, _)| match base {
            Base::Currency(c) => Some(*c),
            _ => None,
        });
        match (currency, self.kind) {
            (Some(currency), _) => Repr::Decimal(self.scale.unwrap_or(currency.scale())),
            (None, Kind::Count) => Repr::Int,
            (None, _) => Repr::Float,
        }
    }

    pub(super) fn ty(&self) -> Type {
        Type::number(self.unit.clone(), self.kind, self.repr())
    }
}

pub(super) fn style(unit: &Unit, kind: Kind) -> Style {
    match kind {
        _ if !unit.is_none() => Style::Unit(unit.clone()),
        Kind::Plain => Style::Number,
        Kind::Count => Style::Count,
        Kind::Ratio => Style::Ratio,
        Kind::Percent => Style::Percent,
        Kind::Points => Style::Points,
    }
}

/// How values of a type are shown where nothing is declared.
pub(super) fn show(ty: &Type, decimals: Option<u8>) -> Show {
    let style = ty.as_number().map_or(Style::Value, |n| style(&n.unit, n.kind));
    Show { style, decimals }
}

/// The unit that is written, or the message that says what is wrong with it.
pub(super) fn declared(ast: &ast::UnitExpr, settings: &Settings) -> Result<Declared, Diagnostic> {
    if let ([only], []) = (&ast.over[..], &ast.under[..])
        && let Some(kind) = soft_kind(&only.name.name)
    {
        no_digits(only)?;
        return Ok(Declared { unit: Unit::none(), kind, scale: None, span: ast.span });
    }
    let mut unit = Unit::none();
    let mut scale = None;
    for name in &ast.over {
        let base = one(name, settings)?;
        if !base.factors().iter().any(|(base, _)| matches!(base, Base::Currency(_))) {
            no_digits(name)?;
        }
        unit = times(&unit, &base, ast.span)?;
        scale = scale.or(checked_scale(name)?);
    }
    for name in &ast.under {
        no_digits(name)?;
        unit = times(&unit, &one(name, settings)?.inverse(), ast.span)?;
    }
    Ok(Declared { unit, kind: Kind::Plain, scale, span: ast.span })
}

fn soft_kind(name: &str) -> Option<Kind> {
    Some(match name {
        "number" => Kind::Plain,
        "count" => Kind::Count,
        "ratio" => Kind::Ratio,
        "percent" => Kind::Percent,
        "points" => Kind::Points,
        _ => return None,
    })
}

/// One name of a product: a base unit, `money`, or `count`, which is a plain number there.
fn one(name: &ast::UnitName, settings: &Settings) -> Result<Unit, Diagnostic> {
    match name.name.name.as_str() {
        "money" => match settings.currency {
            Some(currency) => Ok(Unit::of(Base::Currency(currency))),
            None => Err(NoCurrency { span: name.name.span }.diagnostic()),
        },
        "count" | "number" => Ok(Unit::none()),
        word => match Base::from_name(word) {
            Some(base) => Ok(Unit::of(base)),
            None => Err(UnknownUnit { found: &name.name, types: false }.diagnostic()),
        },
    }
}

fn times(a: &Unit, b: &Unit, span: Span) -> Result<Unit, Diagnostic> {
    match a.checked_times(b) {
        Some((unit, ratio)) if ratio.is_one() => Ok(unit),
        // `hours/week` would be a plain number, 168 times too small
        Some(_) => {
            let (what, place) = ("two lengths of time".to_string(), "in one unit");
            let help = "the one cancels the other: divide by a plain number for a length of time, or declare `ratio`";
            Err(OutOfPlace { what, place, span, help: help.to_string(), fix: None }.diagnostic())
        }
        None => Err(UnitTooComplex { span }.diagnostic()),
    }
}

fn checked_scale(name: &ast::UnitName) -> Result<Option<u8>, Diagnostic> {
    match name.scale {
        None => Ok(None),
        Some(scale) if scale <= u32::from(MAX_SCALE) => Ok(Some(scale as u8)),
        Some(_) => Err(super::problems::BadScale { span: name.name.span, none: false }.diagnostic()),
    }
}

/// That `days(2)` does not say what only `USD(2)` can.
pub(super) fn no_digits(name: &ast::UnitName) -> Result<(), Diagnostic> {
    match name.scale {
        None => Ok(()),
        Some(_) => Err(super::problems::BadScale { span: name.name.span, none: true }.diagnostic()),
    }
}

/// `x as UNIT`
pub(super) fn converted(scope: &mut dyn Scope, expr: Expr, unit: &ast::UnitExpr, span: Span) -> Expr {
    match declared(unit, &scope.project().settings) {
        Ok(declared) => Expr { span, ..fit(scope, expr, &declared, "as") },
        Err(problem) => {
            scope.add(problem);
            error(span)
        }
    }
}

/// The value in the declared unit; where it does not fit, it is reported. `word` is
/// what declares: "declared", "as".
pub(super) fn fit(scope: &mut dyn Scope, expr: Expr, declared: &Declared, word: &'static str) -> Expr {
    let number = match &expr.ty {
        Type::Error => return expr,
        Type::Missing => return Expr { ty: declared.ty(), ..expr },
        Type::Number(number) => number.clone(),
        _ => {
            let found = with_origin(scope.project(), &expr);
            let (place, span) = (format!("`{}`", declared_text(declared)), expr.span);
            return scope.fail(WrongType { place, wanted: "a number", found, span, help: None }, span);
        }
    };
    if is_bare(&expr) {
        return bare_in(scope, &expr, declared.unit.clone(), declared.kind);
    }
    let Some(ratio) = number.unit.factor_to(&declared.unit) else {
        return mismatch(scope, &expr, &number, declared, word);
    };
    if let Some(problem) = kind_problem(scope, &expr, &number, declared) {
        scope.add(problem);
        return error(expr.span);
    }
    if let Some((by, factor)) = factor(&expr, ratio).filter(|_| !ratio.is_one()) {
        let (from, to, declared) = (number.unit.clone(), declared.unit.clone(), declared.span);
        scope.add(ConvertedTwice { by, factor, from, to, declared }.diagnostic());
        return error(expr.span);
    }
    let expr = convert(expr, ratio, declared.unit.clone());
    retype(&expr, declared.unit.clone(), declared.kind)
}

fn declared_text(declared: &Declared) -> String {
    match declared.kind {
        _ if !declared.unit.is_none() => declared.unit.to_string(),
        Kind::Plain => "number".to_string(),
        Kind::Count => "count".to_string(),
        Kind::Ratio => "ratio".to_string(),
        Kind::Percent => "percent".to_string(),
        Kind::Points => "points".to_string(),
    }
}

fn mismatch(
    scope: &mut dyn Scope,
    expr: &Expr,
    number: &Number,
    declared: &Declared,
    word: &'static str,
) -> Expr {
    let project = scope.project();
    let problem = DeclaredUnitMismatch {
        word,
        declared: declared.unit.clone(),
        declared_text: declared_text(declared),
        declared_span: declared.span,
        found: Side {
            span: expr.span,
            unit: number.unit.clone(),
            name: number_name(number),
            label: with_origin(project, expr),
            text: super::display::short(project, expr),
        },
    };
    scope.fail(problem, expr.span)
}

/// Soft rules: a count is no percentage, and a ratio no count.
fn kind_problem(scope: &dyn Scope, expr: &Expr, number: &Number, declared: &Declared) -> Option<Diagnostic> {
    if !number.unit.is_none() {
        return None;
    }
    let label = with_origin(scope.project(), expr);
    match (number.kind, declared.kind) {
        (Kind::Count, Kind::Percent | Kind::Points | Kind::Ratio) => {
            let declared_text = declared_text(declared);
            let (span, declared) = (expr.span, declared.span);
            Some(PercentOnCount { label, span, declared_text, declared }.diagnostic())
        }
        (Kind::Ratio | Kind::Percent | Kind::Points, Kind::Count) => {
            Some(CountOnRatio { label, span: expr.span, declared: declared.span }.diagnostic())
        }
        (_, Kind::Percent | Kind::Points) => {
            let (hundred, points, declared) =
                (times_100(expr)?, declared.kind == Kind::Points, declared.span);
            Some(PercentTimes100 { hundred, points, declared }.diagnostic())
        }
        _ => None,
    }
}

/// The `100` of a product that the expression is.
fn times_100(expr: &Expr) -> Option<Span> {
    match &*expr.kind {
        ExprKind::Literal(Literal::Number { digits, scale }) => {
            (*digits == 100 * 10_i128.pow(u32::from(*scale))).then_some(expr.span)
        }
        ExprKind::Binary(BinaryOp::Mul, left, right) => times_100(left).or_else(|| times_100(right)),
        ExprKind::Binary(BinaryOp::Div, left, _) | ExprKind::Convert(left, _) => times_100(left),
        _ => None,
    }
}

/// Where the expression is multiplied by that ratio already, and as what.
fn factor(expr: &Expr, ratio: Ratio) -> Option<(String, Span)> {
    let is = |e: &Expr, wanted: i64| match &*e.kind {
        ExprKind::Literal(Literal::Number { digits, scale }) => {
            *digits == i128::from(wanted) * 10_i128.pow(u32::from(*scale))
        }
        _ => false,
    };
    match &*expr.kind {
        ExprKind::Binary(BinaryOp::Mul, a, b) => {
            let own = [a, b].into_iter().find(|e| ratio.den == 1 && is(e, ratio.num));
            let own = own.map(|e| (format!("* {}", ratio.num), e.span));
            own.or_else(|| factor(a, ratio)).or_else(|| factor(b, ratio))
        }
        ExprKind::Binary(BinaryOp::Div, a, b) => {
            let own = (ratio.num == 1 && is(b, ratio.den)).then(|| (format!("/ {}", ratio.den), b.span));
            own.or_else(|| factor(a, ratio))
        }
        ExprKind::Convert(e, _) => factor(e, ratio),
        _ => None,
    }
}

/// The digits of a number as written, and how many of them stand behind the point.
pub(super) fn exact(number: &ast::Number) -> Option<(i128, u8)> {
    let (whole, fraction) = number.digits.split_once('.').unwrap_or((&number.digits, ""));
    let digits = format!("{whole}{fraction}").parse::<i128>().ok()?;
    let scale = u8::try_from(fraction.len()).ok()?.checked_add(if number.percent { 2 } else { 0 })?;
    (scale <= MAX_SCALE && digits < 10_i128.pow(36)).then_some((digits, scale))
}

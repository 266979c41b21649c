//! Parameters: a value written out, with a unit; and setting them from outside.

use super::infer::infer;
use super::problems::{BadParameter, OutOfPlace, PercentExpected, Wanted};
use super::scope::{Scope, error};
use super::units::{declared, exact, fit};
use super::{CheckedModel, Expr, ExprKind, Kind, Literal, Number, Parameter, Repr, Type};
use crate::diagnostic::{Diagnostic, Problems, nearest};
use crate::model::Model;
use crate::syntax::ast;
use crate::text::Span;
use crate::units::Base;

/// Places behind the point that a parameter keeps, whatever its first value has.
const PLACES: u8 = 6;

pub(super) fn check(model: &Model<'_>, out: &mut CheckedModel, problems: &mut Problems) {
    for ast in &model.parameters {
        let mut scope = Constant { project: out, problems };
        let parameter = one(&mut scope, ast);
        out.parameters.push(parameter);
    }
}

fn one(scope: &mut Constant<'_>, ast: &ast::Parameter) -> Parameter {
    let mut value = infer(scope, &ast.value, None);
    if !matches!((&*value.kind, &value.ty), (ExprKind::Literal(_), _) | (_, Type::Error)) {
        scope.problems.push(BadParameter { span: ast.value.span });
        value = error(ast.value.span);
    }
    if let Some(unit) = &ast.unit {
        match declared(unit, &scope.project.settings) {
            Ok(declared) => {
                if let (Kind::Percent, Some(problem)) = (&declared.kind, no_percentage(ast)) {
                    scope.problems.push(problem);
                }
                value = fit(scope, value, &declared, "declared");
            }
            Err(problem) => {
                scope.problems.add(problem);
                value = error(ast.value.span);
            }
        }
    }
    let literal = match &*value.kind {
        ExprKind::Literal(literal) => Some(literal.clone()),
        _ => None,
    };
    let (ty, literal) = roomy(value.ty, literal);
    Parameter {
        name: ast.name.name.clone(),
        label: ast.label.as_ref().map(|l| l.value.clone()),
        docs: ast.docs.clone(),
        span: ast.span,
        ty,
        value: literal,
    }
}

/// `parameter goal : percent = 80`: 8,000% is not meant.
fn no_percentage(ast: &ast::Parameter) -> Option<PercentExpected> {
    let ast::ExprKind::Number(number) = &*ast.value.kind else { return None };
    let (digits, scale) = exact(number).filter(|_| !number.percent)?;
    let more_than_one = digits > 10_i128.checked_pow(u32::from(scale))?;
    more_than_one.then(|| PercentExpected {
        metric: ast.name.name.clone(),
        metric_span: ast.name.span,
        wanted: Wanted::Limit,
        digits,
        scale,
        span: ast.value.span,
    })
}

/// Numbers get room for values that are set later.
fn roomy(ty: Type, literal: Option<Literal>) -> (Type, Literal) {
    let (Type::Number(number), Some(Literal::Number { digits, scale })) = (&ty, &literal) else {
        return (ty, literal.unwrap_or(Literal::Bool(false)));
    };
    let places = places(number, *scale);
    let repr = if places == 0 { Repr::Int } else { Repr::Decimal(places) };
    let grown = digits.saturating_mul(10_i128.pow(u32::from(places - scale)));
    let literal = Literal::Number { digits: grown, scale: places };
    (Type::Number(Number { repr, ..number.clone() }), literal)
}

fn places(number: &Number, scale: u8) -> u8 {
    let currency = number.unit.factors().iter().find_map(|(base, _)| match base {
        Base::Currency(c) => Some(c.scale()),
        _ => None,
    });
    let time = matches!(number.unit.factors(), [(base, 1)] if !matches!(base, Base::Currency(_)));
    let whole =
        scale == 0 && (time || matches!(number.kind, Kind::Count | Kind::Plain)) && currency.is_none();
    match currency {
        Some(places) => places.max(scale),
        None if whole => 0,
        None => scale.max(PLACES),
    }
}

/// Where nothing can be named.
struct Constant<'a> {
    project: &'a CheckedModel,
    problems: &'a mut Problems,
}

impl Scope for Constant<'_> {
    fn project(&self) -> &CheckedModel {
        self.project
    }

    fn add(&mut self, problem: Diagnostic) {
        self.problems.add(problem);
    }

    fn lookup(&mut self, _: &ast::Path) -> Option<Expr> {
        None
    }

    fn unknown(&mut self, path: &ast::Path) {
        self.problems.push(BadParameter { span: path.span });
    }

    fn call(&mut self, builtin: &'static super::builtins::Builtin, _: &ast::Call, span: Span) -> Expr {
        let what = format!("`{}`", builtin.name);
        let help = "a parameter is a value written out, for example `80%`".to_string();
        self.problems.push(OutOfPlace { what, place: "in a parameter", span, help, fix: None });
        error(span)
    }

    fn period_unit(&mut self) -> Base {
        Base::Month
    }
}

/// Gives a parameter another value, written as in a file: `75%`, `30`, `EMEA`, `2026-01-31`.
pub fn set_parameter(model: &mut CheckedModel, name: &str, text: &str) -> Result<(), Diagnostic> {
    let Some(index) = model.parameters.iter().position(|p| p.name == name) else {
        let known = model.parameters.iter().map(|p| p.name.as_str());
        let diagnostic = Diagnostic::error("unknown-name", format!("there is no parameter named `{name}`"));
        return Err(match nearest(name, known) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("parameters are declared as `parameter gross_margin : percent = 80%`"),
        });
    };
    let parameter = &model.parameters[index];
    match literal(&parameter.ty, text.trim()) {
        Ok(value) => {
            model.parameters[index].value = value;
            Ok(())
        }
        Err(wanted) => Err(Diagnostic::error(
            "bad-parameter",
            format!("`{text}` cannot be the value of the parameter `{name}`"),
        )
        .label(parameter.span, "declared here")
        .help(format!("it is {wanted}"))),
    }
}

/// The value, or what it should have been.
pub(super) fn literal(ty: &Type, text: &str) -> Result<Literal, String> {
    match ty {
        Type::Bool => text.parse().map(Literal::Bool).map_err(|_| "`true` or `false`".to_string()),
        Type::Text => Ok(Literal::Text(text.trim_matches('"').to_string())),
        Type::Date => text.parse().map(Literal::Date).map_err(|_| "a date like `2026-01-31`".to_string()),
        Type::Number(number) => number_literal(number, text),
        other => Err(super::describe::type_name(other)),
    }
}

fn number_literal(number: &Number, text: &str) -> Result<Literal, String> {
    let places = match number.repr {
        Repr::Decimal(places) => places,
        _ => 0,
    };
    let wanted = || match number.kind {
        Kind::Percent => "a percentage like `75%`".to_string(),
        Kind::Points => "points like `5`".to_string(),
        _ if number.unit.is_none() && places == 0 => "a whole number".to_string(),
        _ if number.unit.is_none() => format!("a number with at most {places} decimal places"),
        _ if places == 0 => format!("a whole number of {}", number.unit),
        _ => format!("{}, with at most {places} decimal places", number.unit),
    };
    let unit = number.unit.to_string();
    let text = text.strip_suffix(&unit).filter(|_| !unit.is_empty()).unwrap_or(text).trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let percent = digits.ends_with('%');
    let digits = digits.trim_end_matches('%').replace('_', "");
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    // 5 of `points` are 5%
    let as_written = ast::Number { digits, percent: percent || number.kind == Kind::Points };
    let (digits, scale) = super::units::exact(&as_written)
        .filter(|_| plain && as_written.digits.matches('.').count() < 2)
        .ok_or_else(wanted)?;
    let above_one = digits > 10_i128.pow(u32::from(scale));
    let fits = scale <= places && (!percent || number.unit.is_none());
    if !fits || (number.kind == Kind::Percent && !percent && above_one) {
        return Err(wanted());
    }
    let digits = digits.saturating_mul(10_i128.pow(u32::from(places - scale)));
    Ok(Literal::Number { digits: if negative { -digits } else { digits }, scale: places })
}

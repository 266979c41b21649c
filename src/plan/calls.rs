//! The built-in functions of rows and results, one by one.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions::core::expr_fn::nullif;
use datafusion::functions::expr_fn::{
    abs, btrim, character_length, contains, ends_with, exp, ln, lower as lower_case, regexp_like,
    starts_with, upper,
};
use datafusion::logical_expr::{Expr as DfExpr, Operator, binary_expr, cast, lit};

use super::expr::Scope;
use super::functions::{Function as PlanFunction, Rounding};
use super::types::{arrow_type, coerce, float};
use crate::calendar::Grain;
use crate::check::{Expr, ExprKind, Function, Literal, Repr, Type};

/// What Unicode calls so; without it only blanks would be taken off.
const WHITE_SPACE: &str = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\
    \u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

pub fn lower(scope: &Scope, function: Function, args: &[Expr], ty: &Type) -> Result<DfExpr> {
    let arg = |i: usize| scope.lower(&args[i]);
    let number = |i: usize| Ok::<_, datafusion::error::DataFusionError>(float(arg(i)?, &args[i].ty));
    let agreed = || args.iter().map(|a| Ok(coerce(scope.lower(a)?, &a.ty, ty))).collect::<Result<Vec<_>>>();
    let date = |function: PlanFunction| {
        Ok::<_, datafusion::error::DataFusionError>(function.call(vec![scope.date(&args[0])?]))
    };
    let finite = |e: DfExpr| PlanFunction::Finite.call(vec![e]);
    let whole = |e: DfExpr| cast(e, DataType::Int64);
    Ok(match function {
        Function::Abs => abs(arg(0)?),
        Function::Round => round(scope, Rounding::Nearest, args, ty)?,
        Function::Floor => round(scope, Rounding::Down, args, ty)?,
        Function::Ceil => round(scope, Rounding::Up, args, ty)?,
        Function::Least => PlanFunction::Least(arrow_type(ty)).call(agreed()?),
        Function::Greatest => PlanFunction::Greatest(arrow_type(ty)).call(agreed()?),
        Function::Mod => {
            let (a, b) = (coerce(arg(0)?, &args[0].ty, ty), coerce(arg(1)?, &args[1].ty, ty));
            let zero = cast(lit(0i64), arrow_type(ty));
            binary_expr(a, Operator::Modulo, nullif(b, zero))
        }
        Function::Lower => text(lower_case(arg(0)?)),
        Function::Upper => text(upper(arg(0)?)),
        Function::Trim => {
            text(btrim(vec![arg(0)?, lit(ScalarValue::Utf8View(Some(WHITE_SPACE.to_string())))]))
        }
        Function::Length => whole(character_length(arg(0)?)),
        Function::StartsWith => starts_with(arg(0)?, arg(1)?),
        Function::EndsWith => ends_with(arg(0)?, arg(1)?),
        Function::Contains => contains(arg(0)?, arg(1)?),
        Function::Matches => regexp_like(arg(0)?, arg(1)?, None),
        Function::Year => date(PlanFunction::Year)?,
        Function::Quarter => date(PlanFunction::Quarter)?,
        Function::Month => date(PlanFunction::Month)?,
        Function::Week => date(PlanFunction::Week)?,
        Function::Day => date(PlanFunction::Day)?,
        Function::Weekday => date(PlanFunction::Weekday)?,
        Function::StartOf => {
            let grain = grain(scope, &args[0])?;
            PlanFunction::StartOf(grain, scope.calendar()).call(vec![scope.date(&args[1])?])
        }
        Function::MonthsBetween => {
            PlanFunction::MonthsBetween.call(vec![scope.date(&args[0])?, scope.date(&args[1])?])
        }
        Function::DaysBetween => {
            let days = |e: &Expr| {
                Ok::<_, datafusion::error::DataFusionError>(whole(cast(scope.date(e)?, DataType::Int32)))
            };
            binary_expr(days(&args[1])?, Operator::Minus, days(&args[0])?)
        }
        Function::Exp => finite(exp(number(0)?)),
        Function::Ln => finite(ln(number(0)?)),
        Function::Power => PlanFunction::Power.call(vec![number(0)?, number(1)?]),
        Function::Sqrt => PlanFunction::SquareRoot.call(vec![number(0)?]),
    })
}

fn text(value: DfExpr) -> DfExpr {
    cast(value, DataType::Utf8View)
}

fn round(scope: &Scope, rounding: Rounding, args: &[Expr], ty: &Type) -> Result<DfExpr> {
    let digits = match args.get(1).map(|a| &*a.kind) {
        None => 0,
        Some(ExprKind::Literal(Literal::Number { digits, scale: 0 })) => *digits as i32,
        Some(_) => return plan_err!("the digits of round have to be written out"),
    };
    let to = match ty.as_number().map(|n| n.repr) {
        Some(Repr::Decimal(_) | Repr::Int) | None => arrow_type(ty),
        Some(Repr::Float) => DataType::Float64,
    };
    Ok(PlanFunction::Round(rounding, digits, to).call(vec![scope.lower(&args[0])?]))
}

fn grain(scope: &Scope, expr: &Expr) -> Result<Grain> {
    let ExprKind::Literal(Literal::Text(name)) = &*expr.kind else {
        return plan_err!("the grain of start_of has to be written out");
    };
    let declared = || {
        let (calendar, unit) = name.split_once('.')?;
        let calendar = scope.model.calendars.iter().find(|c| c.name == calendar)?;
        Some(Grain::Declared(calendar.clone(), crate::calendar::WeekUnit::from_name(unit)?))
    };
    match Grain::from_name(name).or_else(declared) {
        Some(grain) => Ok(grain),
        None => plan_err!("there is no grain {name}"),
    }
}

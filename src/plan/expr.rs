//! Checked expression -> DataFusion expression, over columns that bear the names that
//! this file gives them.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, Result, ScalarValue, plan_err};
use datafusion::functions::core::expr_fn::nullif;
use datafusion::logical_expr::{Expr as DfExpr, Operator, binary_expr, cast, lit, not, when};
use jiff::civil::Date;

use super::calls;
use super::functions::Function as PlanFunction;
use super::functions::{CalendarOf, Zone};
use super::types::{arrow_type, coerce, float};
use crate::calendar::{Calendar, epoch_day};
use crate::check::{
    BinaryOp, CheckedModel, ColumnRef, Expr, ExprKind, Literal, Number, Placement, Repr, Type, expression,
};
use crate::query::{Query, without_spans};
use crate::units::{Base, Ratio};

/// What expressions mean beside their columns.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub model: &'a CheckedModel,
    pub query: &'a Query,
}

/// The name of the column that holds a row's period.
pub const PERIOD: &str = "#period";

/// `owner.region`: unique among the columns of a source's rows.
pub fn column_name(model: &CheckedModel, column: &ColumnRef) -> String {
    let mut name = String::new();
    for link in &column.links {
        name.push_str(&model.link(*link).name);
        name.push('.');
    }
    name + &model.column(column).name
}

pub fn slot_name(id: u32) -> String {
    format!("#s{id}")
}

pub fn named(name: impl Into<String>) -> DfExpr {
    DfExpr::Column(Column::new_unqualified(name))
}

impl Scope<'_> {
    pub fn calendar(&self) -> CalendarOf {
        let Calendar { week_starts, fiscal_year_starts } = self.model.calendar();
        CalendarOf(Calendar { week_starts, fiscal_year_starts })
    }

    pub fn zone(&self) -> Zone {
        Zone(self.model.settings.timezone.clone())
    }

    pub fn lower(&self, expr: &Expr) -> Result<DfExpr> {
        let value = self.lowered(expr)?;
        Ok(match can_be_negative_zero(expr) {
            // `-0.0 + 0.0` is `0.0`, and every other number stays what it is
            true => binary_expr(value, Operator::Plus, lit(0.0f64)),
            false => value,
        })
    }

    fn lowered(&self, expr: &Expr) -> Result<DfExpr> {
        let go = |e: &Expr| self.lower(e);
        Ok(match &*expr.kind {
            ExprKind::Literal(literal) => lower_literal(literal, &expr.ty)?,
            ExprKind::Missing => lit(ScalarValue::try_from(arrow_type(&expr.ty))?),
            ExprKind::Parameter(id) => {
                let parameter = &self.model.parameters[id.index()];
                coerce(lower_literal(&parameter.value, &parameter.ty)?, &parameter.ty, &expr.ty)
            }
            ExprKind::AsOf => lit(ScalarValue::Date32(self.query.as_of.map(epoch_day))),
            // of a range without a start there is none
            ExprKind::PeriodStart => self.period_date(|p| match p.start {
                Date::MIN => i32::MAX,
                start => epoch_day(start),
            }),
            ExprKind::PeriodEnd => self.period_date(|p| match p.end {
                Date::MAX => i32::MAX,
                end => epoch_day(end) - 1,
            }),
            ExprKind::Placed(date, placement) => {
                let date = self.date(date)?;
                let (start, end) = (
                    || self.period_date(|p| epoch_day(p.start)),
                    || self.period_date(|p| epoch_day(p.end) - 1),
                );
                match placement {
                    Placement::In => date.clone().gt_eq(start()).and(date.lt_eq(end())),
                    Placement::Before => date.lt(start()),
                    Placement::After => date.gt(end()),
                }
            }
            ExprKind::PeriodLength => self.period_length(&expr.ty)?,
            ExprKind::Column(column) => named(column_name(self.model, column)),
            ExprKind::Slot(id) => named(slot_name(*id)),
            ExprKind::Known { value, unless } => {
                let settled = unless_true(go(unless)?);
                when(settled, go(value)?).end()?
            }
            ExprKind::EarlierPeriod { by, last } => self.earlier_date(*by as usize, *last),
            ExprKind::Negate(e) => DfExpr::Negative(Box::new(go(e)?)),
            ExprKind::Not(e) => not(go(e)?),
            ExprKind::IsMissing(e) => go(e)?.is_null(),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, &expr.ty)?,
            ExprKind::Convert(e, ratio) => convert(go(e)?, &e.ty, *ratio, &expr.ty),
            ExprKind::Shift { date, amount, base } => self.shift(date, amount, *base)?,
            ExprKind::DaysBetween(a, b) => self.days_between(a, b)?,
            ExprKind::SecondsBetween(a, b) => {
                // microseconds are seconds with six places
                let between = PlanFunction::MicrosecondsBetween.call(vec![go(a)?, go(b)?]);
                let exact = cast(between, DataType::Decimal128(20, 0));
                let scaled =
                    binary_expr(exact, Operator::Multiply, lit(ScalarValue::Decimal128(Some(1), 7, 6)));
                cast(scaled, arrow_type(&expr.ty))
            }
            ExprKind::In(e, list) => {
                let list = list.iter().map(|item| self.comparable(item, e)).collect::<Result<_>>()?;
                let wide = expr_list_type(e, list_types(expr)).unwrap_or_else(|| e.ty.clone());
                coerce(go(e)?, &e.ty, &wide).in_list(list, false)
            }
            ExprKind::If(condition, a, b) => {
                // of decimals of different lengths DataFusion takes the first one's for the whole
                let alike = |value: DfExpr, from: &Type| match expr.ty.as_number() {
                    Some(_) => cast(value, arrow_type(&expr.ty)),
                    None => coerce(value, from, &expr.ty),
                };
                when(go(condition)?, alike(go(a)?, &a.ty)).otherwise(alike(go(b)?, &b.ty))?
            }
            ExprKind::Choose(arms, otherwise) => self.choose(arms, *otherwise)?,
            ExprKind::Call(function, args) => calls::lower(self, *function, args, &expr.ty)?,
            // elsewhere rows that are not known yet would be counted as if they were
            ExprKind::Within { .. } => {
                return plan_err!(
                    "`within` is asked where it has no answer: it can stand in the `where` of a metric's aggregate and in a `proportion`, and not in a group, a value or an aggregate of linked rows"
                );
            }
            _ => return plan_err!("{} has no place in a plan", expression(self.model, expr)),
        })
    }

    fn comparable(&self, item: &Expr, to: &Expr) -> Result<DfExpr> {
        Ok(coerce(self.lower(item)?, &item.ty, &to.ty))
    }

    /// The date of a row or result, where it is an instant.
    pub fn date(&self, expr: &Expr) -> Result<DfExpr> {
        let value = self.lower(expr)?;
        Ok(match expr.ty {
            Type::Timestamp => PlanFunction::LocalDate(self.zone()).call(vec![value]),
            _ => value,
        })
    }

    fn period_date(&self, of: impl Fn(&crate::calendar::Period) -> i32) -> DfExpr {
        let dates: Vec<i32> = self.query.periods.iter().map(of).collect();
        PlanFunction::PeriodDate(dates.into()).call(vec![named(PERIOD)])
    }

    fn earlier_date(&self, by: usize, last: bool) -> DfExpr {
        // periods that nothing leads back from have no such date: a day beyond all others
        let mut dates = vec![i32::MAX; self.query.periods.len()];
        for &(from, to) in &self.query.moves[by].pairs {
            let period = &self.query.periods[from];
            dates[to] = if last { epoch_day(period.end) - 1 } else { epoch_day(period.start) };
        }
        PlanFunction::PeriodDate(dates.into()).call(vec![named(PERIOD)])
    }

    fn period_length(&self, ty: &Type) -> Result<DfExpr> {
        let by_months = ty.as_number().is_some_and(|n| n.unit.factor_to(&unit_of(Base::Month)).is_some());
        let length = match (&self.query.grain, by_months) {
            (Some(grain), true) => grain.months().map(i64::from),
            (Some(crate::calendar::Grain::Day), false) => Some(1),
            (Some(crate::calendar::Grain::Week), false) => Some(7),
            _ => None,
        };
        // those of a calendar of weeks are not all as long
        if let (Some(crate::calendar::Grain::Declared(..)), false) = (&self.query.grain, by_months) {
            let day = |date| cast(cast(date, DataType::Int32), DataType::Int64);
            let (start, end) =
                (self.period_date(|p| epoch_day(p.start)), self.period_date(|p| epoch_day(p.end)));
            return Ok(coerce(PlanFunction::SubInt.call(vec![day(end), day(start)]), &int(), ty));
        }
        match length {
            Some(length) => Ok(coerce(lit(length), &int(), ty)),
            None => plan_err!("the period has no such length"),
        }
    }

    fn binary(&self, op: BinaryOp, a: &Expr, b: &Expr, ty: &Type) -> Result<DfExpr> {
        let operator = match op {
            BinaryOp::Else => {
                let (a, b) = (coerce(self.lower(a)?, &a.ty, ty), coerce(self.lower(b)?, &b.ty, ty));
                return Ok(first_present(a, b, arrow_type(ty)));
            }
            BinaryOp::Div => {
                let zero = lit(0.0f64);
                let (a, b) = (float(self.lower(a)?, &a.ty), float(self.lower(b)?, &b.ty));
                return Ok(binary_expr(a, Operator::Divide, nullif(b, zero)));
            }
            BinaryOp::Add => return self.arithmetic(Operator::Plus, PlanFunction::AddInt, a, b),
            BinaryOp::Sub => return self.arithmetic(Operator::Minus, PlanFunction::SubInt, a, b),
            BinaryOp::Mul => return self.arithmetic(Operator::Multiply, PlanFunction::MulInt, a, b),
            BinaryOp::Or => Operator::Or,
            BinaryOp::And => Operator::And,
            BinaryOp::Is => Operator::Eq,
            BinaryOp::IsNot => Operator::NotEq,
            BinaryOp::Less => Operator::Lt,
            BinaryOp::LessEq => Operator::LtEq,
            BinaryOp::Greater => Operator::Gt,
            BinaryOp::GreaterEq => Operator::GtEq,
        };
        let (left, right) = self.both(a, b)?;
        let right = match operator {
            Operator::And | Operator::Or if share_a_list(a, b) => PlanFunction::AsItIs.call(vec![right]),
            _ => right,
        };
        Ok(binary_expr(left, operator, right))
    }

    /// Two values that can be compared: both floats, both dates.
    fn both(&self, a: &Expr, b: &Expr) -> Result<(DfExpr, DfExpr)> {
        let is_float = |e: &Expr| e.ty.as_number().is_some_and(|n| n.repr == Repr::Float);
        if is_float(a) || is_float(b) {
            return Ok((float(self.lower(a)?, &a.ty), float(self.lower(b)?, &b.ty)));
        }
        if (a.ty == Type::Date) != (b.ty == Type::Date) {
            return Ok((self.date(a)?, self.date(b)?));
        }
        Ok((self.lower(a)?, self.lower(b)?))
    }

    fn arithmetic(&self, operator: Operator, whole: PlanFunction, a: &Expr, b: &Expr) -> Result<DfExpr> {
        let is_int = |e: &Expr| e.ty.as_number().is_some_and(|n| n.repr == Repr::Int);
        if is_int(a) && is_int(b) {
            // DataFusion's own wraps around
            return Ok(whole.call(vec![self.lower(a)?, self.lower(b)?]));
        }
        let (a, b) = self.both(a, b)?;
        Ok(binary_expr(a, operator, b))
    }

    fn days_between(&self, a: &Expr, b: &Expr) -> Result<DfExpr> {
        let days = |e: &Expr| {
            Ok::<_, datafusion::error::DataFusionError>(cast(
                cast(self.date(e)?, DataType::Int32),
                DataType::Int64,
            ))
        };
        Ok(binary_expr(days(a)?, Operator::Minus, days(b)?))
    }

    fn shift(&self, date: &Expr, amount: &Expr, base: Base) -> Result<DfExpr> {
        let times = |factor: i64| -> Result<DfExpr> {
            let amount = cast(self.lower(amount)?, DataType::Int64);
            Ok(if factor == 1 { amount } else { PlanFunction::MulInt.call(vec![amount, lit(factor)]) })
        };
        let instant = date.ty == Type::Timestamp;
        let (function, amount) = match base {
            Base::Day if instant => (PlanFunction::ShiftLocalDays(self.zone()), times(1)?),
            Base::Week if instant => (PlanFunction::ShiftLocalDays(self.zone()), times(7)?),
            Base::Day => (PlanFunction::ShiftDays, times(1)?),
            Base::Week => (PlanFunction::ShiftDays, times(7)?),
            Base::Month | Base::Quarter | Base::Year => {
                let months = match base {
                    Base::Month => 1,
                    Base::Quarter => 3,
                    _ => 12,
                };
                let function = match instant {
                    true => PlanFunction::ShiftLocalMonths(self.zone()),
                    false => PlanFunction::ShiftMonths,
                };
                (function, times(months)?)
            }
            Base::Second => (PlanFunction::ShiftSeconds, times(1)?),
            Base::Minute => (PlanFunction::ShiftSeconds, times(60)?),
            Base::Hour => (PlanFunction::ShiftSeconds, times(3_600)?),
            Base::Currency(_) => return plan_err!("a date cannot be moved by money"),
        };
        Ok(function.call(vec![self.lower(date)?, amount]))
    }

    fn choose(&self, arms: &[(Expr, u16)], otherwise: Option<u16>) -> Result<DfExpr> {
        let member = |m: Option<u16>| lit(ScalarValue::Int16(m.map(|m| m as i16)));
        let Some(((first, m), rest)) = arms.split_first() else {
            return Ok(member(otherwise));
        };
        let mut chosen = when(self.lower(first)?, member(Some(*m)));
        for (condition, m) in rest {
            chosen = chosen.when(self.lower(condition)?, member(Some(*m)));
        }
        chosen.otherwise(member(otherwise))
    }
}

/// Not true: false or missing.
pub fn unless_true(condition: DfExpr) -> DfExpr {
    condition.is_not_true()
}

/// The value, or where it is missing the other.
pub fn first_present(value: DfExpr, other: DfExpr, ty: DataType) -> DfExpr {
    PlanFunction::FirstPresent(ty).call(vec![value, other])
}

/// Whether both look one value up in lists. DataFusion makes one list of the two, and where
/// that is empty forgets that a missing value is in no list and in none not.
fn share_a_list(a: &Expr, b: &Expr) -> bool {
    fn looked_up<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
        match &*expr.kind {
            ExprKind::In(value, _) => found.push(value),
            ExprKind::Not(e) => looked_up(e, found),
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, a, b) => {
                looked_up(a, found);
                looked_up(b, found);
            }
            _ => {}
        }
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    looked_up(a, &mut left);
    looked_up(b, &mut right);
    left.iter().any(|value| right.iter().any(|other| without_spans(value) == without_spans(other)))
}

fn list_types(expr: &Expr) -> Vec<Type> {
    match &*expr.kind {
        ExprKind::In(_, list) => list.iter().map(|item| item.ty.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Where a number is looked up among numbers of another representation, both become floats.
fn expr_list_type(value: &Expr, list: Vec<Type>) -> Option<Type> {
    let repr = |ty: &Type| ty.as_number().map(|n| n.repr);
    let own = repr(&value.ty)?;
    list.iter().any(|ty| repr(ty) != Some(own)).then(|| value.ty.clone())
}

fn unit_of(base: Base) -> crate::units::Unit {
    crate::units::Unit::of(base)
}

pub fn int() -> Type {
    Type::number(crate::units::Unit::none(), crate::check::Kind::Plain, Repr::Int)
}

/// A number times an exact factor.
fn convert(value: DfExpr, from: &Type, ratio: Ratio, to: &Type) -> DfExpr {
    let Some(Number { repr, .. }) = from.as_number() else { return value };
    if ratio.is_one() {
        return coerce(value, from, to);
    }
    let scaled = match (ratio.den, repr) {
        (1, Repr::Int) => PlanFunction::MulInt.call(vec![value, lit(ratio.num)]),
        (1, Repr::Decimal(_)) => {
            let factor = lit(ScalarValue::Decimal128(Some(i128::from(ratio.num)), 19, 0));
            binary_expr(value, Operator::Multiply, factor)
        }
        _ => {
            let scaled = binary_expr(float(value, from), Operator::Multiply, lit(ratio.num as f64));
            binary_expr(scaled, Operator::Divide, lit(ratio.den as f64))
        }
    };
    match (ratio.den, to.as_number().map(|n| n.repr)) {
        (1, Some(to_repr)) if to_repr != *repr => cast(scaled, arrow_type(to)),
        (1, Some(Repr::Decimal(_))) => cast(scaled, arrow_type(to)),
        _ => scaled,
    }
}

/// Whether it makes floats that are `-0.0` of such that are not: divided by, counted as distinct
/// and in an order that is another number than `0.0`. Files have none (`values::float`).
fn can_be_negative_zero(expr: &Expr) -> bool {
    let float = expr.ty.as_number().is_some_and(|n| n.repr == Repr::Float);
    let made = match &*expr.kind {
        ExprKind::Binary(op, ..) => matches!(op, BinaryOp::Mul | BinaryOp::Div),
        ExprKind::Negate(_) | ExprKind::Convert(..) | ExprKind::Call(..) => true,
        _ => false,
    };
    float && made
}

pub fn lower_literal(literal: &Literal, ty: &Type) -> Result<DfExpr> {
    Ok(lit(match literal {
        Literal::Bool(value) => ScalarValue::Boolean(Some(*value)),
        Literal::Text(text) => ScalarValue::Utf8View(Some(text.clone())),
        Literal::Date(date) => ScalarValue::Date32(Some(epoch_day(*date))),
        Literal::Timestamp(at) => ScalarValue::TimestampMicrosecond(Some(*at), None),
        Literal::Member(index) => ScalarValue::Int16(Some(*index as i16)),
        Literal::Number { digits, scale } => return lower_number(*digits, *scale, ty),
    }))
}

fn lower_number(digits: i128, scale: u8, ty: &Type) -> Result<DfExpr> {
    let repr = ty.as_number().map_or(Repr::Decimal(scale), |n| n.repr);
    Ok(lit(match repr {
        Repr::Int if scale == 0 => match i64::try_from(digits) {
            Ok(whole) => ScalarValue::Int64(Some(whole)),
            Err(_) => return plan_err!("{digits} is too large for a whole number"),
        },
        Repr::Float => {
            // through text, so that it is the float nearest to what is written
            let value = format!("{digits}e-{scale}").parse::<f64>();
            ScalarValue::Float64(value.ok())
        }
        Repr::Int | Repr::Decimal(_) => {
            let to = match repr {
                Repr::Decimal(to) => to.max(scale),
                _ => scale,
            };
            let scaled = digits.checked_mul(10i128.pow(u32::from(to - scale)));
            let Some(scaled) = scaled else { return plan_err!("{digits} is too large") };
            let precision = scaled.unsigned_abs().to_string().len().max(usize::from(to) + 1).min(38);
            ScalarValue::Decimal128(Some(scaled), precision as u8, to as i8)
        }
    }))
}

//! The functions that plans need beside DataFusion's: dates without its limits,
//! periods by table, arithmetic that never wraps.

mod accumulated;
mod alone;
mod cells;
mod changes;
mod collected;
mod dates;
mod exact_sum;
mod instants;
mod kept;
mod packed;
mod period_sets;
mod periods;
mod present;
mod round;
mod texts;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::compute::kernels::numeric;
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use jiff::tz::TimeZone;

use crate::calendar::{Calendar, Grain};

pub use accumulated::{PERIOD_FIELD, accumulated, accumulated_sets};
pub use cells::{Part, cells};
pub use collected::{correlation, percentile, stddev, top_share};
pub use exact_sum::exact_sum;
pub use kept::kept;
pub use packed::Sizes;
pub use period_sets::period_set;
pub use periods::Lookup;
pub use round::Rounding;
pub use texts::KnownTexts;

/// A function of rows: a name, types, and one column made of others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Function {
    /// A date's period: the number that the table has for its day, if any.
    Lookup(&'static str, Arc<Lookup>),
    /// The numbers from the first argument to the second: a list.
    Numbers,
    /// The date of a period's number.
    PeriodDate(Arc<Vec<i32>>),
    /// An instant's date in the time zone.
    LocalDate(Zone),
    Year,
    Quarter,
    Month,
    /// Of the ISO year.
    Week,
    Day,
    /// 1 is Monday.
    Weekday,
    StartOf(Grain, CalendarOf),
    /// The date so many days later.
    ShiftDays,
    /// The date so many months later, or the last day of a month that has no such day.
    ShiftMonths,
    /// The instant so many seconds later.
    ShiftSeconds,
    /// The instant so many days later by the clock on the wall.
    ShiftLocalDays(Zone),
    ShiftLocalMonths(Zone),
    /// Whole months from the first date to the second.
    MonthsBetween,
    /// The microseconds between two instants: the first minus the second.
    MicrosecondsBetween,
    AddInt,
    SubInt,
    MulInt,
    /// To so many digits behind the point, as the type says.
    Round(Rounding, i32, DataType),
    /// The first of the values that is present.
    FirstPresent(DataType),
    /// Missing where one of the values is.
    Least(DataType),
    Greatest(DataType),
    /// Missing of what is negative, where DataFusion's own ends the run.
    SquareRoot,
    /// Missing where it is infinite or no number, likewise.
    Power,
    /// What is no number, or infinite, is missing.
    Finite,
    /// The condition as it is, which DataFusion does not look into.
    AsItIs,
    /// Which of the known texts it is, or the number after the last.
    Classes(Arc<KnownTexts>),
    /// Keys of few values as one number.
    Pack(Arc<Sizes>),
    /// The n-th of them again.
    Unpack(usize, Arc<Sizes>, DataType),
}

/// A time zone that can be a part of a plan.
#[derive(Debug, Clone)]
pub struct Zone(pub TimeZone);

impl Zone {
    fn name(&self) -> String {
        self.0.iana_name().map_or_else(|| format!("{:?}", self.0), str::to_string)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.0 == other.0
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// A calendar that can be a part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarOf(pub Calendar);

impl Hash for CalendarOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.week_starts.to_monday_zero_offset(), self.0.fiscal_year_starts).hash(state);
    }
}

impl Function {
    pub fn call(self, args: Vec<Expr>) -> Expr {
        let signature = Signature::any(args.len(), Volatility::Immutable);
        ScalarUDF::new_from_impl(Callable { function: self, signature }).call(args)
    }

    fn name(&self) -> &str {
        match self {
            Function::Lookup(name, _) => name,
            Function::Numbers => "numbers",
            Function::PeriodDate(_) => "period_date",
            Function::LocalDate(_) => "local_date",
            Function::Year => "year",
            Function::Quarter => "quarter",
            Function::Month => "month",
            Function::Week => "week",
            Function::Day => "day",
            Function::Weekday => "weekday",
            Function::StartOf(..) => "start_of",
            Function::ShiftDays => "shift_days",
            Function::ShiftMonths => "shift_months",
            Function::ShiftSeconds => "shift_seconds",
            Function::ShiftLocalDays(_) => "shift_local_days",
            Function::ShiftLocalMonths(_) => "shift_local_months",
            Function::MonthsBetween => "months_between",
            Function::MicrosecondsBetween => "microseconds_between",
            Function::AddInt => "add_int",
            Function::SubInt => "sub_int",
            Function::MulInt => "mul_int",
            Function::Round(Rounding::Nearest, ..) => "round_exact",
            Function::Round(Rounding::Down, ..) => "floor_exact",
            Function::Round(Rounding::Up, ..) => "ceil_exact",
            Function::FirstPresent(_) => "coalesce",
            Function::Least(_) => "least",
            Function::Greatest(_) => "greatest",
            Function::SquareRoot => "sqrt",
            Function::Power => "power",
            Function::Finite => "finite",
            Function::AsItIs => "as_it_is",
            Function::Classes(_) => "class_of",
            Function::Pack(_) => "packed",
            Function::Unpack(..) => "unpacked",
        }
    }

    fn returns(&self) -> DataType {
        match self {
            Function::Lookup(..) => DataType::Int32,
            Function::Numbers => DataType::List(Arc::new(Field::new_list_field(DataType::Int32, true))),
            Function::PeriodDate(_)
            | Function::LocalDate(_)
            | Function::StartOf(..)
            | Function::ShiftDays
            | Function::ShiftMonths => DataType::Date32,
            Function::ShiftSeconds | Function::ShiftLocalDays(_) | Function::ShiftLocalMonths(_) => {
                DataType::Timestamp(TimeUnit::Microsecond, None)
            }
            Function::Round(_, _, ty)
            | Function::Unpack(_, _, ty)
            | Function::FirstPresent(ty)
            | Function::Least(ty)
            | Function::Greatest(ty) => ty.clone(),
            Function::Classes(_) => DataType::Int16,
            Function::SquareRoot | Function::Power | Function::Finite => DataType::Float64,
            Function::AsItIs => DataType::Boolean,
            _ => DataType::Int64,
        }
    }

    fn apply(&self, args: &[ArrayRef]) -> Result<ArrayRef> {
        match self {
            Function::Lookup(_, table) => periods::lookup(table, &args[0]),
            Function::Numbers => periods::numbers(&args[0], &args[1]),
            Function::PeriodDate(dates) => periods::period_date(dates, &args[0]),
            Function::LocalDate(zone) => instants::local_date(&zone.0, &args[0]),
            Function::Year => dates::part(&args[0], dates::year),
            Function::Quarter => dates::part(&args[0], dates::quarter),
            Function::Month => dates::part(&args[0], dates::month),
            Function::Week => dates::part(&args[0], dates::iso_week),
            Function::Day => dates::part(&args[0], dates::day),
            Function::Weekday => dates::part(&args[0], dates::weekday),
            Function::StartOf(grain, calendar) => dates::start_of(&calendar.0, grain, &args[0]),
            Function::ShiftDays => dates::shift_days(&args[0], &args[1]),
            Function::ShiftMonths => dates::shift_months(&args[0], &args[1]),
            Function::ShiftSeconds => instants::shift_seconds(&args[0], &args[1]),
            Function::ShiftLocalDays(zone) => instants::shift_local_days(&zone.0, &args[0], &args[1]),
            Function::ShiftLocalMonths(zone) => instants::shift_local_months(&zone.0, &args[0], &args[1]),
            Function::MonthsBetween => dates::months_between(&args[0], &args[1]),
            Function::MicrosecondsBetween => instants::microseconds_between(&args[0], &args[1]),
            Function::AddInt => Ok(numeric::add(&args[0], &args[1])?),
            Function::SubInt => Ok(numeric::sub(&args[0], &args[1])?),
            Function::MulInt => Ok(numeric::mul(&args[0], &args[1])?),
            Function::Round(rounding, digits, to) => round::round(*rounding, *digits, to, &args[0]),
            Function::FirstPresent(ty) => present::first_present(args, ty),
            Function::Least(ty) => present::least(args, ty),
            Function::Greatest(ty) => present::greatest(args, ty),
            Function::SquareRoot => Ok(finite(&args[0], f64::sqrt)),
            Function::Power => Ok(power(&args[0], &args[1])),
            Function::Finite => Ok(finite(&args[0], |v| v)),
            Function::AsItIs => Ok(args[0].clone()),
            Function::Classes(known) => known.classes(&args[0]),
            Function::Pack(sizes) => sizes.pack(args),
            Function::Unpack(index, sizes, ty) => sizes.unpack(*index, ty, &args[0]),
        }
    }
}

fn power(base: &ArrayRef, exponent: &ArrayRef) -> ArrayRef {
    let pairs = floats(base).iter().zip(floats(exponent));
    let raised = |(base, exponent): (Option<f64>, Option<f64>)| Some(base?.powf(exponent?));
    Arc::new(pairs.map(|pair| raised(pair).filter(|v| v.is_finite())).collect::<Float64Array>())
}

fn finite(values: &ArrayRef, of: impl Fn(f64) -> f64) -> ArrayRef {
    Arc::new(floats(values).iter().map(|v| v.map(&of).filter(|v| v.is_finite())).collect::<Float64Array>())
}

fn floats(values: &ArrayRef) -> &Float64Array {
    values.as_any().downcast_ref::<Float64Array>().expect("planned as a float")
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Callable {
    function: Function,
    signature: Signature,
}

impl ScalarUDFImpl for Callable {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.function.returns())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let all_scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if all_scalar { 1 } else { args.number_rows };
        let arrays: Vec<ArrayRef> =
            args.args.into_iter().map(|a| a.into_array(rows)).collect::<Result<_>>()?;
        // an optimizer's rule tries what becomes of a column of nothing, without its type
        if arrays.iter().any(|array| array.data_type() == &DataType::Null) {
            return plan_err!("{} of a value without a type", self.function.name());
        }
        let result = self.function.apply(&arrays)?;
        match all_scalar && result.len() == 1 {
            true => Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&result, 0)?)),
            false => Ok(ColumnarValue::Array(result)),
        }
    }
}

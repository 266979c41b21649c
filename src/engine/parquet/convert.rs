//! Columns as Parquet files hold them to columns as the contract says: exactly, or
//! refused with the row.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryViewArray, BooleanArray, Int16Array, PrimitiveArray,
    new_null_array,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int64Type,
    TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt64Type,
};

use crate::engine::columns::{ColumnBuilder, data_type};
use crate::engine::contract::{ContractColumn, ContractType};
use crate::plan::KnownTexts;
use crate::values::{self, EXACT, LocalTime, MICROS_PER_DAY, Reason};

/// How a column of a file is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reading {
    /// What DataFusion is asked for: the file's type, or one that holds all its values.
    pub scan: DataType,
    /// Whether that has to be converted, or each value be looked at.
    pub convert: bool,
}

/// `None` if no value of that type can be read as the declared one.
pub fn reading(held: &DataType, declared: &ContractType, zone: &LocalTime) -> Option<Reading> {
    use ContractType as Declared;
    use DataType::*;
    let scan = wide(held)?;
    if let Some(scan) = as_is(&scan, declared, zone) {
        return Some(Reading { scan, convert: false });
    }
    let convertible = matches!(
        (declared, &scan),
        (_, Null | Utf8View)
            | (Declared::Text, BinaryView | Int64 | UInt64 | Date32)
            | (Declared::Enum(_), BinaryView | Int64 | UInt64)
            | (Declared::Bool, Int64 | UInt64)
            | (Declared::Int, UInt64 | Float32 | Float64 | Decimal128(..) | Decimal256(..))
            | (Declared::Float, Int64 | UInt64 | Float32 | Float64 | Decimal128(..) | Decimal256(..))
            | (Declared::Decimal { .. }, Int64 | UInt64 | Float32 | Float64)
            | (Declared::Decimal { .. }, Decimal128(..) | Decimal256(..))
            | (Declared::Date, Date64 | Timestamp(..))
            | (Declared::Timestamp, Date32 | Date64 | Timestamp(..))
    );
    convertible.then_some(Reading { scan, convert: true })
}

/// The few types that all others are read as, without loss.
fn wide(held: &DataType) -> Option<DataType> {
    use DataType::*;
    Some(match held {
        Utf8 | LargeUtf8 | Utf8View => Utf8View,
        Binary | LargeBinary | BinaryView => BinaryView,
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 => Int64,
        UInt64 => UInt64,
        Float16 | Float32 => Float32,
        Decimal32(p, s) | Decimal64(p, s) | Decimal128(p, s) => Decimal128(*p, *s),
        Null | Boolean | Float64 | Decimal256(..) | Date32 | Date64 | Timestamp(..) => held.clone(),
        Dictionary(_, value) => wide(value)?,
        _ => return None,
    })
}

/// Types of which every value is one of the declared type, by a cast that DataFusion may do.
fn as_is(scan: &DataType, declared: &ContractType, zone: &LocalTime) -> Option<DataType> {
    let target = data_type(declared);
    let same = match (declared, scan) {
        // a float may be no number at all, which has to be looked for
        (ContractType::Float, _) => false,
        (ContractType::Decimal { precision, scale }, DataType::Decimal128(p, s)) => {
            let (to, from) = (i16::from(*scale), i16::from(*s));
            from <= to && i16::from(*p) - from <= i16::from(*precision) - to
        }
        // elsewhere a type without a zone is a wall clock in the file, an instant here
        (ContractType::Timestamp, DataType::Timestamp(TimeUnit::Microsecond, held)) => {
            zone.is_utc() && held.as_deref().is_none_or(|held| held == "UTC")
        }
        _ => *scan == target,
    };
    same.then_some(target)
}

/// A row that cannot be read; without a reason its value is missing.
#[derive(Debug)]
pub struct Bad {
    pub row: usize,
    pub why: Option<Reason>,
}

/// The values as the contract says.
pub fn convert(array: &ArrayRef, column: &ContractColumn, zone: &LocalTime) -> Result<ArrayRef, Bad> {
    if !column.optional && array.logical_null_count() > 0 {
        let row = (0..array.len()).find(|row| array.logical_nulls().is_some_and(|nulls| nulls.is_null(*row)));
        // what stands before the first missing value may be wrong, too
        let row = row.unwrap_or(0);
        converted(&array.slice(0, row), &column.ty, zone)?;
        return Err(Bad { row, why: None });
    }
    converted(array, &column.ty, zone)
}

fn converted(array: &ArrayRef, declared: &ContractType, zone: &LocalTime) -> Result<ArrayRef, Bad> {
    use DataType::*;
    let target = data_type(declared);
    let reading = reading(array.data_type(), declared, zone).ok_or_else(|| failed("is of another type"))?;
    let array = cast(array, &reading.scan)?;
    match (declared, &reading.scan) {
        (_, Null) => Ok(new_null_array(&target, array.len())),
        (_, scan) if *scan == target && !reading.convert => Ok(array),
        (ContractType::Text, Int64 | UInt64 | Date32) => cast(&array, &target),
        (ContractType::Enum(_), Int64 | UInt64) => texts(&cast(&array, &Utf8View)?, declared, zone),
        (_, Utf8View | BinaryView) => texts(&array, declared, zone),
        (ContractType::Bool, _) => bools(&array),
        (ContractType::Int, _) => ints(&array),
        (ContractType::Float, _) => floats(&array),
        (ContractType::Decimal { precision, scale }, _) => decimals(&array, *precision, *scale),
        (ContractType::Date, _) => dates(&array, zone),
        (ContractType::Timestamp, _) => timestamps(&array, zone),
        _ => Err(failed("is of another type")),
    }
}

fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, Bad> {
    if array.data_type() == to {
        return Ok(Arc::clone(array));
    }
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &options).map_err(|_| failed("cannot be read"))
}

fn failed(what: &str) -> Bad {
    Bad { row: 0, why: Some(Reason::new(what)) }
}

/// Texts are read as strictly as those of a CSV file.
fn texts(array: &ArrayRef, declared: &ContractType, zone: &LocalTime) -> Result<ArrayRef, Bad> {
    let binary = cast(array, &DataType::BinaryView)?;
    if let ContractType::Enum(members) = declared
        && let Some(codes) = members_of(binary.as_binary_view(), members)
    {
        return Ok(codes);
    }
    let mut builder = ColumnBuilder::new(declared, zone, array.len());
    for (row, text) in binary.as_binary_view().iter().enumerate() {
        match text {
            None => builder.push_missing(),
            Some(text) => builder.push(text).map_err(|why| {
                let empty =
                    text.is_empty().then(|| "an empty text is not a missing value: write null".to_owned());
                Bad { row, why: Some(Reason { help: empty.or(why.help), ..why }) }
            })?,
        }
    }
    Ok(builder.finish())
}

/// The codes of members; `None` where one of the values is no member, which is told elsewhere.
fn members_of(views: &BinaryViewArray, members: &[String]) -> Option<ArrayRef> {
    let codes = KnownTexts::new(members.to_vec())?.places(views);
    let known = match views.null_count() {
        0 => codes.iter().all(|code| *code >= 0),
        _ => codes.iter().enumerate().all(|(row, code)| *code >= 0 || views.is_null(row)),
    };
    known.then(|| Arc::new(Int16Array::new(codes.into(), views.nulls().cloned())) as ArrayRef)
}

fn bools(array: &ArrayRef) -> Result<ArrayRef, Bad> {
    let ints = ints(array)?;
    let flags = map::<Int64Type, Int64Type>(&ints, |v| match v {
        0 | 1 => Ok(v),
        _ => Err(Reason::new("is neither 0 nor 1")),
    })?;
    let values = flags.values().iter().map(|v| *v == 1).collect();
    Ok(Arc::new(BooleanArray::new(values, flags.nulls().cloned())))
}

fn ints(array: &ArrayRef) -> Result<ArrayRef, Bad> {
    let large = || Reason::new("is too large for a whole number of 64 bits");
    let whole = |v: f64| match v {
        v if v.fract() != 0.0 || !v.is_finite() => Err(values::not_whole()),
        v if v.abs() > EXACT => Err(Reason::new("is too large to be exact as a float")),
        v => Ok(v as i64),
    };
    let unscaled = |v: i128, scale: i8| {
        let v = values::rescale(v, scale, 0).map_err(|_| values::not_whole())?;
        i64::try_from(v).map_err(|_| large())
    };
    Ok(Arc::new(match array.data_type() {
        DataType::Int64 => return Ok(Arc::clone(array)),
        DataType::UInt64 => map::<UInt64Type, Int64Type>(array, |v| i64::try_from(v).map_err(|_| large()))?,
        DataType::Float32 => map::<Float32Type, Int64Type>(array, |v| whole(f64::from(v)))?,
        DataType::Float64 => map::<Float64Type, Int64Type>(array, whole)?,
        DataType::Decimal256(_, scale) => {
            map::<Decimal256Type, Int64Type>(array, |v| unscaled(v.to_i128().ok_or_else(large)?, *scale))?
        }
        DataType::Decimal128(_, scale) => map::<Decimal128Type, Int64Type>(array, |v| unscaled(v, *scale))?,
        _ => return Err(failed("is not a whole number")),
    }))
}

fn floats(array: &ArrayRef) -> Result<ArrayRef, Bad> {
    let finite = |v: f64| match v.is_finite() {
        true => Ok(values::one_zero(v)),
        false => Err(Reason::new("is not a finite number").help("write null where the value is missing")),
    };
    let exact = |v: i128| match v.unsigned_abs() <= EXACT as u128 {
        true => Ok(v as f64),
        false => Err(Reason::new("is too large to be exact as a float").help("declare the column `int`")),
    };
    if *array.data_type() == DataType::Float64 {
        // looked at, not copied
        let as_it_is = |v: &f64| v.is_finite() && v.to_bits() != (-0.0f64).to_bits();
        if array.as_primitive::<Float64Type>().values().iter().all(as_it_is) {
            return Ok(Arc::clone(array));
        }
    }
    Ok(Arc::new(match array.data_type() {
        DataType::Float64 => map::<Float64Type, Float64Type>(array, finite)?,
        DataType::Float32 => map::<Float32Type, Float64Type>(array, |v| finite(f64::from(v)))?,
        DataType::Int64 => map::<Int64Type, Float64Type>(array, |v| exact(i128::from(v)))?,
        DataType::UInt64 => map::<UInt64Type, Float64Type>(array, |v| exact(i128::from(v)))?,
        DataType::Decimal128(_, scale) => {
            map::<Decimal128Type, Float64Type>(array, |v| Ok(values::float_of_decimal(v, *scale)))?
        }
        DataType::Decimal256(_, scale) => map::<Decimal256Type, Float64Type>(array, |v| {
            let v = v.to_i128().ok_or_else(|| Reason::new("has more than 38 digits"))?;
            Ok(values::float_of_decimal(v, *scale))
        })?,
        _ => return Err(failed("is not a number")),
    }))
}

fn decimals(array: &ArrayRef, precision: u8, scale: u8) -> Result<ArrayRef, Bad> {
    let exact = |v: i128, from: i8| values::fits(values::rescale(v, from, scale)?, precision, scale);
    let from_float = |v: f64| values::decimal_of_float(v, precision, scale);
    let decimals = match array.data_type() {
        DataType::Int64 => map::<Int64Type, Decimal128Type>(array, |v| exact(i128::from(v), 0))?,
        DataType::UInt64 => map::<UInt64Type, Decimal128Type>(array, |v| exact(i128::from(v), 0))?,
        DataType::Decimal128(_, from) => map::<Decimal128Type, Decimal128Type>(array, |v| exact(v, *from))?,
        DataType::Decimal256(_, from) => map::<Decimal256Type, Decimal128Type>(array, |v| {
            exact(v.to_i128().ok_or_else(|| Reason::new("has more than 38 digits"))?, *from)
        })?,
        DataType::Float64 => map::<Float64Type, Decimal128Type>(array, from_float)?,
        DataType::Float32 => {
            map::<Float32Type, Decimal128Type>(array, |v| values::decimal_of_float32(v, precision, scale))?
        }
        _ => return Err(failed("is not a number")),
    };
    Ok(Arc::new(decimals.with_data_type(DataType::Decimal128(precision, scale as i8))))
}

fn dates(array: &ArrayRef, zone: &LocalTime) -> Result<ArrayRef, Bad> {
    let with_zone = matches!(array.data_type(), DataType::Timestamp(_, Some(_)));
    let micros = micros(array)?;
    Ok(Arc::new(map::<TimestampMicrosecondType, Date32Type>(&micros, |v| {
        let local = if with_zone { zone.clock_of(v) } else { v };
        values::day_at_midnight(local).ok_or_else(values::not_midnight)
    })?))
}

fn timestamps(array: &ArrayRef, zone: &LocalTime) -> Result<ArrayRef, Bad> {
    let with_zone = matches!(array.data_type(), DataType::Timestamp(_, Some(_)));
    let micros = micros(array)?;
    if with_zone || zone.is_utc() {
        return Ok(micros);
    }
    let mut zone = zone.clone();
    let instants =
        map::<TimestampMicrosecondType, TimestampMicrosecondType>(&micros, |v| Ok(zone.instant_of(v)))?;
    Ok(Arc::new(instants))
}

/// Microseconds since 1970, of dates and of timestamps of any unit, still of their zone.
fn micros(array: &ArrayRef) -> Result<ArrayRef, Bad> {
    type Micros = TimestampMicrosecondType;
    let times = |v: i64, factor: i64| in_range(v.checked_mul(factor));
    Ok(Arc::new(match array.data_type() {
        DataType::Date32 => map::<Date32Type, Micros>(array, |v| times(i64::from(v), MICROS_PER_DAY))?,
        DataType::Date64 => map::<Date64Type, Micros>(array, |v| times(v, 1_000))?,
        DataType::Timestamp(TimeUnit::Second, _) => {
            map::<TimestampSecondType, Micros>(array, |v| times(v, 1_000_000))?
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            map::<TimestampMillisecondType, Micros>(array, |v| times(v, 1_000))?
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            map::<TimestampMicrosecondType, Micros>(array, |v| times(v, 1))?
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => map::<TimestampNanosecondType, Micros>(array, |v| {
            if v % 1_000 == 0 { Ok(v / 1_000) } else { Err(values::finer_than_micros()) }
        })?,
        _ => return Err(failed("is not a date")),
    }))
}

/// Within the years 1 to 9999, as dates are written.
fn in_range(micros: Option<i64>) -> Result<i64, Reason> {
    const YEARS: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;
    micros.filter(|v| YEARS.contains(v)).ok_or_else(|| Reason::new("lies outside the years 1 to 9999"))
}

/// Each value that is not missing.
fn map<From: ArrowPrimitiveType, To: ArrowPrimitiveType>(
    array: &ArrayRef,
    mut each: impl FnMut(From::Native) -> Result<To::Native, Reason>,
) -> Result<PrimitiveArray<To>, Bad> {
    let array = array.as_primitive::<From>();
    let mut out = vec![To::Native::default(); array.len()];
    for (row, value) in array.values().iter().enumerate() {
        if array.is_valid(row) {
            out[row] = each(*value).map_err(|why| Bad { row, why: Some(why) })?;
        }
    }
    Ok(PrimitiveArray::new(out.into(), array.nulls().cloned()))
}

//! How the types of the language are held in Arrow, and how to get from one to another.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::logical_expr::{Expr, cast};

use crate::check::{Repr, Type};

/// Enough for any sum of amounts of 28 digits over ten thousand million rows.
pub const MOST_DIGITS: u8 = 38;
/// What may be summed: a sum has ten digits more.
pub const SUMMABLE_DIGITS: u8 = 28;

pub fn arrow_type(ty: &Type) -> DataType {
    match ty {
        Type::Error | Type::Missing => DataType::Null,
        Type::Text => DataType::Utf8View,
        Type::Bool => DataType::Boolean,
        Type::Date => DataType::Date32,
        Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        Type::Enum(_) => DataType::Int16,
        Type::Number(number) => match number.repr {
            Repr::Int => DataType::Int64,
            Repr::Decimal(scale) => DataType::Decimal128(MOST_DIGITS, scale as i8),
            Repr::Float => DataType::Float64,
        },
    }
}

fn repr(ty: &Type) -> Option<Repr> {
    ty.as_number().map(|n| n.repr)
}

/// A value of one type as one of another that it is equal to: an exact number as one
/// with more places, or as a float; nothing else changes.
pub fn coerce(value: Expr, from: &Type, to: &Type) -> Expr {
    match (repr(from), repr(to)) {
        (Some(a), Some(b)) if a != b => cast(value, arrow_type(to)),
        (None, _) if matches!(from, Type::Missing) => cast(value, arrow_type(to)),
        _ => value,
    }
}

pub fn float(value: Expr, ty: &Type) -> Expr {
    match repr(ty) {
        Some(Repr::Float) => value,
        _ => cast(value, DataType::Float64),
    }
}

//! Values that are there, and the least and greatest of values that all are. DataFusion's own
//! `coalesce` becomes a CASE that holds each value twice, and twice again where one is inside
//! another; its `least` and `greatest` pass over what is missing.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::compute::kernels::cmp::{gt_eq, lt_eq};
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::compute::{cast, is_not_null, is_null, nullif};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

/// Of each row the first value that is present.
pub fn first_present(values: &[ArrayRef], ty: &DataType) -> Result<ArrayRef> {
    let combine = |found: ArrayRef, next: ArrayRef| match found.null_count() {
        0 => Ok(found),
        _ => Ok(zip(&is_not_null(&found)?, &found, &next)?),
    };
    fold(values, ty, combine)
}

/// Missing where one of them is.
pub fn least(values: &[ArrayRef], ty: &DataType) -> Result<ArrayRef> {
    fold(values, ty, |a, b| chosen(&lt_eq(&a, &b)?, &a, &b))
}

pub fn greatest(values: &[ArrayRef], ty: &DataType) -> Result<ArrayRef> {
    fold(values, ty, |a, b| chosen(&gt_eq(&a, &b)?, &a, &b))
}

/// The first where the condition is true, the second where it is false.
fn chosen(first: &BooleanArray, a: &ArrayRef, b: &ArrayRef) -> Result<ArrayRef> {
    let value = zip(first, a, b)?;
    match first.null_count() {
        0 => Ok(value),
        _ => Ok(nullif(&value, &is_null(first)?)?),
    }
}

fn fold(
    values: &[ArrayRef],
    ty: &DataType,
    combine: impl Fn(ArrayRef, ArrayRef) -> Result<ArrayRef>,
) -> Result<ArrayRef> {
    let mut values = values.iter().map(|value| -> Result<ArrayRef> {
        Ok(if value.data_type() == ty { value.clone() } else { cast(value, ty)? })
    });
    let first = values.next().expect("a value at least")?;
    values.try_fold(first, |found, next| combine(found, next?))
}

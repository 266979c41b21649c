//! Rounding, exact for decimals: half away from zero, as people do with money.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Float64Type};
use datafusion::common::{Result, exec_datafusion_err};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    Nearest,
    Down,
    Up,
}

impl Rounding {
    fn float(self, x: f64, digits: i32) -> f64 {
        let factor = 10f64.powi(digits);
        let round = |x: f64| match self {
            Rounding::Nearest => x.round(),
            Rounding::Down => x.floor(),
            Rounding::Up => x.ceil(),
        };
        let rounded = round(x * factor) / factor;
        // what overflows on the way has no digits to round
        if rounded.is_finite() { rounded } else { x }
    }

    /// A whole number of `unit`s, as a multiple.
    fn exact(self, x: i128, unit: i128) -> i128 {
        let (quotient, rest) = (x.div_euclid(unit), x.rem_euclid(unit));
        let up = match self {
            Rounding::Nearest if x < 0 => rest * 2 > unit,
            Rounding::Nearest => rest * 2 >= unit,
            Rounding::Down => false,
            Rounding::Up => rest > 0,
        };
        quotient + i128::from(up)
    }
}

/// The values, rounded to so many digits behind the point, as the type says: `Int64`,
/// `Float64`, or a decimal.
pub fn round(rounding: Rounding, digits: i32, to: &DataType, values: &ArrayRef) -> Result<ArrayRef> {
    match (values.data_type(), to) {
        (DataType::Int64, _) if digits >= 0 => Ok(Arc::clone(values)),
        (DataType::Decimal128(_, scale), _) => {
            round_decimals(rounding, digits, i32::from(*scale), to, values)
        }
        _ => {
            let floats = datafusion::arrow::compute::cast(values, &DataType::Float64)?;
            let rounded =
                floats.as_primitive::<Float64Type>().iter().map(|x| x.map(|x| rounding.float(x, digits)));
            match to {
                DataType::Int64 => {
                    Ok(Arc::new(rounded.map(|x| x.map(to_int).transpose()).collect::<Result<Int64Array>>()?))
                }
                _ => Ok(Arc::new(rounded.collect::<Float64Array>())),
            }
        }
    }
}

fn to_int(x: f64) -> Result<i64> {
    // 2^63 is a float, 2^63 - 1 is none
    match (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
        true => Ok(x as i64),
        false => Err(exec_datafusion_err!("{x} is too large for a whole number")),
    }
}

fn round_decimals(
    rounding: Rounding,
    digits: i32,
    scale: i32,
    to: &DataType,
    values: &ArrayRef,
) -> Result<ArrayRef> {
    let dropped = u32::try_from((scale - digits).max(0)).unwrap_or(0).min(38);
    let unit = 10i128.pow(dropped);
    let rounded = values.as_primitive::<Decimal128Type>().iter().map(|x| x.map(|x| rounding.exact(x, unit)));
    match to {
        DataType::Int64 => {
            let whole = rounded.map(|x| {
                x.map(|x| {
                    i64::try_from(x).map_err(|_| exec_datafusion_err!("{x} is too large for a whole number"))
                })
                .transpose()
            });
            Ok(Arc::new(whole.collect::<Result<Int64Array>>()?))
        }
        DataType::Decimal128(precision, to_scale) => {
            let shift = i32::from(*to_scale) - (scale - dropped as i32);
            let scaled = rounded.map(|x| x.map(|x| x * 10i128.pow(shift.max(0) as u32)));
            let decimals = scaled.collect::<Decimal128Array>();
            Ok(Arc::new(decimals.with_precision_and_scale(*precision, *to_scale)?))
        }
        _ => {
            let factor = 10f64.powi(scale - dropped as i32);
            Ok(Arc::new(rounded.map(|x| x.map(|x| x as f64 / factor)).collect::<Float64Array>()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rounding: Rounding, hundredths: i128, expected: i128) {
        assert_eq!(rounding.exact(hundredths, 100), expected, "{hundredths}");
    }

    #[test]
    fn halves_go_away_from_zero() {
        check(Rounding::Nearest, 250, 3);
        check(Rounding::Nearest, -250, -3);
        check(Rounding::Nearest, 249, 2);
        check(Rounding::Nearest, -249, -2);
        check(Rounding::Nearest, -251, -3);
        check(Rounding::Down, -201, -3);
        check(Rounding::Up, -299, -2);
        check(Rounding::Up, 201, 3);
    }
}

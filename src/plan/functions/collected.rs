//! Aggregates that need all values at once: the sample standard deviation and
//! percentiles. The same for any order of the rows, and as exact as a float can be
//! (DataFusion's percentile cuts the place between two values to six digits).

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Builder, ListBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility};

use super::exact_sum::Partials;

pub fn stddev(arg: Expr) -> Expr {
    call(Statistic::Stddev, arg)
}

/// Interpolated linearly between the two nearest values; the part is between 0 and 1.
pub fn percentile(arg: Expr, part: f64) -> Expr {
    call(Statistic::Percentile(part.to_bits()), arg)
}

fn call(statistic: Statistic, arg: Expr) -> Expr {
    let signature = Signature::exact(vec![DataType::Float64], Volatility::Immutable);
    AggregateUDF::new_from_impl(OfAll { statistic, signature }).call(vec![arg])
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Statistic {
    Stddev,
    /// The bits of the float, so that it can be a part of a plan.
    Percentile(u64),
}

impl Statistic {
    fn of(self, values: &mut [f64]) -> Option<f64> {
        match self {
            Statistic::Stddev => deviation(values),
            Statistic::Percentile(bits) => interpolated(values, f64::from_bits(bits)),
        }
    }
}

/// None of fewer than two values.
fn deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let sum = |values: &mut dyn Iterator<Item = f64>| {
        let mut partials = Partials::default();
        values.for_each(|v| partials.add(v));
        partials.sum().unwrap_or(0.0)
    };
    let mean = sum(&mut values.iter().copied()) / values.len() as f64;
    let squares = sum(&mut values.iter().map(|v| (v - mean) * (v - mean)));
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// None of no values.
fn interpolated(values: &mut [f64], part: f64) -> Option<f64> {
    let place = part * values.len().checked_sub(1)? as f64;
    let (_, lower, above) = values.select_nth_unstable_by(place as usize, f64::total_cmp);
    let lower = *lower;
    let upper = above.iter().copied().min_by(f64::total_cmp).unwrap_or(lower);
    Some(lower + (upper - lower) * place.fract())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct OfAll {
    statistic: Statistic,
    signature: Signature,
}

impl AggregateUDFImpl for OfAll {
    fn name(&self) -> &str {
        match self.statistic {
            Statistic::Stddev => "exact_stddev",
            Statistic::Percentile(_) => "exact_percentile",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Collected { statistic: self.statistic, values: Vec::new() }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)));
        Ok(vec![Arc::new(Field::new(format!("{}[values]", args.name), list, true))])
    }
}

#[derive(Debug)]
struct Collected {
    statistic: Statistic,
    values: Vec<f64>,
}

impl Accumulator for Collected {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.values.extend(values[0].as_primitive::<Float64Type>().iter().flatten());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.update_batch(&[list])?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.statistic.of(&mut self.values)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut lists = ListBuilder::new(Float64Builder::new());
        lists.values().append_slice(&self.values);
        lists.append(true);
        let lists: ArrayRef = Arc::new(lists.finish());
        Ok(vec![ScalarValue::try_from_array(&lists, 0)?])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deviation_needs_two_values() {
        assert_eq!(deviation(&[]), None);
        assert_eq!(deviation(&[3.0]), None);
        // by hand: mean 5, squares 9+1+1+1+0+0+4+16 = 32, over 7
        assert_eq!(deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), Some((32.0f64 / 7.0).sqrt()));
        assert_eq!(deviation(&[7.5, 7.5]), Some(0.0));
    }

    #[test]
    fn a_percentile_lies_between_its_neighbours() {
        assert_eq!(interpolated(&mut [], 0.5), None);
        assert_eq!(interpolated(&mut [3.0], 0.9), Some(3.0));
        assert_eq!(interpolated(&mut [4.0, 1.0, 3.0, 2.0], 0.5), Some(2.5));
        assert_eq!(interpolated(&mut [2.0, 1.0, 3.0], 1.0), Some(3.0));
        assert_eq!(interpolated(&mut [2.0, 1.0, 3.0], 0.0), Some(1.0));
        // by hand: place 0.9 * 7 = 6.3, 3/10 of the way from 7 to 1,000,007
        let mut far = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1_000_007.0];
        assert!((interpolated(&mut far, 0.9).unwrap() - 300_007.0).abs() < 1e-6);
    }
}

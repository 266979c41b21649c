//! Aggregates of all values at once: deviation, percentiles (of which DataFusion's own
//! cuts the place between two values to six digits), correlation, share of the largest.
//! The same for any order of the rows: values are collected, then sorted, and every sum
//! is rounded once.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Builder, ListBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility};

use super::exact_sum::Partials;

/// The sample standard deviation.
pub fn stddev(arg: Expr) -> Expr {
    call(Finish::Stddev, vec![arg])
}

/// Interpolated linearly between the two nearest values; the part is between 0 and 1.
pub fn percentile(arg: Expr, part: f64) -> Expr {
    call(Finish::Percentile(part.to_bits()), vec![arg])
}

/// Pearson's correlation of the rows that have both.
pub fn correlation(a: Expr, b: Expr) -> Expr {
    call(Finish::Correlation, vec![a, b])
}

/// The part of the sum that the largest values hold: that part of their number, rounded
/// up to whole ones.
pub fn top_share(part: f64, arg: Expr) -> Expr {
    call(Finish::TopShare(part.to_bits()), vec![arg])
}

fn call(finish: Finish, args: Vec<Expr>) -> Expr {
    let types = vec![DataType::Float64; args.len()];
    let signature = Signature::exact(types, Volatility::Immutable);
    Arc::new(AggregateUDF::new_from_impl(Collecting { finish, signature })).call(args)
}

/// What is made of the values. Parts as the bits of the float, so that they can be in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Finish {
    Stddev,
    Percentile(u64),
    Correlation,
    TopShare(u64),
}

impl Finish {
    /// How many values a row has.
    fn width(self) -> usize {
        if self == Finish::Correlation { 2 } else { 1 }
    }

    fn of(self, values: &mut [f64]) -> Option<f64> {
        match self {
            Finish::Stddev => deviation(values),
            Finish::Percentile(bits) => interpolated(values, f64::from_bits(bits)),
            Finish::Correlation => correlated(values),
            Finish::TopShare(bits) => share_of_top(f64::from_bits(bits), values),
        }
    }
}

fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut partials = Partials::default();
    values.for_each(|v| partials.add(v));
    partials.sum().unwrap_or(0.0)
}

/// How far each value is from the mean. They are counted from the least, whatever the order, so
/// that those of equal values are 0: a third of the sum of three is not always one of them.
fn deviations(values: impl ExactSizeIterator<Item = f64> + Clone) -> impl Iterator<Item = f64> + Clone {
    let (number, least) = (values.len() as f64, values.clone().min_by(f64::total_cmp).unwrap_or(0.0));
    let mean = sum(values.clone().map(|v| v - least)) / number;
    values.map(move |v| v - least - mean)
}

/// None of fewer than two values.
fn deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let squares = sum(deviations(values.iter().copied()).map(|d| d * d));
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

/// Of pairs, one after the other; none where one side does not vary.
fn correlated(values: &[f64]) -> Option<f64> {
    let pairs = || values.chunks_exact(2);
    if pairs().len() < 2 {
        return None;
    }
    let (a, b) = (deviations(pairs().map(|p| p[0])), deviations(pairs().map(|p| p[1])));
    let together = sum(a.clone().zip(b.clone()).map(|(a, b)| a * b));
    let apart = sum(a.map(|d| d * d)) * sum(b.map(|d| d * d));
    // of the two zeros the one without a sign
    (apart > 0.0).then(|| (together / apart.sqrt()).clamp(-1.0, 1.0) + 0.0)
}

/// None where there is nothing to share.
fn share_of_top(part: f64, values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    // 10% of 30 is 3, though as floats it is a little more
    let number = (part * sorted.len() as f64 - 1e-9).ceil().max(0.0) as usize;
    let all = sum(sorted.iter().copied());
    (all != 0.0).then(|| sum(sorted.iter().take(number).copied()) / all)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Collecting {
    finish: Finish,
    signature: Signature,
}

impl AggregateUDFImpl for Collecting {
    fn name(&self) -> &str {
        match self.finish {
            Finish::Stddev => "exact_stddev",
            Finish::Percentile(_) => "exact_percentile",
            Finish::Correlation => "exact_correlation",
            Finish::TopShare(_) => "top_share",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Collected { finish: self.finish, values: Vec::new() }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)));
        Ok(vec![Arc::new(Field::new(format!("{}[values]", args.name), list, true))])
    }
}

#[derive(Debug)]
struct Collected {
    finish: Finish,
    /// Of each row, one after the other.
    values: Vec<f64>,
}

impl Accumulator for Collected {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let columns: Vec<_> = columns.iter().map(|c| c.as_primitive::<Float64Type>()).collect();
        let columns = &columns[..self.finish.width()];
        for row in 0..columns[0].len() {
            if columns.iter().all(|c| c.is_valid(row)) {
                self.values.extend(columns.iter().map(|c| c.value(row)));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.values.extend(list.as_primitive::<Float64Type>().iter().flatten());
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.finish.of(&mut self.values)))
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

    #[test]
    fn a_correlation_needs_both_to_vary() {
        assert_eq!(correlated(&[1.0, 2.0]), None);
        assert_eq!(correlated(&[1.0, 5.0, 2.0, 5.0]), None);
        // the sum of three times 0.2 is more than 0.6
        assert_eq!(correlated(&[0.2, 0.2, 0.2, 0.2, 0.2, 0.2]), None);
        assert_eq!(deviation(&[0.2, 0.2, 0.2]), Some(0.0));
        assert_eq!(correlated(&[1.0, 2.0, 2.0, 4.0, 3.0, 6.0]), Some(1.0));
        assert_eq!(correlated(&[1.0, 6.0, 2.0, 4.0, 3.0, 2.0]), Some(-1.0));
        // by hand: deviations -1, 0, 1 and -1, 1, 0: 1 over the root of 2 * 2
        assert_eq!(correlated(&[1.0, 1.0, 2.0, 3.0, 3.0, 2.0]), Some(0.5));
    }

    #[test]
    fn the_top_is_rounded_up_to_whole_rows() {
        assert_eq!(share_of_top(0.1, &[]), None);
        assert_eq!(share_of_top(0.1, &[10.0, 30.0]), Some(0.75));
        let thirty: Vec<f64> = vec![1.0; 30];
        assert_eq!(share_of_top(0.1, &thirty), Some(0.1));
        assert_eq!(share_of_top(0.5, &[1.0, 2.0, 3.0, 4.0]), Some(0.7));
    }
}

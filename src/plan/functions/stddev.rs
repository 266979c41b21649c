//! The sample standard deviation, the same for any order of the rows: the values are
//! collected, and both sums are rounded once.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Builder, ListBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility};

use super::exact_sum::Partials;

pub fn stddev(arg: Expr) -> Expr {
    static FUNCTION: LazyLock<Arc<AggregateUDF>> =
        LazyLock::new(|| Arc::new(AggregateUDF::new_from_impl(Stddev::new())));
    FUNCTION.call(vec![arg])
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

#[derive(Debug, PartialEq, Eq, Hash)]
struct Stddev {
    signature: Signature,
}

impl Stddev {
    fn new() -> Stddev {
        Stddev { signature: Signature::exact(vec![DataType::Float64], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Stddev {
    fn name(&self) -> &str {
        "exact_stddev"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Collected::default()))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)));
        Ok(vec![Arc::new(Field::new(format!("{}[values]", args.name), list, true))])
    }
}

#[derive(Debug, Default)]
struct Collected(Vec<f64>);

impl Accumulator for Collected {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.extend(values[0].as_primitive::<Float64Type>().iter().flatten());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.update_batch(&[list])?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(deviation(&self.0)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut lists = ListBuilder::new(Float64Builder::new());
        lists.values().append_slice(&self.0);
        lists.append(true);
        let lists: ArrayRef = Arc::new(lists.finish());
        Ok(vec![ScalarValue::try_from_array(&lists, 0)?])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.capacity() * size_of::<f64>()
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
}

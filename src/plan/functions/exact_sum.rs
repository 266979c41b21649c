//! The sum of floats, rounded once: the same for any order of the rows and any
//! number of partitions. Partial sums that lose nothing, after J. R. Shewchuk,
//! "Adaptive Precision Floating-Point Arithmetic" (1997), as in Python's `math.fsum`.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Float64Builder, ListBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
};

pub fn exact_sum(arg: Expr) -> Expr {
    static FUNCTION: LazyLock<Arc<AggregateUDF>> =
        LazyLock::new(|| Arc::new(AggregateUDF::new_from_impl(ExactSum::new())));
    FUNCTION.call(vec![arg])
}

/// A sum as floats that do not overlap, so that nothing is lost.
#[derive(Debug, Clone, Default)]
pub struct Partials {
    parts: Vec<f64>,
    /// What is not finite, added up as floats are.
    special: f64,
    any: bool,
}

impl Partials {
    pub fn add(&mut self, mut x: f64) {
        self.any = true;
        if !x.is_finite() {
            self.special += x;
            return;
        }
        let mut kept = 0;
        for i in 0..self.parts.len() {
            let mut y = self.parts[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.parts.truncate(kept);
        self.parts.push(x);
    }

    /// The float nearest to the exact sum; none of nothing.
    pub fn sum(&self) -> Option<f64> {
        if !self.any {
            return None;
        }
        if self.special != 0.0 || self.special.is_nan() {
            return Some(self.special);
        }
        let mut parts = self.parts.iter().rev().copied();
        let mut high = parts.next().unwrap_or(0.0);
        let mut low = 0.0;
        for y in parts.by_ref() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // half-way cases round by what lies further below
        if let Some(next) = parts.next()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Some(high)
    }

    fn state(&self) -> impl Iterator<Item = f64> + '_ {
        let special = (self.special != 0.0 || self.special.is_nan()).then_some(self.special);
        // a sum of zeros is not nothing
        let zero = (self.any && self.parts.is_empty() && special.is_none()).then_some(0.0);
        self.parts.iter().copied().chain(special).chain(zero)
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ExactSum {
    signature: Signature,
}

impl ExactSum {
    fn new() -> ExactSum {
        ExactSum { signature: Signature::exact(vec![DataType::Float64], Volatility::Immutable) }
    }
}

fn list_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)))
}

impl AggregateUDFImpl for ExactSum {
    fn name(&self) -> &str {
        "exact_sum"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(One::default()))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[parts]", args.name), list_type(), true))])
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Many::default()))
    }
}

fn lists(partials: &[Partials]) -> ArrayRef {
    let mut lists = ListBuilder::new(Float64Builder::new());
    for one in partials {
        one.state().for_each(|part| lists.values().append_value(part));
        lists.append(true);
    }
    Arc::new(lists.finish())
}

#[derive(Debug, Default)]
struct One(Partials);

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        values[0].as_primitive::<Float64Type>().iter().flatten().for_each(|v| self.0.add(v));
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.update_batch(&[list])?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.0.sum()))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::try_from_array(&lists(std::slice::from_ref(&self.0)), 0)?])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.parts.capacity() * size_of::<f64>()
    }
}

#[derive(Debug, Default)]
struct Many(Vec<Partials>);

impl Many {
    fn take(&mut self, emit_to: EmitTo) -> Vec<Partials> {
        emit_to.take_needed(&mut self.0)
    }
}

/// Whether the row counts by the aggregate's `FILTER`.
fn counts(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|f| f.is_valid(row) && f.value(row))
}

impl GroupsAccumulator for Many {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.0.resize_with(total, Partials::default);
        let values = values[0].as_primitive::<Float64Type>();
        for (row, group) in groups.iter().enumerate() {
            if values.is_valid(row) && counts(filter, row) {
                self.0[*group].add(values.value(row));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.0.resize_with(total, Partials::default);
        let states = values[0].as_list::<i32>();
        for (row, group) in groups.iter().enumerate() {
            if states.is_valid(row) {
                let parts = states.value(row);
                parts.as_primitive::<Float64Type>().iter().flatten().for_each(|v| self.0[*group].add(v));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(self.take(emit_to).iter().map(Partials::sum).collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![lists(&self.take(emit_to))])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<Float64Type>();
        let mut made = ListBuilder::new(Float64Builder::new());
        for row in 0..values.len() {
            if values.is_valid(row) && counts(filter, row) {
                made.values().append_value(values.value(row));
            }
            made.append(true);
        }
        Ok(vec![Arc::new(made.finish())])
    }

    fn size(&self) -> usize {
        self.0.iter().map(|p| size_of::<Partials>() + p.parts.capacity() * size_of::<f64>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expected: Option<f64>) {
        let sum = |values: &mut dyn Iterator<Item = &f64>| {
            let mut partials = Partials::default();
            values.for_each(|v| partials.add(*v));
            partials.sum()
        };
        assert_eq!(sum(&mut values.iter()), expected);
        assert_eq!(sum(&mut values.iter().rev()), expected);
    }

    /// Expected values are those of Python's math.fsum.
    #[test]
    fn a_sum_is_rounded_once() {
        check(&[], None);
        check(&[0.0], Some(0.0));
        check(&[0.1; 10], Some(1.0));
        check(&[1e16, 1.0, -1e16], Some(1.0));
        check(&[1e100, 1.0, -1e100, 1e-100, 1e50, -1.0, -1e50], Some(1e-100));
        check(&[1.0, 1e-16, 1e-16], Some(1.0000000000000002));
    }
}

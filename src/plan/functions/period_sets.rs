//! Of a value the periods that it counts in, as a set: one bit for each. Values are counted
//! once in a period however many rows they have there, and sets stay small where rows do not.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryArray, Int32Array};
use datafusion::arrow::buffer::Buffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int32Type};
use datafusion::common::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
};

use super::alone::Alone;

const BITS: usize = u64::BITS as usize;

/// The set of the periods from the one number to the other, of so many there are.
pub fn period_set(periods: usize, first: Expr, last: Expr) -> Expr {
    let signature = Signature::exact(vec![DataType::Int32, DataType::Int32], Volatility::Immutable);
    let function = PeriodSet { words: words(periods), signature };
    Arc::new(AggregateUDF::new_from_impl(function)).call(vec![first, last])
}

/// How many numbers of 64 bits a set of so many periods takes.
pub fn words(periods: usize) -> usize {
    periods.div_ceil(BITS).max(1)
}

/// The stretches of periods that are in a set: first and last.
pub fn stretches(set: &[u64], mut each: impl FnMut(i32, i32)) {
    let mut begun: Option<usize> = None;
    for (index, word) in set.iter().enumerate() {
        let mut at = 0;
        while at < BITS {
            let rest = word >> at;
            let run = match begun {
                None => rest.trailing_zeros() as usize,
                Some(_) => rest.trailing_ones() as usize,
            };
            let run = run.min(BITS - at);
            at += run;
            if at < BITS {
                let period = index * BITS + at;
                match begun.take() {
                    None => begun = Some(period),
                    Some(first) => each(first as i32, period as i32 - 1),
                }
            }
        }
    }
    if let Some(first) = begun {
        each(first as i32, (set.len() * BITS) as i32 - 1);
    }
}

/// A set as it stands in a column.
pub fn read(bytes: &[u8], set: &mut Vec<u64>) {
    set.clear();
    let words = bytes.chunks_exact(8).map(|word| u64::from_ne_bytes(word.try_into().unwrap_or_default()));
    set.extend(words);
}

fn add(set: &mut [u64], first: i32, last: i32) {
    let (Ok(first), Ok(last)) = (usize::try_from(first), usize::try_from(last)) else { return };
    for (index, word) in set.iter_mut().enumerate().take(last / BITS + 1).skip(first / BITS) {
        let from = first.saturating_sub(index * BITS);
        let to = (last - index * BITS).min(BITS - 1);
        if first <= last {
            *word |= (u64::MAX << from) & (u64::MAX >> (BITS - 1 - to));
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PeriodSet {
    words: usize,
    signature: Signature,
}

impl PeriodSet {
    fn ty(&self) -> DataType {
        DataType::FixedSizeBinary((self.words * 8) as i32)
    }
}

impl AggregateUDFImpl for PeriodSet {
    fn name(&self) -> &str {
        "period_set"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.ty())
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Alone(Sets { words: self.words, bits: vec![0; self.words] })))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[set]", args.name), self.ty(), true))])
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Sets { words: self.words, bits: Vec::new() }))
    }
}

#[derive(Debug)]
struct Sets {
    words: usize,
    /// Of each group its words, one after the other.
    bits: Vec<u64>,
}

impl Sets {
    fn of(&mut self, group: usize) -> &mut [u64] {
        &mut self.bits[group * self.words..(group + 1) * self.words]
    }

    fn take(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let taken = match emit_to {
            EmitTo::All => std::mem::take(&mut self.bits),
            EmitTo::First(groups) => {
                let rest = self.bits.split_off(groups * self.words);
                std::mem::replace(&mut self.bits, rest)
            }
        };
        column(self.words, taken)
    }

    fn add_rows(
        &mut self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
        group: impl Fn(usize) -> usize,
    ) {
        let (first, last) = (numbers(&values[0]), numbers(&values[1]));
        for row in 0..first.len() {
            let counts = filter.is_none_or(|f| f.is_valid(row) && f.value(row));
            if counts && first.is_valid(row) && last.is_valid(row) {
                add(self.of(group(row)), first.value(row), last.value(row));
            }
        }
    }
}

fn numbers(array: &ArrayRef) -> &Int32Array {
    array.as_primitive::<Int32Type>()
}

fn column(words: usize, bits: Vec<u64>) -> Result<ArrayRef> {
    Ok(Arc::new(FixedSizeBinaryArray::try_new((words * 8) as i32, Buffer::from_vec(bits), None)?))
}

impl GroupsAccumulator for Sets {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.bits.resize(total * self.words, 0);
        self.add_rows(values, filter, |row| groups[row]);
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.bits.resize(total * self.words, 0);
        let sets = values[0].as_fixed_size_binary();
        let mut set = Vec::new();
        for (row, group) in groups.iter().enumerate() {
            if sets.is_valid(row) {
                read(sets.value(row), &mut set);
                self.of(*group).iter_mut().zip(&set).for_each(|(word, other)| *word |= other);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.take(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.take(emit_to)?])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut each = Sets { words: self.words, bits: vec![0; values[0].len() * self.words] };
        each.add_rows(values, filter, |row| row);
        Ok(vec![column(self.words, each.bits)?])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.bits.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(periods: usize, added: &[(i32, i32)], expected: &[(i32, i32)]) {
        let mut set = vec![0; words(periods)];
        added.iter().for_each(|(first, last)| add(&mut set, *first, *last));
        let mut found = Vec::new();
        stretches(&set, |first, last| found.push((first, last)));
        assert_eq!(found, expected);
    }

    #[test]
    fn stretches_that_touch_are_one() {
        check(36, &[], &[]);
        check(36, &[(0, 0)], &[(0, 0)]);
        check(36, &[(3, 5), (4, 9), (10, 10), (12, 12)], &[(3, 10), (12, 12)]);
        check(36, &[(5, 4)], &[]);
        check(64, &[(0, 63)], &[(0, 63)]);
        check(64, &[(63, 63), (0, 61)], &[(0, 61), (63, 63)]);
        check(130, &[(60, 70), (64, 64), (127, 129)], &[(60, 70), (127, 129)]);
        check(130, &[(0, 129)], &[(0, 129)]);
        check(128, &[(63, 64)], &[(63, 64)]);
        check(128, &[(127, 127)], &[(127, 127)]);
    }
}

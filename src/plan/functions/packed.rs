//! Several keys of few values as one number, because grouping by one number is much
//! cheaper than grouping by several.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, Int64Array, PrimitiveArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int16Type, Int32Type, Int64Type};
use datafusion::common::{Result, internal_err};

/// How many values each key has, the missing one among them: it is the last.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sizes(Vec<i64>);

impl Sizes {
    /// `None` where the keys have more values together than there are numbers.
    pub fn new(sizes: Vec<usize>) -> Option<Sizes> {
        let sizes = sizes.into_iter().map(|s| i64::try_from(s).ok()).collect::<Option<Vec<_>>>()?;
        sizes.iter().try_fold(1_i64, |all, size| all.checked_mul(*size))?;
        Some(Sizes(sizes))
    }

    /// How many numbers there are; they begin at nothing.
    pub fn numbers(&self) -> usize {
        self.0.iter().product::<i64>() as usize
    }

    /// The number of each row's keys.
    pub fn pack(&self, keys: &[ArrayRef]) -> Result<ArrayRef> {
        let mut packed = vec![0_i64; keys.first().map_or(0, |key| key.len())];
        for (key, size) in keys.iter().zip(&self.0) {
            match key.data_type() {
                DataType::Boolean => {
                    let flags = key.as_boolean();
                    add(&mut packed, *size, (0..key.len()).map(|i| value(key, i, || flags.value(i).into())))?;
                }
                DataType::Int16 => add_numbers::<Int16Type>(&mut packed, *size, key)?,
                DataType::Int32 => add_numbers::<Int32Type>(&mut packed, *size, key)?,
                other => return internal_err!("{other} cannot be packed"),
            }
        }
        Ok(Arc::new(Int64Array::from(packed)))
    }

    /// One of the keys again.
    pub fn unpack(&self, index: usize, ty: &DataType, packed: &ArrayRef) -> Result<ArrayRef> {
        let (size, below) = (self.0[index], self.0[index + 1..].iter().product::<i64>());
        let packed = packed.as_primitive::<Int64Type>();
        let key = |number: i64| Some(number / below % size).filter(|key| *key != size - 1);
        let keys = packed.iter().map(|number| number.and_then(key));
        match ty {
            DataType::Boolean => Ok(Arc::new(keys.map(|key| key.map(|k| k == 1)).collect::<BooleanArray>())),
            _ => Ok(cast(&keys.collect::<Int64Array>(), ty)?),
        }
    }
}

fn value(key: &ArrayRef, row: usize, value: impl Fn() -> i64) -> Option<i64> {
    key.is_valid(row).then(value)
}

fn add_numbers<T: ArrowPrimitiveType>(packed: &mut [i64], size: i64, key: &ArrayRef) -> Result<()>
where
    T::Native: Into<i64>,
{
    let numbers: &PrimitiveArray<T> = key.as_primitive();
    match key.null_count() {
        0 => add(packed, size, numbers.values().iter().map(|number| Some((*number).into()))),
        _ => add(packed, size, (0..key.len()).map(|i| value(key, i, || numbers.value(i).into()))),
    }
}

/// A key behind those that are there already.
fn add(packed: &mut [i64], size: i64, keys: impl Iterator<Item = Option<i64>>) -> Result<()> {
    let missing = size - 1;
    let mut outside = false;
    for (number, key) in packed.iter_mut().zip(keys) {
        let key = key.unwrap_or(missing);
        outside |= key < 0 || key > missing;
        *number = *number * size + key;
    }
    if outside { internal_err!("a key has more values than were counted") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Int16Array, Int32Array};

    use super::*;

    #[test]
    fn keys_are_what_they_were() {
        let keys: [ArrayRef; 3] = [
            Arc::new(Int32Array::from(vec![Some(0), Some(71), None, Some(3)])),
            Arc::new(Int16Array::from(vec![Some(5), None, Some(0), Some(1)])),
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)])),
        ];
        let sizes = Sizes::new(vec![73, 7, 3]).expect("they fit");
        let packed = sizes.pack(&keys).expect("they pack");
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(&sizes.unpack(index, key.data_type(), &packed).expect("it unpacks"), key);
        }
    }

    #[test]
    fn different_keys_are_different_numbers() {
        let sizes = Sizes::new(vec![3, 4]).expect("they fit");
        let all: Vec<(i32, i32)> = (0..3).flat_map(|a| (0..4).map(move |b| (a, b))).collect();
        let key = |of: fn(&(i32, i32)) -> i32| -> ArrayRef {
            Arc::new(Int32Array::from_iter_values(all.iter().map(of)))
        };
        let packed = sizes.pack(&[key(|k| k.0), key(|k| k.1)]).expect("they pack");
        let mut numbers = packed.as_primitive::<Int64Type>().values().to_vec();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn a_key_out_of_its_range_is_no_other_key() {
        let sizes = Sizes::new(vec![3]).expect("they fit");
        assert!(sizes.pack(&[Arc::new(Int32Array::from(vec![3]))]).is_err());
        assert!(sizes.pack(&[Arc::new(Int32Array::from(vec![-1]))]).is_err());
    }

    #[test]
    fn too_many_values_are_not_packed() {
        assert_eq!(Sizes::new(vec![usize::MAX, 2]), None);
        assert_eq!(Sizes::new(vec![1 << 40, 1 << 40]), None);
    }
}

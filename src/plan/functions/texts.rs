//! Texts among a few known ones: which of them each value is, at the cost of one look
//! into a small table where the known ones are short.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, GenericByteViewArray, Int16Array, make_view};
use datafusion::arrow::datatypes::ByteViewType;
use datafusion::common::{Result, internal_err};

/// A text of so many bytes lies in its view itself.
const INLINE: u32 = 12;
/// What no short text looks like.
const NO_VIEW: u128 = u128::MAX;

/// Known texts by their places in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTexts {
    texts: Vec<String>,
    short: Table,
    long: HashMap<Vec<u8>, i16>,
}

/// A place for each view where no two known ones meet, so that a look-up has no branches.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    factor: u64,
    shift: u32,
    slots: Vec<(u128, i16)>,
}

impl Hash for KnownTexts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.texts.hash(state);
    }
}

impl KnownTexts {
    /// `None` where they are too many for a small table.
    pub fn new(texts: Vec<String>) -> Option<KnownTexts> {
        i16::try_from(texts.len()).ok()?;
        let (mut short, mut long) = (Vec::new(), HashMap::new());
        for (text, place) in texts.iter().map(String::as_bytes).zip(0_i16..) {
            if text.len() > INLINE as usize {
                long.entry(text.to_vec()).or_insert(place);
                continue;
            }
            let view = make_view(text, 0, 0);
            if !short.iter().any(|(known, _)| *known == view) {
                short.push((view, place));
            }
        }
        Some(KnownTexts { texts, short: Table::new(&short)?, long })
    }

    /// The place of each value, negative where it is none of the known ones. Behind a
    /// missing value stands anything.
    pub fn places<T: ByteViewType>(&self, array: &GenericByteViewArray<T>) -> Vec<i16> {
        let place = |(row, view): (usize, &u128)| match *view as u32 <= INLINE {
            true => self.short.place(*view),
            false => self.long_place(array, row),
        };
        array.views().iter().enumerate().map(place).collect()
    }

    #[cold]
    fn long_place<T: ByteViewType>(&self, array: &GenericByteViewArray<T>, row: usize) -> i16 {
        if self.long.is_empty() || array.is_null(row) {
            return -1;
        }
        let value: &T::Native = array.value(row);
        self.long.get(value.as_ref() as &[u8]).copied().unwrap_or(-1)
    }

    /// The places of texts; the number after the last for all others, missing where they are.
    pub fn classes(&self, texts: &ArrayRef) -> Result<ArrayRef> {
        let Some(views) = texts.as_string_view_opt() else {
            return internal_err!("texts are views, not {}", texts.data_type());
        };
        let others = self.texts.len() as i16;
        let mut classes = self.places(views);
        classes.iter_mut().for_each(|class| *class = if *class < 0 { others } else { *class });
        Ok(Arc::new(Int16Array::new(classes.into(), views.nulls().cloned())))
    }
}

impl Table {
    /// Tries factors, and larger tables, until every view has a slot of its own.
    fn new(known: &[(u128, i16)]) -> Option<Table> {
        let least = (known.len() * 2).next_power_of_two().trailing_zeros().max(1);
        let mut factor = 0x9e37_79b9_7f4a_7c15_u64;
        for bits in least..=14 {
            for _ in 0..100 {
                if let Some(table) = Table::with(known, factor, bits) {
                    return Some(table);
                }
                factor = factor.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1) | 1;
            }
        }
        None
    }

    fn with(known: &[(u128, i16)], factor: u64, bits: u32) -> Option<Table> {
        let mut table = Table { factor, shift: 64 - bits, slots: vec![(NO_VIEW, -1); 1 << bits] };
        for (view, place) in known {
            let slot = table.slot(*view);
            if table.slots[slot].0 != NO_VIEW {
                return None;
            }
            table.slots[slot] = (*view, *place);
        }
        Some(table)
    }

    #[inline(always)]
    fn slot(&self, view: u128) -> usize {
        let folded = (view as u64) ^ ((view >> 64) as u64).rotate_left(23);
        (folded.wrapping_mul(self.factor) >> self.shift) as usize
    }

    #[inline(always)]
    fn place(&self, view: u128) -> i16 {
        let (known, place) = self.slots[self.slot(view)];
        // without a branch, which random texts would make the processor guess wrong
        (place + 1) * i16::from(known == view) - 1
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::StringViewArray;

    use super::*;

    fn classes(known: &[&str], values: Vec<Option<&str>>) -> Vec<Option<i16>> {
        let known = KnownTexts::new(known.iter().map(|t| t.to_string()).collect()).expect("they fit");
        let array: ArrayRef = Arc::new(StringViewArray::from(values));
        let classes = known.classes(&array).expect("they are texts");
        classes.as_primitive::<datafusion::arrow::datatypes::Int16Type>().iter().collect()
    }

    #[test]
    fn short_long_missing_and_others() {
        let known = ["SMB", "a text of more than twelve bytes", "", "twelve bytes"];
        let values = vec![
            Some("a text of more than twelve bytes"),
            Some("SMB"),
            None,
            Some("smb"),
            Some("twelve bytes"),
            Some("a text of more than twelve bytez"),
            Some(""),
            Some("SMB\0"),
        ];
        let expected = [Some(1), Some(0), None, Some(4), Some(3), Some(4), Some(2), Some(4)];
        assert_eq!(classes(&known, values), expected);
    }

    #[test]
    fn the_first_of_two_that_are_the_same() {
        assert_eq!(classes(&["a", "b", "a"], vec![Some("a"), Some("c")]), [Some(0), Some(3)]);
    }

    #[test]
    fn none_known() {
        assert_eq!(classes(&[], vec![Some("a"), None]), [Some(0), None]);
    }

    #[test]
    fn hundreds_are_told_apart() {
        let known: Vec<String> = (0..500).map(|n| format!("word {n}")).collect();
        let words: Vec<&str> = known.iter().map(String::as_str).collect();
        let found = classes(&words, words.iter().copied().map(Some).chain([Some("word 500")]).collect());
        assert_eq!(found, (0..=500).map(Some).collect::<Vec<_>>());
    }
}

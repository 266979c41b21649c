//! Counts and sums over periods without a row for each of them: what counts from one period
//! to another is added where it begins and taken away behind where it ends.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal128Builder, Int32Array, Int32Builder,
    ListArray, ListBuilder, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Fields, Int32Type, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
};

use super::alone::Alone;
use super::changes::Changes;
use super::period_sets::{read, stretches};
use crate::plan::types::MOST_DIGITS;

/// The name of the period's number in the answer.
pub const PERIOD_FIELD: &str = "period";

/// Of each period that any row counts in the sums of the values, by name with their scale: a
/// list, by period. The rows' periods are from the first number to the last; `rows` is how many
/// a row stands for, and 0 if it only adds values.
pub fn accumulated(first: Expr, last: Expr, rows: Expr, values: Vec<(String, u8, Expr)>) -> Expr {
    let (outputs, args) = taken_apart(values);
    call(Input::Stretch, outputs, [first, last, rows].into_iter().chain(args).collect())
}

/// The same of sets of periods: of each period how many rows have it in the set, of those that
/// are `present`. Rows that are not make a period, too.
pub fn accumulated_sets(present: Expr, sets: Vec<(String, Expr)>) -> Expr {
    let (outputs, args) = taken_apart(sets.into_iter().map(|(name, set)| (name, 0, set)).collect());
    call(Input::Sets, outputs, std::iter::once(present).chain(args).collect())
}

fn taken_apart(values: Vec<(String, u8, Expr)>) -> (Vec<(String, u8)>, Vec<Expr>) {
    values.into_iter().map(|(name, scale, value)| ((name, scale), value)).unzip()
}

fn call(input: Input, outputs: Vec<(String, u8)>, args: Vec<Expr>) -> Expr {
    let signature = Signature::any(args.len(), Volatility::Immutable);
    Arc::new(AggregateUDF::new_from_impl(Accumulated { input, outputs, signature })).call(args)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Input {
    /// First, last, number of rows, values.
    Stretch,
    /// Whether there is a value, sets.
    Sets,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Accumulated {
    input: Input,
    /// Names and scales.
    outputs: Vec<(String, u8)>,
    signature: Signature,
}

impl Accumulated {
    fn fields(&self) -> Fields {
        let period = Field::new(PERIOD_FIELD, DataType::Int32, false);
        let sums = self
            .outputs
            .iter()
            .map(|(name, scale)| Field::new(name, DataType::Decimal128(MOST_DIGITS, *scale as i8), false));
        std::iter::once(period).chain(sums).collect()
    }

    fn item(&self) -> FieldRef {
        Arc::new(Field::new_list_field(DataType::Struct(self.fields()), true))
    }

    fn groups(&self) -> Groups {
        Groups { input: self.input, item: self.item(), width: self.outputs.len() + 1, groups: Vec::new() }
    }
}

impl AggregateUDFImpl for Accumulated {
    fn name(&self) -> &str {
        match self.input {
            Input::Stretch => "accumulated",
            Input::Sets => "accumulated_sets",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(self.item()))
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let mut groups = self.groups();
        groups.groups.push(Changes::default());
        Ok(Box::new(Alone(groups)))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
        Ok(vec![
            Arc::new(Field::new(format!("{}[periods]", args.name), list(DataType::Int32), true)),
            Arc::new(Field::new(format!("{}[changes]", args.name), list(CHANGE), true)),
        ])
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.groups()))
    }
}

/// Numbers without their scale.
const CHANGE: DataType = DataType::Decimal128(MOST_DIGITS, 0);

#[derive(Debug)]
struct Groups {
    input: Input,
    item: FieldRef,
    /// Rows, and each value.
    width: usize,
    groups: Vec<Changes>,
}

impl Groups {
    fn add_rows(
        &mut self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
        group: impl Fn(usize) -> usize,
    ) {
        let rows = Rows::new(self.input, values);
        let mut changes = vec![0; self.width];
        for row in 0..values[0].len() {
            if filter.is_none_or(|f| f.is_valid(row) && f.value(row)) {
                rows.add_to(&mut self.groups[group(row)], row, &mut changes);
            }
        }
    }

    fn states(taken: &[Changes]) -> Vec<ArrayRef> {
        let mut periods = ListBuilder::new(Int32Builder::new());
        let mut changes = ListBuilder::new(Decimal128Builder::new().with_data_type(CHANGE));
        for group in taken {
            periods.values().append_slice(&group.periods);
            periods.append(true);
            group.by.iter().for_each(|change| changes.values().append_value(*change));
            changes.append(true);
        }
        vec![Arc::new(periods.finish()), Arc::new(changes.finish())]
    }

    fn lists(&self, taken: &[Changes]) -> Result<ArrayRef> {
        let DataType::Struct(fields) = self.item.data_type() else {
            return datafusion::common::internal_err!("a list of structs was planned");
        };
        let (mut periods, mut lengths) = (Vec::new(), Vec::with_capacity(taken.len()));
        let mut sums: Vec<Vec<i128>> = vec![Vec::new(); self.width - 1];
        for group in taken {
            let before = periods.len();
            group.each(self.width, |period, values| {
                periods.push(period);
                sums.iter_mut().zip(values).for_each(|(sum, value)| sum.push(*value));
            });
            lengths.push(periods.len() - before);
        }
        let rows = periods.len();
        let mut columns: Vec<ArrayRef> = vec![Arc::new(Int32Array::from(periods))];
        for (values, field) in sums.into_iter().zip(fields.iter().skip(1)) {
            let values = Decimal128Array::from(values).with_data_type(field.data_type().clone());
            columns.push(Arc::new(values));
        }
        let structs = StructArray::try_new_with_length(fields.clone(), columns, None, rows)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(ListArray::try_new(Arc::clone(&self.item), offsets, Arc::new(structs), None)?))
    }
}

/// A batch of rows, as the input says.
enum Rows<'a> {
    Stretch { first: &'a Int32Array, last: &'a Int32Array, rows: &'a [i64], values: Vec<&'a Decimal128Array> },
    Sets { present: &'a BooleanArray, sets: &'a [ArrayRef] },
}

impl<'a> Rows<'a> {
    fn new(input: Input, values: &'a [ArrayRef]) -> Rows<'a> {
        match input {
            Input::Stretch => Rows::Stretch {
                first: values[0].as_primitive::<Int32Type>(),
                last: values[1].as_primitive::<Int32Type>(),
                rows: values[2].as_primitive::<Int64Type>().values(),
                values: values[3..].iter().map(|v| v.as_primitive::<Decimal128Type>()).collect(),
            },
            Input::Sets => Rows::Sets { present: values[0].as_boolean(), sets: &values[1..] },
        }
    }

    fn add_to(&self, group: &mut Changes, row: usize, changes: &mut [i128]) {
        match self {
            Rows::Stretch { first, last, rows, values } => {
                if first.is_null(row) || last.is_null(row) {
                    return;
                }
                changes[0] = i128::from(rows[row]);
                for (change, value) in changes[1..].iter_mut().zip(values) {
                    *change = if value.is_valid(row) { value.value(row) } else { 0 };
                }
                group.stretch(first.value(row), last.value(row), changes);
            }
            Rows::Sets { present, sets } => add_sets(group, present.value(row), sets, row, changes),
        }
    }
}

/// A value counts once in every period of a set, and makes a row in those of any.
fn add_sets(group: &mut Changes, present: bool, sets: &[ArrayRef], row: usize, changes: &mut [i128]) {
    let (mut set, mut any) = (Vec::new(), Vec::new());
    for (index, column) in sets.iter().enumerate() {
        let column = column.as_fixed_size_binary();
        if column.is_null(row) {
            continue;
        }
        read(column.value(row), &mut set);
        any.resize(set.len(), 0u64);
        any.iter_mut().zip(&set).for_each(|(any, word)| *any |= word);
        if present {
            changes.fill(0);
            changes[index + 1] = 1;
            stretches(&set, |first, last| group.stretch(first, last, changes));
        }
    }
    changes.fill(0);
    changes[0] = 1;
    stretches(&any, |first, last| group.stretch(first, last, changes));
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.groups.resize_with(total, Changes::default);
        self.add_rows(values, filter, |row| groups[row]);
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.groups.resize_with(total, Changes::default);
        let (periods, changes) = (values[0].as_list::<i32>(), values[1].as_list::<i32>());
        for (row, group) in groups.iter().enumerate() {
            if periods.is_null(row) || changes.is_null(row) {
                continue;
            }
            let (periods, changes) = (periods.value(row), changes.value(row));
            let periods = periods.as_primitive::<Int32Type>().values();
            let changes = changes.as_primitive::<Decimal128Type>().values();
            for (period, changes) in periods.iter().zip(changes.chunks_exact(self.width)) {
                self.groups[*group].add(*period, changes);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let taken = emit_to.take_needed(&mut self.groups);
        self.lists(&taken)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(Groups::states(&emit_to.take_needed(&mut self.groups)))
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let groups = vec![Changes::default(); values[0].len()];
        let mut each = Groups { item: Arc::clone(&self.item), groups, ..*self };
        each.add_rows(values, filter, |row| row);
        Ok(Groups::states(&each.groups))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.iter().map(Changes::size).sum::<usize>()
    }
}

//! Counts and exact sums of all rows by a number that is small enough to be the place of
//! its cell: no hashing, which costs more than everything else in a grouping.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Int64Array, ListArray, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Fields, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility};

use crate::plan::types::MOST_DIGITS;

/// What is kept of a cell's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// How many have the value.
    Present,
    /// The sum of the value, to so many digits behind the point; missing if none has it.
    Sum(u8),
}

/// For each number below `size` that any row has: the number and how many rows have it, by
/// these names, and the parts, by theirs. A list.
pub fn cells(
    size: usize,
    (number, number_name): (Expr, &str),
    rows_name: &str,
    parts: Vec<(String, Part, Expr)>,
) -> Expr {
    let mut args = vec![number];
    let mut outputs = Vec::new();
    for (name, part, value) in parts {
        outputs.push((name, part));
        args.push(value);
    }
    let signature = Signature::any(args.len(), Volatility::Immutable);
    let names = [number_name.to_string(), rows_name.to_string()];
    Arc::new(AggregateUDF::new_from_impl(Cells { size, names, outputs, signature })).call(args)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cells {
    size: usize,
    /// Of the number, and of the rows.
    names: [String; 2],
    outputs: Vec<(String, Part)>,
    signature: Signature,
}

impl Cells {
    fn item(&self) -> FieldRef {
        let heads = self.names.iter().map(|name| Field::new(name, DataType::Int64, false));
        let parts = self.outputs.iter().map(|(name, part)| match part {
            Part::Present => Field::new(name, DataType::Int64, false),
            Part::Sum(scale) => Field::new(name, DataType::Decimal128(MOST_DIGITS, *scale as i8), true),
        });
        let fields: Fields = heads.chain(parts).collect();
        Arc::new(Field::new_list_field(DataType::Struct(fields), true))
    }
}

impl AggregateUDFImpl for Cells {
    fn name(&self) -> &str {
        "cells"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(self.item()))
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let columns = self.outputs.iter().map(|(_, part)| Column::new(*part, self.size)).collect();
        Ok(Box::new(Table { item: self.item(), rows: vec![0; self.size], columns }))
    }

    /// What is given on is what is the answer in the end.
    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format!("{}[cells]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::List(self.item()), true))])
    }
}

#[derive(Debug)]
struct Table {
    item: FieldRef,
    rows: Vec<i64>,
    columns: Vec<Column>,
}

/// One part of every cell. Few values are missing, so these are what is counted.
#[derive(Debug)]
struct Column {
    part: Part,
    sums: Vec<i128>,
    missing: Vec<i64>,
}

impl Column {
    fn new(part: Part, size: usize) -> Column {
        let sums = if part == Part::Present { Vec::new() } else { vec![0; size] };
        Column { part, sums, missing: vec![0; size] }
    }

    fn add(&mut self, numbers: &[i64], values: &ArrayRef) {
        if values.null_count() > 0 {
            let missing = numbers.iter().enumerate().filter(|(row, _)| values.is_null(*row));
            missing.for_each(|(_, number)| self.missing[*number as usize] += 1);
        }
        if self.part == Part::Present {
            return;
        }
        let values = values.as_primitive::<Decimal128Type>();
        let sums = &mut self.sums;
        match values.null_count() {
            0 => {
                numbers.iter().zip(values.values()).for_each(|(n, value)| sums[*n as usize] += value);
            }
            _ => numbers.iter().zip(values).for_each(|(n, value)| {
                sums[*n as usize] += value.unwrap_or(0);
            }),
        }
    }

    /// What others counted of so many rows of each number.
    fn merge(&mut self, numbers: &[i64], rows: &[i64], parts: &ArrayRef) {
        let parts_at = |present: &dyn Fn(usize) -> i64, missing: &mut [i64]| {
            for (at, (number, rows)) in numbers.iter().zip(rows).enumerate() {
                missing[*number as usize] += rows - present(at);
            }
        };
        match self.part {
            Part::Present => {
                let present = parts.as_primitive::<Int64Type>();
                parts_at(&|at| present.value(at), &mut self.missing);
            }
            Part::Sum(_) => {
                // all rows or none of them: only that is asked of it
                let sums = parts.as_primitive::<Decimal128Type>();
                let present = |at: usize| if sums.is_valid(at) { rows[at] } else { 0 };
                parts_at(&present, &mut self.missing);
                for (at, number) in numbers.iter().enumerate().filter(|(at, _)| sums.is_valid(*at)) {
                    self.sums[*number as usize] += sums.value(at);
                }
            }
        }
    }

    fn finished(&self, numbers: &[i64], rows: &[i64], ty: &DataType) -> ArrayRef {
        let present = |number: &i64| rows[*number as usize] - self.missing[*number as usize];
        match self.part {
            Part::Present => Arc::new(numbers.iter().map(present).collect::<Int64Array>()),
            Part::Sum(_) => {
                let sum = |number: &i64| (present(number) > 0).then(|| self.sums[*number as usize]);
                let sums = numbers.iter().map(sum).collect::<Decimal128Array>();
                Arc::new(sums.with_data_type(ty.clone()))
            }
        }
    }
}

impl Table {
    fn list(&self) -> Result<ScalarValue> {
        let DataType::Struct(fields) = self.item.data_type() else {
            return internal_err!("a list of structs was planned");
        };
        let numbers = (0_i64..).zip(&self.rows).filter(|(_, rows)| **rows > 0).map(|(n, _)| n);
        let numbers: Vec<i64> = numbers.collect();
        let rows = numbers.iter().map(|n| self.rows[*n as usize]).collect::<Int64Array>();
        let columns = self.columns.iter().zip(fields.iter().skip(2));
        let columns = columns.map(|(c, field)| c.finished(&numbers, &self.rows, field.data_type()));
        let length = numbers.len();
        let heads: [ArrayRef; 2] = [Arc::new(Int64Array::from(numbers.clone())), Arc::new(rows)];
        let columns: Vec<ArrayRef> = heads.into_iter().chain(columns).collect();
        let structs = StructArray::try_new_with_length(fields.clone(), columns, None, length)?;
        let offsets = OffsetBuffer::from_lengths([length]);
        let list = ListArray::try_new(Arc::clone(&self.item), offsets, Arc::new(structs), None)?;
        Ok(ScalarValue::List(Arc::new(list)))
    }
}

impl Accumulator for Table {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let numbers = values[0].as_primitive::<Int64Type>();
        if numbers.null_count() > 0 {
            return internal_err!("a cell without a number");
        }
        let numbers = numbers.values();
        numbers.iter().for_each(|number| self.rows[*number as usize] += 1);
        self.columns.iter_mut().zip(&values[1..]).for_each(|(column, values)| column.add(numbers, values));
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for cells in states[0].as_list::<i32>().iter().flatten() {
            let cells = cells.as_struct();
            let numbers = cells.column(0).as_primitive::<Int64Type>().values();
            let rows = cells.column(1).as_primitive::<Int64Type>().values();
            numbers.iter().zip(rows).for_each(|(number, rows)| self.rows[*number as usize] += rows);
            for (column, parts) in self.columns.iter_mut().zip(&cells.columns()[2..]) {
                column.merge(numbers, rows, parts);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.list()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.list()?])
    }

    fn size(&self) -> usize {
        let columns = self.columns.iter().map(|c| size_of_val(&*c.sums) + size_of_val(&*c.missing));
        size_of_val(self) + size_of_val(&*self.rows) + columns.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(parts: &[Part]) -> Table {
        let outputs = parts.iter().enumerate().map(|(i, part)| (format!("p{i}"), *part)).collect();
        let signature = Signature::any(parts.len() + 1, Volatility::Immutable);
        let cells = Cells { size: 4, names: ["n", "rows"].map(String::from), outputs, signature };
        let columns = parts.iter().map(|part| Column::new(*part, 4)).collect();
        Table { item: cells.item(), rows: vec![0; 4], columns }
    }

    fn rows(numbers: &[i64], amounts: &[Option<i128>]) -> Vec<ArrayRef> {
        let amounts = Decimal128Array::from(amounts.to_vec()).with_data_type(DataType::Decimal128(28, 2));
        let amounts: ArrayRef = Arc::new(amounts);
        vec![Arc::new(Int64Array::from(numbers.to_vec())), amounts.clone(), amounts]
    }

    /// Number, rows, present, sum.
    type Cell = (i64, i64, i64, Option<i128>);

    fn found(table: &mut Table) -> Vec<Cell> {
        let ScalarValue::List(list) = table.evaluate().expect("it ends") else { panic!("a list") };
        let cells = list.value(0);
        let whole = |i: usize| cells.as_struct().column(i).as_primitive::<Int64Type>().values().to_vec();
        let (numbers, rows, present) = (whole(0), whole(1), whole(2));
        let sums = cells.as_struct().column(3).as_primitive::<Decimal128Type>();
        let sums = sums.iter().enumerate();
        sums.map(|(i, sum)| (numbers[i], rows[i], present[i], sum)).collect()
    }

    const PARTS: [Part; 2] = [Part::Present, Part::Sum(2)];

    #[test]
    fn counts_and_sums_by_number() {
        let mut table = table(&PARTS);
        table.update_batch(&rows(&[3, 0, 3, 1], &[Some(5), None, Some(7), None])).expect("they count");
        table.update_batch(&rows(&[0, 3], &[Some(-2), None])).expect("they count");
        let expected = [(0, 2, 1, Some(-2)), (1, 1, 0, None), (3, 3, 2, Some(12))];
        assert_eq!(found(&mut table), expected);
    }

    #[test]
    fn parts_of_the_rows_give_the_same_together() {
        let (mut one, mut other) = (table(&PARTS), table(&PARTS));
        one.update_batch(&rows(&[3, 0, 1], &[Some(5), None, None])).expect("they count");
        other.update_batch(&rows(&[3, 1, 0], &[None, Some(0), None])).expect("they count");
        let mut both = table(&PARTS);
        for part in [&mut one, &mut other] {
            let states = part.state().expect("it is told");
            let states: Vec<ArrayRef> = states.iter().map(|s| s.to_array().expect("a list")).collect();
            both.merge_batch(&states).expect("they are added");
        }
        assert_eq!(found(&mut both), [(0, 2, 0, None), (1, 2, 1, Some(0)), (3, 2, 1, Some(5))]);
    }

    #[test]
    fn without_rows_there_is_no_cell() {
        assert_eq!(found(&mut table(&PARTS)), []);
    }
}

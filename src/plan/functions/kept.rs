//! Any aggregates over periods without a row for each of them: rows are kept once, and each
//! period looks at those that count in it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int32Array, ListArray, StructArray};
use datafusion::arrow::array::{UInt32Array, new_empty_array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{SortOptions, and, concat, filter, is_not_null, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Int32Type, Schema};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, ExprSchemable, GroupsAccumulator, Signature,
    Volatility,
};
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};

use super::accumulated::PERIOD_FIELD;
use super::alone::Alone;

/// Of each period that any row counts in the aggregates, by name: a list, by period. The rows'
/// periods are from the first number to the last.
pub fn kept(first: Expr, last: Expr, aggregates: Vec<(String, Expr)>, schema: &DFSchema) -> Result<Expr> {
    let mut args = vec![first, last];
    let mut parts = Vec::new();
    for (name, aggregate) in aggregates {
        let ty = aggregate.get_type(schema)?;
        let Expr::AggregateFunction(function) = aggregate else {
            return plan_err!("{aggregate} is no aggregate");
        };
        let mut place = |arg: Expr| {
            args.iter().position(|known| *known == arg).unwrap_or_else(|| {
                args.push(arg);
                args.len() - 1
            })
        };
        let params = function.params;
        parts.push(Part {
            name,
            ty,
            function: function.func,
            distinct: params.distinct,
            args: params.args.into_iter().map(&mut place).collect(),
            filter: params.filter.map(|filter| place(*filter)),
            order: params.order_by.into_iter().map(|by| (place(by.expr), by.asc, by.nulls_first)).collect(),
        });
    }
    let columns = args.iter().map(|arg| arg.get_type(schema)).collect::<Result<_>>()?;
    let signature = Signature::any(args.len(), Volatility::Immutable);
    Ok(Arc::new(AggregateUDF::new_from_impl(Kept { columns, parts, signature })).call(args))
}

/// One aggregate, of columns by their places.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Part {
    name: String,
    ty: DataType,
    function: Arc<AggregateUDF>,
    distinct: bool,
    args: Vec<usize>,
    filter: Option<usize>,
    /// Column, ascending, missing ones first.
    order: Vec<(usize, bool, bool)>,
}

impl Part {
    fn function(&self, schema: &Arc<Schema>) -> Result<AggregateFunctionExpr> {
        let column = |place: &usize| {
            Arc::new(Column::new(schema.field(*place).name(), *place)) as Arc<dyn PhysicalExpr>
        };
        let order = self.order.iter().map(|(place, ascending, nulls_first)| PhysicalSortExpr {
            expr: column(place),
            options: SortOptions { descending: !ascending, nulls_first: *nulls_first },
        });
        AggregateExprBuilder::new(Arc::clone(&self.function), self.args.iter().map(column).collect())
            .schema(Arc::clone(schema))
            .alias(&self.name)
            .order_by(order.collect())
            .with_distinct(self.distinct)
            .build()
    }

    /// Of these rows of all columns.
    fn of(&self, function: &AggregateFunctionExpr, rows: &[ArrayRef]) -> Result<ScalarValue> {
        let places = self.args.iter().chain(self.order.iter().map(|(place, ..)| place));
        let columns = places.map(|place| match self.filter {
            Some(condition) => Ok(filter(&rows[*place], rows[condition].as_boolean())?),
            None => Ok(Arc::clone(&rows[*place])),
        });
        let mut accumulator = function.create_accumulator()?;
        accumulator.update_batch(&columns.collect::<Result<Vec<_>>>()?)?;
        accumulator.evaluate()
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Kept {
    /// First, last, what the parts are made of.
    columns: Vec<DataType>,
    parts: Vec<Part>,
    signature: Signature,
}

impl Kept {
    fn schema(&self) -> Schema {
        let field = |(place, ty): (usize, &DataType)| Field::new(format!("#{place}"), ty.clone(), true);
        Schema::new(self.columns.iter().enumerate().map(field).collect::<Vec<_>>())
    }

    fn item(&self) -> FieldRef {
        let period = Field::new(PERIOD_FIELD, DataType::Int32, false);
        let parts = self.parts.iter().map(|part| Field::new(&part.name, part.ty.clone(), true));
        let fields: Fields = std::iter::once(period).chain(parts).collect();
        Arc::new(Field::new_list_field(DataType::Struct(fields), true))
    }

    /// The rows of a group, as they are given on.
    fn rows_item(&self) -> FieldRef {
        Arc::new(Field::new_list_field(DataType::Struct(self.schema().fields), true))
    }

    fn rows(&self, groups: usize) -> Result<Rows> {
        let schema = Arc::new(self.schema());
        let functions = self.parts.iter().map(|part| part.function(&schema)).collect::<Result<_>>()?;
        Ok(Rows {
            item: self.item(),
            rows_item: self.rows_item(),
            parts: self.parts.clone(),
            functions,
            batches: Vec::new(),
            groups: Vec::new(),
            total: groups,
            size: 0,
        })
    }
}

impl AggregateUDFImpl for Kept {
    fn name(&self) -> &str {
        "kept"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(self.item()))
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Alone(self.rows(1)?)))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format!("{}[rows]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::List(self.rows_item()), true))])
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.rows(0)?))
    }
}

/// The rows of all groups.
#[derive(Debug)]
struct Rows {
    item: FieldRef,
    rows_item: FieldRef,
    parts: Vec<Part>,
    functions: Vec<AggregateFunctionExpr>,
    batches: Vec<Vec<ArrayRef>>,
    /// Of each row.
    groups: Vec<u32>,
    total: usize,
    size: usize,
}

/// Rows of groups, each behind the other.
struct Taken {
    columns: Vec<ArrayRef>,
    /// How many rows each group has.
    lengths: Vec<usize>,
}

impl Rows {
    fn add(&mut self, columns: Vec<ArrayRef>, groups: impl Iterator<Item = usize>) {
        self.size += columns.iter().map(|column| column.get_array_memory_size()).sum::<usize>();
        self.batches.push(columns);
        self.groups.extend(groups.map(|group| group as u32));
    }

    /// The rows of the first groups; the others become the first.
    fn take(&mut self, emit_to: EmitTo) -> Result<Taken> {
        let number = match emit_to {
            EmitTo::All => self.total,
            EmitTo::First(groups) => groups,
        };
        let batches = std::mem::take(&mut self.batches);
        let groups = std::mem::take(&mut self.groups);
        self.total -= number;
        self.size = 0;
        let DataType::Struct(fields) = self.rows_item.data_type() else {
            return datafusion::common::internal_err!("rows are structs");
        };
        let together = |(place, field): (usize, &FieldRef)| -> Result<ArrayRef> {
            let parts: Vec<&dyn Array> = batches.iter().map(|batch| batch[place].as_ref()).collect();
            Ok(if parts.is_empty() { new_empty_array(field.data_type()) } else { concat(&parts)? })
        };
        let columns = fields.iter().enumerate().map(together).collect::<Result<Vec<_>>>()?;
        let in_order = |wanted: Vec<u32>| -> Result<Vec<ArrayRef>> {
            let wanted = UInt32Array::from(wanted);
            columns.iter().map(|column| Ok(take(column, &wanted, None)?)).collect()
        };
        let rest = (0..groups.len() as u32).filter(|row| groups[*row as usize] as usize >= number);
        let rest: Vec<u32> = rest.collect();
        if !rest.is_empty() {
            let others: Vec<usize> = rest.iter().map(|row| groups[*row as usize] as usize - number).collect();
            self.add(in_order(rest)?, others.into_iter());
        }
        // by the first period, then by the group
        let first = columns[0].as_primitive::<Int32Type>().values();
        let rows = (0..groups.len() as u32).filter(|row| (groups[*row as usize] as usize) < number).collect();
        let (rows, _) = by_number(rows, |row| first[row] as usize);
        let (rows, mut lengths) = by_number(rows, |row| groups[row] as usize);
        lengths.resize(number, 0);
        Ok(Taken { columns: in_order(rows)?, lengths })
    }
}

/// In the order of a small number that rows have, and how many have each.
fn by_number(rows: Vec<u32>, number: impl Fn(usize) -> usize) -> (Vec<u32>, Vec<usize>) {
    let mut lengths: Vec<usize> = Vec::new();
    for row in &rows {
        let number = number(*row as usize);
        if number >= lengths.len() {
            lengths.resize(number + 1, 0);
        }
        lengths[number] += 1;
    }
    let ends = lengths.iter().scan(0, |end, length| {
        *end += length;
        Some(*end - length)
    });
    let mut places: Vec<usize> = ends.collect();
    let mut ordered = vec![0; rows.len()];
    for row in rows {
        let place = &mut places[number(row as usize)];
        ordered[*place] = row;
        *place += 1;
    }
    (ordered, lengths)
}

/// Of rows in the order of their first periods those that count in each period that any
/// counts in.
fn each_period(first: &[i32], last: &[i32], mut period: impl FnMut(i32, &[u32]) -> Result<()>) -> Result<()> {
    let (mut counting, mut next, mut now) = (Vec::<u32>::new(), 0, 0);
    loop {
        counting.retain(|row| last[*row as usize] >= now);
        if counting.is_empty() {
            let Some(begins) = first.get(next) else { return Ok(()) };
            now = *begins;
        }
        while next < first.len() && first[next] == now {
            counting.push(next as u32);
            next += 1;
        }
        period(now, &counting)?;
        now += 1;
    }
}

impl GroupsAccumulator for Rows {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.total = total;
        let mut counts = and(&is_not_null(&values[0])?, &is_not_null(&values[1])?)?;
        if let Some(condition) = condition {
            counts = and(&counts, condition)?;
        }
        if counts.null_count() == 0 && counts.false_count() == 0 {
            self.add(values.to_vec(), groups.iter().copied());
            return Ok(());
        }
        let columns = values.iter().map(|column| Ok(filter(column, &counts)?)).collect::<Result<_>>()?;
        let counts = |row: &usize| counts.is_valid(*row) && counts.value(*row);
        self.add(columns, (0..groups.len()).filter(counts).map(|row| groups[row]));
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.total = total;
        let lists = values[0].as_list::<i32>();
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| lists.is_valid(*row)) {
            let rows = lists.value(row);
            if !rows.is_empty() {
                let columns = rows.as_struct().columns().to_vec();
                self.add(columns, std::iter::repeat_n(*group, rows.len()));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let Taken { columns, lengths } = self.take(emit_to)?;
        let bound = |place: usize| columns[place].as_primitive::<Int32Type>().values().clone();
        let (first, last) = (bound(0), bound(1));
        let (mut periods, mut list_lengths) = (Vec::new(), Vec::with_capacity(lengths.len()));
        let mut found: Vec<Vec<ScalarValue>> = vec![Vec::new(); self.parts.len()];
        let mut from = 0;
        for length in lengths {
            let before = periods.len();
            let own = from..from + length;
            let group: Vec<ArrayRef> = columns.iter().map(|c| c.slice(from, length)).collect();
            each_period(&first[own.clone()], &last[own], |period, counting| {
                periods.push(period);
                let counting = UInt32Array::from(counting.to_vec());
                let rows = group.iter().map(|column| take(column, &counting, None));
                let rows = rows.collect::<Result<Vec<_>, _>>()?;
                for ((part, function), found) in self.parts.iter().zip(&self.functions).zip(&mut found) {
                    found.push(part.of(function, &rows)?);
                }
                Ok(())
            })?;
            list_lengths.push(periods.len() - before);
            from += length;
        }
        let DataType::Struct(fields) = self.item.data_type() else {
            return datafusion::common::internal_err!("a list of structs was planned");
        };
        let rows = periods.len();
        let mut columns: Vec<ArrayRef> = vec![Arc::new(Int32Array::from(periods))];
        for (part, found) in self.parts.iter().zip(found) {
            columns.push(match found.is_empty() {
                true => new_empty_array(&part.ty),
                false => ScalarValue::iter_to_array(found)?,
            });
        }
        let structs = StructArray::try_new_with_length(fields.clone(), columns, None, rows)?;
        let offsets = OffsetBuffer::from_lengths(list_lengths);
        Ok(Arc::new(ListArray::try_new(Arc::clone(&self.item), offsets, Arc::new(structs), None)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let Taken { columns, lengths } = self.take(emit_to)?;
        let DataType::Struct(fields) = self.rows_item.data_type() else {
            return datafusion::common::internal_err!("rows are structs");
        };
        let structs = StructArray::try_new(fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        let lists = ListArray::try_new(Arc::clone(&self.rows_item), offsets, Arc::new(structs), None)?;
        Ok(vec![Arc::new(lists)])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        condition: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let number = values[0].len();
        let mut each = Rows {
            item: Arc::clone(&self.item),
            rows_item: Arc::clone(&self.rows_item),
            parts: Vec::new(),
            functions: Vec::new(),
            batches: Vec::new(),
            groups: Vec::new(),
            total: number,
            size: 0,
        };
        each.update_batch(values, &(0..number).collect::<Vec<_>>(), condition, number)?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.capacity() * size_of::<u32>() + self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[(i32, i32)], expected: &[(i32, &[u32])]) {
        let (first, last): (Vec<i32>, Vec<i32>) = rows.iter().copied().unzip();
        let mut found = Vec::new();
        let each = |period: i32, rows: &[u32]| {
            found.push((period, rows.to_vec()));
            Ok(())
        };
        each_period(&first, &last, each).expect("nothing fails");
        let expected: Vec<_> = expected.iter().map(|(period, rows)| (*period, rows.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_period_sees_the_rows_that_count_in_it() {
        check(&[], &[]);
        check(&[(0, 0)], &[(0, &[0])]);
        check(
            &[(0, 2), (1, 1), (4, 5), (4, 4)],
            &[(0, &[0]), (1, &[0, 1]), (2, &[0]), (4, &[2, 3]), (5, &[2])],
        );
        // an end before the beginning is no period
        check(&[(2, 3), (3, 3)], &[(2, &[0]), (3, &[0, 1])]);
    }

    #[test]
    fn rows_of_a_number_stay_in_their_order() {
        let numbers = [2, 0, 2, 1, 0];
        let (rows, lengths) = by_number((0..5).collect(), |row| numbers[row]);
        assert_eq!((rows, lengths), (vec![1, 4, 3, 0, 2], vec![2, 1, 2]));
    }
}

//! Rows that count in several periods, counted without a row for each: added where they begin
//! and taken away behind where they end; once for all periods; values by the set of periods
//! that each counts in; kept until each period looks at its own.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, Result, UnnestOptions, plan_err};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder, cast, lit, when};

use super::aggregate;
use super::expr::{PERIOD, named, slot_name};
use super::functions::{Function, PERIOD_FIELD, accumulated, accumulated_sets, kept, period_set};
use super::scan::{FIRST, LAST, Lowering};
use super::types::{MOST_DIGITS, SUMMABLE_DIGITS};
use super::windows;
use crate::check::Repr;
use crate::query::{Slot, SlotFunction};

const ALL: &str = "#all";
const VALUE: &str = "#value";

impl Lowering<'_> {
    /// Counts and exact sums of the rows.
    pub fn events(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let one_filter = self.one_filter();
        let values = self.scan.slots.iter().map(|slot| {
            let filter = slot.filter.as_ref().filter(|_| !one_filter);
            let value = self.summand(slot)?;
            let value = match filter {
                Some(filter) => when(self.lower(filter)?, value).end()?,
                None => value,
            };
            Ok((slot_name(slot.id), scale(slot), value))
        });
        self.accumulate(rows, lit(1i64), values.collect::<Result<_>>()?)
    }

    /// The same of cells that stand for many rows.
    pub fn accumulate(
        &self,
        cells: LogicalPlanBuilder,
        rows: DfExpr,
        values: Vec<(String, u8, DfExpr)>,
    ) -> Result<LogicalPlanBuilder> {
        let all = accumulated(named(FIRST), named(LAST), rows, values);
        self.by_period(cells.aggregate(self.own_groups().collect::<Vec<_>>(), vec![all.alias(ALL)])?)
    }

    /// What the slot adds up, of a row.
    fn summand(&self, slot: &Slot) -> Result<DfExpr> {
        let ty = DataType::Decimal128(SUMMABLE_DIGITS, scale(slot) as i8);
        let arg = slot.args.first().map(|arg| self.lower(arg)).transpose()?;
        match (slot.function, arg) {
            (SlotFunction::Count, None) => Ok(one()),
            (SlotFunction::Count, Some(arg)) => when(arg.is_not_null(), one()).end(),
            (SlotFunction::Sum, Some(arg)) => Ok(in_full(cast(arg, ty), scale(slot))),
            (function, _) => plan_err!("{function:?} cannot be taken apart"),
        }
    }

    /// Different values of one expression: of each the set of its periods, then of each
    /// period the number of values that have it.
    pub fn sets(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let Some(value) = self.scan.slots.first().and_then(|s| s.args.first()) else {
            return plan_err!("different values of nothing");
        };
        let one_filter = self.one_filter();
        let (first, last) = match self.scan.placement.spreads() {
            true => (FIRST, LAST),
            false => (PERIOD, PERIOD),
        };
        let periods = self.relations.scope.query.periods.len();
        let sets = self.scan.slots.iter().map(|slot| {
            let filter = slot.filter.as_ref().filter(|_| !one_filter).map(|f| self.lower(f)).transpose()?;
            let set = period_set(periods, named(first), named(last));
            Ok(aggregate::filtered(set, filter)?.alias(slot_name(slot.id)))
        });
        let by = self.own_groups().chain([self.lower(value)?.alias(VALUE)]).collect::<Vec<_>>();
        let values = rows.aggregate(by, sets.collect::<Result<Vec<_>>>()?)?;
        let sets = self.scan.slots.iter().map(|slot| (slot_name(slot.id), named(slot_name(slot.id))));
        let all = accumulated_sets(named(VALUE).is_not_null(), sets.collect());
        self.by_period(values.aggregate(self.own_groups().collect::<Vec<_>>(), vec![all.alias(ALL)])?)
    }

    /// Whatever needs the rows themselves.
    pub fn kept(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let slots = self.scan.slots.iter().map(|slot| slot_name(slot.id));
        let slots = slots.zip(self.slots_of_rows()?).map(|(name, slot)| (name, slot.unalias()));
        let all = kept(named(FIRST), named(LAST), slots.collect(), rows.schema())?;
        self.by_period(rows.aggregate(self.own_groups().collect::<Vec<_>>(), vec![all.alias(ALL)])?)
    }

    /// A row for each of the periods that the list has.
    fn by_period(&self, lists: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let without_nothing = UnnestOptions::new().with_preserve_nulls(false);
        let rows = lists.unnest_column_with_options(Column::new_unqualified(ALL), without_nothing)?;
        let field = |name: &str| get_field(named(ALL), name);
        let mut columns = vec![field(PERIOD_FIELD).alias(PERIOD)];
        columns.extend(self.own_groups());
        for slot in &self.scan.slots {
            columns.push(field(&slot_name(slot.id)).alias(slot_name(slot.id)));
        }
        rows.project(columns)
    }

    /// Rows that count in every period: counted once, the same in each.
    pub fn once(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let counted = rows.aggregate(self.own_groups().collect::<Vec<_>>(), self.slots_of_rows()?)?;
        // nothing counts in periods that have not begun
        let last = windows::begun_periods(self.relations.scope.query) as i32 - 1;
        let mut columns = vec![Function::Numbers.call(vec![lit(0i32), lit(last)]).alias(PERIOD)];
        columns.extend(counted.schema().columns().into_iter().map(DfExpr::Column));
        counted.project(columns)?.unnest_column_with_options(
            Column::new_unqualified(PERIOD),
            UnnestOptions::new().with_preserve_nulls(false),
        )
    }
}

/// Digits behind the point of what is added up.
pub fn scale(slot: &Slot) -> u8 {
    match slot.args.first().and_then(|a| a.ty.as_number()).map(|n| n.repr) {
        Some(Repr::Decimal(scale)) if slot.function == SlotFunction::Sum => scale,
        _ => 0,
    }
}

/// In the type that sums are held in.
pub fn in_full(value: DfExpr, scale: u8) -> DfExpr {
    cast(value, DataType::Decimal128(MOST_DIGITS, scale as i8))
}

fn one() -> DfExpr {
    in_full(lit(1i64), 0)
}

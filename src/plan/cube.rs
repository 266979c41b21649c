//! Two groupings, of which the first makes the second small: by everything the filters look
//! at, and by the periods that rows count in.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, Result, UnnestOptions};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::{Expr as DfExpr, ExprSchemable, LogicalPlanBuilder, cast, lit, when};

use super::aggregate;
use super::expr::{PERIOD, named, slot_name};
use super::functions::{Function, KnownTexts, Part, Sizes, cells};
use super::over_periods::{in_full, scale};
use super::scan::{FIRST, LAST, Lowering};
use super::types::SUMMABLE_DIGITS;
use crate::check::{Expr, ExprKind, Repr};
use crate::query::{CubeKey, Placement, Shape, Slot, SlotFunction, map};

/// More filters than this cost more on the rows, where a cube is made of them, than
/// the rows that they leave out.
const FEW_FILTERS: usize = 4;
/// More numbers than this take more memory as places than the few of them that are there.
const MOST_PLACES: usize = 1 << 18;
const ROWS: &str = "#rows";
const CELLS: &str = "#cells";
const KEYS: &str = "#keys";

fn part_name(index: usize) -> String {
    format!("#b{index}")
}

impl Lowering<'_> {
    pub fn cube(&self, rows: LogicalPlanBuilder, keys: &[CubeKey]) -> Result<LogicalPlanBuilder> {
        let key_name = |i: usize| format!("#k{i}");
        let parts = self.parts();
        let cube = self.grouped_by_keys(rows, keys, &parts)?;
        let over_keys = |filter: &Expr| self.over_keys(filter, keys, &key_name);
        if self.scan.placement.spreads() && self.scan.slots.iter().all(Slot::is_additive) {
            return self.cells(cube, &parts, &over_keys);
        }
        let cube = self.spread_all(cube)?;
        let slots = self.scan.slots.iter().map(|slot| {
            let part = parts.iter().position(|p| p.function == slot.function && p.args == slot.args);
            let part = named(part_name(part.expect("every slot has its part")));
            let filter = slot.filter.as_ref().map(over_keys).transpose()?;
            Ok(aggregate::of_parts(slot, part, filter)?.alias(slot_name(slot.id)))
        });
        let counted = aggregate::filtered(sum(named(ROWS)), self.any_filter(over_keys)?);
        let counted = counted.map(|counted| counted.alias(ROWS));
        let groups = cube.aggregate(self.groups(), slots.chain([counted]).collect::<Result<Vec<_>>>()?)?;
        // by a count, not by the filters: DataFusion would move those down to the rows
        if self.filters_groups() { groups.filter(named(ROWS).gt(lit(0i64))) } else { Ok(groups) }
    }

    /// The cells of a cube, each added where its periods begin and taken away where they end.
    fn cells(
        &self,
        cube: LogicalPlanBuilder,
        parts: &[&Slot],
        over_keys: &dyn Fn(&Expr) -> Result<DfExpr>,
    ) -> Result<LogicalPlanBuilder> {
        let values = self.scan.slots.iter().map(|slot| {
            let part = parts.iter().position(|p| p.function == slot.function && p.args == slot.args);
            let part = in_full(named(part_name(part.expect("every slot has its part"))), scale(slot));
            let value = match &slot.filter {
                Some(filter) => when(over_keys(filter)?, part).end()?,
                None => part,
            };
            Ok((slot_name(slot.id), scale(slot), value))
        });
        let values = values.collect::<Result<_>>()?;
        let rows = match self.any_filter(over_keys)? {
            Some(any) => when(any, named(ROWS)).otherwise(lit(0i64))?,
            None => named(ROWS),
        };
        self.accumulate(cube, rows, values)
    }

    /// The cube: by the scan's groups and the keys, which are one number while they are
    /// grouped by, as long as it is known how many values each has.
    fn grouped_by_keys(
        &self,
        rows: LogicalPlanBuilder,
        keys: &[CubeKey],
        parts: &[&Slot],
    ) -> Result<LogicalPlanBuilder> {
        let periods: &[&str] = if self.scan.placement.spreads() { &[FIRST, LAST] } else { &[PERIOD] };
        let mut groups: Vec<(String, DfExpr)> =
            periods.iter().map(|name| (name.to_string(), named(*name))).collect();
        for (i, key) in keys.iter().enumerate() {
            groups.push((format!("#k{i}"), self.key(key)?));
        }
        let periods = periods.iter().map(|_| self.relations.scope.query.periods.len() + 1);
        let sizes = Sizes::new(periods.chain(keys.iter().map(|k| k.values)).collect());
        // a rollup's own periods are its own affair
        let Some(sizes) = sizes.filter(|_| self.scan.placement != Placement::Own).map(Arc::new) else {
            let groups = groups.into_iter().map(|(name, value)| value.alias(name));
            return rows.aggregate(groups.chain(self.own_groups()), self.parts_of_rows(parts)?);
        };
        let schema = rows.schema().clone();
        let types = groups.iter().map(|(_, value)| value.get_type(&schema)).collect::<Result<Vec<_>>>()?;
        let (names, values): (Vec<String>, Vec<DfExpr>) = groups.into_iter().unzip();
        let packed = Function::Pack(sizes.clone()).call(values);
        let cube = match self.in_places(parts)?.filter(|_| sizes.numbers() <= MOST_PLACES) {
            Some(in_places) => self.by_place(rows, packed, sizes.numbers(), in_places)?,
            None => {
                let groups = std::iter::once(packed.alias(KEYS)).chain(self.own_groups());
                rows.aggregate(groups, self.parts_of_rows(parts)?)?
            }
        };
        let unpacked = names.into_iter().zip(types).enumerate();
        let unpacked = unpacked.map(|(i, (name, ty))| {
            Function::Unpack(i, sizes.clone(), ty).call(vec![named(KEYS)]).alias(name)
        });
        let columns = cube.schema().columns().into_iter().filter(|c| c.name != KEYS);
        let columns: Vec<DfExpr> = unpacked.chain(columns.map(DfExpr::Column)).collect();
        cube.project(columns)
    }

    fn parts_of_rows(&self, parts: &[&Slot]) -> Result<Vec<DfExpr>> {
        let parts = parts.iter().enumerate().map(|(i, slot)| {
            let args = slot.args.iter().map(|a| self.lower(a)).collect::<Result<_>>()?;
            Ok(aggregate::of_rows(slot, args, None)?.alias(part_name(i)))
        });
        parts.chain([Ok(aggregate::rows().alias(ROWS))]).collect()
    }

    /// The parts, if each is a count or an exact sum, and nothing else groups the rows.
    fn in_places(&self, parts: &[&Slot]) -> Result<Option<Vec<(String, Part, DfExpr)>>> {
        if self.own_groups().next().is_some() {
            return Ok(None);
        }
        let mut found = Vec::new();
        for (i, slot) in parts.iter().enumerate() {
            let value = slot.args.first().map(|arg| self.lower(arg)).transpose()?;
            let exact = slot.args.first().and_then(|a| a.ty.as_number());
            let part = match (slot.function, value, exact.map(|n| n.repr)) {
                (SlotFunction::Count, value, _) => (Part::Present, value.unwrap_or_else(|| lit(1i64))),
                (SlotFunction::Sum, Some(value), Some(Repr::Int | Repr::Decimal(_))) => {
                    let ty = DataType::Decimal128(SUMMABLE_DIGITS, scale(slot) as i8);
                    (Part::Sum(scale(slot)), cast(value, ty))
                }
                _ => return Ok(None),
            };
            found.push((part_name(i), part.0, part.1));
        }
        Ok(Some(found))
    }

    /// The rows by a number that is the place of what is counted of them.
    fn by_place(
        &self,
        rows: LogicalPlanBuilder,
        number: DfExpr,
        size: usize,
        parts: Vec<(String, Part, DfExpr)>,
    ) -> Result<LogicalPlanBuilder> {
        let names = [KEYS.to_string(), ROWS.to_string()].into_iter();
        let names: Vec<String> = names.chain(parts.iter().map(|(name, ..)| name.clone())).collect();
        let all = cells(size, (number, KEYS), ROWS, parts).alias(CELLS);
        let lists = rows.aggregate(Vec::<DfExpr>::new(), vec![all])?;
        let without_nothing = UnnestOptions::new().with_preserve_nulls(false);
        let rows = lists.unnest_column_with_options(Column::new_unqualified(CELLS), without_nothing)?;
        let field = |name: &String| get_field(named(CELLS), name.as_str()).alias(name);
        rows.project(names.iter().map(field).collect::<Vec<_>>())
    }

    /// A key of the cube: texts by their classes, at one look each.
    fn key(&self, key: &CubeKey) -> Result<DfExpr> {
        match key.classes.as_ref().and_then(|c| Some((c, KnownTexts::new(c.texts()?)?))) {
            Some((classes, known)) => {
                Ok(Function::Classes(Arc::new(known)).call(vec![self.lower(&classes.text)?]))
            }
            None => self.lower(&key.value),
        }
    }

    /// Whether groups without a row that counts are taken out, and not the rows.
    pub fn filters_groups(&self) -> bool {
        matches!(self.scan.shape, Shape::Cube(_)) && self.filters().len() > FEW_FILTERS
    }

    /// What the slots are made of, filters aside.
    fn parts(&self) -> Vec<&Slot> {
        let mut parts: Vec<&Slot> = Vec::new();
        for slot in &self.scan.slots {
            if !parts.iter().any(|p| p.function == slot.function && p.args == slot.args) {
                parts.push(slot);
            }
        }
        parts
    }

    /// A filter over the cube's keys instead of the rows' columns.
    fn over_keys(&self, filter: &Expr, keys: &[CubeKey], name: &dyn Fn(usize) -> String) -> Result<DfExpr> {
        // keys stand in as slots that no scan has
        const BASE: u32 = 1 << 30;
        let slot = |key: usize, e: &Expr| {
            Expr::new(ExprKind::Slot(BASE + key as u32), keys[key].value.ty.clone(), e.span)
        };
        let compared =
            |(key, of): (usize, &CubeKey), e: &Expr| of.classes.as_ref()?.compared(e, &slot(key, e));
        let over_keys = map(filter, &mut |e| match keys.iter().position(|k| k.value == *e) {
            Some(key) => Some(slot(key, e)),
            None => keys.iter().enumerate().find_map(|key| compared(key, e)),
        });
        let lowered = self.lower(&over_keys)?;
        use datafusion::common::tree_node::{Transformed, TreeNode};
        let renamed = lowered.transform(|e| {
            Ok(match (0..keys.len()).find(|i| e == named(slot_name(BASE + *i as u32))) {
                Some(key) => Transformed::yes(named(name(key))),
                None => Transformed::no(e),
            })
        })?;
        Ok(renamed.data)
    }
}

//! Two groupings, of which the first makes the second small: by everything the filters look
//! at, and by the periods that rows count in.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::{Expr as DfExpr, ExprSchemable, LogicalPlanBuilder, lit, when};

use super::aggregate;
use super::expr::{PERIOD, named, slot_name};
use super::functions::{Function, KnownTexts, Sizes};
use super::over_periods::{in_full, scale};
use super::scan::{FIRST, LAST, Lowering};
use crate::check::{Expr, ExprKind};
use crate::query::{CubeKey, Placement, Shape, Slot, map};

/// More filters than this cost more on the rows, where a cube is made of them, than
/// the rows that they leave out.
const FEW_FILTERS: usize = 4;
const ROWS: &str = "#rows";
const KEYS: &str = "#keys";

impl Lowering<'_> {
    pub fn cube(&self, rows: LogicalPlanBuilder, keys: &[CubeKey]) -> Result<LogicalPlanBuilder> {
        let key_name = |i: usize| format!("#k{i}");
        let part_name = |i: usize| format!("#b{i}");
        let parts = self.parts();
        let parts_of_rows = parts.iter().enumerate().map(|(i, slot)| {
            let args = slot.args.iter().map(|a| self.lower(a)).collect::<Result<_>>()?;
            Ok(aggregate::of_rows(slot, args, None)?.alias(part_name(i)))
        });
        let all_rows = aggregate::rows().alias(ROWS);
        let parts_of_rows = parts_of_rows.chain([Ok(all_rows)]).collect::<Result<Vec<_>>>()?;
        let cube = self.grouped_by_keys(rows, keys, parts_of_rows)?;
        let over_keys = |filter: &Expr| self.over_keys(filter, keys, &key_name);
        if self.scan.placement.spreads() && self.scan.slots.iter().all(Slot::is_additive) {
            return self.cells(cube, &parts, &part_name, &over_keys);
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
        part_name: &dyn Fn(usize) -> String,
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
        parts: Vec<DfExpr>,
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
            return rows.aggregate(groups.chain(self.own_groups()), parts);
        };
        let schema = rows.schema().clone();
        let types = groups.iter().map(|(_, value)| value.get_type(&schema)).collect::<Result<Vec<_>>>()?;
        let (names, values): (Vec<String>, Vec<DfExpr>) = groups.into_iter().unzip();
        let packed = Function::Pack(sizes.clone()).call(values).alias(KEYS);
        let cube = rows.aggregate(std::iter::once(packed).chain(self.own_groups()), parts)?;
        let unpacked = names.into_iter().zip(types).enumerate();
        let unpacked = unpacked.map(|(i, (name, ty))| {
            Function::Unpack(i, sizes.clone(), ty).call(vec![named(KEYS)]).alias(name)
        });
        let columns = cube.schema().columns().into_iter().filter(|c| c.name != KEYS);
        let columns: Vec<DfExpr> = unpacked.chain(columns.map(DfExpr::Column)).collect();
        cube.project(columns)
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

//! One scan: the rows put into periods and groups, and everything counted of them in
//! one grouping, or in two where the first makes the second small.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, JoinType, Result, UnnestOptions};
use datafusion::functions::core::expr_fn::{greatest, least};
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::{
    Expr as DfExpr, ExprSchemable, LogicalPlanBuilder, Operator, binary_expr, cast, lit,
};

use super::aggregate;
use super::expr::{PERIOD, column_name, named, slot_name};
use super::functions::{Function, KnownTexts, Sizes};
use super::rows::{PICTURE, Relations};
use super::types::arrow_type;
use super::windows;
use crate::check::{ColumnRef, Expr, ExprKind, Type, Window};
use crate::query::{self, CubeKey, Placement, Scan, Shape, Slot, column_refs, map};

const FIRST: &str = "#first";
const LAST: &str = "#last";

/// More filters than this cost more on the rows, where a cube is made of them, than
/// the rows that they leave out.
const FEW_FILTERS: usize = 4;
const ROWS: &str = "#rows";
const KEYS: &str = "#keys";

pub fn group_name(index: usize) -> String {
    format!("#g{index}")
}

/// The scan's result: a row for each period and group that has rows, with the slots.
pub fn lower(relations: &Relations, scan: &Scan) -> Result<LogicalPlanBuilder> {
    let lowering = Lowering { relations: *relations, scan };
    let rows = lowering.rows()?;
    let counted = match &scan.shape {
        Shape::Filter => lowering.filtered(rows)?,
        Shape::Cube(keys) => lowering.cube(rows, keys)?,
    };
    let mut columns = lowering.groups();
    columns.extend(scan.slots.iter().map(|slot| aggregate::read(slot).alias(slot_name(slot.id))));
    counted.project(columns)
}

struct Lowering<'a> {
    relations: Relations<'a>,
    scan: &'a Scan,
}

impl Lowering<'_> {
    fn lower(&self, expr: &Expr) -> Result<DfExpr> {
        self.relations.scope.lower(expr)
    }

    /// The rows that can count, each with the periods it counts in.
    fn rows(&self) -> Result<LogicalPlanBuilder> {
        let mut wanted: BTreeSet<ColumnRef> = self.scan.placement.columns().into_iter().cloned().collect();
        let mut found = Vec::new();
        let slots = self.scan.slots.iter().flat_map(|s| s.args.iter().chain(&s.filter));
        for expr in self.scan.dimensions.iter().flatten().chain(&self.scan.filters).chain(slots) {
            column_refs(expr, &mut found);
        }
        wanted.extend(found.into_iter().cloned());
        let mut rows = self.relations.rows(self.scan.source, &wanted)?;
        for filter in &self.scan.filters {
            rows = rows.filter(self.lower(filter)?)?;
        }
        let by_period = self.filters().into_iter().any(|f| query::has_period(self.relations.scope.model, f));
        let any = if self.filters_groups() { None } else { self.any_filter(|f| self.lower(f))? };
        let rows = match any {
            Some(any) if by_period => self.spread(self.placed(rows)?)?.filter(any)?,
            Some(any) => self.spread(self.placed(rows.filter(any)?)?)?,
            None => self.spread(self.placed(rows)?)?,
        };
        self.with_groups(rows, true)
    }

    /// With the groups of the rows: those that depend on the period, or the others.
    fn with_groups(&self, rows: LogicalPlanBuilder, by_period: bool) -> Result<LogicalPlanBuilder> {
        let model = self.relations.scope.model;
        let groups = self.scan.dimensions.iter().enumerate();
        let groups = groups.filter_map(|(i, d)| Some((i, d.as_ref()?)));
        let groups: Vec<_> = groups.filter(|(_, d)| query::has_period(model, d) == by_period).collect();
        if groups.is_empty() {
            return Ok(rows);
        }
        let mut columns: Vec<DfExpr> = rows.schema().columns().into_iter().map(DfExpr::Column).collect();
        for (i, dimension) in groups {
            columns.push(self.lower(dimension)?.alias(group_name(i)));
        }
        rows.project(columns)
    }

    /// The rows with their groups, and the one period or the first and last of several.
    fn placed(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let calendar = scope.model.calendar();
        let date = |column: &ColumnRef| {
            let ty = scope.model.column(column).ty.clone();
            scope.date(&Expr::new(ExprKind::Column(column.clone()), ty, Default::default()))
        };
        let look_up = |name, table, date| Function::Lookup(name, std::sync::Arc::new(table)).call(vec![date]);
        let mut rows = self.with_groups(rows, false)?;
        let mut columns: Vec<DfExpr> = rows.schema().columns().into_iter().map(DfExpr::Column).collect();
        // nothing counts in periods that have not begun
        let begins = |start| scope.query.as_of.is_none_or(|as_of| start <= as_of);
        let periods = scope.query.periods.iter().filter(|p| begins(p.start)).count() as i32;
        match &self.scan.placement {
            Placement::Always => {
                columns.extend([lit(0i32).alias(FIRST), lit(periods - 1).alias(LAST)]);
                let rows = rows.project(columns)?;
                return if periods > 0 { Ok(rows) } else { rows.filter(lit(false)) };
            }
            Placement::Own => return rows.project(columns),
            Placement::Dated { date: column, window: Window::Period } => {
                let table = windows::dated(scope.query, &calendar, &Window::Period).first;
                columns.push(look_up("period_of", table, date(column)?).alias(PERIOD));
                return rows.project(columns)?.filter(named(PERIOD).is_not_null());
            }
            Placement::Dated { date: column, window } => {
                let dated = windows::dated(scope.query, &calendar, window);
                columns.push(look_up("first_period_of", dated.first, date(column)?).alias(FIRST));
                columns.push(look_up("last_period_of", dated.last, date(column)?).alias(LAST));
            }
            Placement::InForce { from, to, window } => {
                // what ends as it begins is never in force
                let (begin, end) =
                    (named(column_name(scope.model, from)), named(column_name(scope.model, to)));
                rows = rows.filter(begin.lt(end.clone()).or(end.is_null()))?;
                let (first, last) = windows::in_force(scope.query, window);
                let ended = match window {
                    Window::During => self.day_after_force(to)?,
                    _ => date(to)?,
                };
                columns.push(look_up("first_period_from", first, date(from)?).alias(FIRST));
                columns.push(look_up("last_period_to", last, ended).alias(LAST));
                if *window == Window::During {
                    let (from, to) = (column_name(scope.model, from), column_name(scope.model, to));
                    // what ends as it begins was never in force
                    let ever = named(to.clone()).is_null().or(named(from).lt(named(to)));
                    return rows.filter(ever)?.project(columns)?.filter(named(FIRST).lt_eq(named(LAST)));
                }
            }
            Placement::Picture { taken, valid, window } => {
                let rows = self.of_pictures(rows.project(columns)?, taken, window)?;
                let Some((from, to)) = valid else { return Ok(rows) };
                let columns = rows.schema().columns().into_iter().map(DfExpr::Column);
                let bounds = [FIRST, LAST].map(|name| DfExpr::Column(Column::new_unqualified(name)));
                let columns: Vec<DfExpr> = columns.filter(|c| !bounds.contains(c)).collect();
                let (first, last) = windows::in_force(scope.query, window);
                let first = look_up("first_period_from", first, date(from)?);
                let last = look_up("last_period_to", last, date(to)?);
                let rows = rows.filter(first.clone().lt_eq(last.clone()))?;
                let both = [
                    greatest(vec![named(FIRST), first]).alias(FIRST),
                    least(vec![named(LAST), last]).alias(LAST),
                ];
                return rows
                    .project(columns.into_iter().chain(both))?
                    .filter(named(FIRST).lt_eq(named(LAST)));
            }
        }
        // of a missing period this is not true
        rows.project(columns)?.filter(named(FIRST).lt_eq(named(LAST)))
    }

    /// The rows of the pictures that some period looks at, and which periods these are.
    fn of_pictures(
        &self,
        rows: LogicalPlanBuilder,
        taken: &ColumnRef,
        window: &Window,
    ) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let (pictures, from, to) = self.relations.pictures(self.scan.source, taken.column)?;
        let (first, last) = windows::in_force(scope.query, window);
        let look_up = |name, table, date| Function::Lookup(name, std::sync::Arc::new(table)).call(vec![date]);
        let periods = pictures.project(vec![
            named(PICTURE),
            look_up("first_period_from", first, from).alias(FIRST),
            look_up("last_period_to", last, to).alias(LAST),
        ])?;
        // the few on the left are held in memory, the rows stream past them
        let periods = periods.filter(named(FIRST).lt_eq(named(LAST)))?;
        let here = Column::new_unqualified(column_name(scope.model, taken));
        let there = Column::new_unqualified(PICTURE);
        periods.join(rows.build()?, JoinType::Inner, (vec![there], vec![here]), None)
    }

    /// The first day on which the row is no longer in force at any time. An instant within
    /// a day leaves the hours before it.
    fn day_after_force(&self, to: &ColumnRef) -> Result<DfExpr> {
        let scope = &self.relations.scope;
        let (value, ty) = (named(column_name(scope.model, to)), &scope.model.column(to).ty);
        let moved = |value: DfExpr, whole: DataType, operator: Operator| {
            binary_expr(cast(value, whole.clone()), operator, cast(lit(1i32), whole))
        };
        if *ty != Type::Timestamp {
            return Ok(value);
        }
        let before = cast(moved(value, DataType::Int64, Operator::Minus), arrow_type(ty));
        let last_day = Function::LocalDate(scope.zone()).call(vec![before]);
        Ok(cast(moved(last_day, DataType::Int32, Operator::Plus), DataType::Date32))
    }

    /// The filters' disjunction, where every slot has one: other rows count nowhere,
    /// and make no group.
    fn any_filter(&self, lower: impl Fn(&Expr) -> Result<DfExpr>) -> Result<Option<DfExpr>> {
        if self.scan.slots.iter().any(|s| s.filter.is_none()) {
            return Ok(None);
        }
        let filters = self.filters().into_iter().map(lower).collect::<Result<Vec<_>>>()?;
        Ok(any_of(filters))
    }

    /// Each different filter once.
    fn filters(&self) -> Vec<&Expr> {
        let mut filters: Vec<&Expr> = Vec::new();
        for filter in self.scan.slots.iter().filter_map(|s| s.filter.as_ref()) {
            if !filters.contains(&filter) {
                filters.push(filter);
            }
        }
        filters
    }

    fn groups(&self) -> Vec<DfExpr> {
        std::iter::once(named(PERIOD)).chain(self.own_groups()).collect()
    }

    /// The groups that the scan is not taken without.
    fn own_groups(&self) -> impl Iterator<Item = DfExpr> + '_ {
        let kept = self.scan.dimensions.iter().enumerate().filter(|(_, d)| d.is_some());
        kept.map(|(i, _)| named(group_name(i)))
    }

    fn filtered(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        let one_filter = self.filters().len() == 1 && self.scan.slots.iter().all(|s| s.filter.is_some());
        let slots = self.scan.slots.iter().map(|slot| {
            let args = slot.args.iter().map(|a| self.lower(a)).collect::<Result<_>>()?;
            // the one filter of all has been the rows' already
            let filter = slot.filter.as_ref().filter(|_| !one_filter).map(|f| self.lower(f)).transpose()?;
            Ok(aggregate::of_rows(slot, args, filter)?.alias(slot_name(slot.id)))
        });
        rows.aggregate(self.groups(), slots.collect::<Result<Vec<_>>>()?)
    }

    /// The rows once for each period they count in; a cube is spread, not its rows.
    fn spread(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        if !self.scan.placement.spreads() || matches!(self.scan.shape, Shape::Cube(_)) {
            return Ok(rows);
        }
        self.spread_all(rows)
    }

    fn spread_all(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        if !self.scan.placement.spreads() {
            return Ok(rows);
        }
        let mut columns: Vec<DfExpr> = rows.schema().columns().into_iter().map(DfExpr::Column).collect();
        columns.push(Function::Numbers.call(vec![named(FIRST), named(LAST)]).alias(PERIOD));
        rows.project(columns)?
            .unnest_column_with_options(Column::new_unqualified(PERIOD), UnnestOptions::new())
    }

    fn cube(&self, rows: LogicalPlanBuilder, keys: &[CubeKey]) -> Result<LogicalPlanBuilder> {
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
        let cube = self.spread_all(cube)?;
        let over_keys = |filter: &Expr| self.over_keys(filter, keys, &key_name);
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
    fn filters_groups(&self) -> bool {
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

/// Their disjunction as a tree of little depth, for what walks it.
fn any_of(mut conditions: Vec<DfExpr>) -> Option<DfExpr> {
    while conditions.len() > 1 {
        let mut pairs = conditions.into_iter();
        let mut halved = Vec::new();
        while let Some(first) = pairs.next() {
            halved.push(match pairs.next() {
                Some(second) => first.or(second),
                None => first,
            });
        }
        conditions = halved;
    }
    conditions.pop()
}

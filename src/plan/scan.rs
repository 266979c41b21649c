//! One scan: the rows put into periods and groups, and everything counted of them, in one
//! of the shapes that the query says.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, JoinType, Result, UnnestOptions};
use datafusion::functions::core::expr_fn::{greatest, least};
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder, Operator, binary_expr, cast, lit};

use super::aggregate;
use super::expr::{PERIOD, column_name, named, slot_name};
use super::functions::Function;
use super::rows::{PICTURE, Relations};
use super::types::arrow_type;
use super::windows;
use crate::check::{ColumnRef, Expr, ExprKind, Type, Window};
use crate::query::{self, Placement, Scan, Shape, column_refs};

pub const FIRST: &str = "#first";
pub const LAST: &str = "#last";

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
        Shape::Once => lowering.once(rows)?,
        Shape::Events => lowering.events(rows)?,
        Shape::Sets => lowering.sets(rows)?,
        Shape::Kept => lowering.kept(rows)?,
    };
    let mut columns = lowering.groups();
    columns.extend(scan.slots.iter().map(|slot| aggregate::read(slot).alias(slot_name(slot.id))));
    counted.project(columns)
}

pub struct Lowering<'a> {
    pub relations: Relations<'a>,
    pub scan: &'a Scan,
}

impl Lowering<'_> {
    pub fn lower(&self, expr: &Expr) -> Result<DfExpr> {
        self.relations.scope.lower(expr)
    }

    /// The rows that can count, each with the periods it counts in.
    pub fn rows(&self) -> Result<LogicalPlanBuilder> {
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
        let periods = windows::begun_periods(scope.query) as i32;
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
    pub fn any_filter(&self, lower: impl Fn(&Expr) -> Result<DfExpr>) -> Result<Option<DfExpr>> {
        if self.scan.slots.iter().any(|s| s.filter.is_none()) {
            return Ok(None);
        }
        let filters = self.filters().into_iter().map(lower).collect::<Result<Vec<_>>>()?;
        Ok(any_of(filters))
    }

    /// Each different filter once.
    pub fn filters(&self) -> Vec<&Expr> {
        let mut filters: Vec<&Expr> = Vec::new();
        for filter in self.scan.slots.iter().filter_map(|s| s.filter.as_ref()) {
            if !filters.contains(&filter) {
                filters.push(filter);
            }
        }
        filters
    }

    pub fn groups(&self) -> Vec<DfExpr> {
        std::iter::once(named(PERIOD)).chain(self.own_groups()).collect()
    }

    /// The groups that the scan is not taken without.
    pub fn own_groups(&self) -> impl Iterator<Item = DfExpr> + '_ {
        let kept = self.scan.dimensions.iter().enumerate().filter(|(_, d)| d.is_some());
        kept.map(|(i, _)| named(group_name(i)))
    }

    fn filtered(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        rows.aggregate(self.groups(), self.slots_of_rows()?)
    }

    pub fn slots_of_rows(&self) -> Result<Vec<DfExpr>> {
        let one_filter = self.one_filter();
        let slots = self.scan.slots.iter().map(|slot| {
            let args = slot.args.iter().map(|a| self.lower(a)).collect::<Result<_>>()?;
            let filter = slot.filter.as_ref().filter(|_| !one_filter).map(|f| self.lower(f)).transpose()?;
            Ok(aggregate::of_rows(slot, args, filter)?.alias(slot_name(slot.id)))
        });
        slots.collect()
    }

    /// The one filter of all has been the rows' already.
    pub fn one_filter(&self) -> bool {
        self.filters().len() == 1 && self.scan.slots.iter().all(|s| s.filter.is_some())
    }

    /// The rows once for each period they count in; other shapes do not need them so.
    fn spread(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        if self.scan.shape != Shape::Filter {
            return Ok(rows);
        }
        self.spread_all(rows)
    }

    pub fn spread_all(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlanBuilder> {
        if !self.scan.placement.spreads() {
            return Ok(rows);
        }
        let mut columns: Vec<DfExpr> = rows.schema().columns().into_iter().map(DfExpr::Column).collect();
        columns.push(Function::Numbers.call(vec![named(FIRST), named(LAST)]).alias(PERIOD));
        rows.project(columns)?
            .unnest_column_with_options(Column::new_unqualified(PERIOD), UnnestOptions::new())
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

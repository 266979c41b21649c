//! The rows of a source as a plan: stored columns, computed ones, and those of other
//! sources that each row leads to. Joins go from many to one, so rows never multiply.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::{Column as DfColumn, JoinType, Result, ScalarValue, plan_err};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlan, LogicalPlanBuilder, lit, when};

use super::aggregate;
use super::expr::{Scope, column_name, named, slot_name};
use crate::calendar::epoch_day;
use crate::check::{
    Aggregate, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, LinkId, LinkRef, LinkTime, SourceId, Type,
};
use crate::query::{self, Slot, column_refs};

/// The tables of the stored sources, each with the columns that the query needs.
pub type Tables = BTreeMap<SourceId, Arc<dyn TableProvider>>;

#[derive(Clone, Copy)]
pub struct Relations<'a> {
    pub scope: Scope<'a>,
    pub tables: &'a Tables,
}

impl Relations<'_> {
    /// The rows that exist, with these columns under their names (`column_name`).
    pub fn rows(&self, source: SourceId, wanted: &BTreeSet<ColumnRef>) -> Result<LogicalPlanBuilder> {
        let mut rows = Rows::new(*self, source);
        wanted.iter().for_each(|column| rows.want(column));
        rows.build()
    }

    /// Keys of the source that more than one row has: there should be none.
    pub fn duplicate_keys(&self, source: SourceId) -> Result<LogicalPlan> {
        let model = self.scope.model;
        let key: Vec<ColumnRef> = model.source(source).key.iter().map(|c| own(source, *c)).collect();
        let names: Vec<DfExpr> = key.iter().map(|c| named(column_name(model, c))).collect();
        let present = names.iter().cloned().map(DfExpr::is_not_null).reduce(DfExpr::and);
        let count = datafusion::functions_aggregate::expr_fn::count(lit(1i64)).alias("rows");
        let ordered = names.iter().map(|n| n.clone().sort(true, false)).collect::<Vec<_>>();
        self.rows(source, &key.into_iter().collect())?
            .filter(present.unwrap_or_else(|| lit(true)))?
            .aggregate(names, vec![count])?
            .filter(named("rows").gt(lit(1i64)))?
            .sort(ordered)?
            .limit(0, Some(1))?
            .build()
    }
}

pub fn own(source: SourceId, column: ColumnId) -> ColumnRef {
    ColumnRef { links: Vec::new(), source, column }
}

/// What has to be computed for some columns of one source.
struct Rows<'a> {
    relations: Relations<'a>,
    source: SourceId,
    columns: BTreeSet<ColumnId>,
    /// What is wanted of the rows at the other end, as seen from there.
    links: BTreeMap<LinkId, BTreeSet<ColumnRef>>,
    /// Computed columns, with linked aggregates taken out as slots.
    computed: BTreeMap<ColumnId, Expr>,
    linked: Vec<LinkedScan>,
    next_slot: u32,
}

/// The aggregates of the rows of another source that link here by one link.
struct LinkedScan {
    link: LinkRef,
    slots: Vec<Slot>,
}

/// Something that can be added to the rows once what it needs is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Compute(ColumnId),
    Follow(LinkId),
    Count(usize),
}

impl<'a> Rows<'a> {
    fn new(relations: Relations<'a>, source: SourceId) -> Rows<'a> {
        let mut rows = Rows {
            relations,
            source,
            columns: BTreeSet::new(),
            links: BTreeMap::new(),
            computed: BTreeMap::new(),
            linked: Vec::new(),
            next_slot: 0,
        };
        let declared = relations.scope.model.source(source);
        declared.filters.iter().for_each(|filter| rows.want_all(filter));
        for column in rows.dates() {
            rows.want(&own(source, column));
        }
        rows
    }

    /// The columns that decide, with `as_of`, which rows exist.
    fn dates(&self) -> Vec<ColumnId> {
        let source = self.relations.scope.model.source(self.source);
        match (self.relations.scope.query.as_of, source.valid, &source.time) {
            (None, ..) => Vec::new(),
            (_, Some((from, to)), _) => vec![from, to],
            (_, None, Some(time)) if self.relations.scope.query.cuts => vec![time.column],
            _ => Vec::new(),
        }
    }

    fn want_all(&mut self, expr: &Expr) {
        let mut found = Vec::new();
        column_refs(expr, &mut found);
        found.into_iter().for_each(|column| self.want(column));
    }

    fn want(&mut self, column: &ColumnRef) {
        let model = self.relations.scope.model;
        let Some((first, rest)) = column.links.split_first() else {
            return self.want_own(column.column);
        };
        let beyond = ColumnRef { links: rest.to_vec(), ..column.clone() };
        self.links.entry(first.link).or_default().insert(beyond);
        let link = model.link(*first);
        link.via.iter().for_each(|c| self.want_own(*c));
        match link.time {
            LinkTime::Always => {}
            LinkTime::At(c) | LinkTime::LatestBefore { column: c, .. } => self.want_own(c),
        }
    }

    fn want_own(&mut self, column: ColumnId) {
        if !self.columns.insert(column) {
            return;
        }
        if let ColumnKind::Computed(expr) =
            &self.relations.scope.model.source(self.source).columns[column.index()].kind
        {
            let expr = query::in_own_period(self.relations.scope.model, self.source, expr);
            let expr = self.take_linked(&expr);
            self.want_all(&expr);
            self.computed.insert(column, expr);
        }
    }

    /// The expression with its linked aggregates as slots of scans of their own.
    fn take_linked(&mut self, expr: &Expr) -> Expr {
        query::map(expr, &mut |e| match &*e.kind {
            ExprKind::Linked { aggregate, link } => Some(self.linked(aggregate, *link, &e.ty)),
            _ => None,
        })
    }

    fn linked(&mut self, aggregate: &Aggregate, link: LinkRef, ty: &Type) -> Expr {
        let model = self.relations.scope.model;
        model.source(self.source).key.iter().for_each(|c| self.want_own(*c));
        let index = self.linked.iter().position(|l| l.link == link).unwrap_or_else(|| {
            self.linked.push(LinkedScan { link, slots: Vec::new() });
            self.linked.len() - 1
        });
        let (slots, next) = (&mut self.linked[index].slots, &mut self.next_slot);
        query::decompose(aggregate, ty, &mut |function, args, filter, ty| {
            let id = *next;
            *next += 1;
            slots.push(Slot { id, function, args, filter, ty: ty.clone() });
            Expr::new(ExprKind::Slot(id), ty, Default::default())
        })
    }

    fn build(self) -> Result<LogicalPlanBuilder> {
        let source = self.relations.scope.model.source(self.source);
        let mut plan = self.stored()?;
        let mut left: BTreeSet<Step> = self.computed.keys().map(|c| Step::Compute(*c)).collect();
        left.extend(self.links.keys().map(|l| Step::Follow(*l)));
        left.extend((0..self.linked.len()).map(Step::Count));
        while !left.is_empty() {
            let ready: Vec<Step> = left.iter().copied().filter(|step| self.is_ready(*step, &left)).collect();
            if ready.is_empty() {
                return plan_err!("the columns of {} wait for one another", source.name);
            }
            ready.iter().for_each(|step| {
                left.remove(step);
            });
            plan = self.add(plan, &ready)?;
        }
        if let Some(exists) = self.exists()? {
            plan = plan.filter(exists)?;
        }
        for filter in &source.filters {
            plan = plan.filter(self.relations.scope.lower(filter)?)?;
        }
        Ok(plan)
    }

    /// The table's columns under their names; what is not yet known at `as_of` is missing.
    fn stored(&self) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let declared = scope.model.source(self.source);
        if let Some(rollup) = scope.query.rollups.get(&self.source) {
            return super::rollup::rows(&self.relations, self.source, rollup, &self.columns);
        }
        let Some(table) = self.relations.tables.get(&self.source) else {
            return plan_err!("there is no table for {}", declared.name);
        };
        let stored: Vec<ColumnId> =
            self.columns.iter().copied().filter(|c| !self.computed.contains_key(c)).collect();
        let names = stored.iter().map(|c| &declared.columns[c.index()].name);
        let schema = table.schema();
        let projection = names.map(|n| schema.index_of(n)).collect::<std::result::Result<Vec<_>, _>>()?;
        let table = provider_as_source(Arc::clone(table));
        let plan = LogicalPlanBuilder::scan(declared.name.as_str(), table, Some(projection))?;
        if stored.is_empty() {
            return Ok(plan);
        }
        let columns = stored.into_iter().map(|c| {
            let name = &declared.columns[c.index()].name;
            let column = DfExpr::Column(DfColumn::new(Some(declared.name.as_str()), name));
            self.mask(c, column, name)
        });
        plan.project(columns.collect::<Result<Vec<_>>>()?)
    }

    /// The end of a row's validity, and its `time`, are not known before they come.
    fn mask(&self, column: ColumnId, value: DfExpr, name: &str) -> Result<DfExpr> {
        let scope = &self.relations.scope;
        let source = scope.model.source(self.source);
        let masked = source.valid.is_some_and(|(from, to)| {
            column == to || source.time.as_ref().is_some_and(|t| t.column == column && column != from)
        });
        let Some(as_of) = scope.query.as_of.filter(|_| masked) else {
            return Ok(value.alias(name));
        };
        let date = match source.columns[column.index()].ty {
            Type::Timestamp => super::functions::Function::LocalDate(scope.zone()).call(vec![value.clone()]),
            _ => value.clone(),
        };
        let known = date.lt_eq(lit(ScalarValue::Date32(Some(epoch_day(as_of)))));
        Ok(when(known, value).end()?.alias(name))
    }

    /// A row exists from its first date; one without a date always.
    fn exists(&self) -> Result<Option<DfExpr>> {
        let scope = &self.relations.scope;
        let (Some(as_of), Some(first)) = (scope.query.as_of, self.dates().first().copied()) else {
            return Ok(None);
        };
        let column = own(self.source, first);
        let ty = scope.model.column(&column).ty.clone();
        let date = scope.date(&Expr::new(ExprKind::Column(column), ty, Default::default()))?;
        let begun = date.clone().lt_eq(lit(ScalarValue::Date32(Some(epoch_day(as_of)))));
        Ok(Some(begun.or(date.is_null())))
    }

    fn is_ready(&self, step: Step, left: &BTreeSet<Step>) -> bool {
        let has = |column: &ColumnId| !left.contains(&Step::Compute(*column));
        let model = self.relations.scope.model;
        match step {
            Step::Follow(link) => {
                let link = &model.source(self.source).links[link.index()];
                let date = match &link.time {
                    LinkTime::Always => None,
                    LinkTime::At(c) | LinkTime::LatestBefore { column: c, .. } => Some(c),
                };
                link.via.iter().chain(date).all(has)
            }
            Step::Count(_) => model.source(self.source).key.iter().all(has),
            Step::Compute(column) => {
                let expr = &self.computed[&column];
                let mut found = Vec::new();
                column_refs(expr, &mut found);
                let columns = found.into_iter().all(|c| match c.links.first() {
                    None => has(&c.column),
                    Some(link) => !left.contains(&Step::Follow(link.link)),
                });
                let slots = self.slots_of(expr);
                columns && slots.into_iter().all(|scan| !left.contains(&Step::Count(scan)))
            }
        }
    }

    /// The linked scans that the expression reads slots of.
    fn slots_of(&self, expr: &Expr) -> Vec<usize> {
        let mut scans: Vec<usize> = expr.children().into_iter().flat_map(|c| self.slots_of(c)).collect();
        if let ExprKind::Slot(id) = &*expr.kind {
            scans.extend(self.linked.iter().position(|l| l.slots.iter().any(|s| s.id == *id)));
        }
        scans
    }

    fn add(&self, plan: LogicalPlanBuilder, steps: &[Step]) -> Result<LogicalPlanBuilder> {
        let mut plan = plan;
        let mut columns = Vec::new();
        for step in steps {
            match *step {
                Step::Follow(link) => plan = self.follow(plan, link)?,
                Step::Count(scan) => plan = self.count(plan, &self.linked[scan])?,
                Step::Compute(column) => columns.push(column),
            }
        }
        if columns.is_empty() {
            return Ok(plan);
        }
        let scope = &self.relations.scope;
        let declared = scope.model.source(self.source);
        let mut all: Vec<DfExpr> = plan.schema().columns().into_iter().map(DfExpr::Column).collect();
        for column in columns {
            let value = scope.lower(&self.computed[&column])?;
            all.push(self.mask(column, value, &declared.columns[column.index()].name)?);
        }
        plan.project(all)
    }

    /// The rows with the wanted columns of the row each leads to, if any.
    fn follow(&self, plan: LogicalPlanBuilder, id: LinkId) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let model = scope.model;
        let link = &model.source(self.source).links[id.index()];
        if link.time != LinkTime::Always {
            return plan_err!("the link {} depends on a date", link.name);
        }
        let target = model.source(link.target);
        let wanted = &self.links[&id];
        let keys = target.key.iter().map(|c| own(link.target, *c));
        let all: BTreeSet<ColumnRef> = wanted.iter().cloned().chain(keys.clone()).collect();
        let there = self.relations.rows(link.target, &all)?;
        let key_name = |i: usize| format!("{}#{i}", link.name);
        let mut columns: Vec<DfExpr> =
            keys.enumerate().map(|(i, k)| named(column_name(model, &k)).alias(key_name(i))).collect();
        for column in wanted {
            let name = column_name(model, column);
            columns.push(named(name.clone()).alias(format!("{}.{name}", link.name)));
        }
        let there = there.project(columns)?.build()?;
        let here: Vec<DfColumn> = link
            .via
            .iter()
            .map(|c| DfColumn::new_unqualified(column_name(model, &own(self.source, *c))))
            .collect();
        let keys: Vec<DfColumn> = (0..here.len()).map(|i| DfColumn::new_unqualified(key_name(i))).collect();
        plan.join(there, JoinType::Left, (here, keys), None)
    }

    /// The rows with the aggregates of the rows that link to each.
    fn count(&self, plan: LogicalPlanBuilder, scan: &LinkedScan) -> Result<LogicalPlanBuilder> {
        let scope = &self.relations.scope;
        let model = scope.model;
        let link = model.link(scan.link);
        let via: Vec<ColumnRef> = link.via.iter().map(|c| own(scan.link.source, *c)).collect();
        let mut wanted: BTreeSet<ColumnRef> = via.iter().cloned().collect();
        for slot in &scan.slots {
            let mut found = Vec::new();
            slot.args.iter().chain(&slot.filter).for_each(|e| column_refs(e, &mut found));
            wanted.extend(found.into_iter().cloned());
        }
        let tag = format!("{}#{}", link.name, model.source(scan.link.source).name);
        let groups =
            via.iter().enumerate().map(|(i, c)| named(column_name(model, c)).alias(format!("{tag}.{i}")));
        let groups: Vec<DfExpr> = groups.collect();
        let slots = scan
            .slots
            .iter()
            .map(|slot| {
                let args = slot.args.iter().map(|a| scope.lower(a)).collect::<Result<_>>()?;
                let filter = slot.filter.as_ref().map(|f| scope.lower(f)).transpose()?;
                Ok(aggregate::of_rows(slot, args, filter)?.alias(slot_name(slot.id)))
            })
            .collect::<Result<Vec<_>>>()?;
        let names: Vec<DfColumn> =
            (0..via.len()).map(|i| DfColumn::new_unqualified(format!("{tag}.{i}"))).collect();
        let mut columns: Vec<DfExpr> = names.iter().cloned().map(DfExpr::Column).collect();
        columns.extend(scan.slots.iter().map(|s| aggregate::read(s).alias(slot_name(s.id))));
        let there = self.relations.rows(scan.link.source, &wanted)?;
        let there = there.aggregate(groups, slots)?.project(columns)?.build()?;
        let keys = model.source(self.source).key.iter();
        let keys = keys.map(|c| DfColumn::new_unqualified(column_name(model, &own(self.source, *c))));
        plan.join(there, JoinType::Left, (keys.collect::<Vec<_>>(), names), None)
    }
}

//! What has to be computed for some columns of one source, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::LogicalPlanBuilder;

use super::linked::LinkedScan;
use super::neighbours::Beside;
use super::{Relations, columns_of};
use crate::check::{
    ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, LinkId, LinkTime, Source, SourceId, Type,
};
use crate::query::{self, column_refs};

pub struct Rows<'a> {
    pub relations: Relations<'a>,
    pub source: SourceId,
    /// All of the source's own that are wanted.
    pub columns: BTreeSet<ColumnId>,
    /// What is wanted of the rows at the other end, as seen from there.
    pub links: BTreeMap<LinkId, BTreeSet<ColumnRef>>,
    /// Computed columns, with what comes of other rows taken out as slots.
    pub computed: BTreeMap<ColumnId, Expr>,
    pub linked: Vec<LinkedScan>,
    pub beside: Vec<Beside>,
    /// Rows that `where` and `keep` leave out are there, too.
    all: bool,
    next_slot: u32,
}

/// Something that can be done to the rows once what it needs is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// Only the rows that exist from here on.
    Exist,
    Follow(LinkId),
    Count(usize),
    LookBeside(usize),
    Compute(ColumnId),
}

impl<'a> Rows<'a> {
    pub fn new(relations: Relations<'a>, source: SourceId) -> Rows<'a> {
        let mut rows = Rows::of_all(relations, source);
        rows.all = false;
        let declared = rows.declared();
        declared.filters.iter().for_each(|filter| rows.want_all(filter));
        rows.kept().into_iter().for_each(|column| rows.want_own(column));
        rows
    }

    /// All rows that have begun, whatever `where` and `keep` say of them.
    pub fn of_all(relations: Relations<'a>, source: SourceId) -> Rows<'a> {
        let mut rows = Rows {
            relations,
            source,
            columns: BTreeSet::new(),
            links: BTreeMap::new(),
            computed: BTreeMap::new(),
            linked: Vec::new(),
            beside: Vec::new(),
            all: true,
            next_slot: 0,
        };
        rows.begins().into_iter().for_each(|column| rows.want_own(column));
        rows
    }

    pub fn declared(&self) -> &'a Source {
        self.relations.scope.model.source(self.source)
    }

    pub fn ty(&self, column: ColumnId) -> &'a Type {
        &self.declared().columns[column.index()].ty
    }

    fn want_all(&mut self, expr: &Expr) {
        let mut found = Vec::new();
        column_refs(expr, &mut found);
        found.into_iter().for_each(|column| self.want(column));
    }

    pub fn want(&mut self, column: &ColumnRef) {
        let Some((first, rest)) = column.links.split_first() else {
            return self.want_own(column.column);
        };
        let beyond = ColumnRef { links: rest.to_vec(), ..column.clone() };
        self.links.entry(first.link).or_default().insert(beyond);
        link_columns(self.declared(), first.link).into_iter().for_each(|c| self.want_own(c));
    }

    pub fn want_own(&mut self, column: ColumnId) {
        if !self.columns.insert(column) {
            return;
        }
        if let ColumnKind::Computed(expr) = &self.declared().columns[column.index()].kind {
            let expr = query::in_own_period(self.relations.scope.model, self.source, expr);
            let expr = self.take_apart(&expr);
            self.want_all(&expr);
            self.computed.insert(column, expr);
        }
    }

    /// The expression with what comes of other rows as slots.
    fn take_apart(&mut self, expr: &Expr) -> Expr {
        query::map(expr, &mut |e| match &*e.kind {
            ExprKind::Linked { aggregate, link } => Some(self.take_linked(aggregate, *link, &e.ty)),
            ExprKind::Neighbour { kind, value, per, by } => {
                let mut parts = |list: &[Expr]| list.iter().map(|e| self.take_part(e)).collect::<Vec<_>>();
                let (value, per, by) = (parts(value.as_slice()), parts(per), parts(by));
                Some(self.take_beside(*kind, value.into_iter().next(), per, by, &e.ty))
            }
            _ => None,
        })
    }

    fn take_part(&mut self, expr: &Expr) -> Expr {
        let part = self.take_apart(expr);
        self.want_all(&part);
        part
    }

    pub fn slot(&mut self, ty: &Type) -> (u32, Expr) {
        let id = self.next_slot;
        self.next_slot += 1;
        (id, Expr::new(ExprKind::Slot(id), ty.clone(), Default::default()))
    }

    pub fn build(self) -> Result<LogicalPlanBuilder> {
        let mut plan = self.stored()?;
        let mut left: BTreeSet<Step> = self.computed.keys().map(|c| Step::Compute(*c)).collect();
        left.insert(Step::Exist);
        left.extend(self.links.keys().map(|l| Step::Follow(*l)));
        left.extend((0..self.linked.len()).map(Step::Count));
        left.extend((0..self.beside.len()).map(Step::LookBeside));
        while !left.is_empty() {
            let ready: Vec<Step> = left.iter().copied().filter(|step| self.is_ready(*step, &left)).collect();
            if ready.is_empty() {
                // checked models have no circles
                return plan_err!("the columns of {} wait for one another", self.declared().name);
            }
            ready.iter().for_each(|step| {
                left.remove(step);
            });
            plan = self.add(plan, &ready)?;
        }
        Ok(plan)
    }

    fn is_ready(&self, step: Step, left: &BTreeSet<Step>) -> bool {
        let has = |column: &ColumnId| !left.contains(&Step::Compute(*column));
        let reads = |expr: &Expr| self.can_read(expr, left);
        match step {
            Step::Exist if self.all => self.begins().iter().all(has),
            Step::Exist => {
                let columns = self.begins().into_iter().chain(self.kept());
                columns.into_iter().all(|c| has(&c)) && self.declared().filters.iter().all(reads)
            }
            Step::Follow(link) => link_columns(self.declared(), link).iter().all(has),
            Step::Count(_) => self.declared().key.iter().all(has),
            Step::LookBeside(index) => {
                let beside = &self.beside[index];
                let rest = beside.breaks_ties.iter().all(has) && beside.expressions().all(reads);
                rest && !left.contains(&Step::Exist)
            }
            Step::Compute(column) => reads(&self.computed[&column]),
        }
    }

    fn can_read(&self, expr: &Expr, left: &BTreeSet<Step>) -> bool {
        let mut found = Vec::new();
        column_refs(expr, &mut found);
        let columns = found.into_iter().all(|c| match c.links.first() {
            None => !left.contains(&Step::Compute(c.column)),
            Some(link) => !left.contains(&Step::Follow(link.link)),
        });
        columns && self.slot_steps(expr).iter().all(|step| !left.contains(step))
    }

    /// What makes the slots that the expression reads.
    fn slot_steps(&self, expr: &Expr) -> Vec<Step> {
        let mut steps: Vec<Step> = expr.children().into_iter().flat_map(|c| self.slot_steps(c)).collect();
        if let ExprKind::Slot(id) = &*expr.kind {
            let counted = self.linked.iter().position(|l| l.slots.iter().any(|s| s.id == *id));
            let beside = self.beside.iter().position(|b| b.id == *id);
            steps.extend(counted.map(Step::Count).into_iter().chain(beside.map(Step::LookBeside)));
        }
        steps
    }

    fn add(&self, plan: LogicalPlanBuilder, steps: &[Step]) -> Result<LogicalPlanBuilder> {
        let mut plan = plan;
        let mut columns = Vec::new();
        for step in steps {
            plan = match *step {
                Step::Exist if self.all => self.begun(plan)?,
                Step::Exist => self.existing(plan)?,
                Step::Follow(link) => self.follow(plan, link)?,
                Step::Count(scan) => self.count(plan, &self.linked[scan])?,
                Step::LookBeside(index) => self.look_beside(plan, &self.beside[index])?,
                Step::Compute(column) => {
                    columns.push(column);
                    plan
                }
            }
        }
        if columns.is_empty() {
            return Ok(plan);
        }
        let mut all = columns_of(&plan);
        for column in columns {
            let value = self.relations.scope.lower(&self.computed[&column])?;
            all.push(self.mask(column, value)?);
        }
        plan.project(all)
    }
}

/// The columns here by which a link finds its row.
pub fn link_columns(source: &Source, link: LinkId) -> Vec<ColumnId> {
    let link = &source.links[link.index()];
    let date = match link.time {
        LinkTime::Always => None,
        LinkTime::At(column) | LinkTime::LatestBefore { column, .. } => Some(column),
    };
    link.via.iter().copied().chain(date).collect()
}

//! Aggregates of the rows of another source that link here: `order_count = count(orders)`.

use std::collections::BTreeSet;

use datafusion::common::{Column as DfColumn, Result};
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder};

use super::links::join_to;
use super::own;
use super::steps::Rows;
use crate::check::{Aggregate, ColumnRef, Expr, LinkRef, Type};
use crate::plan::aggregate;
use crate::plan::expr::{column_name, named, slot_name};
use crate::query::{self, Slot, column_refs};

/// The aggregates of the rows of another source that link here by one link.
pub struct LinkedScan {
    pub link: LinkRef,
    pub slots: Vec<Slot>,
}

impl Rows<'_> {
    pub fn take_linked(&mut self, aggregate: &Aggregate, link: LinkRef, ty: &Type) -> Expr {
        self.declared().key.iter().for_each(|c| self.want_own(*c));
        let index = self.linked.iter().position(|l| l.link == link).unwrap_or_else(|| {
            self.linked.push(LinkedScan { link, slots: Vec::new() });
            self.linked.len() - 1
        });
        let model = self.relations.scope.model;
        query::decompose(model, aggregate, ty, &mut |function, args, filter, ty| {
            let (id, slot) = self.slot(&ty);
            self.linked[index].slots.push(Slot { id, function, args, filter, ty });
            slot
        })
    }

    pub fn count(&self, plan: LogicalPlanBuilder, scan: &LinkedScan) -> Result<LogicalPlanBuilder> {
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
        let there = there.aggregate(groups, slots)?.project(columns)?;
        let key = self.declared().key.iter();
        let key = key.map(|c| DfColumn::new_unqualified(scope.own_name(self.source, *c)));
        join_to(there, plan, names, key.collect(), None)
    }
}

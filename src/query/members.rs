//! `{ members all }`: the groups that are shown whether or not they have rows, with what
//! the query's other dimensions are for the same members.

use super::build::{Builder, Groups};
use super::ir::{Members, MembersOf};
use super::rewrite::{map, without_spans};
use super::scans::in_a_group;
use crate::check::reach::Slice;
use crate::check::{self, BinaryOp, DimensionId, Expr, ExprKind, LinkRef, SourceId, Type};
use crate::diagnostic::Diagnostic;
use crate::text::Span;

impl Builder<'_> {
    /// Of each dimension that says so the members, together with the dimensions that their
    /// rows lead to. Every dimension of the query has to be among these.
    pub fn members(&mut self) -> Vec<Members> {
        let Groups::Dimensions(by) = &self.groups else { return Vec::new() };
        let by = by.clone();
        let mut all: Vec<Members> = Vec::new();
        for (index, &id) in by.iter().enumerate() {
            let free: Vec<usize> =
                (0..by.len()).filter(|i| !all.iter().any(|m| m.groups.contains(i))).collect();
            if self.model.dimension(id).members_all && free.contains(&index) {
                all.extend(self.members_of(id, &by, &free));
            }
        }
        let covered = |index: usize| all.iter().any(|m| m.groups.contains(&index));
        if let Some(first) = all.first() {
            let (shown, source) = (by[first.groups[0]], first.of[0].source);
            let left_out: Vec<DimensionId> = (0..by.len()).filter(|i| !covered(*i)).map(|i| by[i]).collect();
            left_out.into_iter().for_each(|id| self.unreached(shown, source, id));
        }
        all
    }

    /// The members as each source that the dimension is defined on has them. The groups are
    /// those that the first leads to, the dimension itself first.
    fn members_of(&mut self, id: DimensionId, by: &[DimensionId], free: &[usize]) -> Option<Members> {
        let sources: Vec<SourceId> = self.model.dimension(id).values.iter().map(|v| v.source).collect();
        let first = *sources.first()?;
        let reached = |source: SourceId, i: &usize| {
            check::reach::slice(self.model, source, by[*i])
                .is_ok_and(|way| by[*i] == id || self.leads_alike(id, source, by[*i], &way))
        };
        let own = free.iter().copied().filter(|i| by[*i] == id);
        let others = free.iter().copied().filter(|i| by[*i] != id && reached(first, i));
        let groups: Vec<usize> = own.chain(others).collect();
        for source in &sources[1..] {
            if let Some(missing) = groups.iter().find(|i| !reached(*source, i)) {
                self.unreached(id, *source, by[*missing]);
                return None;
            }
        }
        let of = |source: SourceId| {
            let values: Vec<Expr> = groups.iter().filter_map(|i| self.member_group(source, by[*i])).collect();
            let filters = self.member_filters(id, source).into_iter().chain(values.first().map(present));
            MembersOf { source, filters: filters.collect(), values }
        };
        Some(Members { of: sources.into_iter().map(of).collect(), groups })
    }

    /// Whether the members lead to the dimension as the rows of metrics do: not by their own
    /// link where its `via` names another one of those rows.
    fn leads_alike(&self, id: DimensionId, members: SourceId, other: DimensionId, own: &Slice) -> bool {
        let model = self.model;
        let via = &model.dimension(other).via;
        let sources = self.request.metrics.iter().flat_map(|metric| {
            let sliced = |dimension| check::reach::sources_for(model, *metric, dimension);
            sliced(id).intersection(&sliced(other)).copied().collect::<Vec<_>>()
        });
        via.is_empty()
            || sources.into_iter().all(|source| {
                let ways = [id, other].map(|dimension| check::reach::slice(model, source, dimension));
                let [Ok(to_members), Ok(direct)] = ways else { return true };
                let here = model.dimension(id).values[to_members.value].source == members;
                let kept = |link: &LinkRef| to_members.links.contains(link) || own.links.contains(link);
                !here || via.iter().filter(|link| direct.links.contains(link)).all(kept)
            })
    }

    fn member_group(&self, source: SourceId, id: DimensionId) -> Option<Expr> {
        let slice = check::reach::slice(self.model, source, id).ok()?;
        let value = without_spans(&self.model.dimension(id).values[slice.value].value);
        Some(in_a_group(self.model, &value, &slice.links))
    }

    /// What the query's `where` says of members: of its parts that have to hold together
    /// those over dimensions that they lead to.
    fn member_filters(&self, id: DimensionId, source: SourceId) -> Vec<Expr> {
        let mut parts = Vec::new();
        self.request.filter.iter().for_each(|filter| conjuncts(filter, &mut parts));
        parts.into_iter().filter_map(|part| self.member_filter(id, source, part)).collect()
    }

    fn member_filter(&self, members: DimensionId, source: SourceId, filter: &Expr) -> Option<Expr> {
        let mut reached = true;
        let filter = map(filter, &mut |e| match &*e.kind {
            ExprKind::Dimension(id) => {
                let way = check::reach::slice(self.model, source, *id).ok();
                reached &=
                    way.is_some_and(|way| *id == members || self.leads_alike(members, source, *id, &way));
                self.member_group(source, *id)
            }
            _ => None,
        });
        reached.then(|| without_spans(&filter))
    }

    fn unreached(&mut self, shown: DimensionId, source: SourceId, dimension: DimensionId) {
        let name = |id: DimensionId| self.model.dimension(id).name.clone();
        let (shown, dimension, source) = (name(shown), name(dimension), &self.model.source(source).name);
        let message =
            format!("all members of {shown} are to be shown, and {source} does not lead to {dimension}");
        let help = format!(
            "leave out {dimension}, or slice by a dimension like {shown} without `{{ members all }}`"
        );
        self.problem(Diagnostic::error("members-without-dimension", message).help(help));
    }
}

fn conjuncts<'a>(filter: &'a Expr, found: &mut Vec<&'a Expr>) {
    match &*filter.kind {
        ExprKind::Binary(BinaryOp::And, a, b) => {
            conjuncts(a, found);
            conjuncts(b, found);
        }
        _ => found.push(filter),
    }
}

/// A member that is missing is none.
fn present(value: &Expr) -> Expr {
    let missing = Expr::new(ExprKind::IsMissing(value.clone()), Type::Bool, Span::default());
    Expr::new(ExprKind::Not(missing), Type::Bool, Span::default())
}

//! The groups of rows: the members of the question's dimensions that they belong to.

use kepi::check::{BinaryOp, DimensionId, Expr, ExprKind, SourceId};

use super::expression::{self, Leaf};
use super::value::V;
use super::world::{RowId, World};

impl World<'_> {
    /// The group of a row: missing where its links find nothing.
    pub fn group(&self, row: RowId, dimension: DimensionId) -> V {
        if let Some(known) = self.groups.borrow().get(&(row, dimension)) {
            return known.clone();
        }
        let before = self.passing();
        let group = self.found_group(row, dimension);
        if self.passing() == before {
            self.groups.borrow_mut().insert((row, dimension), group.clone());
        }
        group
    }

    fn found_group(&self, row: RowId, dimension: DimensionId) -> V {
        let dimension = self.model.dimension(dimension);
        let value_of = |source: SourceId| dimension.values.iter().find(|v| v.source == source);
        let path = self.path(row.source, &|s| value_of(s).is_some());
        match self.follow(row, &path) {
            Some(there) => self.value(&value_of(there.source).expect("the goal").value, there),
            None => V::Missing,
        }
    }

    /// Whether the question's `where` is true for the row.
    pub fn is_asked(&self, row: RowId) -> bool {
        let Some(filter) = &self.filter else { return true };
        if let Some(known) = self.asked.borrow().get(&row) {
            return *known;
        }
        let before = self.passing();
        let asked = expression::value(filter, &FilterLeaf { world: self, row }).is_true();
        if self.passing() == before {
            self.asked.borrow_mut().insert(row, asked);
        }
        asked
    }
}

impl World<'_> {
    /// Of the parts of the question's `where` that have to hold together those that the row
    /// leads to.
    pub fn is_asked_as_member(&self, row: RowId) -> bool {
        let mut parts = Vec::new();
        self.filter.iter().for_each(|filter| conjuncts(filter, &mut parts));
        let reached = |part: &&Expr| {
            let mut found = Vec::new();
            dimensions(part, &mut found);
            found.into_iter().all(|d| self.reaches(row.source, d))
        };
        let holds = |part: &Expr| expression::value(part, &FilterLeaf { world: self, row }).is_true();
        parts.into_iter().filter(reached).all(holds)
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

fn dimensions(expr: &Expr, found: &mut Vec<DimensionId>) {
    if let ExprKind::Dimension(id) = &*expr.kind {
        found.push(*id);
    }
    expr.children().into_iter().for_each(|child| dimensions(child, found));
}

struct FilterLeaf<'w, 'a> {
    world: &'w World<'a>,
    row: RowId,
}

impl Leaf for FilterLeaf<'_, '_> {
    fn leaf(&self, expr: &Expr) -> V {
        match &*expr.kind {
            ExprKind::Dimension(id) => self.world.group(self.row, *id),
            other => panic!("{other:?} has no value in a filter"),
        }
    }

    fn world(&self) -> &World<'_> {
        self.world
    }
}

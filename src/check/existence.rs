//! That the rows of a source do not decide which rows it has: a `where` that looks at a
//! neighbour, at rows that link here, or through a link that leads back.

use std::collections::BTreeSet;

use super::checker::Checker;
use super::problems::CircularRows;
use super::{
    Aggregate, CheckedModel, ColumnId, ColumnKind, ColumnRef, Expr, ExprKind, Keep, LinkRef, LinkTime,
    SourceId, SourceKind,
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut told = Vec::new();
    for index in 0..checker.out.sources.len() {
        let id = SourceId::from_index(index);
        let source = &checker.out.sources[index];
        let (span, name) = (checker.model.source(id).name.span, source.name.clone());
        let search = Search { model: &checker.out, seen: BTreeSet::new(), path: vec![Node::Rows(id)] };
        let Some(way) = search.back_to(Node::Rows(id)) else { continue };
        let news = way.iter().all(|node| !told.contains(node));
        told.extend(way.iter().filter(|node| matches!(node, Node::Rows(_))).copied());
        if news {
            let way = way.iter().map(|node| node.name(&checker.out)).collect();
            checker.report(CircularRows { source: name, way, span });
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// Which rows a source has.
    Rows(SourceId),
    Column(SourceId, ColumnId),
    /// The newest date of the data, where a question does not say it.
    AsOf,
}

impl Node {
    fn name(self, model: &CheckedModel) -> String {
        match self {
            Node::Rows(id) => model.source(id).name.clone(),
            Node::Column(id, column) => {
                let source = model.source(id);
                format!("{}.{}", source.name, source.columns[column.index()].name)
            }
            Node::AsOf => "as_of".to_string(),
        }
    }
}

struct Search<'a> {
    model: &'a CheckedModel,
    seen: BTreeSet<Node>,
    path: Vec<Node>,
}

impl Search<'_> {
    /// The way from the path's last node back to the goal.
    fn back_to(mut self, goal: Node) -> Option<Vec<Node>> {
        self.walk(goal).then_some(self.path)
    }

    fn walk(&mut self, goal: Node) -> bool {
        let mut needs = Needs { model: self.model, nodes: Vec::new() };
        let here = self.path[self.path.len() - 1];
        needs.of(here);
        for node in needs.nodes {
            if !self.seen.insert(node) {
                continue;
            }
            self.path.push(node);
            if node == goal || self.walk(goal) {
                return true;
            }
            self.path.pop();
        }
        false
    }
}

/// What has to be known first.
struct Needs<'a> {
    model: &'a CheckedModel,
    nodes: Vec<Node>,
}

impl Needs<'_> {
    fn of(&mut self, node: Node) {
        match node {
            Node::Rows(id) => self.of_rows(id),
            Node::AsOf => self.of_dates(),
            Node::Column(id, column) => match &self.model.source(id).columns[column.index()].kind {
                ColumnKind::Computed(expr) | ColumnKind::Aggregated(expr) => self.of_expr(id, expr),
                ColumnKind::Stored { .. } | ColumnKind::Key(_) | ColumnKind::PeriodStart => {}
            },
        }
    }

    fn of_rows(&mut self, id: SourceId) {
        let source = self.model.source(id);
        let begins = match (source.valid, source.snapshot) {
            (Some((from, _)), snapshot) => snapshot.into_iter().chain([from]).collect(),
            (None, Some(snapshot)) => vec![snapshot],
            (None, None) => source.time.iter().map(|t| t.column).collect(),
        };
        self.own(id, &begins);
        if let Some(Keep::Latest(column)) = source.keep {
            self.own(id, &source.key);
            self.own(id, &[column]);
        }
        source.filters.iter().for_each(|filter| self.of_expr(id, filter));
        if let SourceKind::Rollup(rollup) = &source.kind
            && rollup.base.index() < self.model.sources.len()
        {
            self.nodes.push(Node::Rows(rollup.base));
            rollup.by.iter().for_each(|column| self.of_column(column));
            // it begins with the first date of anything in it
            for column in &source.columns {
                if let ColumnKind::Aggregated(value) = &column.kind {
                    self.of_first_dates(value);
                }
            }
        }
    }

    fn of_first_dates(&mut self, expr: &Expr) {
        if let ExprKind::Aggregate(aggregate) = &*expr.kind {
            self.nodes.push(Node::Rows(aggregate.source));
            aggregate.on.iter().for_each(|column| self.of_column(column));
        }
        expr.children().into_iter().for_each(|child| self.of_first_dates(child));
    }

    /// Every source with a `time` or pictures says how far the data goes.
    fn of_dates(&mut self) {
        for (index, source) in self.model.sources.iter().enumerate() {
            let id = SourceId::from_index(index);
            let dates: Vec<ColumnId> = source.time.iter().map(|t| t.column).chain(source.snapshot).collect();
            if !dates.is_empty() && matches!(source.kind, SourceKind::Stored(_)) {
                self.nodes.push(Node::Rows(id));
                self.own(id, &dates);
            }
        }
    }

    fn own(&mut self, id: SourceId, columns: &[ColumnId]) {
        self.nodes.extend(columns.iter().map(|c| Node::Column(id, *c)));
    }

    fn of_expr(&mut self, id: SourceId, expr: &Expr) {
        match &*expr.kind {
            ExprKind::Column(column) => self.of_column(column),
            ExprKind::Linked { aggregate, link } => {
                self.of_aggregate(aggregate);
                self.own(link.source, &self.model.link(*link).via);
                self.own(id, &self.model.source(id).key);
            }
            ExprKind::Aggregate(aggregate) => self.of_aggregate(aggregate),
            ExprKind::Neighbour { .. } => self.nodes.push(Node::Rows(id)),
            ExprKind::AsOf => self.nodes.push(Node::AsOf),
            _ => {}
        }
        expr.children().into_iter().for_each(|child| self.of_expr(id, child));
    }

    fn of_aggregate(&mut self, aggregate: &Aggregate) {
        self.nodes.push(Node::Rows(aggregate.source));
        aggregate.args.iter().chain(&aggregate.filter).for_each(|e| self.of_expr(aggregate.source, e));
        aggregate.on.iter().for_each(|column| self.of_column(column));
    }

    fn of_column(&mut self, column: &ColumnRef) {
        column.links.iter().for_each(|link| self.of_link(*link));
        self.own(column.source, &[column.column]);
    }

    fn of_link(&mut self, link: LinkRef) {
        let declared = self.model.link(link);
        if declared.target.index() >= self.model.sources.len() {
            return;
        }
        self.own(link.source, &declared.via);
        let there = self.model.source(declared.target);
        self.nodes.push(Node::Rows(declared.target));
        self.own(declared.target, &there.key);
        match declared.time {
            LinkTime::Always => {}
            LinkTime::At(column) => {
                self.own(link.source, &[column]);
                there.valid.iter().for_each(|(from, to)| self.own(declared.target, &[*from, *to]));
            }
            LinkTime::LatestBefore { column, .. } => {
                self.own(link.source, &[column]);
                there.time.iter().for_each(|t| self.own(declared.target, &[t.column]));
            }
        }
    }
}

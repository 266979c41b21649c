//! What the parts of `check` share: the model being checked, types found so far, and
//! the stack that shows cycles. Columns, measures and metrics are typed when first
//! asked for, so that their order does not matter.

use std::collections::{HashMap, HashSet};

use super::problems::{ChainTooLong, Cycle, GrowsTooLarge};
use super::reach::{self, Slice};
use super::scope::error;
use super::sizes::{MOST_PARTS, Sizes};
use super::{
    CheckedModel, ColumnId, ColumnKind, DimensionId, Expr, MeasureId, MetricId, ParameterId, SourceId, Type,
};
use super::{LinkRef, columns, measures, metrics};
use crate::diagnostic::{Diagnostic, Problem, Problems};
use crate::model::Model;
use crate::syntax::ast;
use crate::text::Span;

pub(super) struct Checker<'m> {
    pub model: &'m Model<'m>,
    /// Filled as things are typed.
    pub out: CheckedModel,
    pub problems: Problems,
    pub used: Used<'m>,
    /// Paths from sources to dimensions that have been looked for.
    pub slices: HashMap<(SourceId, DimensionId), Result<Slice, Diagnostic>>,
    columns: Vec<Vec<State>>,
    measures: Vec<Vec<State>>,
    metrics: Vec<State>,
    stack: Vec<Node>,
    sizes: Sizes,
    settled: Problems,
}

/// What something has named.
#[derive(Default)]
pub(super) struct Used<'m> {
    /// The lets that nothing names.
    pub no_lets: Vec<&'m ast::Ident>,
    pub columns: HashSet<(SourceId, ColumnId)>,
    pub links: HashSet<LinkRef>,
    pub parameters: HashSet<ParameterId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Todo,
    Running,
    Done,
}

/// What can depend on something, and so on itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Column(SourceId, ColumnId),
    Measure(SourceId, MeasureId),
    Metric(MetricId),
    Let(String),
}

/// How long a chain of things that depend on one another may be.
const LONGEST_CHAIN: usize = 128;

impl<'m> Checker<'m> {
    pub(super) fn new(model: &'m Model<'m>) -> Checker<'m> {
        let todo = |n: usize| vec![State::Todo; n];
        Checker {
            model,
            out: CheckedModel { settings: model.settings.clone(), ..CheckedModel::default() },
            problems: Problems::default(),
            used: Used::default(),
            slices: HashMap::new(),
            columns: model.sources.iter().map(|s| todo(s.columns.len())).collect(),
            measures: model.sources.iter().map(|s| todo(s.measures.len())).collect(),
            metrics: todo(model.metrics.len()),
            stack: Vec::new(),
            sizes: Sizes::default(),
            settled: Problems::default(),
        }
    }

    pub(super) fn finish(mut self) -> (CheckedModel, Problems) {
        self.settled.extend(self.problems);
        (self.out, self.settled)
    }

    pub(super) fn has_errors(&self) -> bool {
        self.problems.has_errors() || self.settled.has_errors()
    }

    pub(super) fn report(&mut self, problem: impl Problem) {
        self.problems.push(problem);
    }

    /// The type of a column, which is typed now if it has not been. `span`: where it is named.
    pub(super) fn column_type(&mut self, source: SourceId, column: ColumnId, span: Span) -> Type {
        let node = Node::Column(source, column);
        match self.columns[source.index()][column.index()] {
            State::Done => {}
            State::Running => return self.cycle(&node, span),
            State::Todo => {
                self.columns[source.index()][column.index()] = State::Running;
                self.run(node, span, |checker| columns::check(checker, source, column));
                self.columns[source.index()][column.index()] = State::Done;
            }
        }
        self.out.sources[source.index()].columns[column.index()].ty.clone()
    }

    pub(super) fn measure_type(&mut self, source: SourceId, measure: MeasureId, span: Span) -> Type {
        let node = Node::Measure(source, measure);
        match self.measures[source.index()][measure.index()] {
            State::Done => {}
            State::Running => return self.cycle(&node, span),
            State::Todo => {
                self.measures[source.index()][measure.index()] = State::Running;
                self.run(node, span, |checker| measures::check(checker, source, measure));
                self.measures[source.index()][measure.index()] = State::Done;
            }
        }
        self.out.sources[source.index()].measures[measure.index()].value.ty.clone()
    }

    pub(super) fn metric_type(&mut self, metric: MetricId, span: Span) -> Type {
        let node = Node::Metric(metric);
        match self.metrics[metric.index()] {
            State::Done => {}
            State::Running => return self.cycle(&node, span),
            State::Todo => {
                self.metrics[metric.index()] = State::Running;
                self.run(node, span, |checker| metrics::check(checker, metric));
                self.metrics[metric.index()] = State::Done;
            }
        }
        self.out.metrics[metric.index()].value.ty.clone()
    }

    /// Runs with the node on the stack; a chain that is too long is reported instead.
    fn run(&mut self, node: Node, span: Span, check: impl FnOnce(&mut Self)) {
        if self.enter(node.clone(), span) {
            // problems of this node stay, whatever becomes of what named it
            let of_others = std::mem::take(&mut self.problems);
            check(self);
            self.limit(&node);
            let own = std::mem::replace(&mut self.problems, of_others);
            self.settled.extend(own);
            self.leave();
        }
    }

    /// Notes how long it is written out; what is too long is reported and given up.
    fn limit(&mut self, node: &Node) {
        let (value, span) = match *node {
            Node::Column(s, c) => {
                let column = &self.out.sources[s.index()].columns[c.index()];
                match &column.kind {
                    ColumnKind::Computed(value) | ColumnKind::Aggregated(value) => (value, column.span),
                    _ => return,
                }
            }
            Node::Measure(s, m) => {
                let measure = &self.out.sources[s.index()].measures[m.index()];
                (&measure.value, measure.span)
            }
            Node::Metric(m) => (&self.out.metrics[m.index()].value, self.out.metrics[m.index()].name_span),
            Node::Let(_) => return,
        };
        let value = value.clone();
        let parts = self.parts(node, &value, span);
        match *node {
            Node::Column(s, c) => {
                self.sizes.columns.insert((s, c), parts.unwrap_or(1));
                if parts.is_none() {
                    let column = &mut self.out.sources[s.index()].columns[c.index()];
                    column.ty = Type::Error;
                    column.kind = ColumnKind::Computed(error(span));
                }
            }
            Node::Metric(m) => {
                self.sizes.metrics.insert(m, parts.unwrap_or(1));
                if parts.is_none() {
                    self.out.metrics[m.index()].value = error(span);
                }
            }
            Node::Measure(s, m) if parts.is_none() => {
                self.out.sources[s.index()].measures[m.index()].value = error(span);
            }
            Node::Measure(..) | Node::Let(_) => {}
        }
    }

    /// Of how many parts the value consists; none, reported, if they are too many.
    pub(super) fn parts(&mut self, node: &Node, value: &Expr, span: Span) -> Option<u64> {
        let parts = self.sizes.of(&self.out, value);
        if parts > MOST_PARTS {
            let name = self.name(node);
            self.report(GrowsTooLarge { name, span, limit: MOST_PARTS });
            return None;
        }
        Some(parts)
    }

    /// Puts the node on the stack; `false`: the chain would be too long, reported.
    pub(super) fn enter(&mut self, node: Node, span: Span) -> bool {
        if self.stack.len() >= LONGEST_CHAIN {
            self.report(ChainTooLong { span, limit: LONGEST_CHAIN });
            return false;
        }
        self.stack.push(node);
        true
    }

    pub(super) fn leave(&mut self) {
        self.stack.pop();
    }

    /// Reports that the node depends on itself, by the way that led back to it.
    pub(super) fn cycle(&mut self, node: &Node, span: Span) -> Type {
        let from = self.stack.iter().position(|n| n == node).unwrap_or(0);
        let mut names = self.stack[from..].iter().map(|n| self.name(n)).collect::<Vec<_>>();
        names.push(self.name(node));
        self.report(Cycle { names, span });
        Type::Error
    }

    /// How the source is cut by the dimension, or why it cannot be.
    pub(super) fn slice(&mut self, source: SourceId, dimension: DimensionId) -> Result<(), Diagnostic> {
        let out = &self.out;
        let slice =
            self.slices.entry((source, dimension)).or_insert_with(|| reach::slice(out, source, dimension));
        slice.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// Whether the innermost thing being typed is that column.
    pub(super) fn is_running_column(&self, source: SourceId, name: &str) -> bool {
        match self.stack.last() {
            Some(Node::Column(s, c)) => *s == source && self.model.source(*s).columns[c.index()].name == name,
            _ => false,
        }
    }

    fn name(&self, node: &Node) -> String {
        let column =
            |source: &SourceId, name: &str| format!("{}.{name}", self.model.source(*source).name.name);
        match node {
            Node::Column(s, c) => column(s, self.model.source(*s).columns[c.index()].name),
            Node::Measure(s, m) => column(s, &self.model.source(*s).measures[m.index()].name.name),
            Node::Metric(m) => {
                let metric = self.model.metric(*m);
                let name = &metric.ast.name.name;
                if metric.current { name.clone() } else { format!("{name}.v{}", metric.version) }
            }
            Node::Let(name) => name.clone(),
        }
    }
}

//! Expressions over aggregates: in metrics, measures and rollups. Names are lets,
//! metrics, parameters, and the measures of sources.

use super::aggregates::{self, Over};
use super::builtins::{Builtin, What};
use super::checker::{Checker, Node};
use super::infer::infer;
use super::problems::{Goalless, NoTarget};
use super::scope::{Scope, error};
use super::thresholds::Held;
use super::{CheckedModel, ColumnRef, Expr, ExprKind, MetricId, SourceId};
use super::{forms, suggest};
use crate::diagnostic::Diagnostic;
use crate::model::{Item, Thing};
use crate::syntax::ast;
use crate::text::Span;
use crate::units::Base;

pub(super) struct MetricScope<'c, 'm> {
    pub checker: &'c mut Checker<'m>,
    pub place: Place,
    pub lets: Vec<Let<'m>>,
    /// Of `period`, where it is named.
    pub period: Base,
    pub named_period: bool,
    /// In thresholds: what the words `value`, `target` and `benchmark` stand for.
    pub held: Option<Held>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Metric,
    /// Over the rows of that source.
    Measure(SourceId),
    /// A column of that rollup.
    Rollup(SourceId),
}

/// A `let`, typed when it is first named.
pub(super) struct Let<'m> {
    pub name: &'m ast::Ident,
    pub value: &'m ast::Expr,
    pub state: LetState,
}

pub(super) enum LetState {
    Todo,
    Running,
    Done(Expr),
}

impl<'c, 'm> MetricScope<'c, 'm> {
    pub(super) fn new(checker: &'c mut Checker<'m>, place: Place) -> MetricScope<'c, 'm> {
        MetricScope { checker, place, lets: Vec::new(), period: Base::Month, named_period: false, held: None }
    }

    /// What a let stands for; its value takes the place of its name.
    pub(super) fn let_value(&mut self, index: usize, span: Span) -> Expr {
        let node = Node::Let(self.lets[index].name.name.clone());
        match &self.lets[index].state {
            LetState::Done(expr) => return expr.clone(),
            LetState::Running => {
                self.checker.cycle(&node, span);
                return error(span);
            }
            LetState::Todo => self.lets[index].state = LetState::Running,
        }
        let value = self.lets[index].value;
        let expr = match self.checker.enter(node.clone(), span) {
            true => {
                let expr = infer(self, value, None);
                self.checker.leave();
                let parts = self.checker.parts(&node, &expr, self.lets[index].name.span);
                parts.map_or_else(|| error(span), |_| expr)
            }
            false => error(span),
        };
        self.lets[index].state = LetState::Done(expr.clone());
        expr
    }

    fn word(&mut self, word: &ast::Ident, path: &ast::Path) -> Option<Expr> {
        if let Some(held) = goal(self, &word.name, path.span) {
            return Some(held);
        }
        if let Some(index) = self.lets.iter().position(|l| l.name.name == word.name) {
            return Some(self.let_value(index, path.span));
        }
        let item = match self.place {
            Place::Metric => None,
            Place::Measure(source) | Place::Rollup(source) => {
                self.checker.model.source(source).find(&word.name).map(|item| (source, item))
            }
        };
        match (item, self.place) {
            (Some((source, Item::Measure(measure))), Place::Measure(_)) => {
                return Some(self.measure(source, measure, path.span));
            }
            (Some((source, Item::Column(column))), Place::Rollup(_)) => {
                self.checker.used.columns.insert((source, column));
                let ty = self.checker.column_type(source, column, path.span);
                let kind = ExprKind::Column(ColumnRef { links: Vec::new(), source, column });
                return Some(Expr::new(kind, ty, path.span));
            }
            _ => {}
        }
        if let Some(parameter) = self.checker.parameter(path) {
            return Some(parameter);
        }
        match self.checker.model.find(&word.name) {
            Some(Thing::Metric(id)) if self.place == Place::Metric => Some(self.metric(id, path.span)),
            _ => None,
        }
    }

    fn metric(&mut self, id: MetricId, span: Span) -> Expr {
        let ty = self.checker.metric_type(id, span);
        Expr::new(ExprKind::Metric(id), ty, span)
    }

    /// A measure is inlined: its expression over aggregates.
    fn measure(&mut self, source: SourceId, measure: super::MeasureId, span: Span) -> Expr {
        let ty = self.checker.measure_type(source, measure, span);
        let value = &self.checker.out.source(source).measures[measure.index()].value;
        Expr { ty, span, ..value.clone() }
    }

    /// `win_rate.v1`, `opportunities.bookings`
    fn two_words(&mut self, first: &ast::Ident, second: &ast::Ident, path: &ast::Path) -> Option<Expr> {
        if let Some(Thing::Metric(_)) = self.checker.model.find(&first.name)
            && self.place == Place::Metric
        {
            let model = self.checker.model;
            let version = second.name.strip_prefix('v').and_then(|v| v.parse::<u32>().ok());
            let of_name = model.versions(&first.name);
            let found = of_name.iter().find(|id| Some(model.metric(**id).version) == version);
            return match found {
                Some(id) => Some(self.metric(*id, path.span)),
                None => {
                    suggest::unknown_version(self.checker, first, second);
                    Some(error(path.span))
                }
            };
        }
        let source = self.checker.model.find_source(&first.name)?;
        match self.checker.model.source(source).find(&second.name)? {
            Item::Measure(measure) => Some(self.measure(source, measure, path.span)),
            _ => None,
        }
    }
}

/// What `value`, `target` or `benchmark` stands for in thresholds; a target that there is none
/// of is reported.
pub(super) fn goal(scope: &mut MetricScope<'_, '_>, word: &str, span: Span) -> Option<Expr> {
    let held = scope.held.as_ref()?;
    let found = match word {
        "value" => Some(&held.value),
        "target" => held.target.as_ref(),
        "benchmark" => held.benchmark.as_ref(),
        _ => return None,
    };
    if let Some(found) = found {
        return Some(Expr { span, ..found.clone() });
    }
    let of = match held.of_goal {
        true => Goalless::Goal,
        false => Goalless::Metric(scope.checker.out.metric(held.metric).name.clone()),
    };
    scope.checker.report(NoTarget { of, goal: word.to_string(), span });
    Some(error(span))
}

impl Scope for MetricScope<'_, '_> {
    fn project(&self) -> &CheckedModel {
        &self.checker.out
    }

    fn add(&mut self, problem: Diagnostic) {
        self.checker.problems.add(problem);
    }

    fn lookup(&mut self, path: &ast::Path) -> Option<Expr> {
        match &path.parts[..] {
            [word] => self.word(word, path),
            [first, second] => self.two_words(first, second, path),
            _ => None,
        }
    }

    fn unknown(&mut self, path: &ast::Path) {
        let mut lets: Vec<String> = self.lets.iter().map(|l| l.name.name.clone()).collect();
        if self.held.is_some() {
            lets.extend(["value", "target", "benchmark"].map(str::to_string));
        }
        suggest::unknown_in_metric(self.checker, self.place, lets, path);
    }

    fn call(&mut self, builtin: &'static Builtin, call: &ast::Call, span: Span) -> Expr {
        match builtin.what {
            What::Aggregate(kind) => {
                let over = match self.place {
                    Place::Measure(source) => Over::Own(source),
                    Place::Metric => Over::Named,
                    Place::Rollup(source) => Over::RolledUp(source),
                };
                aggregates::aggregate(self.checker, builtin, kind, call, over, span)
            }
            What::Form(form) => forms::form(self, builtin, form, call, span),
            What::Scalar(_) => error(span),
        }
    }

    fn period_unit(&mut self) -> Base {
        self.named_period = true;
        self.period
    }
}

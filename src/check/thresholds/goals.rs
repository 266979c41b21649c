//! Targets and benchmarks, and all of a kind as one expression: what holds for a period
//! and its members.

use super::super::metric_scope::MetricScope;
use super::super::numbers::join_repr;
use super::super::problems::DuplicateThreshold;
use super::super::{BinaryOp, CheckedModel, Expr, ExprKind, Literal, MetricId, Number, Type};
use super::limits::limit;
use super::pins::pins;
use super::{Benchmark, Item, Pin, Target, Thresholds};
use crate::syntax::ast::{self, AttributeKind};
use crate::text::Span;

pub fn read(scope: &mut MetricScope<'_, '_>, id: MetricId, items: &[Item<'_>], out: &mut Thresholds) {
    for item in items {
        let span = item.attribute.span;
        match &item.attribute.kind {
            AttributeKind::Target(goal) => {
                let Some((value, until, pins, text)) = parts(scope, id, goal) else { continue };
                out.targets.push(Target { value, until, pins, text, span });
            }
            AttributeKind::Benchmark(goal) => {
                let Some((value, until, pins, text)) = parts(scope, id, goal) else { continue };
                let source = goal.source.as_ref().map(|source| source.value.clone());
                out.benchmarks.push(Benchmark { value, until, pins, source, text, span });
            }
            _ => {}
        }
    }
    let targets: Vec<Goal> =
        out.targets.iter().map(|t| Goal::new(&t.value, t.until, &t.pins, t.span)).collect();
    report_duplicates(scope, "target", &targets);
    out.target = combined(&scope.checker.out, &targets);
    let benchmarks: Vec<Goal> =
        out.benchmarks.iter().map(|b| Goal::new(&b.value, b.until, &b.pins, b.span)).collect();
    report_duplicates(scope, "benchmark", &benchmarks);
    out.benchmark = combined(&scope.checker.out, &benchmarks);
}

type Parts = (Expr, Option<jiff::civil::Date>, Vec<Pin>, String);

/// `None`: it is not known for whom it is, which has been reported.
fn parts(scope: &mut MetricScope<'_, '_>, id: MetricId, goal: &ast::Goal) -> Option<Parts> {
    let value = limit(scope, id, &goal.value);
    let pins = match &goal.filter {
        Some(filter) => pins(scope.checker, filter)?,
        None => Vec::new(),
    };
    Some((value, goal.until.map(|(date, _)| date), pins, goal.text.clone()))
}

#[derive(Clone, Copy)]
struct Goal<'a> {
    /// `None`: two others hold, and neither goes before the other.
    value: Option<&'a Expr>,
    until: Option<jiff::civil::Date>,
    pins: &'a [Pin],
    span: Span,
}

impl<'a> Goal<'a> {
    fn new(value: &'a Expr, until: Option<jiff::civil::Date>, pins: &'a [Pin], span: Span) -> Goal<'a> {
        Goal { value: Some(value), until, pins, span }
    }
}

fn report_duplicates(scope: &mut MetricScope<'_, '_>, what: &'static str, goals: &[Goal<'_>]) {
    for (index, second) in goals.iter().enumerate() {
        let same = |first: &&Goal| first.until == second.until && same_members(first.pins, second.pins);
        if let Some(first) = goals[..index].iter().find(same) {
            let (first, second) = (first.span, second.span);
            scope.checker.report(DuplicateThreshold { what: what.to_string(), goal: true, first, second });
        }
    }
}

/// Whether both are for some of the same members of the same dimensions.
fn same_members(a: &[Pin], b: &[Pin]) -> bool {
    let shared =
        |a: &Pin, b: &Pin| a.dimension == b.dimension && a.members.iter().any(|m| b.members.contains(m));
    a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| shared(a, b)))
}

/// The one that pins most members comes first; of those the one whose date is nearest, and
/// last the one without a date.
fn combined(model: &CheckedModel, goals: &[Goal<'_>]) -> Option<Expr> {
    let undecided = undecided(goals);
    let mut ordered = goals.to_vec();
    ordered.extend(undecided.iter().map(|(pins, of)| Goal { value: None, pins, ..*of }));
    ordered.sort_by_key(|g| (std::cmp::Reverse(g.pins.len()), g.until.is_none(), g.until));
    let ty = goals.iter().filter_map(|g| g.value).map(|value| value.ty.clone()).reduce(joined)?;
    let nothing = Expr::new(ExprKind::Missing, ty.clone(), ordered[0].span);
    Some(ordered.into_iter().rev().fold(nothing.clone(), |rest, goal| {
        let value = goal.value.unwrap_or(&nothing).clone();
        match condition(model, &goal) {
            None => value,
            Some(condition) => Expr::new(ExprKind::If(condition, value, rest), ty.clone(), goal.span),
        }
    }))
}

/// Of goals for members of different dimensions neither goes before the other: where both hold,
/// there is none, unless another names both.
fn undecided<'a>(goals: &[Goal<'a>]) -> Vec<(Vec<Pin>, Goal<'a>)> {
    let mut found = Vec::new();
    for (at, a) in goals.iter().enumerate() {
        for b in &goals[at + 1..] {
            let alike = a.until == b.until && a.pins.len() == b.pins.len() && !same_members(a.pins, b.pins);
            found.extend(alike.then(|| both(a.pins, b.pins)).flatten().map(|pins| (pins, *a)));
        }
    }
    found
}

/// The members for which both hold, if there are any.
fn both(a: &[Pin], b: &[Pin]) -> Option<Vec<Pin>> {
    let mut pins = a.to_vec();
    for pin in b {
        match pins.iter_mut().find(|other| other.dimension == pin.dimension) {
            Some(other) => other.members.retain(|member| pin.members.contains(member)),
            None => pins.push(pin.clone()),
        }
    }
    pins.iter().all(|pin| !pin.members.is_empty()).then_some(pins)
}

fn joined(a: Type, b: Type) -> Type {
    match (a, b) {
        (Type::Number(a), Type::Number(b)) => Type::Number(Number { repr: join_repr(a.repr, b.repr), ..a }),
        (Type::Error, _) | (_, Type::Error) => Type::Error,
        (a, _) => a,
    }
}

/// When the goal holds; `None`: always.
fn condition(model: &CheckedModel, goal: &Goal<'_>) -> Option<Expr> {
    let until = goal.until.map(|date| {
        let end = Expr::new(ExprKind::PeriodEnd, Type::Date, goal.span);
        let date = Expr::new(ExprKind::Literal(Literal::Date(date)), Type::Date, goal.span);
        Expr::new(ExprKind::Binary(BinaryOp::LessEq, end, date), Type::Bool, goal.span)
    });
    let pinned = goal.pins.iter().map(|pin| {
        let ty = model.dimension(pin.dimension).ty.clone();
        let value = Expr::new(ExprKind::Dimension(pin.dimension), ty.clone(), goal.span);
        let member = |m: &Literal| Expr::new(ExprKind::Literal(m.clone()), ty.clone(), goal.span);
        let members = pin.members.iter().map(member).collect();
        Expr::new(ExprKind::In(value, members), Type::Bool, goal.span)
    });
    let and = |a, b| Expr::new(ExprKind::Binary(BinaryOp::And, a, b), Type::Bool, goal.span);
    pinned.chain(until).reduce(and)
}

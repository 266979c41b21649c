//! `--mutate`: definitions with a mistake put in, one at a time. A mistake that no test
//! notices shows what the tests do not say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::walk::{rewrite, visit, visit_thresholds};
use super::{mutate_rules, run};
use crate::check::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, Expectation, Expr, ExprKind, MetricId, TestCase,
};
use crate::engine::{self, Session};
use crate::query::{self, Request};
use crate::text::{Sources, Span};

/// A mistake that no test notices.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Survivor {
    pub span: Span,
    /// "`<` could be `<=`"
    pub what: String,
}

/// How many mistakes were put in, and those that no test noticed, by place.
#[derive(Debug, Clone, Default)]
pub struct Mutated {
    pub all: usize,
    pub survivors: Vec<Survivor>,
}

/// Only tests that pass say anything; all of `tests` have to.
pub fn mutate(
    model: &CheckedModel,
    sources: &Sources,
    tests: &[Arc<TestCase>],
) -> Result<Mutated, engine::Error> {
    let mutants = mutants(model, tests);
    let of_rules = mutate_rules::mutants(model, &mutate_rules::judged(tests));
    engine::with_session(|session| {
        let hoisted = query::hoist(model);
        let drafts: Vec<String> = tests.iter().map(|test| drafted(&hoisted, test)).collect();
        let mut mutated = Mutated { all: mutants.len() + of_rules.len(), survivors: Vec::new() };
        for ((span, mutation), what) in mutants {
            let mutant = query::hoist(&rewrite(model, &mut |expr| mutation.apply(expr, span)));
            if !noticed(session, &mutant, sources, tests, &drafts) {
                mutated.survivors.push(Survivor { span, what });
            }
        }
        for (mutant, span, what) in of_rules {
            if !noticed(session, &query::hoist(&mutant.apply(model)), sources, tests, &drafts) {
                mutated.survivors.push(Survivor { span, what });
            }
        }
        mutated.survivors.sort();
        mutated
    })
}

/// Whether one of the tests fails. Those for which nothing changed are not run again.
fn noticed(
    session: &Session,
    mutant: &CheckedModel,
    sources: &Sources,
    tests: &[Arc<TestCase>],
    drafts: &[String],
) -> bool {
    let changed = tests.iter().zip(drafts).filter(|(test, draft)| drafted(mutant, test) != **draft);
    changed.into_iter().any(|(test, _)| !run::one(session, mutant, sources, test).passed())
}

/// What is computed for a test, in words.
fn drafted(model: &CheckedModel, test: &TestCase) -> String {
    let drafts = test.expect.iter().map(|expectation| match expectation {
        Expectation::Values(values) => {
            let draft = query::draft(model, Request::of(&values.question, test.as_of));
            format!("{draft:?} {:?}", draft.as_ref().ok().map(|draft| query::needs(model, draft)))
        }
        Expectation::State(state) => format!("{:?}", model.metric(state.metric).thresholds),
    });
    let sources = model.sources.iter().map(|source| format!("{:?}{:?}", source.filters, source.columns));
    drafts.chain(sources).collect()
}

// ---------------------------------------------------------------- mistakes

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mutation {
    /// Another comparison.
    Compare(u8),
    Left,
    Right,
    Unfiltered,
    Function(u8),
    WithoutMember(usize),
    WithoutNot,
}

type Mutants = BTreeMap<(Span, Mutation), String>;

/// Every mistake that can be made in what the tests ask for.
fn mutants(model: &CheckedModel, tests: &[Arc<TestCase>]) -> Mutants {
    let mut found = Mutants::new();
    visit(model, &asked(tests), &mut |expr, _| of(model, expr, &mut found));
    let judged = mutate_rules::judged(tests);
    visit_thresholds(model, &judged, &mut |expr, _| of(model, expr, &mut found));
    found
}

/// The metrics that tests ask for.
pub fn asked(tests: &[Arc<TestCase>]) -> Vec<MetricId> {
    let mut all: Vec<MetricId> = tests
        .iter()
        .flat_map(|test| &test.expect)
        .flat_map(|expectation| match expectation {
            Expectation::Values(values) => values.question.metrics.clone(),
            Expectation::State(state) => vec![state.metric],
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

const COMPARISONS: [(BinaryOp, &str); 6] = [
    (BinaryOp::Less, "<"),
    (BinaryOp::LessEq, "<="),
    (BinaryOp::Greater, ">"),
    (BinaryOp::GreaterEq, ">="),
    (BinaryOp::Is, "is"),
    (BinaryOp::IsNot, "is not"),
];

/// The one beside it, and the opposite.
fn others(op: BinaryOp) -> &'static [u8] {
    match op {
        BinaryOp::Less => &[1, 3],
        BinaryOp::LessEq => &[0, 2],
        BinaryOp::Greater => &[3, 1],
        BinaryOp::GreaterEq => &[2, 0],
        BinaryOp::Is => &[5],
        BinaryOp::IsNot => &[4],
        _ => &[],
    }
}

fn of(model: &CheckedModel, expr: &Expr, found: &mut Mutants) {
    let mut add = |mutation, what: String| {
        found.insert((expr.span, mutation), what);
    };
    match &*expr.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => {
            let text = |expr: &Expr| crate::check::expression(model, expr).to_string();
            add(Mutation::Right, format!("`{}` could be left out", text(left)));
            add(Mutation::Left, format!("`{}` could be left out", text(right)));
        }
        ExprKind::Binary(op, ..) => {
            let own = COMPARISONS.iter().find(|(other, _)| other == op).map_or("", |(_, sign)| sign);
            for other in others(*op) {
                let sign = COMPARISONS[usize::from(*other)].1;
                add(Mutation::Compare(*other), format!("`{own}` could be `{sign}`"));
            }
        }
        ExprKind::Not(_) => add(Mutation::WithoutNot, "`not` could be left out".to_string()),
        ExprKind::In(_, list) if list.len() > 1 => {
            for (at, member) in list.iter().enumerate() {
                let text = crate::check::expression(model, member).to_string();
                add(Mutation::WithoutMember(at), format!("`{text}` could be left out of the list"));
            }
        }
        ExprKind::Aggregate(aggregate) | ExprKind::Linked { aggregate, .. } => {
            let function = crate::check::expression(model, expr).to_string();
            let name = function.split('(').next().unwrap_or_default().to_string();
            for (at, (_, other)) in swaps(aggregate.function).iter().enumerate() {
                add(Mutation::Function(at as u8), format!("`{name}` could be `{other}`"));
            }
            if aggregate.filter.is_some() {
                add(Mutation::Unfiltered, format!("the `where` of `{name}` could be left out"));
            }
        }
        _ => {}
    }
}

fn swaps(function: AggregateFn) -> &'static [(AggregateFn, &'static str)] {
    match function {
        AggregateFn::Sum => &[(AggregateFn::Average, "average")],
        AggregateFn::Average => &[(AggregateFn::Sum, "sum")],
        AggregateFn::Min => &[(AggregateFn::Max, "max")],
        AggregateFn::Max => &[(AggregateFn::Min, "min")],
        AggregateFn::First => &[(AggregateFn::Last, "last")],
        AggregateFn::Last => &[(AggregateFn::First, "first")],
        AggregateFn::Median => &[(AggregateFn::Average, "average")],
        AggregateFn::CountDistinct => &[(AggregateFn::Count, "count without distinct")],
        _ => &[],
    }
}

impl Mutation {
    /// The mistake, if it is one that can be made in this expression.
    fn apply(self, expr: &Expr, span: Span) -> Option<Expr> {
        if expr.span != span {
            return None;
        }
        let changed = |kind| Some(Expr::new(kind, expr.ty.clone(), expr.span));
        match (self, &*expr.kind) {
            (Mutation::Compare(other), ExprKind::Binary(op, left, right)) if others(*op).contains(&other) => {
                changed(ExprKind::Binary(COMPARISONS[usize::from(other)].0, left.clone(), right.clone()))
            }
            (Mutation::Left, ExprKind::Binary(BinaryOp::And, left, _)) => Some(left.clone()),
            (Mutation::Right, ExprKind::Binary(BinaryOp::And, _, right)) => Some(right.clone()),
            (Mutation::WithoutNot, ExprKind::Not(inner)) => Some(inner.clone()),
            (Mutation::WithoutMember(at), ExprKind::In(value, list)) if at < list.len() => {
                let mut list = list.clone();
                list.remove(at);
                changed(ExprKind::In(value.clone(), list))
            }
            (Mutation::Function(_) | Mutation::Unfiltered, ExprKind::Aggregate(aggregate)) => {
                changed(ExprKind::Aggregate(Box::new(self.aggregate(aggregate)?)))
            }
            (Mutation::Function(_) | Mutation::Unfiltered, ExprKind::Linked { aggregate, link }) => {
                let aggregate = Box::new(self.aggregate(aggregate)?);
                changed(ExprKind::Linked { aggregate, link: *link })
            }
            _ => None,
        }
    }

    fn aggregate(self, aggregate: &Aggregate) -> Option<Aggregate> {
        let aggregate = aggregate.clone();
        match self {
            Mutation::Function(at) => {
                let (function, _) = *swaps(aggregate.function).get(usize::from(at))?;
                Some(Aggregate { function, ..aggregate })
            }
            _ => aggregate.filter.is_some().then_some(Aggregate { filter: None, ..aggregate }),
        }
    }
}

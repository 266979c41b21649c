//! Metrics: their expressions in the unit declared, and their attributes.

use std::collections::BTreeSet;

use super::checker::Checker;
use super::infer::infer;
use super::metric_scope::{Let, LetState, MetricScope, Place};
use super::problems::NeedsAggregate;
use super::scope::error;
use super::scope::is_reported;
use super::units::{declared, fit, show};
use super::{
    Attributes, Better, Expr, ExprKind, Metric, MetricId, SourceId, Style, Type, attributes, grain, reach,
    walk,
};
use crate::model::{self, Model, Thing};
use crate::syntax::ast::{self, AttributeKind};
use crate::units::Base;

/// As far as names go, so that messages can name them.
pub(super) fn declare(model: &Model<'_>) -> Vec<Metric> {
    let one = |metric: &model::Metric| Metric {
        name: metric.ast.name.name.clone(),
        version: metric.version,
        current: metric.current,
        label: metric.ast.label.as_ref().map(|l| l.value.clone()),
        docs: metric.ast.docs.clone(),
        span: metric.ast.span,
        name_span: metric.ast.name.span,
        value: error(metric.ast.value.span),
        show: super::Show { style: Style::Value, decimals: None },
        attributes: Attributes::default(),
        thresholds: super::Thresholds::default(),
        sources: Vec::new(),
    };
    model.metrics.iter().map(one).collect()
}

/// Types all metrics, those that others name before those, so that chains stay short.
pub(super) fn check_all(checker: &mut Checker<'_>) {
    for id in order(checker.model) {
        let span = checker.model.metric(id).ast.name.span;
        checker.metric_type(id, span);
    }
    for index in 0..checker.out.metrics.len() {
        check_use(checker, MetricId::from_index(index));
    }
}

/// Depth first over the names that metrics use, without recursion: a chain may be long.
fn order(model: &Model<'_>) -> Vec<MetricId> {
    let mut order = Vec::with_capacity(model.metrics.len());
    let mut seen = vec![false; model.metrics.len()];
    for start in (0..model.metrics.len()).map(MetricId::from_index) {
        let mut stack = vec![(start, false)];
        while let Some((id, done)) = stack.pop() {
            if done {
                order.push(id);
            } else if !std::mem::replace(&mut seen[id.index()], true) {
                stack.push((id, true));
                let next = dependencies(model, id);
                stack.extend(next.into_iter().filter(|n| !seen[n.index()]).map(|n| (n, false)));
            }
        }
    }
    order
}

fn dependencies(model: &Model<'_>, id: MetricId) -> Vec<MetricId> {
    let metric = model.metric(id).ast;
    let lets = metric.attributes.iter().filter_map(|a| match &a.kind {
        AttributeKind::Let(_, value) => Some(value),
        _ => None,
    });
    let mut found = Vec::new();
    for path in std::iter::once(&metric.value).chain(lets).flat_map(walk::paths) {
        if let Some(Thing::Metric(current)) = model.find(&path.parts[0].name) {
            match path.parts.len() {
                1 => found.push(current),
                _ => found.extend(model.versions(&path.parts[0].name)),
            }
        }
    }
    found
}

/// Types one metric. Where `period` is named, its length is in months or in days,
/// whichever lets the units agree.
pub(super) fn check(checker: &mut Checker<'_>, id: MetricId) {
    let metric = checker.model.metric(id).ast;
    let attributes = attributes::read(checker, metric);
    let first = match attributes.every {
        Some(crate::calendar::Grain::Day | crate::calendar::Grain::Week) => Base::Day,
        _ => Base::Month,
    };
    let says = |a: &ast::Attribute| matches!(a.kind, AttributeKind::Better(_));
    let says_better = metric.attributes.iter().any(says);
    let decimals = attributes.decimals;
    checker.out.metrics[id.index()].attributes = attributes.attributes;
    let before = std::mem::take(&mut checker.problems);
    let mut tried = typed(checker, metric, first);
    let mut problems = std::mem::take(&mut checker.problems);
    if tried.named_period && problems.has_errors() {
        let other = if first == Base::Day { Base::Month } else { Base::Day };
        let again = typed(checker, metric, other);
        let problems_again = std::mem::take(&mut checker.problems);
        if !problems_again.has_errors() {
            (tried, problems) = (again, problems_again);
        }
    }
    checker.problems = before;
    checker.problems.extend(problems);
    finish(checker, id, tried, decimals);
    let out = &mut checker.out.metrics[id.index()];
    // the first place is the best
    if !says_better && matches!(&*out.value.kind, ExprKind::Rank(..)) {
        out.attributes.better = Better::Lower;
    }
}

struct Typed<'m> {
    value: Expr,
    style: Option<Style>,
    /// The lets that nothing names.
    unused: Vec<&'m ast::Ident>,
    named_period: bool,
}

fn typed<'m>(checker: &mut Checker<'m>, metric: &'m ast::Metric, period: Base) -> Typed<'m> {
    let mut scope = MetricScope::new(checker, Place::Metric);
    scope.period = period;
    scope.lets = lets(metric);
    let mut value = infer(&mut scope, &metric.value, None);
    let mut style = None;
    if let Some(unit) = &metric.unit {
        match declared(unit, &scope.checker.out.settings) {
            Ok(declared) => {
                style = Some(declared.style());
                value = fit(&mut scope, value, &declared, "declared");
            }
            Err(problem) => scope.checker.problems.add(problem),
        }
    }
    let mut unused = Vec::new();
    for index in 0..scope.lets.len() {
        if matches!(scope.lets[index].state, LetState::Todo) {
            let name = scope.lets[index].name;
            unused.push(name);
            scope.let_value(index, name.span);
        }
    }
    Typed { value, style, unused, named_period: scope.named_period }
}

pub(super) fn lets(metric: &ast::Metric) -> Vec<Let<'_>> {
    let mut lets: Vec<Let<'_>> = Vec::new();
    for attribute in &metric.attributes {
        if let AttributeKind::Let(name, value) = &attribute.kind
            && lets.iter().all(|l| l.name.name != name.name)
        {
            lets.push(Let { name, value, state: LetState::Todo });
        }
    }
    lets
}

fn finish<'m>(checker: &mut Checker<'m>, id: MetricId, typed: Typed<'m>, decimals: Option<u8>) {
    checker.used.no_lets.extend(typed.unused);
    let mut sources = BTreeSet::new();
    let mut parts = false;
    collect(&checker.out, &typed.value, &mut sources, &mut parts);
    if !parts && !is_reported(&typed.value) {
        let span = checker.model.metric(id).ast.value.span;
        checker.report(NeedsAggregate { what: "a metric", span });
    }
    let mut show = show(&typed.value.ty, decimals);
    show.style = typed.style.unwrap_or(show.style);
    let out = &mut checker.out.metrics[id.index()];
    out.value = typed.value;
    out.show = show;
    out.sources = sources.into_iter().collect();
}

/// The sources that an expression over metrics reads, and whether it reads anything.
fn collect(model: &super::CheckedModel, expr: &Expr, sources: &mut BTreeSet<SourceId>, parts: &mut bool) {
    match &*expr.kind {
        ExprKind::Aggregate(aggregate) => {
            *parts = true;
            sources.insert(aggregate.source);
        }
        ExprKind::Metric(id) => {
            *parts = true;
            sources.extend(&model.metric(*id).sources);
        }
        ExprKind::Parameter(_) => *parts = true,
        _ => {}
    }
    for child in expr.children() {
        collect(model, child, sources, parts);
    }
}

/// That a metric can be asked as its attributes say: `by` its dimensions, `every` its grain.
fn check_use(checker: &mut Checker<'_>, id: MetricId) {
    let metric = checker.model.metric(id).ast;
    if checker.out.metric(id).value.ty == Type::Error {
        return;
    }
    for attribute in &metric.attributes {
        match &attribute.kind {
            AttributeKind::By(names) => names.iter().for_each(|name| check_by(checker, id, name)),
            AttributeKind::Every { grain: path, .. } => check_every(checker, id, path),
            _ => {}
        }
    }
}

fn check_by(checker: &mut Checker<'_>, id: MetricId, name: &ast::Ident) {
    let Some(Thing::Dimension(dimension)) = checker.model.find(&name.name) else { return };
    if checker.out.dimension(dimension).values.is_empty() {
        return;
    }
    for source in reach::sources_for(&checker.out, id, dimension) {
        if let Err(mut problem) = checker.slice(source, dimension) {
            let text = format!("`{}` is to be sliced so", checker.out.metric(id).name);
            problem.labels.insert(0, crate::diagnostic::Label { span: name.span, text });
            checker.problems.add(problem);
        }
    }
}

fn check_every(checker: &mut Checker<'_>, id: MetricId, path: &ast::Path) {
    if let Some(every) = checker.out.metric(id).attributes.every.clone()
        && let Some(mut problem) = grain::grain_problem(&checker.out, id, &every)
    {
        problem
            .labels
            .insert(0, crate::diagnostic::Label { span: path.span, text: "asked here".to_string() });
        checker.problems.add(problem);
    }
}

//! Grains: their names, and whether a metric can be asked at one.

use super::problems::{GrainTooFine, OnlyEvery, PeriodLengthGrain, PriorGrain};
use super::{CheckedModel, Expr, ExprKind, Length, MetricId, RollupPeriod, SourceId, SourceKind, Window};
use crate::calendar::{Grain, WeekUnit};
use crate::diagnostic::{Diagnostic, Problem};
use crate::syntax::ast;
use crate::units::{Base, Unit};

/// `month`, `fiscal_year`, `retail.month`
pub(super) fn by_name(model: &CheckedModel, parts: &[ast::Ident]) -> Option<Grain> {
    let words = parts.iter().map(|p| p.name.as_str()).collect::<Vec<_>>();
    named(model, &words)
}

/// A grain of the project by its name, as on the command line.
pub fn find(model: &CheckedModel, name: &str) -> Option<Grain> {
    named(model, &name.split('.').collect::<Vec<_>>())
}

fn named(model: &CheckedModel, words: &[&str]) -> Option<Grain> {
    match words {
        [word] => Grain::from_name(word),
        [calendar, unit] => {
            let calendar = model.calendars.iter().find(|c| c.name == *calendar)?;
            Some(Grain::Declared(calendar.clone(), WeekUnit::from_name(unit)?))
        }
        _ => None,
    }
}

/// All grains of the project.
pub fn names(model: &CheckedModel) -> Vec<String> {
    let built_in = Grain::NAMES.iter().map(|n| n.to_string());
    let of = |name: &str| WeekUnit::NAMES.map(|unit| format!("{name}.{unit}"));
    built_in.chain(model.calendars.iter().flat_map(|c| of(&c.name))).collect()
}

/// Why the metric cannot be asked at that grain, if it cannot.
pub fn grain_problem(model: &CheckedModel, metric: MetricId, grain: &Grain) -> Option<Diagnostic> {
    let of = model.metric(metric);
    if let (true, Some(every)) = (of.attributes.every_only, &of.attributes.every)
        && every != grain
    {
        let (name, every) = (of.name.clone(), every.to_string());
        return Some(
            OnlyEvery { metric: name, every, asked: grain.to_string(), span: of.name_span }.diagnostic(),
        );
    }
    expression_problem(model, metric, &of.value, grain)
}

/// Whether an expression over aggregates can be asked at that grain.
pub fn fits(model: &CheckedModel, expr: &Expr, grain: &Grain) -> bool {
    // the metric matters to the words of the problem only
    expression_problem(model, MetricId(0), expr, grain).is_none()
}

pub(super) fn expression_problem(
    model: &CheckedModel,
    metric: MetricId,
    expr: &Expr,
    grain: &Grain,
) -> Option<Diagnostic> {
    let name = || model.metric(metric).name.clone();
    let own = match &*expr.kind {
        ExprKind::Metric(id) => return expression_problem(model, *id, &model.metric(*id).value, grain),
        ExprKind::Aggregate(aggregate) => match finest(model, aggregate.source, &aggregate.window) {
            Some(by) if !model.calendar().divides(&by, grain) => {
                let source = model.source(aggregate.source).name.clone();
                let (by, asked) = (by.to_string(), grain.to_string());
                Some(GrainTooFine { metric: name(), source, by, asked, span: expr.span }.diagnostic())
            }
            _ => super::semi_additive::problem(model, aggregate, grain, expr.span),
        },
        ExprKind::PeriodLength => {
            let in_months = expr.ty.as_number().is_some_and(|n| n.unit == Unit::of(Base::Month));
            (in_months != grain.months().is_some()).then(|| {
                let asked = grain.to_string();
                PeriodLengthGrain { metric: name(), in_months, asked, span: expr.span }.diagnostic()
            })
        }
        ExprKind::Prior(_, Some(length)) if !shifts(*length, grain) => {
            let asked = grain.to_string();
            Some(PriorGrain { metric: name(), length: *length, asked, span: expr.span }.diagnostic())
        }
        _ => None,
    };
    own.or_else(|| expr.children().into_iter().find_map(|e| expression_problem(model, metric, e, grain)))
}

/// The grain that the dates of a source are known by.
fn finest(model: &CheckedModel, source: SourceId, window: &Window) -> Option<Grain> {
    let source = model.source(source);
    if *window == Window::Ever {
        return None;
    }
    match &source.kind {
        SourceKind::Rollup(rollup) => match &rollup.period {
            RollupPeriod::Fixed(grain) => Some(grain.clone()),
            _ => None,
        },
        SourceKind::Stored(_) => source.time.as_ref().and_then(|t| t.by.clone()),
    }
}

/// Whether periods of the grain, moved by the length, are periods again.
pub(super) fn shifts(length: Length, grain: &Grain) -> bool {
    match (length, grain) {
        (Length::Months(_), Grain::Day) => true,
        (Length::Months(n), Grain::Declared(..)) => n % 12 == 0,
        (Length::Months(n), _) => grain.months().is_some_and(|m| n % i64::from(m) == 0),
        (Length::Days(_), Grain::Day) => true,
        (Length::Days(n), Grain::Week | Grain::Declared(_, WeekUnit::Week)) => n % 7 == 0,
        _ => false,
    }
}

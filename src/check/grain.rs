//! Grains: their names, and whether a metric can be asked at one.

use std::collections::BTreeSet;

use super::problems::{GrainTooFine, OnlyEvery, PeriodLengthGrain, PriorGrain, PriorWithoutPeriods};
use super::{
    Aggregate, CheckedModel, ColumnKind, ColumnRef, Expr, ExprKind, Length, MetricId, RollupPeriod, SourceId,
    SourceKind, Window,
};
use crate::calendar::{Grain, WeekUnit};
use crate::diagnostic::{Diagnostic, Problem};
use crate::model::UnknownWord;
use crate::syntax::ast;
use crate::text::Span;
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

/// Reports the name of no grain: that of the calendar, if it is the one that is not known.
pub(super) fn unknown(checker: &mut super::checker::Checker<'_>, path: &[ast::Ident]) {
    let calendars = &checker.out.calendars;
    let problem = match path {
        [calendar, _] if !calendars.iter().any(|c| c.name == calendar.name) => UnknownWord {
            what: "a calendar",
            found: calendar,
            known: calendars.iter().map(|c| c.name.clone()).collect(),
        },
        _ => UnknownWord { what: "a grain", found: &path[path.len() - 1], known: names(&checker.out) },
    };
    checker.report(problem);
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
    Asking::new(model, of.name.clone(), Some(grain)).problem(&of.value)
}

/// Why the metric cannot be asked without periods, if it cannot.
pub fn whole_problem(model: &CheckedModel, metric: MetricId) -> Option<Diagnostic> {
    let of = model.metric(metric);
    Asking::new(model, of.name.clone(), None).problem(&of.value)
}

/// Whether an expression over aggregates can be asked at that grain, or without any.
pub fn fits(model: &CheckedModel, expr: &Expr, grain: Option<&Grain>) -> bool {
    // the name matters to the words of the problem only
    Asking::new(model, String::new(), grain).problem(expr).is_none()
}

/// Why an expression of that name cannot be had by the grain.
pub(super) fn expression_problem(
    model: &CheckedModel,
    name: String,
    expr: &Expr,
    grain: &Grain,
) -> Option<Diagnostic> {
    Asking::new(model, name, Some(grain)).problem(expr)
}

/// A question by one grain, or without periods: what it goes through on its way to the data.
struct Asking<'a> {
    model: &'a CheckedModel,
    /// What is asked, in the words of the problem.
    name: String,
    grain: Option<&'a Grain>,
    /// Whether this is a column of a rollup.
    in_rollup: bool,
    seen: BTreeSet<ColumnRef>,
}

impl<'a> Asking<'a> {
    fn new(model: &'a CheckedModel, name: String, grain: Option<&'a Grain>) -> Asking<'a> {
        Asking { model, name, grain, in_rollup: false, seen: BTreeSet::new() }
    }

    fn problem(&mut self, expr: &Expr) -> Option<Diagnostic> {
        let own = match &*expr.kind {
            ExprKind::Metric(id) => {
                let metric = self.model.metric(*id);
                let outer = std::mem::replace(&mut self.name, metric.name.clone());
                let found = self.problem(&metric.value);
                self.name = outer;
                return found;
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, expr.span),
            ExprKind::Column(column) => self.column(column),
            ExprKind::PeriodLength => self.length(expr),
            ExprKind::Prior(_, shift) => self.prior(*shift, expr.span),
            _ => None,
        };
        own.or_else(|| expr.children().into_iter().find_map(|e| self.problem(e)))
    }

    fn aggregate(&mut self, aggregate: &Aggregate, span: Span) -> Option<Diagnostic> {
        let too_fine = |by: &Grain| self.grain.is_some_and(|g| !self.model.calendar().divides(by, g));
        let own = match (finest(self.model, aggregate), self.grain) {
            (Some(by), Some(grain)) if too_fine(&by) => {
                let source = self.model.source(aggregate.source).name.clone();
                let (metric, by, asked) = (self.name.clone(), by.to_string(), grain.to_string());
                Some(GrainTooFine { metric, source, by, asked, span }.diagnostic())
            }
            _ => super::semi_additive::problem(self.model, aggregate, self.grain, span),
        };
        own.or_else(|| aggregate.args.iter().chain(&aggregate.filter).find_map(|e| self.problem(e)))
    }

    /// What the column is made of, where that goes by the periods of the question.
    fn column(&mut self, column: &ColumnRef) -> Option<Diagnostic> {
        let period = match &self.model.source(column.source).kind {
            SourceKind::Rollup(rollup) => Some(&rollup.period),
            SourceKind::Stored(_) => None,
        };
        if matches!(period, Some(RollupPeriod::Fixed(_))) || !self.seen.insert(column.clone()) {
            return None;
        }
        let value = match &self.model.column(column).kind {
            ColumnKind::Computed(value) => value,
            ColumnKind::Aggregated(value) if period == Some(&RollupPeriod::Asked) => value,
            _ => return None,
        };
        let outer = std::mem::replace(&mut self.in_rollup, period.is_some());
        let found = self.problem(value);
        self.in_rollup = outer;
        found
    }

    fn length(&self, expr: &Expr) -> Option<Diagnostic> {
        let in_months = expr.ty.as_number().is_some_and(|n| n.unit == Unit::of(Base::Month));
        let has = self.grain.is_some_and(|grain| grain.months().is_some() == in_months);
        let (metric, asked) = (self.name.clone(), self.grain.map(Grain::to_string));
        (!has).then(|| PeriodLengthGrain { metric, in_months, asked, span: expr.span }.diagnostic())
    }

    /// Without periods there is no earlier one; what a rollup makes of that would be a number.
    fn prior(&self, shift: Option<Length>, span: Span) -> Option<Diagnostic> {
        let metric = self.name.clone();
        match (self.grain, shift) {
            (None, _) => self.in_rollup.then(|| PriorWithoutPeriods { metric, span }.diagnostic()),
            (Some(grain), Some(length)) if !shifts(length, grain) => {
                Some(PriorGrain { metric, length, asked: grain.to_string(), span }.diagnostic())
            }
            _ => None,
        }
    }
}

/// The grain that the dates are known by that put the aggregate's rows into periods.
fn finest(model: &CheckedModel, aggregate: &Aggregate) -> Option<Grain> {
    if aggregate.window == Window::Ever {
        return None;
    }
    known_by(model, aggregate.source, aggregate.on.as_ref())
}

/// The grain that the dates in that column, or in the source's own, are known by.
pub(super) fn known_by(model: &CheckedModel, source: SourceId, on: Option<&ColumnRef>) -> Option<Grain> {
    let source = model.source(source);
    match &source.kind {
        SourceKind::Rollup(rollup) => match &rollup.period {
            RollupPeriod::Fixed(grain) => Some(grain.clone()),
            _ => None,
        },
        SourceKind::Stored(_) => {
            let time = source.time.as_ref()?;
            let is_time = on.is_none_or(|on| on.links.is_empty() && on.column == time.column);
            time.by.clone().filter(|_| is_time)
        }
    }
}

/// Whether a window that ends with a period of the grain begins with one, too.
pub(super) fn holds_whole(model: &CheckedModel, window: &Window, grain: &Grain) -> bool {
    match window {
        Window::Trailing(length) => match (length, grain) {
            (_, Grain::Day) => true,
            (Length::Months(n), grain) => grain.months().is_some_and(|m| n % i64::from(m) == 0),
            (Length::Days(n), Grain::Week | Grain::Declared(_, WeekUnit::Week)) => n % 7 == 0,
            _ => false,
        },
        Window::ToDate(Some(since)) => model.calendar().divides(grain, since),
        _ => true,
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

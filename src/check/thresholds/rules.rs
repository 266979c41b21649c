//! Rules: what breaks them, for how long, for whom.

use super::super::forms::dimensions;
use super::super::implied::order;
use super::super::metric_scope::MetricScope;
use super::super::operators::condition;
use super::super::problems::{ClearSide, DuplicateThreshold, IdleRule};
use super::super::{DimensionId, MetricId};
use super::limits::{limit, moved};
use super::pins::pins;
use super::{Clear, Item, Rule, Severity, Test, lints};
use crate::syntax::ast::{self, AttributeKind, Breach, BreachKind, Since};

/// A rule with what it is compared by.
struct Read {
    rule: Rule,
    form: Form,
    /// It is not known for whom it is, which has been reported.
    broken: bool,
}

/// What is said of the value. Rules of one form and severity are about the same.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    Below,
    Above,
    Outside,
    Deviation,
    /// Down (or up) from the value that much earlier, as written.
    Moved(bool, String),
    When,
}

pub fn read(scope: &mut MetricScope<'_, '_>, id: MetricId, items: &[Item<'_>]) -> Vec<Rule> {
    let mut all: Vec<Read> = Vec::new();
    for item in items {
        if let AttributeKind::Threshold(ast) = &item.attribute.kind {
            let (rule, broken) = rule(scope, id, ast, item);
            all.push(Read { rule, form: form(&ast.breach), broken });
        }
    }
    inherit(&mut all);
    report_duplicates(scope, &all);
    override_general(&mut all);
    all.into_iter().map(|read| read.rule).collect()
}

fn rule(
    scope: &mut MetricScope<'_, '_>,
    id: MetricId,
    ast: &ast::Threshold,
    item: &Item<'_>,
) -> (Rule, bool) {
    let test = test(scope, id, &ast.breach);
    let clear = ast.clear.as_ref().map(|clear| Clear {
        test: self::test(scope, id, &clear.breach),
        for_periods: clear.for_periods.map_or(1, |(count, _)| count),
    });
    if let (Some(clear), Some(ast)) = (&clear, &ast.clear)
        && let Some(wrong) = wrong_side(&test, &clear.test)
    {
        scope.checker.report(ClearSide { wrong, clear: ast.span, rule: item.attribute.span });
    }
    let text = |own: &Option<ast::Text>, of_block: Option<&ast::Text>| {
        own.as_ref().or(of_block).map(|text| text.value.clone())
    };
    let by = dimensions(scope, &ast.by);
    let pins = ast.filter.as_ref().map(|filter| pins(scope.checker, filter));
    let broken = by.is_none() || pins.as_ref().is_some_and(Option::is_none);
    let rule = Rule {
        severity: if ast.severity.name == "critical" { Severity::Critical } else { Severity::Warn },
        test,
        for_periods: ast.for_periods.map_or(1, |(count, _)| count),
        clear,
        by: by.unwrap_or_default(),
        pins: pins.flatten().unwrap_or_default(),
        overridden_by: Vec::new(),
        playbook: text(&ast.playbook, item.playbook),
        owner: text(&ast.owner, item.owner),
        text: ast.text.clone(),
        span: item.attribute.span,
    };
    (rule, broken)
}

fn test(scope: &mut MetricScope<'_, '_>, id: MetricId, breach: &Breach) -> Test {
    match &breach.kind {
        BreachKind::Below(value) => Test::Below(limit(scope, id, value)),
        BreachKind::Above(value) => Test::Above(limit(scope, id, value)),
        BreachKind::Outside(low, high) => {
            let (low, high) = (limit(scope, id, low), limit(scope, id, high));
            if order(&low, &high) == Some(std::cmp::Ordering::Greater) {
                scope.checker.report(IdleRule::Outside(breach.span));
            }
            Test::Outside(low, high)
        }
        BreachKind::Deviation { factor, last } => {
            if factor.as_ref().is_some_and(|n| n.digits.parse() == Ok(0.0)) {
                scope.checker.report(IdleRule::NoDeviation(breach.span));
            }
            let digits = factor.as_ref().and_then(|number| number.digits.parse().ok());
            Test::Deviation { factor: digits.unwrap_or(1.0), last: last.unwrap_or(1) }
        }
        BreachKind::Moved { down, by, from } => {
            let limit = moved(scope, id, *down, by, from, breach.span);
            if *down { Test::Below(limit) } else { Test::Above(limit) }
        }
        BreachKind::When(value) => {
            let condition = condition(scope, value, "`when`");
            if lints::is_constant(&condition) {
                scope.checker.report(IdleRule::Constant(condition.span));
            }
            Test::When(condition)
        }
    }
}

/// What `clear` should say, where it says something that cannot end the breach.
fn wrong_side(test: &Test, clear: &Test) -> Option<&'static str> {
    use std::cmp::Ordering::{Greater, Less};
    match (test, clear) {
        (_, Test::When(_)) | (Test::When(_), _) => None,
        (Test::Below(limit), Test::Above(clear)) => {
            (order(clear, limit) == Some(Less)).then_some("above the limit, or at it")
        }
        (Test::Above(limit), Test::Below(clear)) => {
            (order(clear, limit) == Some(Greater)).then_some("below the limit, or at it")
        }
        (Test::Below(_), _) => Some("above"),
        (Test::Above(_), _) => Some("below"),
        _ => Some("when"),
    }
}

fn form(breach: &Breach) -> Form {
    match &breach.kind {
        BreachKind::Below(_) => Form::Below,
        BreachKind::Above(_) => Form::Above,
        BreachKind::Outside(..) => Form::Outside,
        BreachKind::Deviation { .. } => Form::Deviation,
        BreachKind::Moved { down, from, .. } => {
            let from = match from {
                Since::Word(word) => word.name.clone(),
                Since::Length(length) => format!("{:?}", length.kind),
            };
            Form::Moved(*down, from)
        }
        BreachKind::When(_) => Form::When,
    }
}

impl Read {
    /// Whether this one, for some members, takes the place of a general one.
    fn overrides(&self, general: &Read) -> bool {
        let (own, of) = (&self.rule, &general.rule);
        let pinned = |pin| own.pins.iter().any(|p: &super::Pin| p.dimension == pin);
        own.severity == of.severity
            && self.form == general.form
            && own.pins.len() > of.pins.len()
            && of.pins.iter().all(|pin| pinned(pin.dimension))
    }
}

/// A rule for some members without a `by` of its own is judged by what the general one is,
/// where that is judged for these members.
fn inherit(all: &mut [Read]) {
    for index in 0..all.len() {
        let own = &all[index];
        if own.rule.pins.is_empty() || !own.rule.by.is_empty() {
            continue;
        }
        let covers = |by: &[DimensionId]| own.rule.pins.iter().all(|pin| by.contains(&pin.dimension));
        let general = all.iter().find(|general| own.overrides(general) && covers(&general.rule.by));
        if let Some(by) = general.map(|general| general.rule.by.clone()) {
            all[index].rule.by = by;
        }
    }
}

fn override_general(all: &mut [Read]) {
    for index in 0..all.len() {
        let over: Vec<usize> = (0..all.len()).filter(|other| all[*other].overrides(&all[index])).collect();
        all[index].rule.overridden_by = over;
    }
}

fn report_duplicates(scope: &mut MetricScope<'_, '_>, all: &[Read]) {
    for (index, second) in all.iter().enumerate() {
        let same = |first: &&Read| {
            let (a, b) = (&first.rule, &second.rule);
            let alike = a.severity == b.severity && first.form == second.form;
            let lasting = a.for_periods == b.for_periods;
            let condition = second.form != Form::When || a.text == b.text;
            let known = !first.broken && !second.broken;
            known && alike && lasting && condition && a.by == b.by && a.pins == b.pins
        };
        if let Some(first) = all[..index].iter().find(same) {
            let word = match &second.form {
                Form::Below => "below",
                Form::Above => "above",
                Form::Outside => "outside",
                Form::Deviation => "outside … stddev",
                Form::Moved(true, _) => "down",
                Form::Moved(false, _) => "up",
                Form::When => "when",
            };
            let what = format!("{} {word}", second.rule.severity.name());
            let (first, second) = (first.rule.span, second.rule.span);
            scope.checker.report(DuplicateThreshold { what, goal: false, first, second });
        }
    }
}

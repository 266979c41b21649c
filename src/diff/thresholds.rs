//! Rules and targets of a metric, before and after: stricter, laxer, or neither for certain.

use std::collections::BTreeSet;

use super::{At, Both, Class, Side, Subject};
use crate::check::{Benchmark, Pin, Rule, Severity, Target, Test};
use crate::check::{Better, BinaryOp, CheckedModel, Expr, ExprKind, Literal, MetricId, expression};

pub fn diff(both: &mut Both<'_>, before: MetricId, after: MetricId) {
    let digests = (&both.old.metrics[before.index()].thresholds, &both.new.metrics[after.index()].thresholds);
    if digests.0 == digests.1 {
        return;
    }
    let subject = Subject::metric(both.after.model, after);
    rules(both, &subject, before, after);
    targets(both, &subject, before, after);
    benchmarks(both, &subject, before, after);
    judging(both, &subject, before, after);
}

// ---------------------------------------------------------------- rules

/// What makes two rules the same one: its severity may change apart from that.
fn form(model: &CheckedModel, rule: &Rule) -> String {
    let mut by: Vec<String> = rule.by.iter().map(|d| model.dimension(*d).name.clone()).collect();
    by.sort();
    format!("{} by {}", wholes(model, rule), by.join(","))
}

/// The same, whatever the members are that it looks at one by one.
fn wholes(model: &CheckedModel, rule: &Rule) -> String {
    let kind = match &rule.test {
        Test::Below(limit) => format!("below {}", shape(model, limit)),
        Test::Above(limit) => format!("above {}", shape(model, limit)),
        Test::Outside(a, b) => format!("outside {} {}", shape(model, a), shape(model, b)),
        Test::Deviation { .. } => "deviation".to_string(),
        Test::When(condition) => format!("when {}", shape(model, condition)),
    };
    format!("{kind} where {}", pins(model, &rule.pins))
}

/// An expression without its numbers: two of one shape can be compared.
fn shape(model: &CheckedModel, expr: &Expr) -> String {
    let children = expr.children();
    match (&*expr.kind, children.is_empty()) {
        (ExprKind::Literal(Literal::Number { .. }), _) => "number".to_string(),
        (_, true) => expression(model, expr),
        (kind, false) => {
            let kind = match kind {
                ExprKind::Binary(op, ..) => format!("{op:?}"),
                ExprKind::Prior(_, by) => format!("prior {by:?}"),
                ExprKind::Call(function, _) => format!("{function:?}"),
                ExprKind::Convert(..) => "convert".to_string(),
                _ => return expression(model, expr),
            };
            format!("{kind}({})", children.iter().map(|c| shape(model, c)).collect::<Vec<_>>().join(" "))
        }
    }
}

fn pins(model: &CheckedModel, pins: &[Pin]) -> String {
    let mut all: Vec<String> = pins
        .iter()
        .map(|pin| {
            let mut members: Vec<String> = pin.members.iter().map(|m| format!("{m:?}")).collect();
            members.sort();
            format!("{} {}", model.dimension(pin.dimension).name, members.join("|"))
        })
        .collect();
    all.sort();
    all.join(" and ")
}

fn rules(both: &mut Both<'_>, subject: &Subject, before: MetricId, after: MetricId) {
    let (was, is) = (both.before.model, both.after.model);
    let (old, new) = (&was.metric(before).thresholds.rules, &is.metric(after).thresholds.rules);
    let mut left: Vec<&Rule> = new.iter().collect();
    let mut unpaired: Vec<&Rule> = Vec::new();
    let mut pairs = Vec::new();
    for rule in old {
        let same = |other: &&Rule| form(is, other) == form(was, rule) && other.severity == rule.severity;
        match left.iter().position(same) {
            Some(at) => pairs.push((rule, left.remove(at))),
            None => unpaired.push(rule),
        }
    }
    unpaired.retain(|rule| match left.iter().position(|other| form(is, other) == form(was, rule)) {
        Some(at) => {
            pairs.push((rule, left.remove(at)));
            false
        }
        None => true,
    });
    for (rule, other) in pairs {
        rule_changed(both, subject, rule, other);
    }
    // of the whole instead of each region: neither stricter nor laxer for certain
    unpaired.retain(|rule| {
        let same = |other: &&Rule| wholes(is, other) == wholes(was, rule) && other.severity == rule.severity;
        let Some(at) = left.iter().position(same) else { return true };
        let other = left.remove(at);
        let change = both.add("rule-changed", subject.clone(), At::After(other.span));
        change.detail(rule.severity.name(), &rule.text, &other.text);
        false
    });
    for rule in unpaired {
        let spares = spares(was, old, rule);
        let change = both.add("rule-removed", subject.clone(), At::Before(rule.span));
        if spares {
            change.class = Class::Tightened;
        }
        change.detail(rule.severity.name(), &rule.text, "");
    }
    for rule in left {
        let spares = spares(is, new, rule);
        let change = both.add("rule-added", subject.clone(), At::After(rule.span));
        if spares {
            change.class = Class::Loosened;
        }
        change.detail(rule.severity.name(), "", &rule.text);
    }
}

/// Whether a rule for some members is laxer than the one that it takes the place of.
fn spares(model: &CheckedModel, all: &[Rule], rule: &Rule) -> bool {
    let general = |other: &&Rule| {
        other.pins.len() < rule.pins.len()
            && other.severity == rule.severity
            && std::mem::discriminant(&other.test) == std::mem::discriminant(&rule.test)
    };
    let general = all.iter().filter(|_| !rule.pins.is_empty()).find(general);
    general.is_some_and(|general| strictness(model, general, model, rule) == Some(Strict::Laxer))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strict {
    Stricter,
    Laxer,
}

fn rule_changed(both: &mut Both<'_>, subject: &Subject, rule: &Rule, other: &Rule) {
    let (was, is) = (both.before.model, both.after.model);
    let code = match (rule.severity, other.severity) {
        (Severity::Warn, Severity::Critical) => Some("severity-raised"),
        (Severity::Critical, Severity::Warn) => Some("severity-lowered"),
        _ => None,
    };
    let same_text = rule.text == other.text;
    let test = code.filter(|_| same_text).or_else(|| {
        let all = [strictness(was, rule, is, other), periods(rule, other), clearing(was, rule, is, other)];
        let severity = match code {
            Some("severity-raised") => Some(Strict::Stricter),
            Some(_) => Some(Strict::Laxer),
            None => None,
        };
        let moved = moved(was, rule, is, other);
        let found: BTreeSet<Strict> = all.into_iter().flatten().chain(severity).collect();
        match (found.len(), found.first()) {
            _ if moved => Some("rule-changed"),
            (0, _) => None,
            (1, Some(Strict::Stricter)) => Some("limit-tightened"),
            (1, _) => Some("limit-loosened"),
            _ => Some("rule-changed"),
        }
    });
    if let Some(code) = test {
        let text = |r: &Rule| format!("{} {}", r.severity.name(), r.text);
        both.add(code, subject.clone(), At::After(other.span)).detail("rule", text(rule), text(other));
    }
    if rule.playbook != other.playbook || rule.owner != other.owner {
        let text = |r: &Rule| {
            [r.playbook.clone(), r.owner.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        let code = if rule.playbook == other.playbook { "owner-changed" } else { "playbook-changed" };
        both.add(code, subject.clone(), At::After(other.span)).detail("rule", text(rule), text(other));
    }
}

/// Which way the limit went, where that can be seen.
fn strictness(was: &CheckedModel, rule: &Rule, is: &CheckedModel, other: &Rule) -> Option<Strict> {
    let _ = (was, is);
    let way = |grew: Option<bool>, stricter_if_grown: bool| {
        grew.map(|grew| if grew == stricter_if_grown { Strict::Stricter } else { Strict::Laxer })
    };
    match (&rule.test, &other.test) {
        (Test::Below(a), Test::Below(b)) => way(grew(a, b), true),
        (Test::Above(a), Test::Above(b)) => way(grew(a, b), false),
        (Test::Outside(a, c), Test::Outside(b, d)) => {
            match (way(grew(a, b), true), way(grew(c, d), false)) {
                (x, None) | (None, x) => x,
                (x, y) if x == y => x,
                // both ways: told by `moved`
                _ => None,
            }
        }
        (Test::Deviation { factor: a, last: m }, Test::Deviation { factor: b, last: n })
            if m == n && a != b =>
        {
            Some(if b < a { Strict::Stricter } else { Strict::Laxer })
        }
        _ => None,
    }
}

/// Whether something differs of which no way can be told.
fn moved(was: &CheckedModel, rule: &Rule, is: &CheckedModel, other: &Rule) -> bool {
    let differ = |a: &Expr, b: &Expr| expression(was, a) != expression(is, b) && grew(a, b).is_none();
    match (&rule.test, &other.test) {
        (Test::Below(a), Test::Below(b))
        | (Test::Above(a), Test::Above(b))
        | (Test::When(a), Test::When(b)) => differ(a, b),
        (Test::Outside(a, c), Test::Outside(b, d)) => {
            let both_ways = grew(a, b).zip(grew(c, d)).is_some_and(|(low, high)| low == high);
            differ(a, b) || differ(c, d) || both_ways
        }
        (Test::Deviation { last: m, .. }, Test::Deviation { last: n, .. }) => m != n,
        _ => true,
    }
}

/// Whether the only number in which two expressions of one shape differ became greater.
fn grew(a: &Expr, b: &Expr) -> Option<bool> {
    match (&*a.kind, &*b.kind) {
        (ExprKind::Literal(a), ExprKind::Literal(b)) => {
            let (a, b) = (number(a)?, number(b)?);
            (a != b).then_some(b > a)
        }
        // of a prior value or a target so much: `90% of target`, `down 20% from prior year`
        (ExprKind::Binary(op, a1, a2), ExprKind::Binary(other, b1, b2))
            if op == other && matches!(op, BinaryOp::Mul | BinaryOp::Add) =>
        {
            grew(a1, b1).or_else(|| grew(a2, b2))
        }
        (ExprKind::Binary(BinaryOp::Sub, a1, a2), ExprKind::Binary(BinaryOp::Sub, b1, b2)) => {
            grew(a1, b1).or_else(|| grew(a2, b2).map(|grew| !grew))
        }
        (ExprKind::Convert(a, _), ExprKind::Convert(b, _)) => grew(a, b),
        (ExprKind::Negate(a), ExprKind::Negate(b)) => grew(a, b).map(|grew| !grew),
        _ => None,
    }
}

fn number(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Number { digits, scale } => Some(*digits as f64 / 10f64.powi(i32::from(*scale))),
        _ => None,
    }
}

fn periods(rule: &Rule, other: &Rule) -> Option<Strict> {
    match rule.for_periods.cmp(&other.for_periods) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => Some(Strict::Laxer),
        std::cmp::Ordering::Greater => Some(Strict::Stricter),
    }
}

/// What is harder to clear stays broken longer.
fn clearing(was: &CheckedModel, rule: &Rule, is: &CheckedModel, other: &Rule) -> Option<Strict> {
    match (&rule.clear, &other.clear) {
        (None, None) => None,
        (None, Some(_)) => Some(Strict::Stricter),
        (Some(_), None) => Some(Strict::Laxer),
        (Some(a), Some(b)) => {
            let grew = match (&a.test, &b.test) {
                (Test::Above(a), Test::Above(b)) => grew(a, b),
                (Test::Below(a), Test::Below(b)) => grew(a, b).map(|grew| !grew),
                _ => None,
            };
            let longer = (a.for_periods != b.for_periods).then_some(b.for_periods > a.for_periods);
            let _ = (was, is);
            grew.or(longer).map(|harder| if harder { Strict::Stricter } else { Strict::Laxer })
        }
    }
}

// ---------------------------------------------------------------- targets

fn targets(both: &mut Both<'_>, subject: &Subject, before: MetricId, after: MetricId) {
    let (was, is) = (both.before.model, both.after.model);
    let better = is.metric(after).attributes.better;
    let key = |model: &CheckedModel, t: &Target| format!("{} {:?}", pins(model, &t.pins), t.until);
    let mut left: Vec<&Target> = is.metric(after).thresholds.targets.iter().collect();
    let mut unpaired = Vec::new();
    for target in &was.metric(before).thresholds.targets {
        let Some(at) = left.iter().position(|other| key(is, other) == key(was, target)) else {
            unpaired.push(target);
            continue;
        };
        let other = left.remove(at);
        if expression(was, &target.value) == expression(is, &other.value) {
            continue;
        }
        let code = match (grew(&target.value, &other.value), better) {
            (Some(true), Better::Higher) | (Some(false), Better::Lower) => "target-raised",
            (Some(false), Better::Higher) | (Some(true), Better::Lower) => "target-lowered",
            _ => "target-changed",
        };
        both.add(code, subject.clone(), At::After(other.span)).detail("target", &target.text, &other.text);
    }
    for target in unpaired {
        // the same members by another day
        match left.iter().position(|other| pins(is, &other.pins) == pins(was, &target.pins)) {
            Some(at) => {
                let other = left.remove(at);
                both.add("target-changed", subject.clone(), At::After(other.span)).detail(
                    "target",
                    &target.text,
                    &other.text,
                );
            }
            None => {
                both.add("target-removed", subject.clone(), At::Before(target.span)).detail(
                    "target",
                    &target.text,
                    "",
                );
            }
        }
    }
    for target in left {
        both.add("target-added", subject.clone(), At::After(target.span)).detail("target", "", &target.text);
    }
}

fn benchmarks(both: &mut Both<'_>, subject: &Subject, before: MetricId, after: MetricId) {
    let text = |model: &CheckedModel, all: &[Benchmark]| {
        let one = |b: &Benchmark| format!("{} where {}", b.text, pins(model, &b.pins));
        all.iter().map(one).collect::<Vec<_>>()
    };
    let (was, is) = (both.before.model, both.after.model);
    let (old, new) = (&was.metric(before).thresholds.benchmarks, &is.metric(after).thresholds.benchmarks);
    if text(was, old) != text(is, new) {
        let shown = |all: &[Benchmark]| all.iter().map(|b| b.text.clone()).collect::<Vec<_>>().join("; ");
        let (before, after_text) = (shown(old), shown(new));
        let at = At::After(is.metric(after).name_span);
        both.add("benchmark-changed", subject.clone(), at).detail("benchmark", before, after_text);
    }
}

/// When nothing is judged at all.
fn judging(both: &mut Both<'_>, subject: &Subject, before: MetricId, after: MetricId) {
    let (was, is) = (both.before.model, both.after.model);
    let (old, new) = (&was.metric(before).thresholds, &is.metric(after).thresholds);
    let at = At::After(is.metric(after).name_span);
    let text =
        |model: &CheckedModel, e: &Option<Expr>| e.as_ref().map(|e| expression(model, e)).unwrap_or_default();
    let (a, b) = (text(was, &old.only_when), text(is, &new.only_when));
    if a != b {
        let code = match (a.is_empty(), b.is_empty()) {
            (true, _) => "judging-narrowed",
            (_, true) => "judging-widened",
            _ => "judging-changed",
        };
        let written = (written(&both.before, &old.only_when), written(&both.after, &new.only_when));
        // one text that means another thing is told by what it means
        let (a, b) = if written.0 == written.1 { (a, b) } else { written };
        both.add(code, subject.clone(), at).detail("only when", a, b);
    }
    if old.missing != new.missing {
        let code = if new.missing > old.missing { "judging-widened" } else { "judging-narrowed" };
        let name = |s: Option<Severity>| s.map_or("ok", Severity::name);
        both.add(code, subject.clone(), at).detail("missing", name(old.missing), name(new.missing));
    }
}

/// As its author wrote it, on one line.
fn written(side: &Side<'_>, condition: &Option<Expr>) -> String {
    let text = condition.as_ref().map(|e| side.sources.get(e.span.file).slice(e.span)).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

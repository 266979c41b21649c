//! Thresholds and scorecards as nested lists.

use super::declarations::{attribute, docs_node, head};
use super::expressions::{expr, names, number_node, path, unit};
use super::{Node, atom, list, quoted};
use crate::syntax::ast::{
    Breach, BreachKind, Consumer, Goal, Limit, Scorecard, ScorecardItem, ScorecardItemKind, Since, Threshold,
    Thresholds,
};
use crate::text::Span;

pub fn thresholds_node(thresholds: &Thresholds) -> Node {
    let mut nodes = vec![path(&thresholds.metric)];
    nodes.extend(docs_node(&thresholds.docs));
    nodes.extend(thresholds.items.iter().map(attribute));
    list("thresholds", nodes)
}

pub fn goal(goal: &Goal) -> Vec<Node> {
    let mut nodes = vec![limit(&goal.value)];
    nodes.extend(goal.until.map(|(date, _)| list("by", [atom(date.to_string())])));
    nodes.extend(goal.filter.iter().map(|filter| list("where", [expr(filter)])));
    nodes.extend(goal.source.iter().map(|source| list("source", [quoted(&source.value)])));
    nodes
}

pub fn threshold(rule: &Threshold) -> Node {
    let mut nodes = vec![breach(&rule.breach)];
    nodes.extend(for_periods(rule.for_periods));
    nodes.extend(rule.clear.as_ref().map(|clear| {
        list("clear", std::iter::once(breach(&clear.breach)).chain(for_periods(clear.for_periods)))
    }));
    if !rule.by.is_empty() {
        nodes.push(list("by", names(&rule.by)));
    }
    nodes.extend(rule.filter.iter().map(|filter| list("where", [expr(filter)])));
    nodes.extend(rule.playbook.iter().map(|text| list("playbook", [quoted(&text.value)])));
    nodes.extend(rule.owner.iter().map(|text| list("owner", [quoted(&text.value)])));
    list(&rule.severity.name, nodes)
}

fn for_periods(count: Option<(u32, Span)>) -> Option<Node> {
    count.map(|(count, _)| list("for", [atom(count.to_string())]))
}

fn breach(breach: &Breach) -> Node {
    match &breach.kind {
        BreachKind::Below(value) => list("below", [limit(value)]),
        BreachKind::Above(value) => list("above", [limit(value)]),
        BreachKind::Outside(low, high) => list("outside", [limit(low), limit(high)]),
        BreachKind::Deviation { factor, last } => {
            let factor = factor.as_ref().map(number_node);
            list("outside-stddev", factor.into_iter().chain(last.map(|last| atom(last.to_string()))))
        }
        BreachKind::Moved { down, by, from } => {
            let from = match from {
                Since::Word(word) => atom(&word.name),
                Since::Length(length) => expr(length),
            };
            list(if *down { "down" } else { "up" }, [limit(by), list("from-prior", [from])])
        }
        BreachKind::When(condition) => list("when", [expr(condition)]),
    }
}

fn limit(limit: &Limit) -> Node {
    let value = match &limit.unit {
        Some(written) => list("in-unit", [expr(&limit.value), unit(written)]),
        None => expr(&limit.value),
    };
    match &limit.of {
        Some(of) => list("of", [value, atom(&of.name)]),
        None => value,
    }
}

pub fn scorecard_node(scorecard: &Scorecard) -> Node {
    let mut nodes = head(&scorecard.name, &scorecard.label, &scorecard.docs);
    nodes.extend(scorecard.items.iter().map(item));
    list("scorecard", nodes)
}

pub fn consumer_node(consumer: &Consumer) -> Node {
    let mut nodes = vec![quoted(&consumer.name.value)];
    nodes.extend(docs_node(&consumer.docs));
    nodes.push(list("metrics", consumer.metrics.iter().map(path)));
    if !consumer.by.is_empty() {
        nodes.push(list("by", names(&consumer.by)));
    }
    nodes.extend(consumer.owner.iter().map(|owner| list("owner", [quoted(&owner.value)])));
    list("consumer", nodes)
}

fn item(item: &ScorecardItem) -> Node {
    match &item.kind {
        ScorecardItemKind::Metrics(metrics) => list("metrics", metrics.iter().map(path)),
        ScorecardItemKind::Every { grain, last } => {
            let last = last.map(|(last, _)| list("last", [atom(last.to_string())]));
            list("every", std::iter::once(path(grain)).chain(last))
        }
        ScorecardItemKind::By(dimensions) => list("by", names(dimensions)),
        ScorecardItemKind::Where { condition, .. } => list("where", [expr(condition)]),
        ScorecardItemKind::Having(condition) => list("having", [expr(condition)]),
        ScorecardItemKind::From { from, to } => list("from", names(std::iter::once(from).chain(to))),
        ScorecardItemKind::Compare(all) => list("compare", all.iter().map(|one| quoted(&one.name))),
        ScorecardItemKind::Owner(text) => list("owner", [quoted(&text.value)]),
        ScorecardItemKind::Roles(roles) => list("roles", names(roles)),
        ScorecardItemKind::Tags(tags) => list("tags", names(tags)),
    }
}

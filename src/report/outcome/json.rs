//! Everything as one JSON object, by the schema `docs/schema/report-1.json`: numbers with
//! all their digits, `null` for no value, verdicts and periods by their names.

use super::facts::Counts;
use super::tree::{Tree, count, list, maybe, object, scalar, text};
use super::words;
use crate::calendar::Period;
use crate::check::{Better, Tier};
use crate::report::unit_name;
use crate::table::{Table, Value};
use crate::threshold::{
    Behind, Compare, Definition, Judgement, Member, Moment, Outcome, Place, Point, Promise, Rule, Scorecard,
    ScoredMetric, Series, Verdict,
};

pub fn render(outcome: &Outcome) -> String {
    let tree = object([
        ("version", count(1)),
        ("kepi", text(&outcome.kepi)),
        ("project", text(&outcome.project)),
        ("folder", text(&outcome.folder)),
        ("as_of", maybe(outcome.as_of, text)),
        ("command", text(&outcome.command)),
        ("fail_on", maybe(outcome.fail_on, |s| text(s.name()))),
        ("exit_code", count(outcome.exit_code)),
        ("counts", counts(&Counts::of(outcome))),
        ("scorecards", list(&outcome.scorecards, scorecard)),
        ("promises", list(&outcome.promises, promise)),
    ]);
    format!("{tree}\n")
}

pub fn counts(counts: &Counts) -> Tree {
    object([
        ("critical", count(counts.critical)),
        ("warn", count(counts.warn)),
        ("not_judged", count(counts.not_judged)),
        ("ok", count(counts.ok)),
    ])
}

fn scorecard(scorecard: &Scorecard) -> Tree {
    object([
        ("name", text(&scorecard.name)),
        ("label", text(&scorecard.label)),
        ("docs", maybe(scorecard.docs.as_ref(), text)),
        ("place", maybe(scorecard.place.as_ref(), place)),
        ("grain", maybe(scorecard.grain.as_ref(), text)),
        ("periods", list(&scorecard.periods, period)),
        ("filter", maybe(scorecard.filter.as_ref(), text)),
        ("compare", list(&scorecard.compare, |c| text(compare(*c)))),
        ("metrics", list(&scorecard.metrics, metric)),
    ])
}

fn compare(compare: Compare) -> &'static str {
    match compare {
        Compare::PriorPeriod => "prior_period",
        Compare::PriorYear => "prior_year",
        Compare::Target => "target",
        Compare::Benchmark => "benchmark",
    }
}

fn period(period: &Period) -> Tree {
    let last = period.end.yesterday().unwrap_or(period.end);
    object([("name", text(&period.label)), ("first_day", text(period.start)), ("last_day", text(last))])
}

pub fn place(place: &Place) -> Tree {
    object([
        ("file", text(&place.file)),
        ("line", count(place.line)),
        ("column", count(place.column)),
        ("end_line", count(place.end_line)),
        ("end_column", count(place.end_column)),
    ])
}

fn metric(metric: &ScoredMetric) -> Tree {
    let Tree::Object(mut fields) = definition(&metric.definition) else {
        unreachable!("a definition is an object")
    };
    fields.push(("series".to_string(), list(&metric.series, series)));
    fields.push(("judgements".to_string(), list(&metric.judgements, |j| judgement(metric, j))));
    Tree::Object(fields)
}

fn definition(definition: &Definition) -> Tree {
    let tier = |tier| match tier {
        Tier::Primary => text("primary"),
        Tier::Secondary => text("secondary"),
    };
    let better = match definition.better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "neither",
    };
    object([
        ("name", text(&definition.name)),
        ("version", count(definition.version)),
        ("label", text(&definition.label)),
        ("docs", maybe(definition.docs.as_ref(), text)),
        ("formula", text(&definition.formula)),
        ("unit", maybe(unit_name(&definition.show), text)),
        ("better", text(better)),
        ("tier", maybe(definition.tier, tier)),
        ("roles", list(&definition.roles, text)),
        ("tags", list(&definition.tags, text)),
        ("owner", maybe(definition.owner.as_ref(), text)),
        ("playbook", maybe(definition.playbook.as_ref(), text)),
        ("place", place(&definition.place)),
        ("lineage", list(&definition.lineage, text)),
    ])
}

fn series(series: &Series) -> Tree {
    object([("member", member(&series.member)), ("points", list(&series.points, point))])
}

/// `null` for the rows without a member of the dimension.
pub fn member(member: &[Member]) -> Tree {
    Tree::Object(member.iter().map(|m| (m.dimension.clone(), scalar(&m.value))).collect())
}

fn point(point: &Point) -> Tree {
    let tree = object([
        ("period", maybe(point.period.as_ref(), |p| text(&p.label))),
        ("partial", Tree::Bool(point.partial)),
        ("value", scalar(&point.value)),
        ("prior", scalar(&point.prior)),
        ("prior_year", scalar(&point.prior_year)),
        ("target", scalar(&point.target)),
        ("benchmark", scalar(&point.benchmark)),
    ]);
    with_immature(tree, &point.value)
}

/// A value that is not yet known is `null`, too; this tells it from one that is missing.
fn with_immature(tree: Tree, value: &Value) -> Tree {
    match tree {
        Tree::Object(mut fields) if *value == Value::Immature => {
            fields.push(("immature".to_string(), Tree::Bool(true)));
            Tree::Object(fields)
        }
        other => other,
    }
}

pub fn judgement(metric: &ScoredMetric, judgement: &Judgement) -> Tree {
    object([
        ("verdict", verdict(judgement.verdict)),
        ("message", text(words::headline(metric, judgement))),
        ("reason", maybe(judgement.reason.as_ref(), text)),
        ("member", member(&judgement.member)),
        ("period", maybe(judgement.period.as_ref(), |p| text(&p.label))),
        ("value", scalar(&judgement.value)),
        ("limit", scalar(&judgement.limit)),
        ("distance", scalar(&judgement.distance)),
        ("since", maybe(judgement.since.as_ref(), |p| text(&p.label))),
        ("periods", count(judgement.periods)),
        ("command", text(&judgement.command)),
        ("rule", rule(&judgement.rule)),
        ("history", list(judgement.history.iter(), moment)),
        ("rows", list(&judgement.rows, behind)),
        ("drill", maybe(judgement.drill.as_ref(), table)),
    ])
}

fn behind(behind: &Behind) -> Tree {
    object([
        ("source", text(&behind.source)),
        ("by", maybe(behind.by.as_ref(), text)),
        ("count", count(behind.count)),
        ("worst", maybe(behind.worst.as_ref(), table)),
    ])
}

/// `too_few`
pub fn verdict(verdict: Verdict) -> Tree {
    text(verdict.name().replace(' ', "_"))
}

fn rule(rule: &Rule) -> Tree {
    object([
        ("id", text(&rule.id)),
        ("severity", text(rule.severity.name())),
        ("text", text(&rule.text)),
        ("owner", maybe(rule.owner.as_ref(), text)),
        ("playbook", maybe(rule.playbook.as_ref(), text)),
        ("place", place(&rule.place)),
    ])
}

fn moment(moment: Moment) -> Tree {
    let tree = object([
        ("period", maybe(moment.period, |p| text(&p.label))),
        ("value", scalar(moment.value)),
        ("limit", scalar(moment.limit)),
        ("verdict", verdict(moment.verdict)),
    ]);
    with_immature(tree, moment.value)
}

pub fn promise(promise: &Promise) -> Tree {
    object([
        ("id", text(&promise.id)),
        ("source", text(&promise.source)),
        ("text", text(&promise.text)),
        ("severity", text(promise.severity.name())),
        ("place", place(&promise.place)),
        (
            "broken",
            maybe(promise.broken.as_ref(), |broken| {
                object([("rows", count(broken.rows)), ("examples", table(&broken.examples))])
            }),
        ),
    ])
}

fn table(table: &Table) -> Tree {
    object([
        ("columns", list(&table.columns, |c| text(&c.name))),
        ("rows", list(&table.rows, |row| list(&row.values, scalar))),
    ])
}

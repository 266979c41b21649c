//! Values that are made up, by hand on both sides.

use std::sync::Arc;

use jiff::civil::date;

use super::questions::{Asked, Question};
use super::*;
use crate::calendar::Calendar;
use crate::check::{Better, MetricId, Severity, Style};
use crate::diff::{Kind, Touched};
use crate::threshold::{
    Definition, History, Judgement, Past, Place, Point, Rule, Scorecard, ScoredMetric, Series,
};
use crate::units::Unit;

fn month(n: i8) -> Period {
    Calendar::default().period(&Grain::Month, date(2026, n, 1))
}

fn place() -> Place {
    Place { file: String::new(), line: 1, column: 1, end_line: 1, end_column: 1 }
}

fn metric(style: Style, series: Vec<Series>, judgements: Vec<Judgement>) -> ScoredMetric {
    let definition = Definition {
        name: "m".into(),
        version: 1,
        label: "M".into(),
        docs: None,
        formula: String::new(),
        unit: String::new(),
        show: Show { style, decimals: None },
        better: Better::Neither,
        tier: None,
        roles: Vec::new(),
        tags: Vec::new(),
        owner: None,
        playbook: None,
        place: place(),
        lineage: Vec::new(),
    };
    ScoredMetric { definition, series, judgements }
}

fn region(name: &str) -> Vec<Member> {
    vec![Member { dimension: "region".into(), label: "Region".into(), value: Value::Text(name.into()) }]
}

/// From January on; the fourth month has not ended.
fn series(member: Vec<Member>, values: &[Value]) -> Series {
    let point = |(at, value): (usize, &Value)| Point {
        period: Some(month(at as i8 + 1)),
        partial: at == 3,
        value: value.clone(),
        prior: Value::Missing,
        prior_year: Value::Missing,
        target: Value::Missing,
        benchmark: Value::Missing,
    };
    Series { member, points: values.iter().enumerate().map(point).collect() }
}

fn judgement(member: Vec<Member>, text: &str, severity: Severity, verdicts: &[Verdict]) -> Judgement {
    let periods = (0..verdicts.len()).map(|at| Some(month(at as i8 + 1))).collect();
    let past = Past { periods, values: vec![Value::Missing; verdicts.len()] };
    let limits = past.values.clone();
    let history = History::new(Arc::new(past), limits, verdicts.to_vec());
    Judgement {
        rule: Rule {
            severity,
            text: text.into(),
            place: place(),
            owner: None,
            playbook: None,
            id: String::new(),
        },
        member,
        period: history.last().and_then(|m| m.period.cloned()),
        verdict: *verdicts.last().expect("one at least"),
        reason: None,
        value: Value::Missing,
        limit: Value::Missing,
        distance: Value::Missing,
        since: None,
        periods: 0,
        history,
        drill: None,
        rows: Vec::new(),
        command: String::new(),
    }
}

fn question(cadences: (Grain, Grain), slices: &[&str]) -> Question {
    let asked = |cadence: Grain| Asked {
        metric: MetricId(0),
        grain: Some(Grain::Month),
        cadence: Some(cadence),
        slices: slices.iter().map(|_| Some(Vec::new())).collect(),
    };
    Question {
        touched: Touched {
            subject: Subject { kind: Kind::Metric, name: "m".into(), version: Some(1) },
            before: Some(MetricId(0)),
            after: Some(MetricId(0)),
            meaning: true,
            judged: true,
            dimensions: Vec::new(),
        },
        sides: Both { before: Some(asked(cadences.0)), after: Some(asked(cadences.1)) },
        slices: slices.iter().map(|name| vec![name.to_string()]).collect(),
        renamed: Default::default(),
        failed: Both::default(),
        notes: Vec::new(),
    }
}

fn card(metric: ScoredMetric) -> Scorecard {
    Scorecard {
        name: "m".into(),
        label: "M".into(),
        docs: None,
        place: None,
        grain: Some(Grain::Month),
        periods: Vec::new(),
        filter: None,
        compare: Vec::new(),
        metrics: vec![metric],
    }
}

fn compared(before: ScoredMetric, after: ScoredMetric) -> Movement {
    let (before, after) = ([card(before)], [card(after)]);
    let answers = Both { before: Some(Ok(&before[..])), after: Some(Ok(&after[..])) };
    movement(&question((Grain::Month, Grain::Month), &[]), answers, 12)
}

/// Of the total.
fn totals(before: &[Value], after: &[Value]) -> Movement {
    let of = |values: &[Value]| metric(Style::Number, vec![series(Vec::new(), values)], Vec::new());
    compared(of(before), of(after))
}

fn cents(digits: i128) -> Value {
    Value::Decimal { digits, scale: 2 }
}

#[test]
fn differences_are_exact_and_parts_of_zero_are_none() {
    let found = totals(&[cents(0), cents(1010)], &[cents(5), cents(1515)]);
    let total = found.total.expect("a total");
    assert_eq!((total.difference, total.relative), (cents(505), Value::Float(0.5)));
    let found = totals(&[cents(0)], &[cents(5)]);
    let total = found.total.expect("a total");
    assert_eq!((total.difference, total.relative), (cents(5), Value::Missing));
    let found = totals(&[Value::Missing], &[cents(5)]);
    let total = found.total.expect("a total");
    assert_eq!((total.difference, total.relative, total.differs), (Value::Missing, Value::Missing, true));
    // of what is negative the part is not
    let found = totals(&[cents(-100)], &[cents(-50)]);
    assert_eq!(found.total.expect("a total").relative, Value::Float(0.5));
}

#[test]
fn the_last_digits_of_floats_do_not_differ() {
    let found = totals(&[Value::Float(0.1 + 0.2)], &[Value::Float(0.3)]);
    assert!(!found.moves());
    assert_eq!(found.total.expect("a total").difference, Value::Int(0));
    assert!(totals(&[Value::Float(0.300_000_1)], &[Value::Float(0.3)]).moves());
}

#[test]
fn the_newest_whole_period_is_shown_or_the_newest_that_differs() {
    let shown =
        |found: &Movement| (found.period.clone().expect("a period").label.to_string(), found.is_newest_whole);
    let [one, two] = [Value::Int(1), Value::Int(2)];
    let all = [one.clone(), one.clone(), one.clone(), one.clone()];
    let found = totals(&all, &[one.clone(), one.clone(), two.clone(), two.clone()]);
    assert_eq!(shown(&found), ("2026-03".to_string(), true));
    let found = totals(&all, &[one.clone(), two.clone(), one.clone(), two.clone()]);
    assert_eq!(shown(&found), ("2026-02".to_string(), false));
    assert_eq!(found.first().map(|p| &*p.label), Some("2026-02"));
    assert_eq!((found.totals.changed, found.totals.values), (2, 4));
    let found = totals(&all, &[one.clone(), one.clone(), one.clone(), two.clone()]);
    assert_eq!(shown(&found), ("2026-04".to_string(), false));
    assert_eq!(shown(&totals(&all, &all)), ("2026-03".to_string(), true));
}

#[test]
fn another_unit_is_another_number() {
    let unit = |code: &str| {
        Style::Unit(Unit::of(crate::units::Base::Currency(
            crate::units::Currency::from_code(code).expect("a currency"),
        )))
    };
    let of = |code| metric(unit(code), vec![series(Vec::new(), &[cents(100)])], Vec::new());
    let found = compared(of("USD"), of("EUR"));
    let total = found.total.expect("a total");
    assert_eq!((total.differs, total.difference), (true, Value::Missing));
    assert!(!compared(of("USD"), of("USD")).moves());
}

#[test]
fn members_that_moved_farthest_come_first() {
    let of = |values: [i128; 3]| {
        let one = |(name, value): (&str, i128)| series(region(name), &[Value::Int(value)]);
        let all = ["A", "B", "C"].into_iter().zip(values).filter(|(_, value)| *value > 0).map(one);
        metric(Style::Number, all.collect(), Vec::new())
    };
    let whole = |value| metric(Style::Number, vec![series(Vec::new(), &[Value::Int(value)])], Vec::new());
    let before = [card(whole(15)), card(of([5, 10, 0]))];
    let after = [card(whole(22)), card(of([5, 8, 9]))];
    let answers = Both { before: Some(Ok(&before[..])), after: Some(Ok(&after[..])) };
    let found = movement(&question((Grain::Month, Grain::Month), &["region"]), answers, 12);
    let slice = &found.slices[0];
    let names: Vec<&Value> = slice.members.iter().map(|m| &m.member[0].value).collect();
    // C is new, B lost two, A did not move
    assert_eq!(names, [&Value::Text("C".into()), &Value::Text("B".into()), &Value::Text("A".into())]);
    assert_eq!((slice.count.changed, slice.count.values, slice.count.members), (2, 3, 3));
}

fn judged(before: Vec<Judgement>, after: Vec<Judgement>, replayed: usize, cadence: Grain) -> Movement {
    let of = |judgements| [card(metric(Style::Number, Vec::new(), judgements))];
    let (before, after) = (of(before), of(after));
    let answers = Both { before: Some(Ok(&before[..])), after: Some(Ok(&after[..])) };
    movement(&question((Grain::Month, cadence), &[]), answers, replayed)
}

#[test]
fn an_alert_goes_silent_where_no_rule_fires() {
    use Verdict::{Critical, Ok, TooFew, Warn};
    let before = vec![
        judgement(Vec::new(), "below 3", Severity::Warn, &[Warn, Warn, Warn]),
        judgement(Vec::new(), "below 1", Severity::Critical, &[Ok, Critical, Ok]),
    ];
    let after = vec![judgement(Vec::new(), "below 2", Severity::Warn, &[Warn, Warn, TooFew])];
    let found = judged(before.clone(), after.clone(), 12, Grain::Month);
    let verdicts = &found.verdicts[0];
    let moments: Vec<_> = verdicts.moments.iter().map(|m| (m.verdict.before, m.verdict.after)).collect();
    assert_eq!(moments, [(Some(Critical), Some(Warn)), (Some(Warn), Some(TooFew))]);
    assert!(verdicts.goes_silent() && !verdicts.starts_firing());
    assert!(!verdicts.moments[0].goes_silent(), "it still warns");
    assert_eq!(verdicts.rules.before, ["warn below 3", "critical below 1"]);
    // the other way round
    let found = judged(after, before.clone(), 12, Grain::Month);
    assert!(!found.verdicts[0].goes_silent() && found.verdicts[0].starts_firing());
    // a metric whose rules are gone
    let found = judged(before, Vec::new(), 1, Grain::Month);
    assert_eq!(found.verdicts[0].moments.len(), 1);
    assert_eq!(found.verdicts[0].newest, Both { before: Some(Warn), after: None });
}

#[test]
fn other_periods_are_not_held_against_one_another() {
    use Verdict::{Critical, Ok};
    let before = vec![judgement(Vec::new(), "below 3", Severity::Critical, &[Critical, Critical, Critical])];
    let after = vec![judgement(Vec::new(), "below 3", Severity::Critical, &[Critical, Ok])];
    let found = judged(before, after, 12, Grain::Week);
    assert_eq!(found.verdicts[0].moments.len(), 1);
    assert_eq!(found.verdicts[0].newest, Both { before: Some(Critical), after: Some(Ok) });
}

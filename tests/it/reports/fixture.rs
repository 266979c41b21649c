//! An outcome made by hand that has everything a report may meet: every verdict, members,
//! a target, a hysteresis, broken promises, and texts that attack each format.

use std::sync::Arc;

use jiff::civil::date;
use kepi::calendar::{Calendar, Grain, Period};
use kepi::check::{Better, Show, Style, Tier};
use kepi::table::{Column, Role, Row, Table, Value};
use kepi::threshold::{
    Behind, Broken, Compare, Definition, History, Judgement, Member, Outcome, Past, Place, Point, Promise,
    Rule, Scorecard, ScoredMetric, Series, Severity, Verdict,
};
use kepi::units::{Base, Unit};

/// What no format may take for more than text.
pub const HOSTILE: &str = "<script>alert('x')</script> & \"a|b\" `c` *d* [e](f)\n::error file=x::owned\r\n##[error]\u{1b}[31m\u{7}\u{202e} %0A 🚀, <!channel> ]]> --> </style>";

pub fn outcome() -> Outcome {
    Outcome {
        project: "acme-sales".into(),
        folder: "examples/acme/".into(),
        kepi: "0.1.0".into(),
        as_of: Some(date(2026, 6, 20)),
        command: "kepi run executive regions odd --as-of 2026-06-20".into(),
        scorecards: vec![executive(), regions(), odd()],
        promises: promises(),
        fail_on: Some(Severity::Critical),
        exit_code: 1,
    }
}

/// The same without its attacks, as a page to look at.
pub fn presentable() -> Outcome {
    let mut outcome = outcome();
    outcome.scorecards.truncate(2);
    outcome.command = "kepi run executive regions --as-of 2026-06-20".into();
    let cycle = &mut outcome.scorecards[0].metrics[3];
    cycle.definition.label = "Sales cycle".into();
    cycle.definition.docs = Some("Days from the first call to the signature, of deals that were won.".into());
    cycle.definition.formula = "average(opportunities.cycle where is_won)".into();
    cycle.definition.owner = Some("sales-operations".into());
    cycle.definition.tags = vec!["velocity".into()];
    for judgement in &mut cycle.judgements {
        judgement.rule.text = "above 60 days by rep".into();
        judgement.rule.playbook = Some("https://example.com/playbooks/sales-cycle".into());
        judgement.command = "kepi run sales_cycle --every month --by rep".into();
        judgement.member.iter_mut().for_each(|m| m.value = text("Grace Hopper"));
    }
    for promise in &mut outcome.promises {
        if let Some(broken) = &mut promise.broken {
            broken.examples.rows[1].values[0] = text("o-12");
        }
    }
    outcome
}

/// Nothing to say at all.
pub fn empty() -> Outcome {
    Outcome { scorecards: Vec::new(), promises: Vec::new(), as_of: None, exit_code: 0, ..outcome() }
}

/// The twelve months up to June 2026, which has not ended.
fn months() -> Vec<Period> {
    Calendar::default().periods(&Grain::Month, date(2025, 7, 1), date(2026, 6, 1))
}

fn month(label: &str) -> Period {
    months().into_iter().find(|p| *p.label == *label).expect("one of the twelve")
}

fn executive() -> Scorecard {
    Scorecard {
        name: "executive".into(),
        label: "Executive scorecard".into(),
        docs: Some("What the *board* looks at, every month.".into()),
        place: Some(place("metrics/scorecards.kpi", 3)),
        grain: Some(Grain::Month),
        periods: months(),
        filter: Some("segment is not \"Public sector\"".into()),
        compare: vec![Compare::PriorPeriod, Compare::PriorYear, Compare::Target],
        metrics: vec![win_rate(), mrr(), bookings(), cycle(), churn()],
    }
}

/// Warned for two months as a whole; in EMEA critical; APAC has too few; Americas is well.
fn win_rate() -> ScoredMetric {
    let definition = Definition {
        docs: Some("Share of the opportunities **closed** in the period that were won.\n\n- by the day they closed\n- `open` ones do not count".into()),
        formula: "proportion(is_won of opportunities where is_closed)".into(),
        version: 2,
        roles: vec!["executive".into(), "manager".into()],
        tags: vec!["funnel".into()],
        owner: Some("revenue-operations".into()),
        playbook: Some("playbooks/win-rate.md".into()),
        tier: Some(Tier::Primary),
        lineage: vec!["opportunities".into(), "accounts".into()],
        ..definition("win_rate", "Win rate", Style::Percent, 12)
    };
    let whole = [31.2, 30.5, 29.8, 30.1, 28.4, 27.7, 29.0, 27.1, 26.2, 24.3, 23.5, 21.0];
    let emea = [29.0, 28.1, 27.5, 26.0, 24.2, 22.0, 20.4, 17.9, 16.1, 14.8, 12.5, 10.0];
    let americas = [33.0, 32.1, 31.9, 33.2, 31.0, 30.8, 33.1, 31.5, 31.2, 30.9, 31.4, 30.0];
    let apac =
        [None, None, None, None, None, None, Some(50.0), None, Some(33.3), Some(50.0), Some(40.0), None];
    let percents = |values: &[f64]| values.iter().map(|v| Value::Float(v / 100.0)).collect::<Vec<_>>();
    let known = |v: Option<f64>| v.map_or(Value::Missing, |v| Value::Float(v / 100.0));
    let warn = rule("win_rate", Severity::Warn, "below 25% for 2 periods", 18, None);
    let critical = rule("win_rate", Severity::Critical, "below 20%", 19, Some("playbooks/win-rate.md"));
    let by_region =
        rule("win_rate", Severity::Critical, "below 15% by region", 20, Some("playbooks/win-rate.md"));
    ScoredMetric {
        series: vec![
            series(vec![], percents(&whole), Value::Float(0.3)),
            series(vec![region("APAC")], apac.into_iter().map(known).collect(), Value::Float(0.3)),
            series(vec![region("Americas")], percents(&americas), Value::Float(0.3)),
            series(vec![region("EMEA")], percents(&emea), Value::Float(0.25)),
        ],
        judgements: vec![
            Judgement {
                since: Some(month("2026-04")),
                periods: 2,
                history: history(&percents(&whole), Value::Float(0.25), |at| match at {
                    10.. => Verdict::Warn,
                    _ => Verdict::Ok,
                }),
                ..judgement(warn, vec![], Verdict::Warn, Value::Float(0.235), Value::Float(0.25), Value::Float(-0.015))
            },
            Judgement {
                history: history(&percents(&whole), Value::Float(0.2), |_| Verdict::Ok),
                ..judgement(critical, vec![], Verdict::Ok, Value::Float(0.235), Value::Float(0.2), Value::Float(0.035))
            },
            Judgement {
                reason: Some("5 opportunities.closed, judged from 30 on".into()),
                command: "kepi run win_rate --every month --by region --where 'region is \"APAC\"'".into(),
                ..judgement(by_region.clone(), vec![region("APAC")], Verdict::TooFew, Value::Float(0.4), Value::Float(0.15), Value::Missing)
            },
            judgement(by_region.clone(), vec![region("Americas")], Verdict::Ok, Value::Float(0.314), Value::Float(0.15), Value::Float(0.164)),
            Judgement {
                since: Some(month("2026-04")),
                periods: 2,
                history: history(&percents(&emea), Value::Float(0.15), |at| match at {
                    9.. => Verdict::Critical,
                    _ => Verdict::Ok,
                }),
                drill: Some(worst_members()),
                rows: vec![
                    Behind {
                        source: "opportunities".into(),
                        by: None,
                        count: 41,
                        worst: Some(worst_rows()),
                    },
                    Behind { source: "leads".into(), by: Some("created_on".into()), count: 7, worst: None },
                ],
                command: "kepi run win_rate --every month --by region --where 'region is \"EMEA\"' --drill 2 --as-of 2026-06-20".into(),
                ..judgement(by_region, vec![region("EMEA")], Verdict::Critical, Value::Float(0.125), Value::Float(0.15), Value::Float(-0.025))
            },
        ],
        definition,
    }
}

fn worst_members() -> Table {
    let row = |rep: &str, rate| vec![text(rep), Value::Float(rate)];
    table(
        &[("rep", Style::Value), ("win_rate", Style::Percent)],
        vec![row("Ada Lovelace", 0.0), row("Grace | Hopper", 0.1)],
    )
}

fn worst_rows() -> Table {
    let rows = vec![
        vec![text("o-1042"), text("Ada Lovelace"), money(12_500_000)],
        vec![text("o-0977"), text("::error::Grace | Hopper"), money(9_840_050)],
    ];
    table(&[("id", Style::Value), ("rep", Style::Value), ("amount", usd(""))], rows)
}

/// Money by the month; well, against a benchmark.
fn mrr() -> ScoredMetric {
    let values: Vec<Value> = (0..12).map(|at| money(11_820_450 + at * 215_025)).collect();
    let rule = rule("mrr", Severity::Critical, "down 10% from prior period", 31, None);
    let mut points = series(vec![], values.clone(), Value::Missing);
    for point in &mut points.points {
        point.benchmark = money(12_000_000);
    }
    ScoredMetric {
        definition: Definition {
            tier: Some(Tier::Primary),
            owner: Some("finance".into()),
            formula: "sum(subscriptions.mrr at end)".into(),
            lineage: vec!["subscriptions".into()],
            ..definition("mrr", "MRR", usd("/month"), 29)
        },
        series: vec![points],
        judgements: vec![judgement(
            rule,
            vec![],
            Verdict::Ok,
            values[10].clone(),
            money(12_380_108),
            money(1_590_592),
        )],
    }
}

/// Was critical, and is cleared again; nobody owns it.
fn bookings() -> ScoredMetric {
    let values: Vec<Value> =
        [90, 95, 70, 64, 66, 71, 76, 82, 84, 85, 88, 40].map(|n| money(n * 1_000_000)).to_vec();
    let rule =
        rule("bookings", Severity::Critical, "below $700,000 for 2 periods clear above $800,000", 44, None);
    ScoredMetric {
        definition: Definition {
            tier: Some(Tier::Primary),
            ..definition("bookings", "Bookings", usd(""), 40)
        },
        judgements: vec![Judgement {
            history: history(&values, money(70_000_000), |at| match at {
                4..=6 => Verdict::Critical,
                _ => Verdict::Ok,
            }),
            ..judgement(rule, vec![], Verdict::Ok, values[10].clone(), money(70_000_000), money(18_000_000))
        }],
        series: vec![series(vec![], values, money(100_000_000))],
    }
}

/// Lower is better, not yet known, and called as if it attacked.
fn cycle() -> ScoredMetric {
    let mut values: Vec<Value> = [44, 45, 43, 47, 52, 51, 49, 46, 45].map(Value::Int).to_vec();
    values.extend([Value::Immature, Value::Immature, Value::Immature]);
    let rule = rule("sales_cycle", Severity::Warn, HOSTILE, 61, Some(HOSTILE));
    ScoredMetric {
        definition: Definition {
            tier: Some(Tier::Secondary),
            better: Better::Lower,
            docs: Some(HOSTILE.into()),
            formula: HOSTILE.into(),
            owner: Some(HOSTILE.into()),
            tags: vec![HOSTILE.into()],
            ..definition("sales_cycle", HOSTILE, Style::Unit(base("day")), 60)
        },
        judgements: vec![
            judgement(
                rule.clone(),
                vec![],
                Verdict::Immature,
                Value::Immature,
                Value::Int(60),
                Value::Missing,
            ),
            Judgement {
                command: format!("kepi run sales_cycle --where 'rep is \"{HOSTILE}\"'"),
                ..judgement(
                    rule,
                    vec![rep(HOSTILE)],
                    Verdict::Warn,
                    Value::Int(61),
                    Value::Int(60),
                    Value::Int(1),
                )
            },
        ],
        series: vec![series(vec![], values, Value::Int(45))],
    }
}

/// No values at all, and that is a warning; the data behind the other rule is too old.
fn churn() -> ScoredMetric {
    let missing = rule("churn", Severity::Warn, "missing warn", 71, None);
    let stale = rule("churn", Severity::Critical, "above 3%", 72, None);
    let no_data = rule("churn", Severity::Critical, "above 5% by segment", 73, None);
    ScoredMetric {
        definition: Definition { better: Better::Lower, ..definition("churn", "Churn", Style::Percent, 70) },
        series: vec![series(vec![], vec![Value::Missing; 12], Value::Missing)],
        judgements: vec![
            judgement(missing, vec![], Verdict::Warn, Value::Missing, Value::Missing, Value::Missing),
            Judgement {
                reason: Some("the newest of subscriptions is of 2026-03-31, promised within 30 days".into()),
                ..judgement(stale, vec![], Verdict::Stale, Value::Missing, Value::Float(0.03), Value::Missing)
            },
            judgement(
                no_data,
                vec![Member { dimension: "segment".into(), label: "Segment".into(), value: Value::NoMember }],
                Verdict::NoData,
                Value::Missing,
                Value::Float(0.05),
                Value::Missing,
            ),
        ],
    }
}

/// Only members, more than are shown on a screen; two dimensions; a quarter that has not ended.
fn regions() -> Scorecard {
    let quarters = Calendar::default().periods(&Grain::Quarter, date(2026, 4, 1), date(2026, 4, 1));
    let all = (1..=15).map(|n| Series {
        member: vec![rep(&format!("Rep {n:02}")), region(if n % 2 == 0 { "EMEA" } else { "Americas" })],
        points: vec![Point { partial: true, ..point(Some(quarters[0].clone()), money(n * 1_000_000)) }],
    });
    ScoredMetricList(vec![ScoredMetric {
        definition: definition("quota_attained", "Quota attained", usd(""), 80),
        series: all.collect(),
        judgements: Vec::new(),
    }])
    .scorecard("regions", "Regions", Some(Grain::Quarter), quarters)
}

/// Without periods, of one value each, one that nobody can show.
fn odd() -> Scorecard {
    let one = |name: &str, style: Style, value: Value| ScoredMetric {
        definition: Definition { better: Better::Neither, ..definition(name, name, style, 90) },
        series: vec![Series { member: vec![], points: vec![point(None, value)] }],
        judgements: Vec::new(),
    };
    let long =
        "an_unusually_long_name_that_somebody_once_thought_would_explain_everything_there_is_to_know_of_it";
    ScoredMetricList(vec![
        one(long, Style::Count, Value::Int(1_234_567)),
        // more digits than a float has
        one("huge", usd(""), money(9_007_199_254_740_993)),
        one("infinite", Style::Number, Value::Float(f64::INFINITY)),
        one("points", Style::Points, Value::Float(0.125)),
        ScoredMetric { series: Vec::new(), ..one("nothing", Style::Number, Value::Missing) },
    ])
    .scorecard("odd", HOSTILE, None, Vec::new())
}

struct ScoredMetricList(Vec<ScoredMetric>);

impl ScoredMetricList {
    fn scorecard(self, name: &str, label: &str, grain: Option<Grain>, periods: Vec<Period>) -> Scorecard {
        Scorecard {
            name: name.into(),
            label: label.into(),
            docs: None,
            place: None,
            grain,
            periods,
            filter: None,
            compare: Vec::new(),
            metrics: self.0,
        }
    }
}

fn promises() -> Vec<Promise> {
    let promise = |text: &str, severity, line, broken| Promise {
        source: "opportunities".into(),
        text: text.into(),
        severity,
        place: place("metrics/sources.kpi", line),
        broken,
        id: format!("opportunities/{text}"),
    };
    let examples = table(
        &[("id", Style::Value), ("amount", usd(""))],
        vec![vec![text("o-7"), money(-500)], vec![text(HOSTILE), money(-1)]],
    );
    vec![
        promise("expect closed_on >= created_on", Severity::Critical, 22, None),
        promise(
            "expect amount >= 0",
            Severity::Critical,
            23,
            Some(Broken { rows: 2, examples: examples.clone() }),
        ),
        promise("expect unique (id)", Severity::Warn, 24, Some(Broken { rows: 1, examples })),
    ]
}

fn definition(name: &str, label: &str, style: Style, line: usize) -> Definition {
    Definition {
        name: name.into(),
        version: 1,
        label: label.into(),
        docs: None,
        formula: format!("sum(opportunities.{name})"),
        unit: "number".into(),
        show: Show { style, decimals: None },
        better: Better::Higher,
        tier: None,
        roles: Vec::new(),
        tags: Vec::new(),
        owner: None,
        playbook: None,
        place: place("metrics/sales.kpi", line),
        lineage: vec!["opportunities".into()],
    }
}

fn rule(metric: &str, severity: Severity, text: &str, line: usize, playbook: Option<&str>) -> Rule {
    Rule {
        severity,
        text: text.into(),
        place: place("metrics/sales.kpi", line),
        owner: None,
        playbook: playbook.map(String::from),
        id: format!("{metric}/{}/{text}", severity.name()),
    }
}

fn place(file: &str, line: usize) -> Place {
    Place { file: file.into(), line, column: 3, end_line: line, end_column: 28 }
}

/// Of May, the newest month that is complete.
fn judgement(
    rule: Rule,
    member: Vec<Member>,
    verdict: Verdict,
    value: Value,
    limit: Value,
    distance: Value,
) -> Judgement {
    let period = Some(month("2026-05"));
    let bad = matches!(verdict, Verdict::Warn | Verdict::Critical);
    Judgement {
        history: past(vec![period.clone()], vec![value.clone()], &limit, |_| verdict),
        since: period.clone().filter(|_| bad),
        periods: u32::from(bad),
        command: format!("kepi run {} --every month", rule.id.split('/').next().unwrap_or_default()),
        rule,
        member,
        period,
        verdict,
        reason: None,
        value,
        limit,
        distance,
        drill: None,
        rows: Vec::new(),
    }
}

/// Up to May.
fn history(values: &[Value], limit: Value, verdict: impl Fn(usize) -> Verdict) -> History {
    let periods = months().into_iter().take(11).map(Some).collect();
    past(periods, values[..11].to_vec(), &limit, verdict)
}

fn past(
    periods: Vec<Option<Period>>,
    values: Vec<Value>,
    limit: &Value,
    verdict: impl Fn(usize) -> Verdict,
) -> History {
    let (limits, verdicts) = (vec![limit.clone(); values.len()], (0..values.len()).map(verdict).collect());
    History::new(Arc::new(Past { periods, values }), limits, verdicts)
}

/// A value a month, June's so far; each compared with the one before, a year ago unknown.
fn series(member: Vec<Member>, values: Vec<Value>, target: Value) -> Series {
    let points = months().into_iter().enumerate().map(|(at, period)| Point {
        partial: at == 11,
        prior: if at == 0 { Value::Missing } else { values[at - 1].clone() },
        target: target.clone(),
        ..point(Some(period), values[at].clone())
    });
    Series { member, points: points.collect() }
}

fn point(period: Option<Period>, value: Value) -> Point {
    Point {
        period,
        partial: false,
        value,
        prior: Value::Missing,
        prior_year: Value::Missing,
        target: Value::Missing,
        benchmark: Value::Missing,
    }
}

fn region(name: &str) -> Member {
    Member { dimension: "region".into(), label: "Region".into(), value: text(name) }
}

fn rep(name: &str) -> Member {
    Member { dimension: "rep".into(), label: "Rep".into(), value: text(name) }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn money(cents: i128) -> Value {
    Value::Decimal { digits: cents, scale: 2 }
}

fn base(name: &str) -> Unit {
    Unit::of(Base::from_name(name).expect("a unit"))
}

fn usd(per: &str) -> Style {
    let usd = base("USD");
    Style::Unit(match per {
        "/month" => usd.over(&base("month")).0,
        _ => usd,
    })
}

fn table(columns: &[(&str, Style)], rows: Vec<Vec<Value>>) -> Table {
    let column = |(name, style): &(&str, Style)| Column {
        name: name.to_string(),
        label: name.to_string(),
        role: if *style == Style::Value { Role::Dimension } else { Role::Metric(Better::Neither) },
        show: Show { style: style.clone(), decimals: None },
    };
    Table {
        columns: columns.iter().map(column).collect(),
        rows: rows.into_iter().map(|values| Row { values, partial: false }).collect(),
        as_of: None,
        grain: None,
    }
}

//! How long judging takes once everything is computed: 100 metrics with three rules each,
//! over 36 months and 20 members. The aim: less than 50 ms of one core.

use jiff::civil::date;
use kepi::calendar::{Calendar, Grain};
use kepi::check::CheckedModel;
use kepi::model::Settings;
use kepi::query::Request;
use kepi::table::{Dense, Row, RowsBehind, Value};
use kepi::text::Sources;
use kepi::threshold::{self, Answers, Card, Plan, Stale, Teller};

fn main() {
    divan::main();
}

const METRICS: usize = 100;
const MONTHS: i64 = 36;
const MEMBERS: usize = 20;

#[divan::bench]
fn judge(bencher: divan::Bencher) {
    let (sources, model) = project();
    let plan = plan(&model);
    let dense: Vec<Dense> = plan.requests.iter().map(answer).collect();
    let stale = Stale::new();
    let teller = Teller { model: &model, sources: &sources, flags: "" };
    let answers = Answers { model: &model, plan: &plan, dense: &dense, stale: &stale };
    let judged: usize =
        threshold::scorecards(&answers, &teller)[0].metrics.iter().map(|m| m.judgements.len()).sum();
    assert_eq!(judged, METRICS * (3 + 3 * MEMBERS));
    bencher.bench(|| threshold::scorecards(&answers, &teller));
}

fn project() -> (Sources, CheckedModel) {
    let mut text = String::from(
        "source deals { time day day : date region : text amount : number }\n\
         dimension region = deals.region\n",
    );
    for n in 0..METRICS {
        text += &format!(
            "metric m_{n} = sum(deals.amount where amount > {n}) {{ every month \
             warn below 10 for 2 periods by region \
             critical below 5 clear above 8 for 2 periods by region \
             warn outside 2 stddev of last 12 periods by region }}\n"
        );
    }
    let mut sources = Sources::default();
    sources.add("bench.kpi", text);
    let (model, problems) = kepi::compile(&sources, &Settings::default());
    assert!(!problems.has_errors(), "{:#?}", problems.sorted());
    (sources, model)
}

fn plan(model: &CheckedModel) -> Plan {
    let named = |n: usize| model.find_metric(&format!("m_{n}")).expect("it is declared");
    let card = Card {
        metrics: (0..METRICS).map(named).collect(),
        every: Some(Grain::Month),
        last: Some(12),
        ..Card::default()
    };
    threshold::plan(model, vec![card], None)
}

fn answer(request: &Request) -> Dense {
    let start = date(2023, 1, 1);
    let periods = (0..MONTHS).map(|n| {
        let month = start.checked_add(jiff::Span::new().months(n)).expect("a month");
        Calendar::default().period(&Grain::Month, month)
    });
    let periods: Vec<_> = periods.collect();
    let asked = request.metrics.len() + request.beside.len();
    // behind them how many rows each metric is made of
    let outputs = asked + request.metrics.len();
    let members = if request.by.is_empty() { 1 } else { MEMBERS };
    let mut rows = Vec::new();
    let mut state = 0;
    for period in &periods {
        for member in 0..members {
            let mut values = vec![Value::Period(period.clone())];
            values.extend(request.by.iter().map(|_| Value::Text(format!("region {member}"))));
            values.extend((0..asked).map(|_| Value::Float(random(&mut state))));
            values.extend((asked..outputs).map(|_| Value::Int(12)));
            rows.push(Row { values, partial: false });
        }
    }
    let empty = Dense {
        as_of: Some(date(2025, 12, 31)),
        grain: Some(Grain::Month),
        partial: vec![false; periods.len()],
        periods,
        first: vec![0; outputs],
        behind: (0..request.metrics.len()).map(|metric| rows_behind(metric, asked + metric)).collect(),
        series: Vec::new(),
    };
    empty.fill(request.by.len(), rows)
}

fn rows_behind(metric: usize, output: usize) -> RowsBehind {
    RowsBehind { metric, output, source: "deals".to_string(), by: None }
}

/// SplitMix64, between 0 and 20.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 * 20.0
}

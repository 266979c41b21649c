//! Ten million rows of Parquet. Twenty filtered metrics against one of them alone: one scan,
//! and no more than 1.3 times what one metric costs, plus the columns that only the others
//! read. Different customers of 90 days by month and region against a plain count: a few times.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use divan::counter::ItemsCount;
use kepi::check::CheckedModel;
use kepi::engine::{self, Bindings, Options};
use kepi::model::Settings;
use kepi::query::Ask;
use kepi::text::Sources;

fn main() {
    table();
    divan::main();
}

#[divan::bench]
fn one_metric(bencher: divan::Bencher) {
    bench(bencher, &["m_0"]);
}

#[divan::bench]
fn twenty_metrics(bencher: divan::Bencher) {
    let names: Vec<String> = (0..20).map(|n| format!("m_{n}")).collect();
    bench(bencher, &names.iter().map(String::as_str).collect::<Vec<_>>());
}

/// The same columns as the twenty read, without filters: what they cost unavoidably.
#[divan::bench]
fn one_metric_by_all_columns(bencher: divan::Bencher) {
    bench(bencher, &["all_columns"]);
}

#[divan::bench(args = ["visits_made", "visitors", "visitors_of_90_days", "visits_of_90_days"])]
fn windows(bencher: divan::Bencher, metric: &str) {
    visits();
    asked(bencher, &[metric], &["region"], &compiled(VISITS));
}

fn bench(bencher: divan::Bencher, metrics: &[&str]) {
    asked(bencher, metrics, &[], &model());
}

fn asked(bencher: divan::Bencher, metrics: &[&str], by: &[&str], model: &CheckedModel) {
    let words = |list: &[&str]| list.iter().map(|word| word.to_string()).collect();
    let every = Some("month".to_string());
    let ask = Ask { metrics: words(metrics), by: words(by), every, ..Ask::default() };
    let folder = table();
    let bindings = Bindings { root: folder.clone(), data: folder, ..Bindings::default() };
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        engine::run(model, &ask, &bindings, &Options::default())
            .map_err(|e| format!("{e:?}"))
            .expect("it runs")
    });
}

fn model() -> CheckedModel {
    let mut text = SOURCE.to_string();
    for n in 0..20 {
        let segment = ["SMB", "Mid-Market", "Enterprise", "Public", "Partner"][n % 5];
        let region = n % 10;
        text += &match n % 4 {
            0 => format!(
                "metric m_{n} : USD = sum(deals.amount where stage is won and segment is \"{segment}\")\n"
            ),
            1 => format!(
                "metric m_{n} : count = count(deals where stage is lost and region is \"Region {region}\")\n"
            ),
            2 => format!("metric m_{n} : USD = average(deals.amount where segment is \"{segment}\")\n"),
            _ => format!(
                "metric m_{n} : percent = proportion(stage is won of deals where stage in (won, lost) and region is \"Region {region}\")\n"
            ),
        };
    }
    compiled(&text)
}

fn compiled(text: &str) -> CheckedModel {
    let mut sources = Sources::default();
    sources.add("bench.kpi", text);
    let (model, problems) = kepi::compile(&sources, &Settings::default());
    assert!(!problems.has_errors(), "{:#?}", problems.sorted());
    model
}

const SOURCE: &str = r#"
source deals {
  time closed_on

  closed_on : date
  segment   : text
  region    : text
  stage     : one of (open, proposal, negotiation, won, lost, hold = "on hold")
  amount    : USD
}

metric all_columns : USD
  = sum(deals.amount where segment is not "" and region is not "" and stage is not hold)

"#;

const VISITS: &str = r#"
source visits {
  time on_day

  on_day   : date
  customer : int
  region   : text
}

dimension region = visits.region

metric visits_made         = count(visits)
metric visitors            = count(distinct visits.customer)
metric visitors_of_90_days = count(distinct visits.customer trailing 90 days)
metric visits_of_90_days   = count(visits trailing 90 days)
"#;

const ROWS: u64 = 10_000_000;
const BATCH: u64 = 500_000;

/// The project's folder, with `deals.parquet` in it; made once, some 150 MB.
fn table() -> PathBuf {
    made("deals", batch)
}

/// The same with `visits.parquet`.
fn visits() -> PathBuf {
    made("visits", batch_of_visits)
}

fn made(name: &str, batch: fn(&mut u64) -> RecordBatch) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    let path = folder.join(format!("{name}.parquet"));
    if !path.exists() {
        fs::create_dir_all(&folder).expect("make the folder");
        let unfinished = folder.join(format!("{name}.unfinished"));
        write(&unfinished, batch);
        fs::rename(unfinished, path).expect("put the table in its place");
    }
    folder
}

fn write(path: &Path, batch: fn(&mut u64) -> RecordBatch) {
    let mut state = 0;
    let first = batch(&mut state);
    let file = File::create(path).expect("make the file");
    let mut writer = ArrowWriter::try_new(file, first.schema(), None).expect("begin the file");
    writer.write(&first).expect("write the rows");
    for _ in 1..ROWS / BATCH {
        writer.write(&batch(&mut state)).expect("write the rows");
    }
    writer.close().expect("end the file");
}

/// Closed over six years; amounts to a million.
fn batch(state: &mut u64) -> RecordBatch {
    let (mut closed, mut segment, mut region, mut stage, mut amount) =
        (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..BATCH {
        let bits = random(state);
        closed.push(18_262 + (bits % 2_192) as i32);
        segment.push(["SMB", "Mid-Market", "Enterprise", "Public", "Partner"][(bits >> 16) as usize % 5]);
        region.push(format!("Region {}", (bits >> 24) % 10));
        stage.push(["open", "proposal", "negotiation", "won", "lost", "on hold"][(bits >> 32) as usize % 6]);
        amount.push(i128::from((bits >> 40) % 100_000_000));
    }
    let amount = Decimal128Array::from(amount).with_precision_and_scale(12, 2).expect("the digits fit");
    let columns: [(&str, ArrayRef); 5] = [
        ("closed_on", Arc::new(Date32Array::from(closed))),
        ("segment", Arc::new(StringArray::from(segment))),
        ("region", Arc::new(StringArray::from(region))),
        ("stage", Arc::new(StringArray::from(stage))),
        ("amount", Arc::new(amount)),
    ];
    RecordBatch::try_from_iter(columns).expect("the columns are of one length")
}

/// Over 36 months, by 200,000 customers, each of one of ten regions.
fn batch_of_visits(state: &mut u64) -> RecordBatch {
    let (mut on_day, mut customer, mut region) = (vec![], vec![], vec![]);
    for _ in 0..BATCH {
        let bits = random(state);
        on_day.push(19_358 + (bits % 1_096) as i32);
        customer.push(((bits >> 16) % 200_000) as i64);
        region.push(format!("Region {}", (bits >> 16) % 200_000 % 10));
    }
    let columns: [(&str, ArrayRef); 3] = [
        ("on_day", Arc::new(Date32Array::from(on_day))),
        ("customer", Arc::new(Int64Array::from(customer))),
        ("region", Arc::new(StringArray::from(region))),
    ];
    RecordBatch::try_from_iter(columns).expect("the columns are of one length")
}

/// SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

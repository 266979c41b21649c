//! How long a large project takes from text to a checked model. The aim: 5,000 metrics
//! in less than half a second of one core.

use std::process::Command;

use divan::counter::ItemsCount;
use kepi::Trees;
use kepi::diff::Side;
use kepi::model::Settings;
use kepi::text::{SourceFile, Sources};
use kepi::units::Currency;

fn main() {
    divan::main();
}

/// Files of a project, each with a source, its dimensions, and metrics over it and its neighbour.
const FILES: usize = 50;

#[divan::bench(args = [500, 5_000])]
fn check(bencher: divan::Bencher, metrics: usize) {
    let project = project(metrics);
    assert_sound(&project);
    bencher.counter(ItemsCount::new(metrics)).bench(|| kepi::compile(&project, &settings()));
}

#[divan::bench(args = [5_000])]
fn parse(bencher: divan::Bencher, metrics: usize) {
    let project = project(metrics);
    bencher
        .counter(ItemsCount::new(metrics))
        .bench(|| project.iter().map(|file| kepi::syntax::parse(file).0.decls.len()).sum::<usize>());
}

/// Two revisions of a project of 1,000 metrics, text to changes. The aim: less than 150 ms,
/// whatever differs.
#[divan::bench_group]
mod diff {
    use super::*;

    #[divan::bench]
    fn one_file(bencher: divan::Bencher) {
        diff(bencher, |file| match file.path == "metrics/file_7.kpi" {
            true => file.text.replace("amount > 1_000", "amount > 2_000"),
            false => file.text.clone(),
        });
    }

    #[divan::bench]
    fn every_file(bencher: divan::Bencher) {
        diff(bencher, |file| file.text.replace("amount > 1_000", "amount > 2_000"));
    }

    #[divan::bench]
    fn every_metric(bencher: divan::Bencher) {
        diff(bencher, |file| file.text.replace("stage is won", "stage is won and amount > 0"));
    }

    fn diff(bencher: divan::Bencher, edited: impl Fn(&SourceFile) -> String) {
        let (before, mut after) = (project(1_000), Sources::default());
        for file in before.iter() {
            after.add(file.path.as_str(), edited(file));
        }
        assert_sound(&after);
        bencher.bench(|| {
            let mut trees = Trees::default();
            let old = trees.compile(&before, &settings()).0;
            let new = trees.compile(&after, &settings()).0;
            let (one, two) = (Side { sources: &before, model: &old }, Side { sources: &after, model: &new });
            kepi::diff::diff(one, two).changes.len()
        });
    }
}

/// A letter typed in a file of an editor: its file parsed, everything checked, and what may
/// stand there. The aim: 50 ms for 1,000 metrics.
#[divan::bench(args = [1_000])]
fn keystroke(bencher: divan::Bencher, metrics: usize) {
    let mut project = kepi::ide::Project::new(settings(), project(metrics));
    let file = project.find("metrics/file_7.kpi").expect("a file of the project");
    let text = project.sources().get(file).text.clone();
    let mut typed = 0;
    bencher.bench_local(|| {
        typed += 1;
        let text = format!("{text}metric typed = sum(deals_7.amount where segment is \"S{typed}\" and ");
        project.set_text(file, &text);
        let view = project.view();
        let found = kepi::ide::complete(&view, file, text.len() as u32);
        (view.problems.len(), found.len(), kepi::ide::tokens(&view, file).len())
    });
}

/// From the shell's prompt and back to it. The aim: 15 ms.
#[divan::bench(args = [&["--version"][..], &["check", "metrics/sources.kpi"][..]])]
fn start(bencher: divan::Bencher, arguments: &[&str]) {
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kepi"));
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/acme");
        command.args(arguments).current_dir(folder).output().expect("it starts")
    };
    assert!(run().status.success());
    bencher.bench(run);
}

fn settings() -> Settings {
    Settings { currency: Currency::from_code("USD"), ..Settings::default() }
}

fn assert_sound(project: &Sources) {
    let (_, problems) = kepi::compile(project, &settings());
    let first = problems.iter().next();
    assert!(!problems.has_errors(), "the generated project has mistakes: {first:#?}");
}

fn project(metrics: usize) -> Sources {
    let mut sources = Sources::default();
    for file in 0..FILES {
        let mut text = source(file);
        for n in 0..metrics / FILES {
            text += &metric(file, n);
        }
        sources.add(format!("metrics/file_{file}.kpi"), text);
    }
    sources
}

fn source(n: usize) -> String {
    format!(
        r#"/// Deals of unit {n}.
source deals_{n} {{
  key   id
  time  closed_on
  valid created_on to closed_on

  id         : text
  account_id : text
  stage      : one of (open, won = "Closed Won", lost = "Closed Lost")
  segment    : text
  amount     : USD
  cost       : USD?
  created_on : date
  closed_on  : date?

  account -> accounts_{n}

  is_won    = stage is won
  is_closed = stage in (won, lost)
  cycle     = closed_on - created_on
  margin    = amount - (cost ?? amount * 20%)

  measure bookings = sum(amount where is_won)
  expect amount >= 0
}}

source accounts_{n} {{
  key id

  id     : text
  region : text
  size   : int?
}}

dimension region_{n} "Region" = accounts_{n}.region
dimension deal_size_{n} "Deal size" = deals_{n}.amount in bands {{ small < 10_000, medium < 50_000, large }}

"#
    )
}

/// Five kinds of metric in turn.
fn metric(file: usize, n: usize) -> String {
    let name = format!("m_{file}_{n}");
    let other = format!("m_{file}_{}", n - n % 5);
    let neighbour = (file + 1) % FILES;
    match n % 5 {
        0 => format!(
            r#"/// Won in the period.
metric {name} "Bookings" : USD = sum(deals_{file}.amount where is_won and segment is "S{n}")
"#
        ),
        1 => format!(
            r#"metric {name} "Win rate" : percent
  = proportion(is_won of deals_{file} where is_closed and amount > {n}_000)
{{
  owner "revenue"
  every month
  better higher
}}
"#
        ),
        2 => format!(
            r#"metric {name} "Margin" : percent = sum(deals_{file}.margin where is_won) / {other}
"#
        ),
        3 => format!(
            r#"metric {name} "Velocity" : USD/day
  = worked * {other} / average(deals_{file}.cycle where is_won)
{{
  let worked = count(deals_{file} where is_closed and account.region is "EMEA")
}}
"#
        ),
        _ => format!(
            r#"metric {name} "Per account" : USD
  = ({other} + deals_{neighbour}.bookings) / count(distinct deals_{file}.account_id where is_won)
"#
        ),
    }
}

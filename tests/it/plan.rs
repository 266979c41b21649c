//! What a plan must keep, whatever shape it takes: one scan for all that reads a source
//! in the same way, and the same bytes however the work is split.

use std::fs;
use std::path::Path;

use kepi::engine::Options;
use kepi::query::Ask;

use crate::opened::Opened;

const SOURCE: &str = r#"
source deals {
  key  id
  time closed_on
  id        : int
  stage     : one of (open, won, lost)
  segment   : one of (smb, mid, large)
  renewal   : bool
  amount    : USD
  closed_on : date?
}
"#;

/// Twenty metrics, each with a filter of its own.
fn twenty_metrics() -> String {
    let stages = ["is won", "is lost", "is open", "in (won, lost)", "is not open"];
    let others = ["segment is smb", "segment is large", "renewal", "not renewal"];
    let filters = stages.iter().flat_map(|s| others.iter().map(move |o| format!("stage {s} and {o}")));
    let metrics = filters.enumerate().map(|(i, filter)| match i % 2 {
        0 => format!("metric amount_{i:02} : USD = sum(deals.amount where {filter})\n"),
        _ => format!("metric deals_{i:02} : count = count(deals where {filter})\n"),
    });
    metrics.collect()
}

fn project(folder: &Path, metrics: &str, csv: &str) -> Opened {
    fs::create_dir_all(folder.join("metrics")).expect("make the folder");
    fs::create_dir_all(folder.join("data")).expect("make the folder");
    fs::write(folder.join("kepi.toml"), "[project]\nname = \"plan\"\n").expect("write the project");
    fs::write(folder.join("metrics/all.kpi"), format!("{SOURCE}{metrics}")).expect("write the metrics");
    fs::write(folder.join("data/deals.csv"), csv).expect("write the data");
    Opened::new(folder)
}

fn every_month() -> Ask {
    Ask { every: Some("month".into()), ..Ask::default() }
}

#[test]
fn twenty_metrics_over_one_table_are_one_scan() {
    let folder = tempfile::tempdir().expect("make a folder");
    let csv = "id,stage,segment,renewal,amount,closed_on\n1,won,smb,true,10.50,2026-01-31\n";
    let opened = project(folder.path(), &twenty_metrics(), csv);
    let explained = opened.explain(&every_month()).expect("a plan");
    insta::assert_snapshot!("twenty_metrics", explained.query);
    assert_eq!(explained.logical.matches("TableScan").count(), 1, "{}", explained.logical);
}

/// Both shapes of the plan count the same.
#[test]
fn a_cube_counts_what_filters_count() {
    let folder = tempfile::tempdir().expect("make a folder");
    let mut csv = "id,stage,segment,renewal,amount,closed_on\n".to_string();
    for i in 0..500 {
        let stage = ["open", "won", "lost"][i % 3];
        let segment = ["smb", "mid", "large"][i / 3 % 3];
        let (month, day) = (i % 12 + 1, i % 28 + 1);
        csv += &format!(
            "{i},{stage},{segment},{},{}.{:02},2026-{month:02}-{day:02}\n",
            i % 2 == 0,
            i * 7,
            i % 100
        );
    }
    let opened = project(folder.path(), &twenty_metrics(), &csv);
    let together = opened.run(&every_month()).expect("an answer");
    for column in &together.columns[1..] {
        let alone = Ask { metrics: vec![column.name.clone()], ..every_month() };
        let plan = opened.explain(&alone).expect("a plan").query;
        assert!(plan.contains("counted in one grouping"), "{plan}");
        let alone = opened.run(&alone).expect("an answer");
        let index = together.columns.iter().position(|c| c.name == column.name).expect("a column");
        let of =
            |t: &kepi::table::Table, i: usize| t.rows.iter().map(|r| r.values[i].clone()).collect::<Vec<_>>();
        assert_eq!(of(&together, index), of(&alone, 1), "{}", column.name);
    }
}

#[test]
fn answers_do_not_depend_on_how_the_work_is_split() {
    let acme = Opened::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme"));
    let asks = [
        every_month(),
        Ask { every: Some("quarter".into()), by: vec!["region".into(), "segment".into()], ..Ask::default() },
        Ask { by: vec!["rep".into()], ..Ask::default() },
    ];
    for ask in asks {
        let split =
            |partitions| acme.run_with(&ask, &Options { partitions: Some(partitions), ..Options::default() });
        let one = split(1).expect("an answer");
        assert!(!one.rows.is_empty());
        for partitions in [2, 8] {
            assert_eq!(split(partitions).expect("an answer"), one, "{partitions} partitions");
        }
    }
}

/// By day over six years, every day the members of the 90 days before it.
#[test]
fn years_of_days_are_few_enough_for_sets() {
    let folder = tempfile::tempdir().expect("make a folder");
    let csv = "id,stage,segment,renewal,amount,closed_on\n1,won,smb,true,10.50,2020-01-01\n\
               2,won,smb,true,1,2020-01-11\n3,won,mid,true,1,2024-02-29\n";
    let opened =
        project(folder.path(), "metric recent = count(distinct deals.segment trailing 90 days)", csv);
    let ask = Ask {
        every: Some("day".into()),
        from: Some("2020".into()),
        to: Some("2025".into()),
        as_of: Some(jiff::civil::date(2025, 12, 31)),
        ..Ask::default()
    };
    let plan = opened.explain(&ask).expect("a plan").query;
    assert!(plan.contains("2192 periods are few enough for sets"), "{plan}");
    let answer = opened.run(&ask).expect("an answer");
    let ones = answer.rows.iter().filter(|row| row.values[1] == kepi::table::Value::Int(1)).count();
    assert_eq!((answer.rows.len(), ones), (2192, 100 + 90));
}

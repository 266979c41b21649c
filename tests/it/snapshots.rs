//! `kepi snapshot` and what `kepi test` makes of its files, through the real binary.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::promises::{kepi, world};

const MODEL: &str = r#"source deals {
  time closed_on
  closed_on : date
  region    : text
  won       : bool
}
dimension region "Region" = deals.region
metric win_rate "Win rate" : percent = proportion(won of deals) {
  every    month
  better   higher
  critical below 20% by region
}
metric closed "Closed" = count(deals)
scorecard executive { metrics win_rate, closed every month last 3 }
"#;

/// Won of ten in each month: EMEA 5, 5, 1, A|B 5, 5, 5; the last month goes to its end.
fn project() -> TempDir {
    let mut csv = "closed_on,region,won\n".to_string();
    for (region, months) in [("EMEA", [5, 5, 1]), ("A|B", [5, 5, 5])] {
        for (month, won) in (1..).zip(months) {
            (1..=10)
                .for_each(|n| csv += &format!("2026-{month:02}-{:02},{region},{}\n", 3 * n - 2, n <= won));
        }
    }
    csv += "2026-03-31,EMEA,false\n";
    world(&[("metrics/sales/deals.kpi", MODEL), ("fixtures/deals.csv", &csv)])
}

fn file(folder: &Path) -> String {
    fs::read_to_string(folder.join("metrics/sales/executive.snap.md")).unwrap_or_default()
}

#[test]
fn it_lies_beside_its_scorecard_and_says_how_it_was_made() {
    let folder = project();
    let made = kepi(folder.path(), &["snapshot", "executive", "--data", "fixtures"]);
    assert_eq!(
        made,
        "exit code: 0\n--- standard output\n--- standard error\nwrote metrics/sales/executive.snap.md\n"
    );
    assert_snapshot!(file(folder.path()), @r"
    <!-- kepi snapshot executive --data fixtures -->
    # Executive

    by month, 2026-01 to 2026-03 · data up to 2026-03-31

    | metric | verdict | 2026-01 | 2026-02 | 2026-03 |
    | --- | --- | ---: | ---: | ---: |
    | Win rate | ok | 50.0% | 50.0% | 28.6% |
    | Win rate · A\|B | ok | 50.0% | 50.0% | 50.0% |
    | Win rate · EMEA | critical | 50.0% | 50.0% | 9.1% |
    | Closed |  | 20 | 20 | 21 |

    - critical: Win rate · EMEA is 9.1% in 2026-03, 10.9 points below the limit of 20.0%
    ");
    let again = kepi(folder.path(), &["snapshot", "--data", "fixtures"]);
    assert!(again.ends_with("no change of metrics/sales/executive.snap.md\n"), "{again}");
    let tested = kepi(folder.path(), &["test"]);
    assert_eq!(tested, "exit code: 0\n--- standard output\n1 snapshot passed\n--- standard error\n");
}

#[test]
fn what_a_change_moves_is_told_by_cell_and_accepted() {
    let folder = project();
    kepi(folder.path(), &["snapshot", "executive", "--data", "fixtures"]);
    let before = file(folder.path());
    let changed = MODEL.replace("count(deals)", "count(deals where won)").replace("below 20%", "below 5%");
    fs::write(folder.path().join("metrics/sales/deals.kpi"), changed).expect("write the metrics");
    assert_snapshot!(kepi(folder.path(), &["test", "-o", "junit:tests.xml"]), @"
    exit code: 1
    --- standard output
    failed snapshot of executive  (metrics/sales/executive.snap.md)
      no longer: - critical: Win rate · EMEA is 9.1% in 2026-03, 10.9 points below the limit of 20.0%
      Closed, 2026-01: 10 instead of 20
      Closed, 2026-02: 10 instead of 20
      Closed, 2026-03: 6 instead of 21
      Win rate · EMEA, verdict: ok instead of critical
      help: `kepi test --bless` writes what is there now

    1 snapshot failed, 0 passed
    --- standard error
    ");
    let junit = fs::read_to_string(folder.path().join("tests.xml")).expect("it is there");
    let document = roxmltree::Document::parse(&junit).expect("it is XML");
    let case = document.descendants().find(|n| n.has_tag_name("testcase")).expect("a case");
    assert_eq!(case.attribute("name"), Some("snapshot of executive"));
    assert_eq!(case.attribute("file"), Some("metrics/sales/executive.snap.md"));
    assert!(case.children().any(|n| n.has_tag_name("failure")), "{junit}");
    assert_eq!(file(folder.path()), before, "nobody has accepted it");
    let blessed = kepi(folder.path(), &["test", "--bless"]);
    assert_snapshot!(blessed, @"
    exit code: 0
    --- standard output
    1 snapshot passed
    --- standard error
    wrote metrics/sales/executive.snap.md
    ");
    assert!(kepi(folder.path(), &["test"]).starts_with("exit code: 0\n"));
    assert!(file(folder.path()) != before);
}

#[test]
fn only_what_is_asked_for() {
    let folder = project();
    kepi(folder.path(), &["snapshot", "executive", "--data", "fixtures"]);
    assert!(kepi(folder.path(), &["test", "exec"]).contains("1 snapshot passed"));
    assert!(kepi(folder.path(), &["test", "manager"]).starts_with("exit code: 2\n"));
}

#[test]
fn what_cannot_be_made() {
    let folder = project();
    assert_snapshot!(kepi(folder.path(), &["snapshot", "executiv", "--data", "fixtures"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: there is no scorecard `executiv`
      help: did you mean `executive`?
    ");
    assert_snapshot!(kepi(folder.path(), &["snapshot", "executive", "--data", "fixtures", "--as-of", "today"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: a snapshot of today would be another one tomorrow
      help: name the day
    ");
    assert_snapshot!(kepi(folder.path(), &["snapshot", "executive", "--data", "fixtures", "-o", "a.md"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: a.md is no name of a snapshot
      help: it ends in `.snap.md`, and lies in a folder with metrics: `kepi test` looks for such
    ");
    // there is no folder `data`
    assert_snapshot!(kepi(folder.path(), &["snapshot", "executive"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: there is no data folder `data`, where `deals` is looked for
      help: set `data` in kepi.toml, or say where with `--data`
    ");
    kepi(folder.path(), &["snapshot", "executive", "--data", "fixtures"]);
    fs::rename(folder.path().join("fixtures"), folder.path().join("elsewhere")).expect("move the data");
    assert_snapshot!(kepi(folder.path(), &["test"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: the snapshot metrics/sales/executive.snap.md cannot be made again: there is no data folder `fixtures`, where `deals` is looked for
      help: set `data` in kepi.toml, or say where with `--data`
    ");
    fs::write(folder.path().join("metrics/sales/executive.snap.md"), "# Executive\n").expect("write it");
    assert_snapshot!(kepi(folder.path(), &["test"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: metrics/sales/executive.snap.md does not say in its first line what it was made of
      help: `kepi snapshot` writes it again, with `<!-- kepi snapshot executive -->`
    ");
}

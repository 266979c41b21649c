//! What sources promise (`expect`), through the real binary: told in every run that reads
//! them and by `kepi check --data`, with the rows that break it, and in the exit code.

use std::fs;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use tempfile::TempDir;

pub fn kepi(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kepi"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .expect("the program starts");
    let code = output.status.code().map_or("none".to_string(), |c| c.to_string());
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("exit code: {code}\n--- standard output\n{out}--- standard error\n{err}")
}

/// A project in a folder of its own; the files with their paths.
pub fn world(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder for the test");
    let toml = ("kepi.toml", "[defaults]\ncurrency = \"USD\"\n");
    for (path, text) in std::iter::once(&toml).chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("make its folder");
        fs::write(path, text).expect("write the file");
    }
    folder
}

const DEALS: &str = r#"source deals {
  key  id
  time closed_on

  id        : text
  closed_on : date
  owner_id  : text?
  amount    : USD
  paid      : USD?

  expect amount > 0
  expect paid <= amount else warn
  expect unique (owner_id, closed_on)
}
metric bookings : USD = sum(deals.amount)
"#;

fn deals(rows: &str) -> TempDir {
    let csv = format!("id,closed_on,owner_id,amount,paid\n{rows}");
    world(&[("metrics/deals.kpi", DEALS), ("data/deals.csv", &csv)])
}

#[test]
fn kept_promises_are_no_news() {
    let folder = deals("a,2026-01-05,o1,10,10\nb,2026-01-06,o1,20,\n");
    assert_snapshot!(kepi(folder.path(), &["run", "bookings"]), @r#"
    exit code: 0
    --- standard output
    Bookings
    ────────
      $30.00
    --- standard error
    "#);
    assert_snapshot!(kepi(folder.path(), &["check", "--data"]), @r#"
    exit code: 0
    --- standard output
    no problems in 1 file
    data: 1 source read, 0 of 3 promises broken
    --- standard error
    "#);
}

#[test]
fn a_broken_one_is_told_with_its_rows_and_ends_with_one() {
    let folder = deals("a,2026-01-05,o1,0,0\nb,2026-01-06,o2,-5,\nc,2026-01-07,,7,\n");
    assert_snapshot!(kepi(folder.path(), &["run", "bookings"]), @"
    exit code: 1
    --- standard output
    Bookings
    ────────
       $2.00
    --- standard error
    critical: 2 rows of deals break their promise: `expect amount > 0` (metrics/deals.kpi:11:3)
      id  amount  where
      ─────────────────────────────────
      a    $0.00  data/deals.csv line 2
      b   -$5.00  data/deals.csv line 3
    ");
    assert_snapshot!(kepi(folder.path(), &["check", "--data"]), @"
    exit code: 1
    --- standard output
    no problems in 1 file
    critical: 2 rows of deals break their promise: `expect amount > 0` (metrics/deals.kpi:11:3)
      id  amount  where
      ─────────────────────────────────
      a    $0.00  data/deals.csv line 2
      b   -$5.00  data/deals.csv line 3
    data: 1 source read, 1 of 3 promises broken
    --- standard error
    ");
}

#[test]
fn one_that_only_warns_ends_well() {
    let folder = deals("a,2026-01-05,o1,10,12\n");
    assert_snapshot!(kepi(folder.path(), &["run", "bookings"]), @"
    exit code: 0
    --- standard output
    Bookings
    ────────
      $10.00
    --- standard error
    warn: 1 row of deals breaks its promise: `expect paid <= amount else warn` (metrics/deals.kpi:12:3)
      id    paid  amount  where
      ─────────────────────────────────────────
      a   $12.00  $10.00  data/deals.csv line 2
    ");
}

#[test]
fn a_row_that_is_there_twice() {
    // nothing links to deals; rows of one key and different days may be meant
    let folder = deals("a,2026-01-05,o1,1,\nb,2026-01-05,o2,2,\nb,2026-01-05,o3,2,\n");
    assert_snapshot!(kepi(folder.path(), &["check", "--data"]), @"
    exit code: 1
    --- standard output
    no problems in 1 file
    error: data/deals.csv, line 3: 2 rows of deals with id b have the same closed_on 2026-01-05 (also in line 4)
      help: of deals each counts, and where a link leads to the latest before a date, none is the latest: repair the data, or keep one of them, with `keep` or `where`
    data: 0 sources read, 0 of 0 promises broken
    --- standard error
    ");
}

#[test]
fn rows_that_have_the_same_values() {
    // where one is missing nothing is the same
    let folder = deals("a,2026-01-05,o1,1,\nb,2026-01-05,o1,2,\nc,2026-01-05,,3,\nd,2026-01-05,,4,\n");
    assert_snapshot!(kepi(folder.path(), &["check", "--data"]), @"
    exit code: 1
    --- standard output
    no problems in 1 file
    critical: 2 rows of deals break their promise: `expect unique (owner_id, closed_on)` (metrics/deals.kpi:13:3)
      owner_id  closed_on   rows  where
      ─────────────────────────────────────────────────────────
      o1        2026-01-05     2  data/deals.csv line 2, line 3
    data: 1 source read, 1 of 3 promises broken
    --- standard error
    ");
}

#[test]
fn rows_after_the_moment_break_nothing() {
    let folder = deals("a,2026-01-05,o1,10,\nb,2026-02-06,o2,-5,\n");
    let shown = kepi(folder.path(), &["run", "bookings", "--as-of", "2026-01-31"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
}

const FRESH: &str = r#"source deals {
  time closed_on
  closed_on : date
  amount    : USD
  expect fresh within 2 days
}
source visits {
  time day
  day : date
}
metric bookings : USD = sum(deals.amount)
metric seen : count = count(visits)
"#;

#[test]
fn how_fresh_data_is_depends_on_no_clock() {
    let visits = |newest: &str| {
        world(&[
            ("metrics/deals.kpi", FRESH),
            ("data/deals.csv", "closed_on,amount\n2026-01-05,10\n"),
            ("data/visits.csv", &format!("day\n{newest}\n")),
        ])
    };
    // two days are fresh, the third is not
    let run = |newest, arguments: &[&str]| kepi(visits(newest).path(), arguments);
    assert!(run("2026-01-07", &["run", "bookings"]).starts_with("exit code: 0\n"));
    assert_snapshot!(run("2026-01-08", &["run", "bookings"]), @r#"
    exit code: 1
    --- standard output
    Bookings
    ────────
      $10.00
    --- standard error
    critical: deals is not fresh: `expect fresh within 2 days` (metrics/deals.kpi:5:3)
      newest      as_of
      ──────────────────────
      2026-01-05  2026-01-08
    "#);
    // who does not read it does not ask
    assert!(run("2026-01-08", &["run", "seen"]).starts_with("exit code: 0\n"));
    let today = run("2026-01-05", &["check", "--data", "--as-of", "2026-01-08"]);
    assert!(today.starts_with("exit code: 1\n"), "{today}");
}

#[test]
fn data_that_cannot_be_read_does_not_hide_the_rest() {
    let folder =
        world(&[("metrics/deals.kpi", FRESH), ("data/deals.csv", "closed_on,amount\n2026-01-05,ten\n")]);
    assert_snapshot!(kepi(folder.path(), &["check", "--data"]), @r#"
    exit code: 1
    --- standard output
    no problems in 1 file
    error: there is no data for `visits`: no `visits.parquet`, `visits.csv`, `visits.tsv` or folder `visits` in `data`
      help: `data` has `deals.csv`
    error: data/deals.csv, line 2, column "amount": `ten` is not a number
    data: 0 sources read, 0 of 0 promises broken
    --- standard error
    "#);
}

/// Which rows they are, and where they stand: a field with a line break counts its lines.
#[test]
fn the_examples_say_where_they_stand() {
    let folder = world(&[
        (
            "metrics/deals.kpi",
            "source deals {\n  time day\n  day : date\n  note : text?\n  amount : USD\n  expect amount > 0\n  expect unique (day, amount)\n}\nmetric sold : USD = sum(deals.amount)\n",
        ),
        (
            "data/deals/a.csv",
            "day,note,amount\n2026-01-01,\"two\nlines\",5\n\n2026-01-02,,-1\n2026-01-03,,-1\n",
        ),
        ("data/deals/b.csv", "amount,day\n5,2026-01-01\n-1,2026-01-02\n"),
    ]);
    assert_snapshot!(kepi(folder.path(), &["run", "sold"]), @"
    exit code: 1
    --- standard output
     Sold
    ─────
    $7.00
    --- standard error
    critical: 3 rows of deals break their promise: `expect amount > 0` (metrics/deals.kpi:6:3)
      amount  where
      ───────────────────────────────
      -$1.00  data/deals/a.csv line 5
      -$1.00  data/deals/b.csv line 3
      -$1.00  data/deals/a.csv line 6
    critical: 4 rows of deals break their promise: `expect unique (day, amount)` (metrics/deals.kpi:7:3)
      day         amount  rows  where
      ──────────────────────────────────────────────────────────────────────────
      2026-01-01   $5.00     2  data/deals/a.csv line 2, data/deals/b.csv line 2
      2026-01-02  -$1.00     2  data/deals/a.csv line 5, data/deals/b.csv line 3
    ");
}

#[test]
fn two_rows_of_one_key_say_where_they_stand() {
    let model = "source deals { time day day : date rep_id : text amount : USD rep -> reps }\n\
        source reps { key id id : text name : text }\n\
        dimension rep = reps.name\nmetric sold : USD = sum(deals.amount)\n";
    let folder = world(&[
        ("metrics/deals.kpi", model),
        ("data/deals.csv", "day,rep_id,amount\n2026-01-01,a,5\n"),
        ("data/reps.csv", "id,name\na,Ann\nb,Ben\na,Andy\n"),
    ]);
    assert_snapshot!(kepi(folder.path(), &["run", "sold", "--by", "rep"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: data/reps.csv, line 2: 2 rows of reps have the same key, id a (also in line 4)
      help: rows are joined to reps by its key, so each may occur only once: repair the data, or declare the key that is unique; `keep latest` keeps the newest of several
    ");
}

/// Of the definitions, of files that do not hold what they should, and of promises.
#[test]
fn what_a_pipeline_reads_of_the_data() {
    let folder = deals("a,2026-01-05,o1,0,12\nb,2026-01-06,o2,-5,\n");
    let more = "source reps { key id id : text started : date }\nmetric reps = count(reps)\n";
    fs::write(folder.path().join("metrics/reps.kpi"), more).expect("write the metrics");
    fs::write(folder.path().join("data/reps.csv"), "id,started\na,soon\n").expect("write the data");
    assert_snapshot!(kepi(folder.path(), &["check", "--data", "-o", "github"]), @"
    exit code: 1
    --- standard output
    ::error file=data/reps.csv,line=2,endLine=2,col=1,endColumn=1,title=data::`soon` is not a date%0Afile: data/reps.csv%0Aline: 2%0Acolumn: started%0Ahelp: dates are written `2026-01-31`
    ::error file=metrics/deals.kpi,line=11,endLine=11,col=3,endColumn=20,title=deals%3A expect amount > 0::deals breaks a promise in 2 rows: expect amount > 0%0Awhere: data/deals.csv line 2; data/deals.csv line 3
    ::warning file=metrics/deals.kpi,line=12,endLine=12,col=3,endColumn=34,title=deals%3A expect paid <= amount else warn::deals breaks a promise in 1 row: expect paid <= amount else warn%0Awhere: data/deals.csv line 2
    --- standard error
    ");
    assert_snapshot!(kepi(folder.path(), &["check", "--data", "-o", "gitlab"]), @r#"
    exit code: 1
    --- standard output
    [
      {
        "description": "`soon` is not a date; file: data/reps.csv; line: 2; column: started; help: dates are written `2026-01-31`",
        "check_name": "data",
        "fingerprint": "8f0cd9c05569a6486b2e1db9250aa791",
        "severity": "critical",
        "location": {
          "path": "data/reps.csv",
          "lines": {
            "begin": 2
          }
        }
      },
      {
        "description": "deals breaks a promise in 2 rows: expect amount > 0; where: data/deals.csv line 2; data/deals.csv line 3",
        "check_name": "deals/expect amount > 0",
        "fingerprint": "0b95666992b123e1cf10edc3a5a06dd5",
        "severity": "critical",
        "location": {
          "path": "metrics/deals.kpi",
          "lines": {
            "begin": 11
          }
        }
      },
      {
        "description": "deals breaks a promise in 1 row: expect paid <= amount else warn; where: data/deals.csv line 2",
        "check_name": "deals/expect paid <= amount else warn",
        "fingerprint": "2f90684dc1515f192b11272f6dadc649",
        "severity": "minor",
        "location": {
          "path": "metrics/deals.kpi",
          "lines": {
            "begin": 12
          }
        }
      }
    ]
    --- standard error
    "#);
    let files =
        ["check", "--data", "-o", "text", "-o", "json:a.json", "-o", "junit:a.xml", "-o", "sarif:a.sarif"];
    let shown = kepi(folder.path(), &files);
    assert!(
        shown.starts_with("exit code: 1\n") && shown.contains("1 source read, 2 of 3 promises broken"),
        "{shown}"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert_snapshot!(read("a.xml"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="kepi" tests="6" skipped="0" failures="2" errors="0">
        <testsuite name="kepi check" tests="2" skipped="0" errors="0" failures="0">
            <testcase name="metrics/deals.kpi" classname="kepi.check"/>
            <testcase name="metrics/reps.kpi" classname="kepi.check"/>
        </testsuite>
        <testsuite name="data" tests="1" skipped="0" errors="0" failures="1">
            <testcase name="data/reps.csv:2:1 data" classname="kepi.check" file="data/reps.csv" line="2">
                <failure message="`soon` is not a date" type="data">data/reps.csv:2:1: `soon` is not a date
    file: data/reps.csv
    line: 2
    column: started
    help: dates are written `2026-01-31`</failure>
            </testcase>
        </testsuite>
        <testsuite name="promises" tests="3" skipped="0" errors="0" failures="1">
            <testcase name="deals: expect amount &gt; 0" classname="promises.deals" file="metrics/deals.kpi" line="11">
                <failure message="deals breaks a promise in 2 rows: expect amount &gt; 0" type="critical">deals breaks a promise in 2 rows: expect amount &gt; 0
    where: data/deals.csv line 2; data/deals.csv line 3</failure>
            </testcase>
            <testcase name="deals: expect paid &lt;= amount else warn" classname="promises.deals" file="metrics/deals.kpi" line="12">
                <system-out>deals breaks a promise in 1 row: expect paid &lt;= amount else warn
    where: data/deals.csv line 2</system-out>
            </testcase>
            <testcase name="deals: expect unique (owner_id, closed_on)" classname="promises.deals" file="metrics/deals.kpi" line="13"/>
        </testsuite>
    </testsuites>
    "#);
    let json: serde_json::Value = serde_json::from_str(&read("a.json")).expect("it is JSON");
    assert_eq!(json["data"]["sources"], 1);
    let error = &json["data"]["errors"][0];
    assert_eq!((error["file"].as_str(), error["line"].as_u64()), (Some("data/reps.csv"), Some(2)));
    let broken = &json["data"]["promises"][0]["broken"];
    assert_eq!(
        broken["examples"]["rows"][1].as_array().map(|row| row[2].clone()),
        Some("data/deals.csv line 3".into())
    );
    let sarif: serde_json::Value = serde_json::from_str(&read("a.sarif")).expect("it is JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let levels: Vec<_> = results.iter().map(|r| r["level"].as_str().unwrap_or_default()).collect();
    assert_eq!(levels, ["error", "error", "warning"]);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "data/reps.csv");
}

/// The rate of each day: of one currency there are rows of different days, and those that an
/// export brought twice are one.
#[test]
fn rows_of_one_key_on_different_days_kept_once() {
    let rates = "source rates {
  key  currency
  time day
  keep distinct
  currency : text
  day      : date
  rate     : number
}
metric rate = average(rates.rate)
";
    let csv = "currency,day,rate\nEUR,2026-01-05,1.1\nEUR,2026-01-06,1.2\nEUR,2026-01-06,1.2\n";
    let folder = world(&[("metrics/rates.kpi", rates), ("data/rates.csv", csv)]);
    assert_snapshot!(kepi(folder.path(), &["check", "--data"]), @"
    exit code: 0
    --- standard output
    no problems in 1 file
    data: 1 source read, 0 of 0 promises broken
    --- standard error
    ");
}

/// What is declared promises something without a word, too: intervals go forward, and what
/// names a row of another source finds it. No name promises nothing, nor does a source that
/// leaves rows out.
#[test]
fn what_declarations_promise_without_a_word() {
    let definitions = r#"
source people {
  key   id
  valid joined to left
  id     : text
  boss   : text?
  joined : date
  left   : date?
  lead -> people via boss
}
source regions {
  key land, name
  land : text
  name : text
}
source loud {
  key  name
  where name is not "b"
  name : text
}
source deals {
  key id
  id     : text
  owner  : text
  land   : text?
  region : text?
  seller -> people via owner
  place  -> regions via land, region
  speech -> loud via region
}
metric known = count(deals where seller.lead.id is present and place.name is present and speech.name is present)
"#;
    let people =
        "id,boss,joined,left\np1,,2026-01-01,\np2,p1,2026-02-01,2026-01-01\np3,p9,2026-02-01,2026-02-01\n";
    let rows = "id,owner,land,region\na,p1,x,a\nb,p4,x,b\nc,p2,x,\nd,p3,y,a\n";
    let folder = world(&[
        ("metrics/m.kpi", definitions),
        ("data/people.csv", people),
        ("data/regions.csv", "land,name\nx,a\nx,b\n"),
        ("data/loud.csv", "name\na\nb\n"),
        ("data/deals.csv", rows),
    ]);
    assert_snapshot!(kepi(folder.path(), &["check", "--data"]), @"
    exit code: 0
    --- standard output
    no problems in 1 file
    warn: 1 row of people breaks its promise: `valid joined to left` (metrics/m.kpi:4:3)
      id  joined      left        where
      ──────────────────────────────────────────────────
      p2  2026-02-01  2026-01-01  data/people.csv line 3
    warn: 1 row of people breaks its promise: `lead -> people via boss` (metrics/m.kpi:9:3)
      id  boss  lead.id  where
      ─────────────────────────────────────────
      p3  p9    –        data/people.csv line 4
    warn: 1 row of deals breaks its promise: `seller -> people via owner` (metrics/m.kpi:27:3)
      id  owner  seller.id  where
      ───────────────────────────────────────────
      b   p4     –          data/deals.csv line 3
    warn: 1 row of deals breaks its promise: `place -> regions via land, region` (metrics/m.kpi:28:3)
      id  region  land  place.land  where
      ───────────────────────────────────────────────────
      d   a       y     –           data/deals.csv line 5
    data: 4 sources read, 4 of 4 promises broken
    --- standard error
    ");
}

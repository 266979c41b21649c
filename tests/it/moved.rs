//! `kepi diff --data`: how far the numbers of a branch move. The values of the small world are
//! worked out by hand; those of the sample are what `kepi run` says of both revisions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use crate::reports::consumers::validated;
use crate::review::Story;

const SOURCES: &str = r#"source deals {
  key  id
  time closed_on
  id        : text
  region    : text
  stage     : one of (open, won = "Closed Won", lost = "Closed Lost")
  amount    : USD
  closed_on : date?
  is_won    = stage is won
  is_closed = stage in (won, lost)
}

dimension region = deals.region

consumer "exec dashboard" { metrics win_rate by region }
"#;

const METRICS: &str = r#"/// Share of the closed deals that were won.
metric win_rate "Win rate" : percent = proportion(is_won of deals where is_closed) {
  every    month
  better   higher
  critical below 30% by region
}

metric bookings "Bookings" : USD = sum(deals.amount where is_won)

metric expected "Expected" : USD = bookings * win_rate
"#;

/// Deals without a price: 6, 10 and 11.
const DEALS: &str = "id,region,stage,amount,closed_on
1,EMEA,Closed Won,100,2026-01-10
2,EMEA,Closed Lost,50,2026-01-12
3,AMER,Closed Won,200,2026-01-20
4,AMER,Closed Lost,80,2026-01-25
5,EMEA,Closed Won,100,2026-02-03
6,EMEA,Closed Lost,0,2026-02-04
7,AMER,Closed Won,300,2026-02-10
8,AMER,Closed Lost,70,2026-02-11
9,EMEA,Closed Won,120,2026-03-02
10,EMEA,Closed Lost,0,2026-03-05
11,EMEA,Closed Lost,0,2026-03-09
12,EMEA,Closed Lost,60,2026-03-12
13,AMER,Closed Won,150,2026-03-20
14,AMER,Closed Lost,90,2026-03-31
";

fn world() -> Story {
    let mut story = Story::new();
    story.write("metrics/sources.kpi", SOURCES);
    story.write("metrics/sales.kpi", METRICS);
    story.write("data/deals.csv", DEALS);
    story.commit("first");
    story.branch("change");
    story
}

/// What the program prints in a folder.
fn kepi(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kepi"));
    let output = command.args(arguments).current_dir(folder).output().expect("the program starts");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "kepi {}\n{told}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("what it prints is text")
}

fn json(folder: &Path, arguments: &[&str]) -> Json {
    let all = [&["diff", "main", "--format", "json"], arguments].concat();
    serde_json::from_str(&kepi(folder, &all)).expect("it is JSON")
}

fn metric<'j>(diff: &'j Json, name: &str) -> &'j Json {
    let all = diff["data"]["metrics"].as_array().expect("metrics");
    all.iter().find(|m| m["name"] == name).unwrap_or_else(|| panic!("no {name} in {diff:#}"))
}

#[test]
fn the_numbers_of_a_changed_filter_by_hand() {
    let mut story = world();
    story.edit("metrics/sales.kpi", "where is_closed)", "where is_closed and amount > 0)");
    let found = json(story.path(), &["--data"]);
    validated("a diff", &found.to_string(), "docs/schema/diff-1.json", "closed");
    let without = kepi(story.path(), &["diff", "main", "--format", "json"]);
    validated("a diff without data", &without, "docs/schema/diff-1.json", "closed");
    assert_eq!(found["data"]["as_of"], "2026-03-31");
    let win_rate = metric(&found, "win_rate");
    assert_eq!(win_rate["period"], "2026-03");
    assert_eq!(win_rate["first_period"], "2026-02");
    // 2 of 6 and 2 of 4
    close(&win_rate["total"], 2.0 / 6.0, 2.0 / 4.0);
    close(&win_rate["slices"][0]["members"][0], 1.0 / 4.0, 1.0 / 2.0);
    assert_eq!(win_rate["slices"][0]["members"][0]["member"]["region"], "EMEA");
    assert_eq!(win_rate["slices"][0]["members"][1]["differs"], false);
    // February and March, of EMEA alone
    assert_eq!(counts(&win_rate["totals"]), [2, 3, 3, 0]);
    assert_eq!(counts(&win_rate["slices"][0]["count"]), [2, 6, 3, 2]);
    // 270 of bookings, times the rate
    let expected = metric(&found, "expected");
    close(&expected["total"], 90.0, 135.0);
    close(&expected["slices"][0]["members"][0], 30.0, 60.0);
    let verdicts = win_rate["verdicts"].as_array().expect("verdicts");
    assert_eq!(verdicts.len(), 1, "{verdicts:#?}");
    assert_eq!(verdicts[0]["member"]["region"], "EMEA");
    assert_eq!(verdicts[0]["moments"].as_array().map(Vec::len), Some(1));
    assert_eq!(verdicts[0]["moments"][0]["period"], "2026-03");
    assert_eq!(verdicts[0]["moments"][0]["goes_silent"], true);
    assert_eq!(verdicts[0]["newest"], serde_json::json!({ "before": "critical", "after": "ok" }));
    // what did not change is not run
    let run = found["data"]["metrics"].as_array().expect("metrics").iter().map(|m| &m["name"]);
    assert_eq!(run.collect::<Vec<_>>(), ["expected", "win_rate"]);
}

#[track_caller]
fn close(change: &Json, before: f64, after: f64) {
    let of = |name: &str| change[name].as_f64().unwrap_or(f64::NAN);
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(near(of("before"), before) && near(of("after"), after), "{change:#}");
    assert!(near(of("difference"), after - before), "{change:#}");
    assert!(near(of("relative"), (after - before) / before.abs()), "{change:#}");
}

/// Changed, of how many, periods, members.
fn counts(count: &Json) -> [u64; 4] {
    ["changed", "values", "periods", "members"].map(|name| count[name].as_u64().expect("a number"))
}

#[test]
fn a_changed_filter_as_it_is_told() {
    let mut story = world();
    story.edit("metrics/sales.kpi", "where is_closed)", "where is_closed and amount > 0)");
    story.commit("second");
    story.kepi(&["diff", "main..HEAD", "--data"]);
    story.kepi(&["diff", "main..HEAD", "--data", "--format", "markdown"]);
    story.kepi(&["diff", "main..HEAD", "--data", "--format", "json"]);
    story.kepi(&["diff", "--data", "--by", "region", "--every", "quarter", "--as-of", "2026-02"]);
    story.end("on_data");
}

#[test]
fn what_else_moves_numbers() {
    let mut story = world();
    story.edit("metrics/sales.kpi", "below 30%", "below 20%");
    story.kepi(&["diff", "--data"]);
    story.edit("metrics/sales.kpi", "below 20%", "below 60%");
    story.kepi(&["diff", "--data", "--replay", "2"]);
    story.edit("metrics/sales.kpi", "below 60%", "below 30%");
    story.edit("metrics/sources.kpi", "= deals.region", "= deals.region is \"EMEA\"");
    story.kepi(&["diff", "--data"]);
    story.edit("metrics/sources.kpi", "= deals.region is \"EMEA\"", "= deals.region");
    story.edit("metrics/sources.kpi", "time closed_on", "time closed_on\n  where region is not \"EMEA\"");
    story.kepi(&["diff", "--data"]);
    story.end("on_data_otherwise");
}

#[test]
fn what_cannot_be_computed_on_a_side() {
    let mut story = world();
    story.write("metrics/sources.kpi", &SOURCES.replace("amount    : USD", "amount    : USD from \"price\""));
    story.kepi(&["diff", "--data"]);
    story.write(
        "metrics/sources.kpi",
        &SOURCES
            .replace("dimension region = deals.region", "dimension area = deals.region")
            .replace("by region", "by area"),
    );
    story.edit("metrics/sales.kpi", "by region", "by area");
    story.edit("metrics/sales.kpi", "where is_closed)", "where is_closed and amount > 0)");
    story.kepi(&["diff", "--data"]);
    story.edit("metrics/sources.kpi", "area = deals.region", "area = deals.stage");
    story.kepi(&["diff", "--data"]);
    story.write("metrics/sources.kpi", SOURCES);
    story.write("metrics/sales.kpi", METRICS);
    story.edit(
        "metrics/sales.kpi",
        "metric bookings \"Bookings\" : USD = sum(deals.amount where is_won)",
        "metric lost \"Lost\" : USD = sum(deals.amount where stage is lost)",
    );
    story.edit("metrics/sales.kpi", "= bookings *", "= lost *");
    story.kepi(&["diff", "--data"]);
    story.kepi(&["diff", "--data=elsewhere"]);
    story.kepi(&["diff", "--data", "--by", "regoin"]);
    story.kepi(&["diff", "--data", "data"]);
    story.kepi(&["diff", "--data", "--set", "goal=3"]);
    story.end("on_data_not_computed");
}

/// The sample: a branch that counts expansions, too. Every value by region, segment and month
/// agrees with what `kepi run` says of each revision.
#[test]
fn the_sample_agrees_with_running_both_revisions() {
    let mut story = Story::new();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme"), story.path());
    fs::remove_file(story.path().join("metrics/tests.kpi")).expect("tests pin the old numbers");
    story.commit("first");
    story.branch("change");
    let slices = ["region", "segment"];
    let asked = ["win_rate", "sales_velocity", "value_win_rate"];
    let before = runs(story.path(), &asked, &slices);
    let filter = "where is_closed and type is new)\n{";
    story.edit("metrics/sales.kpi", filter, "where is_closed and type in (new, expansion))\n{");
    let worked = "let worked = count(opportunities where is_closed and type is new)";
    story.edit(
        "metrics/sales.kpi",
        worked,
        "let worked = 2 * count(opportunities where is_closed and type is new)",
    );
    let after = runs(story.path(), &asked, &slices);
    let found = json(story.path(), &["--data", "--by", "region", "--by", "segment", "--every", "month"]);
    let mut compared = 0;
    for name in asked {
        let of = |runs: &BTreeMap<String, Values>, by: &str| runs[&format!("{name} {by}")].clone();
        if name == "value_win_rate" {
            assert_eq!(of(&before, "region"), of(&after, "region"), "it does not use what changed");
            assert!(found["data"]["metrics"].as_array().expect("metrics").iter().all(|m| m["name"] != name));
            continue;
        }
        let moved = metric(&found, name);
        let period = moved["period"].as_str().expect("a period");
        check_counts(&moved["totals"], &of(&before, ""), &of(&after, ""));
        let total = |values: &Values| values[&(period.to_string(), String::new())];
        same(&moved["total"]["before"], total(&of(&before, "")));
        same(&moved["total"]["after"], total(&of(&after, "")));
        for (at, by) in slices.into_iter().enumerate() {
            let slice = &moved["slices"][at];
            assert_eq!(slice["by"][0], by);
            let (before, after) = (of(&before, by), of(&after, by));
            check_counts(&slice["count"], &before, &after);
            for member in slice["members"].as_array().expect("members") {
                let key = (period.to_string(), member["member"][by].as_str().unwrap_or_default().to_string());
                same(&member["before"], before.get(&key).copied().flatten());
                same(&member["after"], after.get(&key).copied().flatten());
                compared += 1;
            }
        }
    }
    assert!(compared >= 12, "{compared}");
}

/// By period and member.
type Values = BTreeMap<(String, String), Option<f64>>;

/// What `kepi run` says of each metric in total and by each dimension.
fn runs(folder: &Path, metrics: &[&str], slices: &[&str]) -> BTreeMap<String, Values> {
    let mut found = BTreeMap::new();
    for name in metrics {
        for by in slices.iter().chain([&""]) {
            let mut arguments = vec!["run", name, "--every", "month", "--format", "json"];
            if !by.is_empty() {
                arguments.extend(["--by", by]);
            }
            let answer: Json = serde_json::from_str(&kepi(folder, &arguments)).expect("it is JSON");
            let rows = answer["rows"].as_array().expect("rows").iter().map(|row| {
                let text = |name: &str| row[name].as_str().unwrap_or_default().to_string();
                ((text("month"), text(by)), row[name].as_f64())
            });
            found.insert(format!("{name} {by}"), rows.collect());
        }
    }
    found
}

#[track_caller]
fn check_counts(count: &Json, before: &Values, after: &Values) {
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let of = |values: &Values, key| values.get(key).copied().flatten();
    let pairs = keys.iter().map(|key| (&key.0, of(before, key), of(after, key)));
    let known: Vec<_> = pairs.filter(|(_, a, b)| a.is_some() || b.is_some()).collect();
    let differs = |(_, a, b): &&(&String, Option<f64>, Option<f64>)| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() > 1e-9 * a.abs().max(b.abs()),
        _ => true,
    };
    assert_eq!(count["values"], known.len());
    assert_eq!(count["changed"], known.iter().filter(differs).count());
    let first = known.iter().filter(differs).map(|(period, ..)| period.as_str()).min();
    assert_eq!(count["first_period"].as_str(), first);
}

#[track_caller]
fn same(found: &Json, expected: Option<f64>) {
    match (found.as_f64(), expected) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} is not {b}"),
        (a, b) => assert_eq!(a, b),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("make the folder");
    for entry in fs::read_dir(from).expect("read the folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copy a file")),
        }
    }
}

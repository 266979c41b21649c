//! What is behind a finding (`--drill`), in a small world: how many rows, and which come first.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::promises::{kepi, world};

const MODEL: &str = r#"
source deals {
  key  id
  time closed_on
  id        : text
  region_id : text
  closed_on : date
  opened_on : date
  stage     : one of (open, won, lost)
  amount    : USD
  region -> regions
}
source regions { key id id : text name : text }
source spend { time day day : date region_id : text cost : USD region -> regions }
source contracts {
  key   id
  valid starts to ends
  id : text starts : date ends : date? fee : USD
}
rollup by_region per deals.region_id, period { sold = sum(deals.amount) }
dimension region = regions.name
"#;

/// | id | region | closed  | opened  | stage | amount |
fn project(metrics: &str) -> TempDir {
    let deals = "id,region_id,closed_on,opened_on,stage,amount\n\
        d1,e,2026-01-03,2025-12-01,won,100\n\
        d2,e,2026-01-09,2026-01-02,lost,900\n\
        d3,e,2026-01-20,2026-01-05,lost,50\n\
        d4,a,2026-01-21,2026-01-09,won,300\n\
        d5,a,2026-01-31,2026-01-12,open,700\n\
        d6,a,2026-02-03,2026-01-30,won,800\n";
    world(&[
        ("metrics/deals.kpi", &format!("{MODEL}{metrics}\nscorecard all {{ metrics judged every month }}")),
        ("data/deals.csv", deals),
        ("data/regions.csv", "id,name\ne,EMEA\na,APAC\n"),
        ("data/spend.csv", "day,region_id,cost\n2026-01-02,e,10\n2026-01-05,a,40\n2026-02-01,a,5\n"),
        (
            "data/contracts.csv",
            "id,starts,ends,fee\nc1,2025-03-01,,10\nc2,2025-06-01,2026-01-31,90\nc3,2026-01-10,2026-02-10,30\nc4,2026-02-01,,70\n",
        ),
    ])
}

/// Of each finding of January: the member, the members behind it, and of each source how
/// many rows and the first of them.
fn behind(metric: &str, most: &str) -> Vec<String> {
    let folder = project(metric);
    let run =
        ["run", "all", "--to", "2026-01", "--as-of", "2026-02-05", "--drill", most, "-o", "json:a.json"];
    let shown = kepi(folder.path(), &run);
    let mut lines = Vec::new();
    for judgement in judgements(folder.path(), &shown) {
        let member: Vec<String> =
            judgement["member"].as_object().into_iter().flatten().map(|(_, v)| word(v)).collect();
        let verdict = word(&judgement["verdict"]);
        lines.push(format!("{verdict} {} {}", member.join(" "), word(&judgement["value"])));
        if !judgement["drill"].is_null() {
            lines.push(format!("  {}", table(&judgement["drill"])));
        }
        for rows in judgement["rows"].as_array().into_iter().flatten() {
            let by = rows["by"].as_str().map(|by| format!(" by {by}")).unwrap_or_default();
            let worst = if rows["worst"].is_null() { String::new() } else { table(&rows["worst"]) };
            lines.push(format!("  {} {}{by}: {worst}", rows["count"], word(&rows["source"])));
        }
    }
    lines
}

fn judgements(folder: &Path, shown: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("a.json")).unwrap_or_else(|e| panic!("{e}: {shown}"));
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    report["scorecards"][0]["metrics"][0]["judgements"].as_array().cloned().unwrap_or_default()
}

/// `id amount; d2 900, d3 50`
fn table(table: &Value) -> String {
    let cells = |row: &Value| {
        let cells = row.as_array().into_iter().flatten().map(word);
        cells.collect::<Vec<_>>().join(" ")
    };
    let rows: Vec<String> = table["rows"].as_array().into_iter().flatten().map(cells).collect();
    format!("{}; {}", cells(&table["columns"]), rows.join(", "))
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

#[track_caller]
fn check(metric: &str, expected: &[&str]) {
    assert_eq!(behind(metric, "2"), expected, "{metric}");
}

/// Of four that closed two were won: those that were lost make it low.
#[test]
fn of_a_part_the_rows_that_are_not_in_it() {
    check(
        "metric judged : percent = proportion(stage is won of deals where stage in (won, lost)) { critical below 60% }",
        &[
            "critical  0.5",
            "  region judged; EMEA 0.3333333333333333, APAC 1.0",
            "  4 deals: id closed_on stage; d2 2026-01-09 lost, d3 2026-01-20 lost",
        ],
    );
    // what makes it high are those that were won
    check(
        "metric judged : percent = proportion(stage is won of deals where stage in (won, lost)) { critical above 40% }",
        &[
            "critical  0.5",
            "  region judged; APAC 1.0, EMEA 0.3333333333333333",
            "  4 deals: id closed_on stage; d1 2026-01-03 won, d4 2026-01-21 won",
        ],
    );
}

#[test]
fn of_a_sum_and_an_average_the_smallest_or_the_largest() {
    let sum = "metric judged : USD = sum(deals.amount where stage is not open)";
    check(
        &format!("{sum} {{ critical above 1 }}"),
        &[
            "critical  1350.0",
            "  region judged; EMEA 1050.0, APAC 300.0",
            "  4 deals: id closed_on stage amount; d2 2026-01-09 lost 900.0, d4 2026-01-21 won 300.0",
        ],
    );
    check(
        "metric judged : USD = average(deals.amount) { critical below 5000 }",
        &[
            "critical  410.0",
            "  region judged; EMEA 350.0, APAC 500.0",
            "  5 deals: id closed_on amount; d3 2026-01-20 50.0, d1 2026-01-03 100.0",
        ],
    );
}

/// 1,350 for 50: what is spent drags it down, what is sold holds it up.
#[test]
fn of_several_sources_each_by_itself() {
    check(
        "metric judged = sum(deals.amount where stage is not open) / sum(spend.cost) { critical below 100 }",
        &[
            "critical  27.0",
            "  region judged; APAC 7.5, EMEA 105.0",
            "  4 deals: id closed_on stage amount; d3 2026-01-20 lost 50.0, d1 2026-01-03 won 100.0",
            "  2 spend: day cost; 2026-01-05 40.0, 2026-01-02 10.0",
        ],
    );
}

/// By the day they opened d2 to d6 count, and d6 alone of those that closed in February.
#[test]
fn by_another_date_and_with_another_window() {
    check(
        "metric judged = count(deals on opened_on) { critical above 1 }",
        &[
            "critical  5",
            "  region judged; APAC 3, EMEA 2",
            "  5 deals by opened_on: id opened_on; d2 2026-01-02, d3 2026-01-05",
        ],
    );
    // c2 ended on the 31st, c4 is yet to come
    check(
        "metric judged : USD = sum(contracts.fee at end) { critical above 1 }",
        &["critical  40.0", "  2 contracts: id starts fee; c3 2026-01-10 30.0, c1 2025-03-01 10.0"],
    );
    check(
        "metric judged : USD = max(deals.amount trailing 2 months) { critical above 1 }",
        &[
            "critical  900.0",
            "  region judged; EMEA 900.0, APAC 700.0",
            "  5 deals by closed_on: id closed_on amount; d2 2026-01-09 900.0, d5 2026-01-31 700.0",
        ],
    );
}

#[test]
fn rows_of_a_rollup() {
    check(
        "metric judged : USD = average(by_region.sold) { critical above 1 }",
        &[
            "critical  1025.0",
            "  region judged; EMEA 1050.0, APAC 1000.0",
            "  2 by_region: region_id sold; e 1050.0, a 1000.0",
        ],
    );
}

/// Only the rows of the member that was judged.
#[test]
fn of_a_member_its_own_rows() {
    check(
        "metric judged : USD = sum(deals.amount) { critical above 1_020 by region }",
        &[
            "critical  2050.0",
            "  region judged; EMEA 1050.0, APAC 1000.0",
            "  5 deals: id closed_on amount; d2 2026-01-09 900.0, d5 2026-01-31 700.0",
            "ok APAC 1000.0",
            "  2 deals: ",
            "critical EMEA 1050.0",
            "  3 deals: id closed_on amount; d2 2026-01-09 900.0, d1 2026-01-03 100.0",
        ],
    );
}

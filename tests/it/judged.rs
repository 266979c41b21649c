//! Scorecards through the real binary: a small world, and the verdicts that follow from it
//! by hand, with the exit code, all forms from one run.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

use crate::promises::{kepi, world};

/// Deals won of ten closed, by region, from January to June; LATAM begins in May with two,
/// and has none in June.
///
/// | region | 01 | 02 | 03 | 04 | 05 | 06 |
/// | EMEA   |  5 |  5 |  1 |  1 |  1 |  1 |
/// | APAC   |  5 |  5 |  5 |  5 |  5 |  5 |
/// | LATAM  |    |    |    |    | 0/2|    |
/// | all    | 50%| 50%| 30%| 30%| 6/22 | 30%|
fn deals() -> String {
    let won = [("EMEA", [5, 5, 1, 1, 1, 1]), ("APAC", [5; 6])];
    let mut csv = "closed_on,region,won\n".to_string();
    for (region, months) in won {
        for (month, won) in (1..).zip(months) {
            for n in 0..10 {
                // June's data reaches its end
                let day = if month == 6 && n == 9 { 30 } else { 3 * n + 1 };
                csv += &format!("2026-{month:02}-{day:02},{region},{}\n", n < won);
            }
        }
    }
    csv + "2026-05-02,LATAM,false\n2026-05-03,LATAM,false\n"
}

const SOURCE: &str = r#"source deals {
  time closed_on
  closed_on : date
  region    : text
  won       : bool
}
dimension region "Region" = deals.region
"#;

fn project(metrics: &str) -> TempDir {
    let metrics = format!("{SOURCE}{metrics}");
    world(&[("metrics/deals.kpi", &metrics), ("data/deals.csv", &deals())])
}

/// One line a judgement: rule, member, verdict, since when and for how long, the states.
pub fn verdicts(folder: &Path, arguments: &[&str]) -> String {
    let file = folder.join("report.json");
    let shown = kepi(folder, &[arguments, &["-o", "json:report.json"]].concat());
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{e}: {shown}"));
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    let mut lines = format!("exit code {}\n", report["exit_code"]);
    for metric in report["scorecards"].as_array().into_iter().flatten().flat_map(|s| list(&s["metrics"])) {
        for judgement in list(&metric["judgements"]) {
            let member: Vec<String> =
                judgement["member"].as_object().into_iter().flatten().map(|(_, v)| word(v)).collect();
            let who = if member.is_empty() { "all".to_string() } else { member.join(" ") };
            lines += &format!(
                "{} {}, {who}: {}",
                word(&judgement["rule"]["severity"]),
                word(&judgement["rule"]["text"]),
                word(&judgement["verdict"])
            );
            if !judgement["since"].is_null() {
                lines += &format!(" since {} ({})", word(&judgement["since"]), judgement["periods"]);
            }
            let states: Vec<String> =
                list(&judgement["history"]).iter().map(|m| word(&m["verdict"])).collect();
            lines += &format!("  [{}]\n", states.join(" "));
        }
    }
    lines
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

/// Numbers of different values are counted in a scan of their own; what they are made of, and what
/// comes after them, begins where its own data does.
#[test]
fn different_values_are_judged_beside_others() {
    let folder = project(
        "metric regions = count(distinct deals.region) { every month critical below 3 }
         metric won_deals = count(deals where won) { every month critical below 12 by region }
         metric late = count(deals where region is \"LATAM\") { every month warn above 1 }",
    );
    assert_snapshot!(verdicts(folder.path(), &["run", "regions", "won_deals", "late", "--fail-on", "critical"]), @r"
    exit code 1
    critical below 3, all: critical since 2026-06 (1)  [critical critical critical critical ok critical]
    critical below 12 by region, all: critical since 2026-01 (6)  [critical critical critical critical critical critical]
    critical below 12 by region, APAC: critical since 2026-01 (6)  [critical critical critical critical critical critical]
    critical below 12 by region, EMEA: critical since 2026-01 (6)  [critical critical critical critical critical critical]
    warn above 1, all: ok  [ok ok ok ok warn ok]
    ");
}

const RATE: &str = "metric win_rate \"Win rate\" : percent = proportion(won of deals)";

fn judged(rules: &str) -> String {
    let folder = project(&format!(
        "{RATE} {{ every month {rules} }}\nscorecard executive {{ metrics win_rate every month last 3 }}"
    ));
    verdicts(folder.path(), &["run", "executive"])
}

#[test]
fn for_the_whole_and_for_each_member() {
    assert_snapshot!(judged("critical below 20% for 2 periods by region"), @r#"
    exit code 1
    critical below 20% for 2 periods by region, all: ok  [ok ok ok ok ok ok]
    critical below 20% for 2 periods by region, APAC: ok  [ok ok ok ok ok ok]
    critical below 20% for 2 periods by region, EMEA: critical since 2026-04 (3)  [ok ok ok critical critical critical]
    critical below 20% for 2 periods by region, LATAM: no_data  [ok no_data]
    "#);
}

#[test]
fn equal_to_the_limit_is_not_below() {
    assert_snapshot!(judged("warn below 30%"), @r#"
    exit code 0
    warn below 30%, all: ok  [ok ok ok ok warn ok]
    "#);
}

#[test]
fn what_fires_goes_on_until_it_is_cleared() {
    assert_snapshot!(judged("critical below 28% clear above 32% for 1 period"), @r#"
    exit code 1
    critical below 28% clear above 32% for 1 period, all: critical since 2026-05 (2)  [ok ok ok ok critical critical]
    "#);
}

#[test]
fn too_few_are_not_judged() {
    assert_snapshot!(judged("warn below 90% by region only when count(deals) >= 5"), @r#"
    exit code 0
    warn below 90% by region, all: warn since 2026-01 (6)  [warn warn warn warn warn warn]
    warn below 90% by region, APAC: warn since 2026-01 (6)  [warn warn warn warn warn warn]
    warn below 90% by region, EMEA: warn since 2026-01 (6)  [warn warn warn warn warn warn]
    warn below 90% by region, LATAM: too_few  [too_few too_few]
    "#);
}

#[test]
fn a_rule_for_some_members_takes_the_place_of_the_general_one() {
    let rules = "warn below 40% by region warn below 5% where region is \"EMEA\"";
    assert_snapshot!(judged(rules), @r#"
    exit code 0
    warn below 40% by region, all: warn since 2026-03 (4)  [ok ok warn warn warn warn]
    warn below 40% by region, APAC: ok  [ok ok ok ok ok ok]
    warn below 40% by region, LATAM: no_data  [warn no_data]
    warn below 5% where region is "EMEA", EMEA: ok  [ok ok ok ok ok ok]
    "#);
}

#[test]
fn a_member_that_the_data_does_not_know() {
    assert_snapshot!(judged("warn below 5% where region is \"Atlantis\""), @r#"
    exit code 0
    warn below 5% where region is "Atlantis", Atlantis: no_data  [no_data]
    "#);
}

#[test]
fn no_data_can_be_a_finding() {
    assert_snapshot!(judged("critical below 1% by region missing warn"), @r#"
    exit code 0
    critical below 1% by region, all: ok  [ok ok ok ok ok ok]
    critical below 1% by region, APAC: ok  [ok ok ok ok ok ok]
    critical below 1% by region, EMEA: ok  [ok ok ok ok ok ok]
    critical below 1% by region, LATAM: no_data  [critical no_data]
    warn missing warn, all: ok  [ok ok ok ok ok ok]
    warn missing warn, APAC: ok  [ok ok ok ok ok ok]
    warn missing warn, EMEA: ok  [ok ok ok ok ok ok]
    warn missing warn, LATAM: warn since 2026-06 (1)  [ok warn]
    "#);
}

#[test]
fn against_a_target() {
    let rules = "target 50% target 20% where region is \"EMEA\" critical below 60% of target by region";
    assert_snapshot!(judged(rules), @r#"
    exit code 1
    critical below 60% of target by region, all: ok  [ok ok ok ok critical ok]
    critical below 60% of target by region, APAC: ok  [ok ok ok ok ok ok]
    critical below 60% of target by region, EMEA: critical since 2026-03 (4)  [ok ok critical critical critical critical]
    critical below 60% of target by region, LATAM: no_data  [critical no_data]
    "#);
}

#[test]
fn against_what_was_before() {
    assert_snapshot!(judged("warn down 20% from prior period"), @r#"
    exit code 0
    warn down 20% from prior period, all: ok  [no_data ok warn ok ok ok]
    "#);
    assert_snapshot!(judged("warn when value < prior(value) * 0.8"), @r#"
    exit code 0
    warn when value < prior(value) * 0.8, all: ok  [no_data ok warn ok ok ok]
    "#);
}

#[test]
fn counts_of_nothing_are_zero_once_a_member_is_there() {
    let folder = project(
        "metric closed : count = count(deals) { every month critical below 3 by region }\n\
         scorecard executive { metrics closed every month last 3 }",
    );
    assert_snapshot!(verdicts(folder.path(), &["run", "executive"]), @r#"
    exit code 1
    critical below 3 by region, all: ok  [ok ok ok ok ok ok]
    critical below 3 by region, APAC: ok  [ok ok ok ok ok ok]
    critical below 3 by region, EMEA: ok  [ok ok ok ok ok ok]
    critical below 3 by region, LATAM: critical since 2026-05 (2)  [critical critical]
    "#);
}

fn executive() -> TempDir {
    project(&format!(
        "{RATE} {{ every month owner \"sales\" warn below 40% critical below 20% by region }}\n\
         scorecard executive \"Executive\" {{ metrics win_rate every month last 3 by region compare prior period }}"
    ))
}

#[test]
fn a_period_that_has_not_ended_is_shown_and_not_judged() {
    let folder = executive();
    let run = ["run", "executive", "--as-of", "2026-06-15"];
    assert_snapshot!(verdicts(folder.path(), &run), @r#"
    exit code 1
    warn below 40%, all: warn since 2026-03 (3)  [ok ok warn warn warn]
    critical below 20% by region, all: ok  [ok ok ok ok ok]
    critical below 20% by region, APAC: ok  [ok ok ok ok ok]
    critical below 20% by region, EMEA: critical since 2026-03 (3)  [ok ok critical critical critical]
    critical below 20% by region, LATAM: critical since 2026-05 (1)  [critical]
    "#);
    let report = fs::read_to_string(folder.path().join("report.json")).expect("it was written");
    assert!(report.contains(r#"{ "period": "2026-06", "partial": true"#), "{report}");
}

#[test]
fn how_a_run_ends() {
    let folder = executive();
    let code = |arguments: &[&str]| {
        let shown = kepi(folder.path(), &[&["run"][..], arguments].concat());
        shown.lines().next().unwrap_or_default().to_string()
    };
    assert_eq!(code(&["executive"]), "exit code: 1");
    assert_eq!(code(&["executive", "--fail-on", "never"]), "exit code: 0");
    assert_eq!(code(&["executive", "--where", "region is \"APAC\""]), "exit code: 0");
    // LATAM has no deals in June
    let latam = ["executive", "--where", "region is \"LATAM\""];
    assert_eq!(code(&latam), "exit code: 0");
    assert_eq!(code(&[&latam[..], &["--not-judged", "fail"]].concat()), "exit code: 3");
    assert_eq!(code(&["win_rate", "--every", "month"]), "exit code: 0");
    assert_eq!(code(&["win_rate", "--every", "month", "--fail-on", "critical"]), "exit code: 1");
    assert_eq!(
        code(&["win_rate", "--every", "month", "--where", "region is \"APAC\"", "--fail-on", "warn"]),
        "exit code: 0"
    );
    assert_eq!(code(&["nothing", "--fail-on", "warn"]), "exit code: 2");
}

#[test]
fn what_a_terminal_shows() {
    let folder = executive();
    assert_snapshot!(kepi(folder.path(), &["run", "executive", "--drill", "2"]), @r#"
    exit code: 1
    --- standard output
    Executive
    by month, 2026-04 to 2026-06 · data up to 2026-06-30

                 2026-06  Trend  vs prior
    ─────────────────────────────────────
    ▲  Win rate    30.0%  █▁█     +2.7 pt
    ✓    APAC      50.0%  ▄▄▄      0.0 pt
    ✗    EMEA      10.0%  ▄▄▄      0.0 pt
    ○    LATAM         –

    ✗ critical  Win rate · EMEA is 10.0% in 2026-06, 10.0 points below the limit of 20.0%, since 2026-03 (4 periods)
      rule      critical below 20% by region (metrics/deals.kpi:8)
      owner     sales
      rows      10 of deals
      again     kepi run win_rate --every month --where 'region is "EMEA"'
      │ the worst 2 of 10 rows of deals
      │ closed_on   won
      │ ───────────────
      │ 2026-06-04  no
      │ 2026-06-07  no

    ▲ warning  Win rate is 30.0% in 2026-06, 10.0 points below the limit of 40.0%, since 2026-03 (4 periods)
      rule      warn below 40% (metrics/deals.kpi:8)
      owner     sales
      rows      20 of deals
      again     kepi run win_rate --every month
      │ members, the worst first
      │ Region  Win rate
      │ ────────────────
      │ EMEA       10.0%
      │ APAC       50.0%
      │ the worst 2 of 20 rows of deals
      │ closed_on   won
      │ ───────────────
      │ 2026-06-04  no
      │ 2026-06-07  no

    ○ Win rate · LATAM is not judged in 2026-06: no data

    1 critical, 1 warning, 1 not judged, 2 ok
    --- standard error
    "#);
}

#[test]
fn several_forms_of_one_run() {
    let folder = executive();
    let forms = [
        "text",
        "junit:out/a.xml",
        "sarif:a.sarif",
        "github",
        "gitlab:g.json",
        "markdown:a.md",
        "json:a.json",
        "csv:a.csv",
        "openmetrics:a.prom",
        "html:a.html",
        "slack:s.json",
        "webhook:w.json",
        "parquet:a.parquet",
    ];
    fs::create_dir(folder.path().join("out")).expect("a folder");
    let arguments: Vec<&str> =
        ["run", "executive"].into_iter().chain(forms.iter().flat_map(|f| ["-o", f])).collect();
    let shown = kepi(folder.path(), &arguments);
    assert!(shown.starts_with("exit code: 1\n") && shown.contains("::error"), "{shown}");
    let quiet = kepi(folder.path(), &["run", "executive", "-o", "json:a.json"]);
    assert!(quiet.ends_with("--- standard error\n1 of 5 not judged: win_rate: no data\n"), "{quiet}");
    for form in forms {
        let Some((name, file)) = form.split_once(':') else { continue };
        let bytes = fs::read(folder.path().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(!bytes.is_empty(), "{file} is empty");
        let text = String::from_utf8_lossy(&bytes);
        match name {
            "junit" => drop(roxmltree::Document::parse(&text).expect("it is XML")),
            "sarif" | "gitlab" | "json" | "slack" | "webhook" => {
                drop(serde_json::from_str::<Value>(&text).expect("it is JSON"))
            }
            _ => {}
        }
    }
}

/// Behind what other steps of the job have written there.
#[test]
fn a_job_of_githubs_has_a_page_that_sums_it_up() {
    let folder = executive();
    let page = folder.path().join("summary.md");
    fs::write(&page, "before\n").expect("write what is there");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_kepi"))
        .args(["run", "executive", "-o", "github"])
        .current_dir(folder.path())
        .env("GITHUB_STEP_SUMMARY", &page)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.starts_with(b"::error file=metrics/deals.kpi,line=8,"));
    let text = fs::read_to_string(&page).expect("it is there");
    let answer = "before\n## ✗ Executive: 1 critical, 1 warning, 1 not judged, 2 ok\n";
    assert!(text.starts_with(answer), "{text}");
}

#[test]
fn what_does_not_go_together() {
    let folder = executive();
    assert_snapshot!(kepi(folder.path(), &["run", "executive", "win_rate"]), @r#"
    exit code: 2
    --- standard output
    --- standard error
    error: `executive` is a scorecard, and `win_rate` is none
      help: run scorecards and metrics one after the other: a scorecard brings its own periods and dimensions
    "#);
    assert_snapshot!(kepi(folder.path(), &["run", "executive", "--every", "week"]), @r#"
    exit code: 2
    --- standard output
    --- standard error
    error: a scorecard says itself what --every says
      help: change the scorecard, or run its metrics by their names
    "#);
    assert_snapshot!(kepi(folder.path(), &["run", "executive", "-o", "junt:x.xml"]), @r#"
    exit code: 2
    --- standard output
    --- standard error
    error: there is no format `junt`, but there is `junit`; all are table, csv, json, markdown, parquet, text, junit, sarif, github, gitlab, openmetrics, html, slack, webhook
    "#);
    assert_snapshot!(kepi(folder.path(), &["run", "executive", "--where", "regio is \"EMEA\""]), @r#"
    exit code: 2
    --- standard output
    --- standard error
    error[unknown-name]: there is no dimension named `regio`
       ╭─[--where:1:1]
     1 │ regio is "EMEA"
       · ──┬──
       ·   ╰── did you mean `region`?
       ╰────
    "#);
}

#[test]
fn stale_data_is_not_judged() {
    let fresh = SOURCE.replace("  won       : bool\n", "  won       : bool\n  expect fresh within 2 days\n");
    let metrics = format!(
        "{fresh}source visits {{ time day day : date }}\n{RATE} {{ every month warn below 90% }}\n\
         scorecard executive {{ metrics win_rate every month }}"
    );
    let folder = world(&[
        ("metrics/deals.kpi", &metrics),
        ("data/deals.csv", &deals()),
        ("data/visits.csv", "day\n2026-07-31\n"),
    ]);
    assert_snapshot!(verdicts(folder.path(), &["run", "executive"]), @r#"
    exit code 1
    warn below 90%, all: stale  [warn warn warn warn warn warn stale]
    "#);
    assert_snapshot!(verdicts(folder.path(), &["run", "executive", "--as-of", "2026-07-02"]), @r#"
    exit code 0
    warn below 90%, all: warn since 2026-01 (6)  [warn warn warn warn warn warn]
    "#);
}

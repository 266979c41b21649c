//! The page: what it is made of, and how it behaves in a real browser.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{fixture, rendered};

#[test]
fn nothing_of_the_data_becomes_markup() {
    let page = rendered("html", &fixture::outcome());
    assert!(!page.contains("<script>alert"), "a label became a script");
    assert_eq!(page.matches("<script").count(), 1, "one script, which is ours");
    assert_eq!(page.matches("<style").count(), 1);
    let network = ["src=", "url(", "@import", "<link", "<img", "<iframe"];
    let found: Vec<&&str> = network.iter().filter(|word| page.contains(**word)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_form_of_table_has_headings() {
    let page = rendered("html", &fixture::outcome());
    assert_eq!(page.matches("<table").count(), page.matches("<thead").count());
    assert!(!page.contains("<th>"), "each heading says of what");
    let charts = page.matches("class=\"chart\"").count();
    assert_eq!(page.matches("role=\"img\" aria-label=").count(), charts);
    assert!(charts >= 4, "of the win rate, MRR, bookings and the cycle");
}

#[test]
fn the_same_outcome_gives_the_same_page() {
    assert_eq!(rendered("html", &fixture::outcome()), rendered("html", &fixture::outcome()));
    assert!(rendered("html", &fixture::empty()).contains("</html>"));
}

/// Differences below what a float can tell, and above what it can hold.
#[test]
fn charts_of_values_that_hardly_differ_or_differ_too_much() {
    use kepi::table::Value;
    let nearly = |at: usize| Value::Decimal { digits: 9_007_199_254_740_993 + at as i128, scale: 2 };
    let far = |at: usize| Value::Float(if at.is_multiple_of(2) { f64::MAX } else { f64::MIN });
    let tiny = |at: usize| Value::Float(1e-300 * at as f64);
    let same = |_| Value::Int(0);
    let values: [&dyn Fn(usize) -> Value; 4] = [&nearly, &far, &tiny, &same];
    for value in values {
        let mut outcome = fixture::presentable();
        for (at, point) in outcome.scorecards[0].metrics[1].series[0].points.iter_mut().enumerate() {
            point.value = value(at);
            point.benchmark = Value::Missing;
        }
        assert!(rendered("html", &outcome).contains("</html>"));
    }
}

/// Clicks, filters and sorts; in light and dark, wide and narrow.
#[test]
fn in_a_browser() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    fs::create_dir_all(&folder).expect("a folder for the page");
    for (name, outcome) in [("hostile", fixture::outcome()), ("page", fixture::presentable())] {
        fs::write(folder.join(format!("{name}.html")), rendered("html", &outcome)).expect("it is written");
    }
    let tools = ["node", "chromium"].map(|tool| Command::new(tool).arg("--version").output());
    if tools.iter().any(|found| !found.as_ref().is_ok_and(|o| o.status.success())) {
        return println!("skipped: no node or no chromium");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/reports/browser.mjs");
    for name in ["hostile", "page"] {
        let run = Command::new("node").arg(&script).arg(folder.join(format!("{name}.html"))).output();
        let run = run.expect("node starts");
        let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{name}:\n{said}");
    }
}

//! The story of `examples/acme`: what its README says is wrong at the end of 2025 is what
//! its scorecards say. The numbers are those of the README, read off the tables of the metrics.

use std::path::Path;
use std::process::Command;

#[test]
fn the_executive_scorecard_says_what_is_wrong() {
    let found = scorecard("executive");
    says(
        &found,
        &["✗ critical  Win rate · SMB is 18.5% in 2025-12", "▲ warning  Win rate is 19.1% in 2025-12"],
    );
    says(&found, &["○ Win rate · Enterprise is not judged in 2025-12: too few"]);
    says(&found, &["✓  MRR", "✓  Bookings", "✓  Renewal rate", "1 critical, 1 warning, 1 not judged"]);
}

#[test]
fn the_manager_scorecard_says_what_is_wrong() {
    let found = scorecard("manager");
    says(
        &found,
        &["✗ critical  Speed to lead is 26.7 hours in 2025-12", "▲ warning  Cost per lead is $935.01"],
    );
    says(&found, &["2 critical, 3 warnings, 1 not judged"]);
}

#[test]
fn the_rep_scorecard_says_what_is_wrong() {
    let found = scorecard("rep");
    says(&found, &["✗ critical  Quota attainment · Noor Haddad is 0.0% in 2025-Q4"]);
    says(&found, &["✗ critical  Quota attainment · Yusuf Demir is 6.2% in 2025-Q4", "2 critical"]);
}

/// A build's log has no width of its own, and yet a table should not be wider than a screen.
#[test]
fn their_tables_fit() {
    for name in ["executive", "manager", "rep"] {
        let found = scorecard(name);
        let table = found.lines().take_while(|line| !line.starts_with(['✗', '▲']) || line.starts_with("✗  "));
        let wide: Vec<&str> = table.filter(|line| line.chars().count() > 100).collect();
        assert!(wide.is_empty(), "{name}: {wide:#?}");
    }
}

#[test]
fn what_is_behind_the_findings() {
    let found = run(&["executive", "--drill", "2"]);
    says(&found, &["rows      27 of opportunities", "rows      68 of opportunities"]);
    says(&found, &["│ the worst 2 of 27 rows of opportunities", "│ D-1817  2025-12-04  yes        new   no"]);
}

/// What a run of it prints; it is red.
fn scorecard(name: &str) -> String {
    run(&[name])
}

fn run(arguments: &[&str]) -> String {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kepi"));
    let output = command.arg("run").args(arguments).arg("--project").arg(project).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("what it prints is text")
}

#[track_caller]
fn says(found: &str, lines: &[&str]) {
    for line in lines {
        assert!(found.contains(line), "not in it: {line}\n{found}");
    }
}

//! Snapshots of scorecards: what is written in a file against what comes out now, cell by
//! cell.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::report::Screen;

/// Where there are more, something else is wrong than a number.
const MOST: usize = 20;

#[derive(Debug, Clone)]
pub struct SnapshotOutcome {
    /// As people name it: relative to the project.
    pub file: String,
    pub scorecard: String,
    /// None: it is as it was.
    pub differences: Vec<String>,
    /// What it would be now.
    pub found: String,
}

impl SnapshotOutcome {
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

/// What is not as it was, a line each; none where nothing has changed.
pub fn differences(before: &str, now: &str) -> Vec<String> {
    let (old, new) = (Parts::of(before), Parts::of(now));
    let mut found = Vec::new();
    for line in old.lines.iter().filter(|line| !new.lines.contains(line)) {
        found.push(format!("no longer: {line}"));
    }
    for line in new.lines.iter().filter(|line| !old.lines.contains(line)) {
        found.push(format!("now: {line}"));
    }
    let heads = |a: &Parts, b: &Parts| -> Vec<String> {
        a.heads.iter().filter(|head| !b.heads.contains(head)).cloned().collect()
    };
    found.extend(heads(&old, &new).iter().map(|head| format!("the column {head} is gone")));
    found.extend(heads(&new, &old).iter().map(|head| format!("the column {head} is new")));
    for (name, cells) in &old.rows {
        let Some(other) = new.rows.get(name) else {
            found.push(format!("{name} is gone"));
            continue;
        };
        for head in old.heads.iter().filter(|head| new.heads.contains(head)) {
            let (before, now) = (cell(cells, head), cell(other, head));
            if before != now {
                found.push(format!("{name}, {head}: {} instead of {}", told(now), told(before)));
            }
        }
    }
    found.extend(new.rows.keys().filter(|name| !old.rows.contains_key(*name)).map(|n| format!("{n} is new")));
    if found.is_empty() && before != now {
        found.push("its lines are in another order, or laid out in another way".to_string());
    }
    found
}

fn cell<'a>(cells: &'a BTreeMap<String, String>, head: &str) -> &'a str {
    cells.get(head).map_or("", String::as_str)
}

fn told(cell: &str) -> &str {
    if cell.is_empty() { "nothing" } else { cell }
}

/// A snapshot taken apart: its table by names and headings, and all other lines.
#[derive(Default)]
struct Parts {
    heads: Vec<String>,
    rows: BTreeMap<String, BTreeMap<String, String>>,
    lines: Vec<String>,
}

impl Parts {
    fn of(text: &str) -> Parts {
        let mut parts = Parts::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let Some(cells) = line.strip_prefix('|') else {
                parts.lines.push(line.to_string());
                continue;
            };
            let mut cells = split(cells).into_iter();
            let name = cells.next().unwrap_or_default();
            match parts.heads.is_empty() {
                true => parts.heads = cells.collect(),
                false if name == "---" => {}
                false => {
                    let cells = parts.heads.iter().cloned().zip(cells).collect();
                    parts.rows.insert(name, cells);
                }
            }
        }
        parts
    }
}

/// The cells of a line of a table; a bar behind a backslash is a bar.
fn split(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.trim_end().trim_end_matches('|').chars() {
        let cell = cells.last_mut().expect("there is always one");
        match (c, escaped) {
            ('\\', false) => {
                escaped = true;
                continue;
            }
            ('|', false) => cells.push(String::new()),
            _ => cell.push(c),
        }
        escaped = false;
    }
    cells.iter().map(|cell| cell.trim().to_string()).collect()
}

/// Those that are not as they were.
pub fn render(outcomes: &[SnapshotOutcome], screen: &Screen) -> String {
    let failed = outcomes.iter().filter(|outcome| !outcome.passed());
    failed.map(|outcome| one(outcome, screen)).collect::<Vec<_>>().join("\n")
}

fn one(outcome: &SnapshotOutcome, screen: &Screen) -> String {
    let head = screen.bold(&format!("snapshot of {}", outcome.scorecard));
    let mut text = format!("{} {head}  ({})\n", screen.red("failed"), outcome.file);
    for difference in outcome.differences.iter().take(MOST) {
        text += &format!("  {difference}\n");
    }
    if outcome.differences.len() > MOST {
        text += &format!("  … and {} more\n", outcome.differences.len() - MOST);
    }
    text + &format!("  {}: `kepi test --bless` writes what is there now\n", screen.bold("help"))
}

/// A suite of its own for each file.
pub fn suite(outcome: &SnapshotOutcome) -> TestSuite {
    let mut status = match outcome.passed() {
        true => TestCaseStatus::success(),
        false => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    if let Some(first) = outcome.differences.first() {
        let more = outcome.differences.len() - 1;
        let message = if more == 0 { first.clone() } else { format!("{first}, and {more} more") };
        status.set_message(message).set_description(one(outcome, &Screen::default()));
    }
    let mut case = TestCase::new(format!("snapshot of {}", outcome.scorecard), status);
    case.extra.insert("file".into(), outcome.file.clone().into());
    case.extra.insert("line".into(), "1".into());
    let mut suite = TestSuite::new(outcome.file.clone());
    suite.add_test_case(case);
    suite
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "<!-- kepi snapshot all -->\n# All\n\n\
        | metric | verdict | 2026-01 | 2026-02 |\n| --- | --- | ---: | ---: |\n\
        | Win rate | ok | 50.0% | 40.0% |\n| Win rate · A \\| B | ok | 50.0% | 40.0% |\n\n\
        - warn: x\n";

    #[track_caller]
    fn check(changes: &[(&str, &str)], expected: &[&str]) {
        let now = changes.iter().fold(BEFORE.to_string(), |text, (from, to)| text.replacen(from, to, 1));
        assert_eq!(differences(BEFORE, &now), expected);
    }

    #[test]
    fn what_has_changed_is_told_by_cell() {
        check(&[], &[]);
        check(&[("40.0%", "41.0%")], &["Win rate, 2026-02: 41.0% instead of 40.0%"]);
        check(&[("ok", "")], &["Win rate, verdict: nothing instead of ok"]);
        check(&[("| Win rate · A \\| B | ok | 50.0% | 40.0% |\n", "")], &["Win rate · A | B is gone"]);
        check(&[("| Win rate | ok", "| Rate | ok")], &["Win rate is gone", "Rate is new"]);
        check(&[("2026-02", "2026-03")], &["the column 2026-02 is gone", "the column 2026-03 is new"]);
        check(&[("- warn: x", "- warn: y")], &["no longer: - warn: x", "now: - warn: y"]);
        check(&[("---:", ":---")], &["its lines are in another order, or laid out in another way"]);
    }
}

//! Outcomes of tests for people: what failed, the tables cell by cell, a line that counts.

use super::outcome::{ComparedCell, ComparedRow, Failure, Standing, TestOutcome, ValuesFailure};
use super::snapshot::SnapshotOutcome;
use crate::format::aligned;
use crate::report::Screen;
use crate::text::{Sources, Span};

/// Those that failed, in their order.
pub fn render(outcomes: &[TestOutcome], sources: &Sources, screen: &Screen) -> String {
    let failed = outcomes.iter().filter(|outcome| !outcome.passed());
    failed.map(|outcome| one(outcome, sources, screen)).collect::<Vec<_>>().join("\n")
}

/// `1 test failed, 3 passed`, `12 tests and 2 snapshots passed`
pub fn summary(outcomes: &[TestOutcome], snapshots: &[SnapshotOutcome]) -> String {
    let failed = (
        outcomes.iter().filter(|outcome| !outcome.passed()).count(),
        snapshots.iter().filter(|outcome| !outcome.passed()).count(),
    );
    let passed = (outcomes.len() - failed.0, snapshots.len() - failed.1);
    match failed {
        (0, 0) => format!("{} passed", counted(passed)),
        _ => format!("{} failed, {} passed", counted(failed), passed.0 + passed.1),
    }
}

fn counted((tests, snapshots): (usize, usize)) -> String {
    let plural = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    match (tests, snapshots) {
        (tests, 0) => plural(tests, "test"),
        (0, snapshots) => plural(snapshots, "snapshot"),
        (tests, snapshots) => format!("{} and {}", plural(tests, "test"), plural(snapshots, "snapshot")),
    }
}

fn one(outcome: &TestOutcome, sources: &Sources, screen: &Screen) -> String {
    let head = format!("{} {}", screen.red("failed"), screen.bold(&outcome.test.name));
    let mut text = format!("{head}  ({})\n", place(outcome.test.name_span, sources));
    for failure in &outcome.failures {
        text += &match failure {
            Failure::Values(failure) => values(failure, sources, screen),
            Failure::State { message, span } => format!("  {message}  ({})\n", place(*span, sources)),
            Failure::Error { message, help, span } => {
                let help = help.iter().map(|help| format!("    {}: {help}\n", screen.bold("help")));
                format!("  {message}  ({})\n{}", place(*span, sources), help.collect::<String>())
            }
        };
    }
    text
}

fn place(span: Span, sources: &Sources) -> String {
    let file = sources.get(span.file);
    format!("{}:{}", file.path, file.place(span.start).line)
}

fn values(failure: &ValuesFailure, sources: &Sources, screen: &Screen) -> String {
    let file = sources.get(failure.span.file);
    let question = file.slice(failure.span).lines().next().unwrap_or_default();
    let mut text = format!("  {question}  ({})\n", place(failure.span, sources));
    let mut rows = vec![failure.headings.clone()];
    rows.extend(failure.rows.iter().map(|row| row.cells.iter().map(cell).collect()));
    for (at, line) in aligned(&rows).into_iter().enumerate() {
        let row = at.checked_sub(1).map(|at| &failure.rows[at]);
        let note = row.map_or("", note);
        let line = format!("    {line}{note}");
        text += &if note.is_empty() && row.is_none_or(|row| row.equal()) { line } else { screen.red(&line) };
        text.push('\n');
    }
    for made_of in &failure.made_of {
        if made_of.rows.is_empty() {
            text += &format!("    {} is made of no row of {}\n", made_of.what, made_of.source);
            continue;
        }
        let rows = if made_of.rows.len() == 1 { "this row" } else { "these rows" };
        text += &format!("    {} is made of {rows} of {}\n", made_of.what, made_of.source);
        let rows: Vec<Vec<String>> =
            std::iter::once(made_of.header.clone()).chain(made_of.rows.clone()).collect();
        text += &aligned(&rows).iter().map(|line| format!("      {line}\n")).collect::<String>();
    }
    text
}

fn cell(cell: &ComparedCell) -> String {
    match (cell.equal, cell.expected.as_str(), cell.found.as_str()) {
        (true, expected, _) => expected.to_string(),
        (false, "", found) => found.to_string(),
        (false, expected, "") => expected.to_string(),
        (false, expected, found) => format!("{found} instead of {expected}"),
    }
}

fn note(row: &ComparedRow) -> &'static str {
    match row.standing {
        Standing::Both { .. } => "",
        Standing::Expected => "  is missing",
        Standing::Found(_) => "  is not expected",
    }
}

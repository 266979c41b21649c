//! Outcomes of tests as JUnit XML, which every CI shows.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::outcome::{Failure, TestOutcome};
use super::snapshot::{self, SnapshotOutcome};
use super::text;
use crate::report::Screen;
use crate::text::Sources;

/// One suite a file, in the order of the files, then those of snapshots.
pub fn junit(outcomes: &[TestOutcome], snapshots: &[SnapshotOutcome], sources: &Sources) -> String {
    let mut report = Report::new("kepi test");
    for file in sources.iter() {
        let own = outcomes.iter().filter(|outcome| outcome.test.span.file == file.id);
        let mut suite = TestSuite::new(file.path.clone());
        suite.add_test_cases(own.map(|outcome| case(outcome, sources)));
        if suite.tests > 0 {
            report.add_test_suite(suite);
        }
    }
    report.add_test_suites(snapshots.iter().map(snapshot::suite));
    report.to_string().unwrap_or_default()
}

fn case(outcome: &TestOutcome, sources: &Sources) -> TestCase {
    let status = match outcome.failures.first() {
        None => TestCaseStatus::success(),
        Some(first) => {
            let kind = match first {
                Failure::Error { .. } => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            let told = text::render(std::slice::from_ref(outcome), sources, &Screen::default());
            status.set_message(headline(first)).set_description(told);
            status
        }
    };
    let mut case = TestCase::new(outcome.test.name.clone(), status);
    let file = sources.get(outcome.test.span.file);
    let line = file.place(outcome.test.name_span.start).line.to_string();
    case.extra.insert("file".into(), file.path.clone().into());
    case.extra.insert("line".into(), line.into());
    case
}

fn headline(failure: &Failure) -> String {
    match failure {
        Failure::Values(failure) => {
            let wrong = failure.rows.iter().filter(|row| !row.equal()).count();
            if wrong == 1 {
                "1 row is not as expected".to_string()
            } else {
                format!("{wrong} rows are not as expected")
            }
        }
        Failure::State { message, .. } | Failure::Error { message, .. } => message.clone(),
    }
}

//! JUnit for the test view of a pipeline: a suite for each scorecard, a case for each
//! threshold of a metric and member, and a suite for the promises of the data.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::findings::{Finding, Level, details, member_key};
use super::words;
use crate::report::OfData;
use crate::text::Sources;
use crate::threshold::{Judgement, Outcome, Promise, Scorecard, ScoredMetric, Severity, Verdict};

pub fn render(outcome: &Outcome) -> String {
    let mut report = Report::new("kepi");
    for scorecard in &outcome.scorecards {
        report.add_test_suite(suite(scorecard, outcome));
    }
    if !outcome.promises.is_empty() {
        report.add_test_suite(promises(&outcome.promises, &outcome.folder, outcome.fail_on));
    }
    written(&report)
}

fn promises(promises: &[Promise], folder: &str, fail_on: Option<Severity>) -> TestSuite {
    let mut suite = TestSuite::new("promises");
    suite.add_test_cases(promises.iter().map(|promise| promise_case(promise, folder, fail_on)));
    suite
}

fn suite(scorecard: &Scorecard, outcome: &Outcome) -> TestSuite {
    let mut suite = TestSuite::new(words::line(&scorecard.name));
    suite.add_property(Property::new("project", words::line(&outcome.project)));
    suite.add_property(Property::new("command", words::line(&outcome.command)));
    if let Some(as_of) = outcome.as_of {
        suite.add_property(Property::new("as_of", as_of.to_string()));
    }
    for metric in &scorecard.metrics {
        for judgement in &metric.judgements {
            suite.add_test_case(judgement_case(scorecard, metric, judgement, outcome));
        }
    }
    suite
}

fn judgement_case(
    scorecard: &Scorecard,
    metric: &ScoredMetric,
    judgement: &Judgement,
    outcome: &Outcome,
) -> TestCase {
    let headline = words::headline(metric, judgement);
    let severity = match judgement.verdict {
        Verdict::Warn => Some(Severity::Warn),
        Verdict::Critical => Some(Severity::Critical),
        _ => None,
    };
    let known: Vec<String> =
        details(metric, judgement).into_iter().map(|(name, text)| format!("{name}: {text}")).collect();
    let mut status = status(severity, judgement.verdict.not_judged(), outcome.fail_on);
    let message = match known.is_empty() {
        true => headline.clone(),
        false => format!("{headline}; {}", known.join("; ")),
    };
    status.set_message(message);
    status.set_type(judgement.verdict.name());
    let text = format!("{headline}\n{}", known.join("\n"));
    status.set_description(&text);
    let member = member_key(&judgement.member);
    let member = if member.is_empty() { member } else { format!(" [{}]", words::line(&member)) };
    let name = format!("{}: {}{member}", metric.definition.name, words::rule(judgement));
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("{}.{}", words::line(&scorecard.name), metric.definition.name));
    case.extra.insert("file".into(), format!("{}{}", outcome.folder, judgement.rule.place.file).into());
    case.extra.insert("line".into(), judgement.rule.place.line.to_string().into());
    // a warning that does not fail the run is a case that passes and says why it might not
    if matches!(case.status, TestCaseStatus::Success { .. }) {
        case.set_system_out(text);
    }
    case
}

fn promise_case(promise: &Promise, folder: &str, fail_on: Option<Severity>) -> TestCase {
    let severity = promise.broken.as_ref().map(|_| promise.severity);
    let mut status = status(severity, false, fail_on);
    let headline = promise.broken.as_ref().map(|broken| {
        let places = words::places(broken).map(|places| format!("\nwhere: {places}"));
        words::broken(promise, broken) + &places.unwrap_or_default()
    });
    if let Some(headline) = &headline {
        status.set_message(headline.lines().next().unwrap_or_default());
        status.set_type(promise.severity.name());
        status.set_description(headline);
    }
    let source = words::line(&promise.source);
    let mut case = TestCase::new(format!("{source}: {}", words::line(&promise.text)), status);
    case.set_classname(format!("promises.{source}"));
    case.extra.insert("file".into(), format!("{folder}{}", promise.place.file).into());
    case.extra.insert("line".into(), promise.place.line.to_string().into());
    if let (TestCaseStatus::Success { .. }, Some(headline)) = (&case.status, headline) {
        case.set_system_out(headline);
    }
    case
}

/// A failure is what makes the run red.
fn status(severity: Option<Severity>, not_judged: bool, fail_on: Option<Severity>) -> TestCaseStatus {
    let red = |severity: Severity| fail_on.is_some_and(|least| severity >= least);
    match severity {
        Some(severity) if red(severity) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ if not_judged => TestCaseStatus::skipped(),
        _ => TestCaseStatus::success(),
    }
}

/// A suite of the files: a case for each message, and one for each file without any. Where
/// the data was read, one of that, too, and one of its promises.
pub fn of_problems(
    findings: &[Finding],
    sources: &Sources,
    data: Option<(&OfData, &[Finding])>,
    folder: &str,
) -> String {
    let mut suite = TestSuite::new("kepi check");
    suite.add_test_cases(findings.iter().map(problem_case));
    let has = |path: &String| findings.iter().any(|f| f.place.as_ref().is_some_and(|p| p.file == *path));
    let clean = sources.iter().map(|file| format!("{folder}{}", file.path)).filter(|path| !has(path));
    suite.add_test_cases(clean.map(|path| {
        let mut case = TestCase::new(path, TestCaseStatus::success());
        case.set_classname("kepi.check");
        case
    }));
    let mut report = Report::new("kepi");
    report.add_test_suite(suite);
    if let Some((found, findings)) = data {
        let misread = &findings[..found.misread.len()];
        let mut suite = TestSuite::new("data");
        suite.add_test_cases(misread.iter().map(problem_case));
        if misread.is_empty() {
            let name = words::plural(found.sources as u64, "source");
            suite.add_test_case(TestCase::new(format!("{name} read"), TestCaseStatus::success()));
        }
        report.add_test_suite(suite);
        report.add_test_suite(promises(&found.promises, folder, Some(Severity::Critical)));
    }
    written(&report)
}

fn problem_case(finding: &Finding) -> TestCase {
    let at = finding.place.as_ref().map(|p| format!("{}:{}:{}", p.file, p.line, p.column));
    let mut status = match finding.level {
        Level::Error => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Level::Warning => TestCaseStatus::success(),
    };
    let details: String = finding.details.iter().map(|(name, text)| format!("\n{name}: {text}")).collect();
    let text =
        format!("{}{}{details}", at.iter().map(|at| format!("{at}: ")).collect::<String>(), finding.headline);
    status.set_message(&finding.headline);
    status.set_type(finding.rule.id.clone());
    status.set_description(&text);
    let name = match &at {
        Some(at) => format!("{at} {}", finding.rule.id),
        None => finding.rule.id.clone(),
    };
    let mut case = TestCase::new(name, status);
    case.set_classname("kepi.check");
    if let Some(place) = &finding.place {
        case.extra.insert("file".into(), place.file.clone().into());
        case.extra.insert("line".into(), place.line.to_string().into());
    }
    if finding.level == Level::Warning {
        case.set_system_out(text);
    }
    case
}

fn written(report: &Report) -> String {
    let text = report.to_string().expect("written to memory");
    if text.ends_with('\n') { text } else { text + "\n" }
}

//! How a run ends, as a process tells it: 0 nothing at or above what it fails on, 1
//! findings, 3 something was not judged that should have been.

use super::outcome::{Outcome, Severity, Verdict};

/// What follows where something could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotJudged {
    /// Nothing.
    Ok,
    /// It is told on standard error.
    #[default]
    Warn,
    /// It is told, and the run ends with 3.
    Fail,
}

/// `fail_on`: from which severity on; `None`: whatever is found is well.
pub fn exit_code(outcome: &Outcome, fail_on: Option<Severity>, not_judged: NotJudged) -> u8 {
    let fails = |severity: Severity| fail_on.is_some_and(|least| severity >= least);
    let broken = outcome.promises.iter().any(|p| p.broken.is_some() && fails(p.severity));
    if broken || verdicts(outcome).any(|verdict| severity(verdict).is_some_and(fails)) {
        return 1;
    }
    match not_judged == NotJudged::Fail && verdicts(outcome).any(Verdict::not_judged) {
        true => 3,
        false => 0,
    }
}

fn verdicts(outcome: &Outcome) -> impl Iterator<Item = Verdict> {
    let metrics = outcome.scorecards.iter().flat_map(|card| &card.metrics);
    metrics.flat_map(|metric| &metric.judgements).map(|judgement| judgement.verdict)
}

fn severity(verdict: Verdict) -> Option<Severity> {
    match verdict {
        Verdict::Warn => Some(Severity::Warn),
        Verdict::Critical => Some(Severity::Critical),
        _ => None,
    }
}

//! A small payload for whatever listens: the answer, and each finding in one line. It
//! stays small whatever the scorecards hold; everything is in `json`.

use super::facts::Counts;
use super::findings::{self, Finding, Level};
use super::json::counts;
use super::tree::{Tree, count, list, maybe, object, text};
use super::words;
use crate::threshold::Outcome;

pub fn render(outcome: &Outcome) -> String {
    let found = Counts::of(outcome);
    let tree = object([
        ("event", text("kepi.run")),
        ("version", count(1)),
        ("project", text(&outcome.project)),
        ("as_of", maybe(outcome.as_of, text)),
        ("exit_code", count(outcome.exit_code)),
        ("text", text(format!("{}: {}", outcome.project, found.text()))),
        ("counts", counts(&found)),
        ("scorecards", list(&outcome.scorecards, |s| text(&s.name))),
        ("findings", list(&findings::of_outcome(outcome), finding)),
        ("not_judged", list(words::not_judged(outcome), text)),
        ("command", text(&outcome.command)),
    ]);
    format!("{tree}\n")
}

fn finding(finding: &Finding) -> Tree {
    let mut fields = vec![
        (
            "severity".to_string(),
            text(match finding.level {
                Level::Error => "critical",
                Level::Warning => "warn",
            }),
        ),
        ("text".to_string(), text(&finding.headline)),
        ("id".to_string(), text(&finding.rule.id)),
        ("fingerprint".to_string(), text(&finding.fingerprint)),
        ("file".to_string(), maybe(finding.place.as_ref(), |p| text(&p.file))),
        ("line".to_string(), maybe(finding.place.as_ref(), |p| count(p.line))),
    ];
    fields.extend(finding.details.iter().map(|(name, value)| (name.to_string(), text(value))));
    Tree::Object(fields)
}

//! A GitLab code quality report: a list of issues, each at a line of a file.

use serde_json::{Value as Json, json};

use super::findings::{self, Finding, Level};
use crate::threshold::Outcome;

pub fn render(outcome: &Outcome) -> String {
    of_findings(&findings::of_outcome(outcome))
}

pub fn of_findings(findings: &[Finding]) -> String {
    let issues: Vec<Json> = findings.iter().map(issue).collect();
    format!("{:#}\n", Json::Array(issues))
}

fn issue(finding: &Finding) -> Json {
    let details: String = finding.details.iter().map(|(name, text)| format!("; {name}: {text}")).collect();
    // an issue must have a place; what is about no file is about the project
    let (path, line) = match &finding.place {
        Some(place) => (place.file.as_str(), place.line),
        None => ("kepi.toml", 1),
    };
    json!({
        "description": format!("{}{details}", finding.headline),
        "check_name": finding.rule.id,
        "fingerprint": finding.fingerprint,
        "severity": match finding.level {
            Level::Error => "critical",
            Level::Warning => "minor",
        },
        "location": { "path": path, "lines": { "begin": line } },
    })
}

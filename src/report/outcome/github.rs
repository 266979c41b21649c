//! Annotations of a GitHub workflow: one command a line. GitHub shows ten of a kind, so
//! the tenth says how many more there are.

use super::findings::{self, Finding, Level};
use crate::threshold::Outcome;

/// Shown of errors, and of warnings.
const MOST: usize = 9;

pub fn render(outcome: &Outcome) -> String {
    annotations(&findings::of_outcome(outcome), "the job's summary and the other reports have all")
}

pub fn of_problems(findings: &[Finding]) -> String {
    annotations(findings, "`kepi check` shows all")
}

fn annotations(findings: &[Finding], elsewhere: &str) -> String {
    let mut text = String::new();
    for (level, kind) in [(Level::Error, "error"), (Level::Warning, "warning")] {
        let found: Vec<&Finding> = findings.iter().filter(|f| f.level == level).collect();
        // nothing is saved by replacing one by a line that counts it
        let shown = if found.len() == MOST + 1 { MOST + 1 } else { found.len().min(MOST) };
        text.extend(found[..shown].iter().map(|finding| annotation(kind, finding)));
        if found.len() > shown {
            let more = format!("{} more of this kind: {elsewhere}", found.len() - shown);
            text += &format!("::{kind} title=kepi::{}\n", data(&more));
        }
    }
    text
}

fn annotation(kind: &str, finding: &Finding) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(format!("file={}", property(&place.file)));
        properties.push(format!("line={}", place.line));
        properties.push(format!("endLine={}", place.end_line));
        // columns are understood only within a line
        if place.line == place.end_line {
            properties.push(format!("col={}", place.column));
            properties.push(format!("endColumn={}", place.end_column));
        }
    }
    properties.push(format!("title={}", property(&finding.rule.name)));
    let details = finding.details.iter().map(|(name, text)| format!("\n{name}: {text}"));
    let message = format!("{}{}", finding.headline, details.collect::<String>());
    format!("::{kind} {}::{}\n", properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

//! The HTML report: one file that works without a network, for screens and paper. What it
//! says is in `views`; how it looks is in `templates/report.*`.

mod cards;
mod chart;
mod docs;
mod lines;
mod notices;
mod views;

use askama::Template;
use sha2::{Digest, Sha256};

use super::facts::Counts;
use super::words;
use crate::threshold::Outcome;
use views::{Count, FindingView, PromiseView, ScorecardView};

const STYLE: &str = include_str!("../../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../../templates/report.js");

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    title: String,
    project: String,
    as_of: Option<String>,
    kepi: String,
    command: String,
    /// Nothing is fetched, and no script runs but ours.
    policy: String,
    style: &'static str,
    script: &'static str,
    counts: Vec<Count>,
    findings: Vec<FindingView>,
    not_judged: Vec<String>,
    scorecards: Vec<ScorecardView>,
    promises: Vec<PromiseView>,
}

pub fn render(outcome: &Outcome) -> String {
    let names: Vec<String> = outcome.scorecards.iter().map(|s| words::line(&s.label)).collect();
    let project = words::line(&outcome.project);
    let page = Page {
        title: if names.is_empty() { project.clone() } else { names.join(", ") },
        project,
        as_of: outcome.as_of.map(|day| day.to_string()),
        kepi: outcome.kepi.clone(),
        command: words::line(&outcome.command),
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        counts: notices::counts(&Counts::of(outcome)),
        findings: notices::findings(outcome),
        not_judged: words::not_judged(outcome),
        scorecards: cards::scorecards(outcome),
        promises: notices::promises(outcome),
    };
    page.render().expect("a String takes all")
}

fn policy() -> String {
    let digest = base64(&Sha256::digest(SCRIPT.as_bytes()));
    format!("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let bits = chunk.iter().enumerate().fold(0, |bits, (at, b)| bits | u32::from(*b) << (16 - 8 * at));
        let digit = |at: usize| match at <= chunk.len() {
            true => char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]),
            false => '=',
        };
        (0..4).map(digit).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

/// For what is put together here and not in the template.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    /// The examples of RFC 4648.
    #[test]
    fn base64() {
        for (bytes, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(super::base64(bytes.as_bytes()), expected);
        }
    }
}

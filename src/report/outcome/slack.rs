//! A message for Slack as blocks (<https://api.slack.com/block-kit>), within its limits:
//! 150 characters of a heading, 3,000 of a section, 50 blocks.

use serde_json::{Value as Json, json};

use super::findings::{self, Finding, Level};
use super::words;
use crate::threshold::Outcome;

/// Findings that have a block of their own.
const MOST: usize = 10;

pub fn render(outcome: &Outcome) -> String {
    let answer = words::answer(outcome);
    let findings = findings::of_outcome(outcome);
    let mut blocks = vec![heading(&answer)];
    blocks.extend(findings.iter().take(MOST).map(|f| section(&finding(f))));
    if findings.len() > MOST {
        blocks.push(section(&format!("… and {} more", findings.len() - MOST)));
    }
    let not_judged: Vec<String> =
        words::not_judged(outcome).iter().map(|text| format!("○ {}", escaped(text))).collect();
    if !not_judged.is_empty() {
        blocks.push(section(&not_judged.join("\n")));
    }
    blocks.push(footer(outcome));
    format!("{:#}\n", json!({ "text": escaped(&answer), "blocks": blocks }))
}

fn heading(text: &str) -> Json {
    json!({ "type": "header", "text": { "type": "plain_text", "text": cut(text, 150), "emoji": false } })
}

fn section(markdown: &str) -> Json {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": cut(markdown, 3000) } })
}

fn finding(finding: &Finding) -> String {
    let sign = match finding.level {
        Level::Error => "✗ *critical*",
        Level::Warning => "▲ *warning*",
    };
    let details = finding.details.iter().map(|(name, text)| match *name {
        "rule" | "again" => format!("\n{name}: `{}`", escaped(text).replace('`', "'")),
        _ => format!("\n{name}: {}", escaped(text)),
    });
    format!("{sign}  {}{}", escaped(&finding.headline), details.collect::<String>())
}

fn footer(outcome: &Outcome) -> Json {
    let until = outcome.as_of.map(|day| format!(" · data up to {day}")).unwrap_or_default();
    let command = escaped(&words::line(&outcome.command)).replace('`', "'");
    let text = format!("{}{until} · `{command}`", escaped(&words::line(&outcome.project)));
    json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": cut(&text, 3000) }] })
}

/// What would be a mention, a link or a channel stays text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// In characters; an entity that is cut in two goes whole.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    let kept: String = text.chars().take(most - 1).collect();
    let end = match kept.rfind('&') {
        Some(at) if !kept[at..].contains(';') && kept.len() - at < 5 => at,
        _ => kept.len(),
    };
    format!("{}…", &kept[..end])
}

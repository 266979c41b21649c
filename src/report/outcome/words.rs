//! The sentences and signs that all forms of an outcome share: what is wrong in one line
//! that stands alone, and how a difference reads.

use std::collections::HashMap;

use super::facts::{Counts, number};
use crate::check::{Show, Style};
pub use crate::report::plain::line;
use crate::report::shown;
use crate::table::{Table, Value};
use crate::threshold::{Behind, Broken, Judgement, Member, Outcome, Promise, ScoredMetric, Verdict};

/// Never colour alone: each verdict has a sign of its own.
pub fn glyph(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Ok) => "✓",
        Some(Verdict::Warn) => "▲",
        Some(Verdict::Critical) => "✗",
        Some(_) => "○",
        None => " ",
    }
}

/// `Win rate · EMEA`
pub fn title(metric: &ScoredMetric, member: &[Member]) -> String {
    let label = line(&metric.definition.label);
    match member {
        [] => label,
        some => format!("{label} · {}", members(some)),
    }
}

/// `EMEA · SMB`; of a group without a member `no region`.
pub fn members(member: &[Member]) -> String {
    let one = |m: &Member| match &m.value {
        Value::NoMember | Value::Missing => format!("no {}", line(&m.label).to_lowercase()),
        value => line(&crate::report::value::raw(value).unwrap_or_default()),
    };
    member.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// What was found, without its severity: `Win rate is 18.2% in 2026-05, 1.8 points below
/// the limit of 20.0%, since 2026-04 (2 periods)`.
pub fn headline(metric: &ScoredMetric, judgement: &Judgement) -> String {
    let title = title(metric, &judgement.member);
    let period = judgement.period.as_ref().map(|p| format!(" in {}", p.label)).unwrap_or_default();
    if judgement.verdict.not_judged() {
        let reason = judgement.reason.as_ref().map(|r| format!(" ({})", line(r))).unwrap_or_default();
        return format!("{title} is not judged{period}: {}{reason}", judgement.verdict.name());
    }
    let show = &metric.definition.show;
    let value = match judgement.value {
        Value::Missing => "has no value".to_string(),
        Value::Immature => "is not yet known".to_string(),
        _ => format!("is {}", shown(&judgement.value, show)),
    };
    let limit = beside_limit(judgement, show);
    format!("{title} {value}{period}{limit}{}", since(judgement))
}

/// What was not judged, a line each; of rules of which the same is to be said, one.
pub fn not_judged(outcome: &Outcome) -> Vec<String> {
    let mut found: Vec<(String, u64)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (_, metric, judgement) in outcome.judgements() {
        if judgement.verdict.not_judged() {
            let text = headline(metric, judgement);
            let at = *places.entry(text.clone()).or_insert_with(|| {
                found.push((text, 0));
                found.len() - 1
            });
            found[at].1 += 1;
        }
    }
    let told = |(text, rules): (String, u64)| match rules {
        1 => text,
        _ => format!("{text}: {rules} rules"),
    };
    found.into_iter().map(told).collect()
}

/// `, 1.8 points below the limit of 20.0%`
fn beside_limit(judgement: &Judgement, show: &Show) -> String {
    let Some(distance) = number(&judgement.distance).filter(|_| number(&judgement.limit).is_some()) else {
        return String::new();
    };
    let limit = shown(&judgement.limit, show);
    if distance == 0.0 {
        return format!(", at the limit of {limit}");
    }
    let side = if distance < 0.0 { "below" } else { "above" };
    format!(", {} {side} the limit of {limit}", amount(&judgement.distance, show))
}

/// `, since 2026-04 (2 periods)`
fn since(judgement: &Judgement) -> String {
    match &judgement.since {
        Some(since) if judgement.periods > 1 => {
            format!(", since {} ({} periods)", since.label, judgement.periods)
        }
        _ => String::new(),
    }
}

/// A difference without its sign; of percents in points.
pub fn amount(value: &Value, show: &Show) -> String {
    match show.style {
        Style::Percent | Style::Points => {
            let points = Show { style: Style::Points, decimals: show.decimals };
            let text = shown(&positive(value), &points);
            if text == "1" || text == "1.0" { format!("{text} point") } else { format!("{text} points") }
        }
        _ => shown(&positive(value), show),
    }
}

fn positive(value: &Value) -> Value {
    match value {
        Value::Int(n) => Value::Int(n.saturating_abs()),
        Value::Decimal { digits, scale } => Value::Decimal { digits: digits.saturating_abs(), scale: *scale },
        Value::Float(x) => Value::Float(x.abs()),
        other => other.clone(),
    }
}

/// `opportunities breaks a promise in 3 rows: expect amount >= 0`
pub fn broken(promise: &Promise, broken: &Broken) -> String {
    let (source, text) = (line(&promise.source), line(&promise.text));
    match broken.rows {
        0 => format!("{source} is not as fresh as it promises: {text}"),
        rows => format!("{source} breaks a promise in {}: {text}", plural(rows, "row")),
    }
}

/// Where the first rows that break a promise stand: `data/deals.csv line 3; data/deals.csv line 7`
pub fn places(broken: &Broken) -> Option<String> {
    const MOST: usize = 3;
    let at = broken.examples.columns.iter().position(|column| column.name == "where")?;
    let rows = broken.examples.rows.iter().filter_map(|row| match row.values.get(at) {
        Some(Value::Text(place)) => Some(line(place)),
        _ => None,
    });
    let places: Vec<String> = rows.take(MOST).collect();
    (!places.is_empty()).then(|| places.join("; "))
}

/// How many rows the value is made of: `41 of opportunities, 12 of leads by created_on`
pub fn rows(judgement: &Judgement) -> String {
    let one = |rows: &Behind| format!("{} of {}", rows.count, named(rows));
    judgement.rows.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What was asked for behind a finding: tables, each under what it is.
pub fn drilled(judgement: &Judgement) -> Vec<(String, &Table)> {
    let members = judgement.drill.iter().filter(|table| table.rows.len() > 1);
    let members = members.map(|table| ("members, the worst first".to_string(), table));
    let rows = judgement.rows.iter().filter_map(|rows| {
        let table = rows.worst.as_ref().filter(|table| !table.rows.is_empty())?;
        Some((worst_rows(rows, table.rows.len()), table))
    });
    members.chain(rows).collect()
}

/// `the worst 3 of 41 rows of opportunities`
fn worst_rows(behind: &Behind, shown: usize) -> String {
    let rows = plural(behind.count, "row");
    match shown as u64 >= behind.count {
        true => format!("{rows} of {}, the worst first", named(behind)),
        false => format!("the worst {shown} of {rows} of {}", named(behind)),
    }
}

/// `leads by created_on`
fn named(behind: &Behind) -> String {
    let by = behind.by.as_ref().map(|by| format!(" by {}", line(by))).unwrap_or_default();
    format!("{}{by}", line(&behind.source))
}

/// `critical below 20% for 2 periods`
pub fn rule(judgement: &Judgement) -> String {
    let text = line(&judgement.rule.text);
    let severity = judgement.rule.severity.name();
    // as it is written: `missing warn`
    let said = text.starts_with(severity) || text == format!("missing {severity}");
    if said { text } else { format!("{severity} {text}") }
}

/// `2 critical, 1 warning, 3 not judged, 12 ok`
pub fn counts(critical: usize, warn: usize, not_judged: usize, ok: usize) -> String {
    let warnings = if warn == 1 { "1 warning".to_string() } else { format!("{warn} warnings") };
    let parts = [
        (critical, format!("{critical} critical")),
        (warn, warnings),
        (not_judged, format!("{not_judged} not judged")),
        (ok, format!("{ok} ok")),
    ];
    let found: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text).collect();
    if found.is_empty() { "nothing was judged".to_string() } else { found.join(", ") }
}

pub fn plural(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The answer to a run, in one line: `✗ Executive scorecard: 2 critical, 12 ok`.
pub fn answer(outcome: &Outcome) -> String {
    let counts = Counts::of(outcome);
    let names: Vec<String> = outcome.scorecards.iter().map(|s| line(&s.label)).collect();
    let what = if names.is_empty() { line(&outcome.project) } else { names.join(", ") };
    format!("{} {what}: {}", glyph(counts.worst()), counts.text()).trim_start().to_string()
}

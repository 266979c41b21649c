//! An outcome for a pull request or a job's summary: the answer first, then what is
//! wrong, then the scorecards.

use super::board::{Board, Line, heading_of, scope, tier_name};
use super::facts::{Counts, Tone, sparkline};
use super::findings::{self, Finding, Level};
use super::words;
use crate::report::markdown::{escaped, line as row, render as table};
use crate::threshold::{Outcome, Scorecard};

pub fn render(outcome: &Outcome) -> String {
    let mut text = format!("## {}\n", escaped(&words::answer(outcome)));
    text += &found(&findings::of_outcome(outcome));
    text.extend(outcome.scorecards.iter().map(scorecard));
    text += &not_judged(outcome);
    text += &rows_behind(outcome);
    text + &footer(outcome)
}

/// The worst first.
fn found(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let heads = ["", "What", "Rule", "Owner", "Playbook"];
    let mut text = format!("\n{}{}", row(heads.map(String::from).into_iter()), rule(5));
    for finding in findings {
        let detail = |name: &str| {
            let found = finding.details.iter().find(|(n, _)| *n == name);
            found.map(|(_, text)| escaped(text)).unwrap_or_default()
        };
        let place = finding.place.as_ref().map(|p| format!("{}:{}", p.file, p.line)).unwrap_or_default();
        let rule = if detail("rule").is_empty() { escaped(&finding.rule.name) } else { detail("rule") };
        let name = format!("{rule} ({})", escaped(&place));
        let cells =
            [sign(finding).into(), escaped(&finding.headline), name, detail("owner"), detail("playbook")];
        text += &row(cells.into_iter());
    }
    text
}

fn sign(finding: &Finding) -> &'static str {
    match finding.level {
        Level::Error => "✗ critical",
        Level::Warning => "▲ warning",
    }
}

fn rule(columns: usize) -> String {
    row(std::iter::repeat_n("---".to_string(), columns))
}

fn scorecard(scorecard: &Scorecard) -> String {
    let board = Board::short(scorecard);
    let mut text = format!("\n### {}\n", escaped(&words::line(&scorecard.label)));
    let scope = scope(scorecard);
    if !scope.is_empty() {
        text += &format!("\n{}\n", escaped(&scope));
    }
    let mut heads = vec![String::new(), String::new()];
    heads.push(board.period.clone().unwrap_or("Value".to_string()));
    heads.push("Trend".to_string());
    heads.extend(board.comparisons.iter().map(|c| heading_of(*c).to_string()));
    heads.extend(board.so_far.iter().map(|p| format!("{p} so far")));
    text += &format!("\n{}", row(heads.iter().map(|h| escaped(h))));
    let aligns = (0..heads.len()).map(|at| if at < 2 || at == 3 { "---" } else { "---:" }.to_string());
    text += &row(aligns);
    for (tier, lines) in &board.tiers {
        if board.tiers.len() > 1 {
            let mut cells = vec![String::new(), format!("**{}**", tier_name(*tier))];
            cells.resize(heads.len(), String::new());
            text += &row(cells.into_iter());
        }
        text.extend(lines.iter().map(|line| row(cells(line, &board).into_iter())));
    }
    text
}

fn cells(line: &Line, board: &Board) -> Vec<String> {
    let verdict = line.verdict.map(|v| format!("{} {}", words::glyph(Some(v)), v.name()));
    let name = match line.indented {
        true => format!("&emsp;{}", escaped(&line.name)),
        false => escaped(&line.name),
    };
    let value = escaped(&line.value) + if line.partial { " so far" } else { "" };
    let mut cells = vec![verdict.unwrap_or_default(), name, value, sparkline(line.trend.iter().copied())];
    cells.extend(line.compared.iter().map(|(_, delta)| match delta {
        None => String::new(),
        // colours do not reach here
        Some(delta) => match delta.tone {
            Tone::Good => format!("{} 🟢", escaped(&delta.text)),
            Tone::Bad => format!("{} 🔴", escaped(&delta.text)),
            Tone::Neutral => escaped(&delta.text),
        },
    }));
    cells.resize(4 + board.comparisons.len(), String::new());
    if board.so_far.is_some() {
        cells.push(line.so_far.as_deref().map(escaped).unwrap_or_default());
    }
    cells
}

fn not_judged(outcome: &Outcome) -> String {
    let found: String =
        words::not_judged(outcome).iter().map(|text| format!("- {}\n", escaped(text))).collect();
    folded(&format!("{} not judged", Counts::of(outcome).not_judged), &found)
}

/// Of promises, and of thresholds where they were asked for.
fn rows_behind(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (_, metric, judgement) in outcome.judgements() {
        for (what, rows) in words::drilled(judgement) {
            let title = format!("Behind {}: {what}", words::title(metric, &judgement.member));
            text += &folded(&title, &table(rows));
        }
    }
    for promise in &outcome.promises {
        if let Some(broken) = &promise.broken {
            text += &folded(&words::broken(promise, broken), &table(&broken.examples));
        }
    }
    text
}

fn folded(title: &str, body: &str) -> String {
    if body.is_empty() {
        return String::new();
    }
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("\n<details>\n<summary>{title}</summary>\n\n{body}\n</details>\n")
}

fn footer(outcome: &Outcome) -> String {
    let until = outcome.as_of.map(|day| format!(" · data up to {day}")).unwrap_or_default();
    let command = words::line(&outcome.command).replace('`', "'");
    format!(
        "\n{}{until} · kepi {} · `{command}`\n",
        escaped(&words::line(&outcome.project)),
        escaped(&outcome.kepi)
    )
}

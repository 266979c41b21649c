//! A scorecard as a file beside its metrics, so that a review shows which numbers a change
//! moves: a line for each metric and member, which nothing but its own numbers changes.

use super::board::{Board, Line, scope};
use super::words;
use crate::report::markdown::{escaped, line as row};
use crate::report::shown;
use crate::table::Value;
use crate::threshold::{Outcome, Scorecard, Verdict};

/// The command makes it again.
pub fn render(outcome: &Outcome, command: &str) -> String {
    let mut text = format!("<!-- {command} -->\n");
    for scorecard in &outcome.scorecards {
        text += &table(scorecard, outcome);
    }
    for (_, metric, judgement) in
        outcome.judgements().into_iter().filter(|(_, _, j)| j.verdict != Verdict::Ok)
    {
        let verdict = judgement.verdict;
        let name = if verdict.not_judged() { "not judged" } else { verdict.name() };
        text += &format!("- {name}: {}\n", escaped(&words::headline(metric, judgement)));
    }
    for promise in &outcome.promises {
        if let Some(broken) = &promise.broken {
            text += &format!("- {}: {}\n", promise.severity.name(), escaped(&words::broken(promise, broken)));
        }
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn table(scorecard: &Scorecard, outcome: &Outcome) -> String {
    let board = Board::of(scorecard, usize::MAX);
    let until = outcome.as_of.map(|day| format!("data up to {day}"));
    let under: Vec<String> =
        [Some(scope(scorecard)).filter(|s| !s.is_empty()), until].into_iter().flatten().collect();
    let mut text =
        format!("# {}\n\n{}\n\n", escaped(&words::line(&scorecard.label)), escaped(&under.join(" · ")));
    // one that has not ended has no part in a trend
    let ended = scorecard.periods.len() - usize::from(board.so_far.is_some());
    let mut heads: Vec<String> = scorecard.periods[..ended].iter().map(|p| p.label.to_string()).collect();
    if heads.is_empty() {
        heads.push("value".to_string());
    }
    let so_far = board.so_far.iter().map(|period| format!("{period} so far"));
    let named = ["metric", "verdict"].map(String::from).into_iter();
    let all: Vec<String> = named.chain(heads.iter().cloned()).chain(so_far).collect();
    text += &row(all.iter().map(|head| escaped(head)));
    text += &row((0..all.len()).map(|at| if at < 2 { "---" } else { "---:" }.to_string()));
    for line in board.tiers.iter().flat_map(|(_, lines)| lines) {
        text += &row(cells(line, heads.len(), board.so_far.is_some()).into_iter());
    }
    text + "\n"
}

fn cells(line: &Line, periods: usize, so_far: bool) -> Vec<String> {
    let definition = &line.metric.definition;
    let name = match line.indented {
        true => format!("{} · {}", definition.label, line.name),
        false => line.name.clone(),
    };
    let value = |value: &Value| escaped(&shown(value, &definition.show));
    let mut values: Vec<String> = match line.trend.len() {
        0 => vec![escaped(&line.value)],
        _ => line.trend.iter().map(|v| value(v)).collect(),
    };
    // a member that is judged without being shown begins with its first row
    while values.len() < periods {
        values.insert(0, String::new());
    }
    let verdict = line.verdict.map_or("", Verdict::name).to_string();
    let mut cells = vec![escaped(&name), verdict];
    cells.extend(values.split_off(values.len() - periods));
    if so_far {
        cells.push(line.so_far.as_deref().map(escaped).unwrap_or_default());
    }
    cells
}

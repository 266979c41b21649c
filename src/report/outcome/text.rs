//! An outcome on a terminal: scorecards, then what is wrong and what to do, and last the
//! line that counts it. Nothing is wider than the screen that can be made narrower; what is
//! no terminal has lines of any length, but for tables.

use super::board::{Board, Line, heading_of, scope, tier_name};
use super::facts::{Counts, Tone, sparkline};
use super::findings::details;
use super::layout::{Cell, Column, Look, drawn};
use super::words;
use crate::report::wrap::wrapped;
use crate::report::{Screen, terminal};
use crate::table::Table;
use crate::threshold::{Compare, Judgement, Outcome, Scorecard, ScoredMetric, Severity, Verdict};

pub fn render(outcome: &Outcome, screen: &Screen) -> String {
    let mut parts: Vec<String> = outcome.scorecards.iter().map(|s| scorecard(s, outcome, screen)).collect();
    parts.extend(findings(outcome, screen));
    parts.extend(not_judged(outcome, screen));
    parts.push(summary(outcome, screen));
    parts.join("\n")
}

fn scorecard(scorecard: &Scorecard, outcome: &Outcome, screen: &Screen) -> String {
    let board = Board::short(scorecard);
    let mut text = folded(&words::line(&scorecard.label), 0, screen, |line| screen.bold(line));
    let until = outcome.as_of.map(|day| format!("data up to {day}")).unwrap_or_default();
    let under = [scope(scorecard), until].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
    text += &folded(&under.join(" · "), 0, screen, |line| screen.dim(line));
    text.push('\n');
    let columns = columns(&board);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (tier, lines) in &board.tiers {
        if board.tiers.len() > 1 {
            rows.push(vec![Cell::default(), Cell { text: tier_name(*tier).into(), look: Look::Bold }]);
        }
        rows.extend(lines.iter().map(|line| cells(line, &board)));
    }
    text += &drawn(&columns, &rows, screen);
    if let Some(partial) = partial(&board) {
        text += &format!("\n{}\n", screen.dim(&format!("* {partial} has not ended")));
    }
    text
}

fn partial<'a>(board: &'a Board) -> Option<&'a String> {
    let marked = board.tiers.iter().flat_map(|(_, lines)| lines).any(|line| line.partial);
    board.so_far.as_ref().or(board.period.as_ref().filter(|_| marked))
}

/// The first are the last to go where room is scarce.
fn columns(board: &Board) -> Vec<Column> {
    let column = |heading: &str, right: bool, rank: usize| Column {
        heading: heading.into(),
        right,
        rank,
        trend: heading == "Trend",
    };
    let mut columns = vec![
        column("", false, 0),
        column("", false, 0),
        column(board.period.as_deref().unwrap_or("Value"), true, 0),
        column("Trend", false, 3),
    ];
    let rank = |compare| match compare {
        Compare::Target => 1,
        Compare::PriorPeriod => 2,
        Compare::PriorYear => 4,
        Compare::Benchmark => 6,
    };
    columns.extend(board.comparisons.iter().map(|c| column(heading_of(*c), true, rank(*c))));
    columns.extend(board.so_far.iter().map(|period| column(&format!("{period}*"), true, 5)));
    columns
}

fn cells(line: &Line, board: &Board) -> Vec<Cell> {
    let look = verdict_look(line.verdict);
    let mark = if line.partial { "*" } else { "" };
    let indent = if line.indented { "  " } else { "" };
    let plain = |text: String| Cell { text, look: Look::Plain };
    let mut cells = vec![
        Cell { text: words::glyph(line.verdict).to_string(), look },
        Cell {
            text: format!("{indent}{}", line.name),
            look: if line.indented { Look::Dim } else { Look::Plain },
        },
        plain(format!("{}{mark}", line.value)),
        plain(sparkline(line.trend.iter().copied())),
    ];
    cells.extend(line.compared.iter().map(|(_, delta)| match delta {
        None => plain(String::new()),
        Some(delta) => Cell {
            text: delta.text.clone(),
            look: match delta.tone {
                Tone::Good => Look::Good,
                Tone::Bad => Look::Bad,
                Tone::Neutral => Look::Plain,
            },
        },
    }));
    if board.so_far.is_some() {
        cells.resize_with(4 + board.comparisons.len(), Cell::default);
        cells.push(Cell { text: line.so_far.clone().unwrap_or_default(), look: Look::Dim });
    }
    cells
}

fn verdict_look(verdict: Option<Verdict>) -> Look {
    match verdict {
        Some(Verdict::Critical) => Look::Red,
        Some(Verdict::Warn) => Look::Yellow,
        Some(Verdict::Ok) => Look::Green,
        _ => Look::Dim,
    }
}

/// Critical first, then warnings; of thresholds, then of promises.
fn findings(outcome: &Outcome, screen: &Screen) -> Vec<String> {
    let mut parts = Vec::new();
    for (severity, verdict) in [(Severity::Critical, Verdict::Critical), (Severity::Warn, Verdict::Warn)] {
        let broken = outcome.judgements().into_iter().filter(|(_, _, j)| j.verdict == verdict);
        parts.extend(broken.map(|(_, m, j)| finding(m, j, outcome, screen)));
        for promise in outcome.promises.iter().filter(|p| p.severity == severity) {
            if let Some(broken) = &promise.broken {
                let mut text = headline(verdict, &words::broken(promise, broken), screen);
                text += &detail("at", &format!("{}:{}", promise.place.file, promise.place.line), screen);
                parts.push(text + &inset(&broken.examples, screen));
            }
        }
    }
    parts
}

fn finding(metric: &ScoredMetric, judgement: &Judgement, outcome: &Outcome, screen: &Screen) -> String {
    let mut text = headline(judgement.verdict, &words::headline(metric, judgement), screen);
    for (name, value) in details(metric, judgement) {
        match name {
            "again" => text += &command(&value, screen),
            "rule" => {
                let place = &judgement.rule.place;
                text += &detail(name, &format!("{value} ({}:{})", place.file, place.line), screen);
            }
            _ => text += &detail(name, &value, screen),
        }
    }
    if outcome.scorecards.len() > 1 {
        let on = outcome.on_scorecards().filter(|(_, _, other)| other.like(judgement));
        let labels: Vec<String> = on.map(|(s, _, _)| words::line(&s.label)).collect();
        text += &detail("scorecard", &labels.join(", "), screen);
    }
    for (title, table) in words::drilled(judgement) {
        text += &format!("  {} {}\n{}", screen.dim("│"), screen.dim(&title), inset(table, screen));
    }
    text
}

fn headline(verdict: Verdict, text: &str, screen: &Screen) -> String {
    let word = match verdict {
        Verdict::Critical => screen.red("✗ critical"),
        _ => screen.yellow("▲ warning"),
    };
    let width = if verdict == Verdict::Critical { 12 } else { 11 };
    let body = folded(text, width, screen, |line| line.to_string());
    format!("{word}  {}", body.trim_start())
}

fn detail(name: &str, text: &str, screen: &Screen) -> String {
    let body = folded(text, 12, screen, |line| line.to_string());
    format!("  {}{}", screen.dim(&format!("{name:<10}")), body.trim_start())
}

/// A command that is too long goes on in the next line, as a shell reads it.
fn command(command: &str, screen: &Screen) -> String {
    let limit = screen.width.map_or(usize::MAX, |w| w.saturating_sub(14).max(20));
    let lines = super::layout::command_lines(command, limit);
    let body = lines.join(" \\\n            ");
    format!("  {}{body}\n", screen.dim(&format!("{:<10}", "again")))
}

/// A table below a finding; its lines start with a bar, whatever the data holds.
fn inset(table: &Table, screen: &Screen) -> String {
    let inner = Screen { width: screen.width.map(|w| w.saturating_sub(4)), ..*screen };
    let text = terminal::render(table, &inner);
    text.lines().map(|line| format!("  {} {line}\n", screen.dim("│"))).collect()
}

fn not_judged(outcome: &Outcome, screen: &Screen) -> Option<String> {
    let line = |text: &String| {
        let body = folded(text, 2, screen, |line| line.to_string());
        format!("{} {}", screen.dim("○"), body.trim_start())
    };
    let found: String = words::not_judged(outcome).iter().map(line).collect();
    (!found.is_empty()).then_some(found)
}

fn summary(outcome: &Outcome, screen: &Screen) -> String {
    let counts = Counts::of(outcome);
    let text = counts.text();
    let text = match counts.worst() {
        Some(Verdict::Critical) => screen.red(&text),
        Some(Verdict::Warn) => screen.yellow(&text),
        _ => screen.bold(&text),
    };
    format!("{text}\n")
}

/// Text in lines of the screen's width, all behind so many spaces.
fn folded(text: &str, indent: usize, screen: &Screen, style: impl Fn(&str) -> String) -> String {
    let limit = screen.width.map_or(usize::MAX, |w| w.saturating_sub(indent).max(20));
    let space = " ".repeat(indent);
    wrapped(text, limit).iter().map(|line| format!("{space}{}\n", style(line))).collect()
}

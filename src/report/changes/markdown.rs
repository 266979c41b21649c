//! Changes as the one comment of a pull request: the answer first, one table, details
//! folded. A comment has a limit of length; what does not fit is counted.

use super::moved::{self, Alert, Line};
use super::{Compared, Group, groups, listed, tally, unchanged, used_by, whats};
use crate::diff::{Class, Detail, Diff};
use crate::movement::{Movement, Movements};

/// By which the comment is found again, so that there is only ever one.
pub const MARKER: &str = "<!-- kepi diff -->";

/// A comment on GitHub may have 65,536 characters.
const LIMIT: usize = 60_000;
/// What stands around the table and the details.
const SPARE: usize = 2_000;
/// Of a formula in the table.
const CELL: usize = 120;
/// Alerts that stand above the table.
const ALERTS: usize = 20;
/// Members of a slice, in the details.
const MEMBERS: usize = 50;

pub fn render(diff: &Diff, moved: Option<&Movements>, compared: &Compared) -> String {
    let groups = groups(diff, moved);
    let mut out = format!("{MARKER}\n### Kepi: {}\n\n{}\n", headline(diff, moved), answer(diff, compared));
    if let Some(moved) = moved {
        out += &on_the_data(moved);
    }
    let shown: Vec<&Group<'_>> =
        groups.iter().filter(|g| g.class > Class::Cosmetic || g.movement.is_some()).collect();
    let mut dropped = 0;
    if !shown.is_empty() {
        out += match moved {
            None => "\n| | what | before → after | used by |\n|---|---|---|---|\n",
            Some(_) => "\n| | what | before → after | on the data | used by |\n|---|---|---|---|---|\n",
        };
        for group in &shown {
            let row = row(diff, group, moved.is_some());
            match length(&out) + length(&row) + SPARE > LIMIT {
                true => dropped += 1,
                false => out += &row,
            }
        }
    }
    let (details, left) = details(&groups, moved, LIMIT.saturating_sub(length(&out) + SPARE));
    if !details.is_empty() {
        out += &format!("\n<details><summary>Details</summary>\n\n{details}</details>\n");
    }
    if dropped + left > 0 {
        out += &format!(
            "\nNot shown, to stay below the limit of a comment: {dropped} rows of the table, details of {left}. \
             `kepi diff` shows everything.\n"
        );
    }
    let same = unchanged(&diff.unchanged);
    if !same.is_empty() {
        out += &format!("\nUnchanged: {same}.\n");
    }
    out
}

fn headline(diff: &Diff, moved: Option<&Movements>) -> String {
    let class = diff.class.map_or("no changes", Class::name);
    match moved.map_or(0, Movements::goes_silent) {
        0 => class.to_string(),
        1 => format!("{class}, an alert goes silent"),
        n => format!("{class}, {n} alerts go silent"),
    }
}

fn answer(diff: &Diff, compared: &Compared) -> String {
    let between = format!("from {} to {}", escaped(&compared.before), escaped(&compared.after));
    match diff.class {
        None => format!("Nothing changed {between}."),
        Some(Class::Cosmetic) => format!("Written otherwise, means the same {between}."),
        Some(_) => format!("**{}** {between}.", tally(diff)),
    }
}

/// What moves, and the alerts by name: what nobody would miss is what goes silent.
fn on_the_data(moved: &Movements) -> String {
    let mut out = format!("On {}: {}.\n", escaped(&moved::whence(moved)), escaped(&moved::tally(moved)));
    let mut alerts: Vec<(Alert, String)> = Vec::new();
    for metric in &moved.metrics {
        let all = metric.verdicts.iter().flat_map(moved::verdicts);
        let all = all.filter(|(alert, _)| *alert != Alert::Changes);
        alerts.extend(all.map(|(alert, text)| (alert, format!("{}, {text}", metric.subject.name))));
    }
    alerts.sort_by_key(|(alert, _)| *alert);
    let mut notes = moved::shared(moved);
    notes.extend(moved.notes.iter().cloned());
    if !alerts.is_empty() || !notes.is_empty() {
        out.push('\n');
    }
    for (alert, text) in alerts.iter().take(ALERTS) {
        out += &format!("- **{}**: {}\n", alert.word(), escaped(&cut(text, 4 * CELL)));
    }
    if alerts.len() > ALERTS {
        out += &format!("- {} more alerts change, in the details\n", alerts.len() - ALERTS);
    }
    for note in notes.iter().take(ALERTS) {
        out += &format!("- {}\n", escaped(&cut(note, 4 * CELL)));
    }
    out
}

fn row(diff: &Diff, group: &Group<'_>, on_data: bool) -> String {
    let title = match group.followers.is_empty() {
        true => group.title.clone(),
        false => format!("{}: {}", group.title, listed(&group.followers, 6)),
    };
    let what = whats(group);
    let first = group.changes.iter().flat_map(|c| &c.details).next();
    let values = first.map(|d| format!("{} → {}", code(&d.before), code(&d.after))).unwrap_or_default();
    let users = used_by(diff, group).unwrap_or_default();
    format!(
        "| {} | **{}**: {} | {values} |{} {} |\n",
        group.class,
        escaped(&title),
        escaped(&listed(&what, 4)),
        if on_data { format!(" {} |", moved_cell(group.movement)) } else { String::new() },
        escaped(&users)
    )
}

/// `2026-10: **62.4% → 58.1%** (-4.3 points, -6.9%)`
fn moved_cell(movement: Option<&Movement>) -> String {
    let Some(movement) = movement else { return String::new() };
    let mut parts = Vec::new();
    let failed = [("before", &movement.failed.before), ("after", &movement.failed.after)];
    for (side, _) in failed.iter().filter(|(_, reason)| reason.is_some()) {
        parts.push(format!("cannot be computed {side}"));
    }
    match (movement.moves(), &movement.total) {
        (true, Some(total)) => {
            let period = movement.period.as_ref().map(|p| format!("{}: ", p.label)).unwrap_or_default();
            let line = moved::of(String::new(), total, &movement.show);
            parts.push(format!("{period}{}", line.on_one_line()));
        }
        (true, None) => parts.push(moved::extent(movement)),
        (false, _) if movement.has_failed() => {}
        (false, _) => parts.push("no number differs".to_string()),
    }
    let mut cell = escaped(&parts.join("; "));
    let alerts = [Alert::GoesSilent, Alert::StartsFiring];
    for alert in alerts {
        let all = movement.verdicts.iter().flat_map(moved::verdicts).filter(|(a, _)| *a == alert).count();
        if all > 0 {
            cell += &format!(
                "; **{}**{}",
                alert.word(),
                if all > 1 { format!(" × {all}") } else { String::new() }
            );
        }
    }
    cell
}

/// A piece of a definition in a cell.
fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return "–".to_string();
    }
    let cut = cut(&text, CELL);
    // a bar would end the cell even in code
    format!("`{}`", cut.replace('`', "'").replace('|', "\\|"))
}

fn cut(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most - 1).chain(['…']).collect(),
        false => text.to_string(),
    }
}

/// As a diff, in a fence that nothing in it can close.
fn details(groups: &[Group<'_>], moved: Option<&Movements>, room: usize) -> (String, usize) {
    let (mut out, mut left) = (String::new(), 0);
    for group in groups {
        let mut lines = String::new();
        for change in &group.changes {
            for Detail { what, before, after } in &change.details {
                for (mark, text) in [('-', before), ('+', after)].iter().filter(|(_, text)| !text.is_empty())
                {
                    lines += &format!(
                        "{mark} {what}: {}\n",
                        text.split_whitespace().collect::<Vec<_>>().join(" ")
                    );
                }
            }
        }
        let numbers = group.movement.zip(moved).map(|(own, all)| numbers(own, all)).unwrap_or_default();
        if lines.is_empty() && numbers.is_empty() {
            continue;
        }
        let fence = "`".repeat(longest_run(&lines).max(2) + 1);
        let codes: Vec<&str> = group.changes.iter().map(|c| c.code).collect();
        let mut block = format!("**{}** {}\n\n", escaped(&group.title), codes.join(", "));
        if !lines.is_empty() {
            block += &format!("{fence}diff\n{lines}{fence}\n\n");
        }
        block += &numbers;
        match length(&out) + length(&block) > room {
            true => left += 1,
            false => out += &block,
        }
    }
    (out, left)
}

/// All that is known of how far a metric moves.
fn numbers(movement: &Movement, all: &Movements) -> String {
    let mut out = String::new();
    for (side, reason) in moved::failures(all, movement) {
        let reason = reason.unwrap_or("the note above says why");
        out += &format!("- cannot be computed {side}: {}\n", escaped(reason));
    }
    for line in moved::known_side(movement).iter().chain(&movement.notes) {
        out += &format!("- {}\n", escaped(line));
    }
    for (alert, text) in movement.verdicts.iter().flat_map(moved::verdicts) {
        out += &format!("- {}: {}\n", alert.word(), escaped(&text));
    }
    if !movement.has_failed() {
        out += &format!("- {}\n", escaped(&moved::extent(movement)));
    }
    out.push('\n');
    if !movement.moves() {
        return out;
    }
    out +=
        &format!("| {} | before | after | | |\n|---|--:|--:|--:|--:|\n", escaped(&moved::period(movement)));
    out.extend(movement.total.iter().map(|t| line(&moved::of("total".to_string(), t, &movement.show))));
    for slice in &movement.slices {
        let all = slice.members.iter().take(MEMBERS);
        out.extend(all.map(|m| line(&moved::of(moved::who(&m.member), &m.change, &movement.show))));
        if slice.members.len() > MEMBERS {
            let more = slice.members.len() - MEMBERS;
            out += &format!("| {more} more by {} | | | | |\n", escaped(&slice.by.join(" and ")));
        }
    }
    out.push('\n');
    out
}

fn line(line: &Line) -> String {
    let cells = [&line.what, &line.before, &line.after, &line.difference, &line.relative];
    format!("| {} |\n", cells.map(|cell| escaped(cell)).join(" | "))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// What Markdown or HTML would read as more than text; a mention would call somebody.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '|' | '*' | '`' | '[' | ']' | '#' | '~' => out.extend(['\\', c]),
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '@' => out += "&#64;",
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

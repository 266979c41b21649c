//! Changes as the one comment of a pull request: the answer first, one table, details
//! folded. A comment has a limit of length; what does not fit is counted.

use super::{Compared, Group, groups, listed, said, tally, unchanged, used_by};
use crate::diff::{Class, Detail, Diff};

/// By which the comment is found again, so that there is only ever one.
pub const MARKER: &str = "<!-- kepi diff -->";

/// A comment on GitHub may have 65,536 characters.
const LIMIT: usize = 60_000;
/// What stands around the table and the details.
const SPARE: usize = 2_000;
/// Of a formula in the table.
const CELL: usize = 120;

pub fn render(diff: &Diff, compared: &Compared) -> String {
    let groups = groups(diff);
    let mut out = format!("{MARKER}\n### Kepi: {}\n\n{}\n", headline(diff), answer(diff, compared));
    let shown: Vec<&Group<'_>> = groups.iter().filter(|g| g.class > Class::Cosmetic).collect();
    let mut dropped = 0;
    if !shown.is_empty() {
        out += "\n| | what | before → after | used by |\n|---|---|---|---|\n";
        for group in &shown {
            let row = row(diff, group);
            match length(&out) + length(&row) + SPARE > LIMIT {
                true => dropped += 1,
                false => out += &row,
            }
        }
    }
    let (details, left) = details(&groups, LIMIT.saturating_sub(length(&out) + SPARE));
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

fn headline(diff: &Diff) -> &'static str {
    diff.class.map_or("no changes", Class::name)
}

fn answer(diff: &Diff, compared: &Compared) -> String {
    let between = format!("from {} to {}", escaped(&compared.before), escaped(&compared.after));
    match diff.class {
        None => format!("Nothing changed {between}."),
        Some(Class::Cosmetic) => format!("Written otherwise, means the same {between}."),
        Some(_) => format!("**{}** {between}.", tally(diff)),
    }
}

fn row(diff: &Diff, group: &Group<'_>) -> String {
    let title = match group.followers.is_empty() {
        true => group.title.clone(),
        false => format!("{}: {}", group.title, listed(&group.followers, 6)),
    };
    let what: Vec<String> = group.changes.iter().map(|c| said(c)).collect();
    let first = group.changes.iter().flat_map(|c| &c.details).next();
    let values = first.map(|d| format!("{} → {}", code(&d.before), code(&d.after))).unwrap_or_default();
    let users = used_by(diff, group).unwrap_or_default();
    format!(
        "| {} | **{}**: {} | {values} | {} |\n",
        group.class,
        escaped(&title),
        escaped(&listed(&what, 4)),
        escaped(&users)
    )
}

/// A piece of a definition in a cell.
fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return "–".to_string();
    }
    let cut: String = match text.chars().count() > CELL {
        true => text.chars().take(CELL - 1).chain(['…']).collect(),
        false => text,
    };
    // a bar would end the cell even in code
    format!("`{}`", cut.replace('`', "'").replace('|', "\\|"))
}

/// As a diff, in a fence that nothing in it can close.
fn details(groups: &[Group<'_>], room: usize) -> (String, usize) {
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
        if lines.is_empty() {
            continue;
        }
        let fence = "`".repeat(longest_run(&lines).max(2) + 1);
        let codes: Vec<&str> = group.changes.iter().map(|c| c.code).collect();
        let block =
            format!("**{}** {}\n\n{fence}diff\n{lines}{fence}\n\n", escaped(&group.title), codes.join(", "));
        match length(&out) + length(&block) > room {
            true => left += 1,
            false => out += &block,
        }
    }
    (out, left)
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

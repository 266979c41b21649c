//! Changes as a terminal shows them: only what changed, and how much did not.

use std::fmt::Write;

use super::{Compared, Group, groups, listed, said, tally, unchanged, used_by};
use crate::diff::{Class, Detail, Diff};
use crate::report::Screen;

pub fn render(diff: &Diff, compared: &Compared, screen: &Screen) -> String {
    let mut out = String::new();
    for group in groups(diff) {
        let title = screen.bold(&group.title);
        let _ = writeln!(out, "{title}  {}{}", coloured(group.class, screen), place(&group, screen));
        body(&mut out, &group, screen);
        if let Some(users) = used_by(diff, &group) {
            let _ = writeln!(out, "    used by {users}");
        }
        out.push('\n');
    }
    let between = format!("from {} to {}", compared.before, compared.after);
    let same = unchanged(&diff.unchanged);
    let same = if same.is_empty() { String::new() } else { format!("; unchanged: {same}") };
    let _ = match diff.changes.is_empty() {
        true => writeln!(out, "no changes {between}{same}"),
        false => writeln!(out, "{} {between}{same}", tally(diff)),
    };
    out
}

fn coloured(class: Class, screen: &Screen) -> String {
    match class {
        Class::Breaking => screen.red(class.name()),
        Class::ValueChanging | Class::Loosened => screen.yellow(class.name()),
        _ => class.name().to_string(),
    }
}

fn place(group: &Group<'_>, screen: &Screen) -> String {
    let place = group.changes.iter().find_map(|c| c.place.as_ref()).filter(|_| group.followers.is_empty());
    place.map(|p| screen.dim(&format!("  {}:{}", p.path, p.line))).unwrap_or_default()
}

fn body(out: &mut String, group: &Group<'_>, screen: &Screen) {
    for change in &group.changes {
        let class = if change.class == group.class { String::new() } else { format!("  {}", change.class) };
        let _ = writeln!(out, "  {}{}", said(change), screen.dim(&class));
        for detail in &change.details {
            detailed(out, detail, screen);
        }
    }
    if !group.followers.is_empty() {
        let _ = writeln!(out, "    {}", listed(&group.followers, 12));
    }
}

/// On one line where that is short, else one below the other.
fn detailed(out: &mut String, detail: &Detail, screen: &Screen) {
    let Detail { what, before, after } = detail;
    let limit = screen.width.unwrap_or(100);
    let _ = match (before.is_empty(), after.is_empty()) {
        (true, _) => writeln!(out, "    + {what}: {}", flat(after)),
        (_, true) => writeln!(out, "    - {what}: {}", flat(before)),
        _ if what.len() + before.chars().count() + after.chars().count() + 11 <= limit => {
            writeln!(out, "    ~ {what}: {} → {}", flat(before), flat(after))
        }
        _ => writeln!(out, "    - {what}: {}\n    + {what}: {}", flat(before), flat(after)),
    };
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! Changes as a terminal shows them: only what changed, and how much did not.

use std::fmt::Write;

use super::moved::{self, Alert, Line};
use super::{Compared, Group, groups, listed, said, tally, unchanged, used_by, whats};
use crate::diff::{Class, Detail, Diff};
use crate::movement::{Movement, Movements, Slice};
use crate::report::Screen;

/// Of a slice.
const MEMBERS: usize = 8;

pub fn render(diff: &Diff, moved: Option<&Movements>, compared: &Compared, screen: &Screen) -> String {
    let mut out = String::new();
    for group in groups(diff, moved) {
        let title = screen.bold(&group.title);
        let _ = writeln!(out, "{title}  {}{}", coloured(group.class, screen), place(&group, screen));
        body(&mut out, &group, screen);
        if let (Some(movement), Some(all)) = (group.movement, moved) {
            movement_of(&mut out, movement, all, screen);
        }
        if let Some(users) = used_by(diff, &group) {
            let _ = writeln!(out, "    used by {users}");
        }
        out.push('\n');
    }
    if let Some(moved) = moved {
        for note in moved::shared(moved).iter().chain(&moved.notes) {
            let _ = writeln!(out, "note: {note}");
        }
        let _ = writeln!(out, "on {}: {}", moved::whence(moved), moved::tally(moved));
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
    if group.changes.is_empty() {
        let _ = writeln!(out, "  {}", listed(&whats(group), 6));
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

fn movement_of(out: &mut String, movement: &Movement, all: &Movements, screen: &Screen) {
    for (side, reason) in moved::failures(all, movement) {
        let reason = reason.unwrap_or("the note below says why");
        let _ = writeln!(out, "    {} {side}: {reason}", screen.red("cannot be computed"));
    }
    for line in moved::known_side(movement).iter().chain(&movement.notes) {
        let _ = writeln!(out, "    {line}");
    }
    if movement.moves() {
        let _ = writeln!(out, "  {}", screen.bold(&moved::period(movement)));
        let mut lines: Vec<Line> =
            movement.total.iter().map(|t| moved::of("total".to_string(), t, &movement.show)).collect();
        let mut rests = Vec::new();
        for slice in &movement.slices {
            lines.extend(members(slice, movement));
            rests.extend(rest(slice));
        }
        aligned(out, &lines);
        rests.iter().for_each(|rest| {
            let _ = writeln!(out, "    {}", screen.dim(rest));
        });
    }
    if !movement.has_failed() {
        let _ = writeln!(out, "    {}", moved::extent(movement));
    }
    for (alert, text) in movement.verdicts.iter().flat_map(moved::verdicts) {
        let word = match alert {
            Alert::GoesSilent => screen.red(alert.word()),
            Alert::StartsFiring => screen.yellow(alert.word()),
            Alert::Changes => alert.word().to_string(),
        };
        let _ = writeln!(out, "  {word}: {text}");
    }
}

/// Those that differ, the farthest moved first.
fn members<'a>(slice: &'a Slice, movement: &'a Movement) -> impl Iterator<Item = Line> + 'a {
    let differing = slice.members.iter().filter(|m| m.change.differs).take(MEMBERS);
    differing.map(|m| moved::of(moved::who(&m.member), &m.change, &movement.show))
}

/// Those that are not shown.
fn rest(slice: &Slice) -> Option<String> {
    let differing = slice.members.iter().filter(|m| m.change.differs).count();
    let (more, same) = (differing.saturating_sub(MEMBERS), slice.members.len() - differing);
    let by = slice.by.join(" and ");
    let verb = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    match (more, same) {
        (0, 0) => None,
        (0, same) => Some(format!("by {by}: {}", verb(same, "does not differ", "do not differ"))),
        (more, 0) => Some(format!("by {by}: {}", verb(more, "more differs", "more differ"))),
        (more, same) => Some(format!(
            "by {by}: {}, {}",
            verb(more, "more differs", "more differ"),
            verb(same, "does not", "do not")
        )),
    }
}

fn aligned(out: &mut String, lines: &[Line]) {
    let width = |of: fn(&Line) -> &str| lines.iter().map(|l| of(l).chars().count()).max().unwrap_or(0);
    let (what, before) = (width(|l| &l.what), width(|l| &l.before));
    let (after, difference) = (width(|l| &l.after), width(|l| &l.difference));
    let relative = width(|l| &l.relative);
    for l in lines {
        let _ = writeln!(
            out,
            "    {:what$}  {:>before$} → {:>after$}  {:>difference$}  {:>relative$}",
            l.what, l.before, l.after, l.difference, l.relative
        );
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

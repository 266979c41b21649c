//! What changed between two revisions, for a terminal, for machines, and as the one comment
//! of a pull request.

mod json;
mod markdown;
mod moved;
mod terminal;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Screen;
use crate::diff::{Change, Class, Counts, Diff, Kind, Subject};
use crate::movement::{Movement, Movements};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeFormat {
    Text,
    Json,
    Markdown,
}

/// What was compared, for the headline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// `main (1a2b3c4)`
    pub before: String,
    /// `the work tree`
    pub after: String,
}

/// With how far the numbers move, where that was computed.
pub fn changes(
    diff: &Diff,
    moved: Option<&Movements>,
    compared: &Compared,
    format: ChangeFormat,
    screen: &Screen,
) -> String {
    match format {
        ChangeFormat::Text => terminal::render(diff, moved, compared, screen),
        ChangeFormat::Json => json::render(diff, moved, compared),
        ChangeFormat::Markdown => markdown::render(diff, moved, compared),
    }
}

/// All changes of one subject; or, of metrics that only follow from the same, all of those.
struct Group<'d> {
    title: String,
    class: Class,
    /// None of a metric of which only the numbers by a dimension changed.
    changes: Vec<&'d Change>,
    /// Where there is anything to tell of it.
    movement: Option<&'d Movement>,
    /// What follows from the same, where that is more than one metric.
    followers: Vec<String>,
}

/// A code, what it follows from, and its details, one after the other.
type Shared<'d> = (&'d str, &'d Vec<String>, Vec<&'d str>);
type OfSubject<'d> = (&'d Subject, Vec<&'d Change>);

/// The gravest first, and what follows behind what it follows from.
fn groups<'d>(diff: &'d Diff, moved: Option<&'d Movements>) -> Vec<Group<'d>> {
    let movements = moved.map(|m| m.metrics.as_slice()).unwrap_or_default();
    let movements: BTreeMap<&Subject, &Movement> =
        movements.iter().filter(|m| m.tells()).map(|m| (&m.subject, m)).collect();
    let mut by_subject: BTreeMap<&Subject, Vec<&Change>> = BTreeMap::new();
    for change in &diff.changes {
        by_subject.entry(&change.subject).or_default().push(change);
    }
    let told: BTreeSet<&Subject> = by_subject.keys().copied().collect();
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut following: BTreeMap<Shared<'_>, Vec<OfSubject<'_>>> = BTreeMap::new();
    for (subject, changes) in by_subject {
        match (&changes[..], movements.get(subject)) {
            ([only], None) if is_shared(only) => {
                let details = only.details.iter().flat_map(|d| [d.what.as_str(), &d.before, &d.after]);
                let key = (only.code, &only.through, details.collect());
                following.entry(key).or_default().push((subject, changes));
            }
            (_, movement) => groups.push(group(title(subject), changes, Vec::new(), movement.copied())),
        }
    }
    for (_, mut all) in following {
        match all.len() {
            1 => groups
                .extend(all.pop().map(|(subject, changes)| group(title(subject), changes, Vec::new(), None))),
            n => {
                let names = all.iter().map(|(subject, _)| subject.name.clone()).collect();
                let first = all.swap_remove(0).1;
                groups.push(group(format!("{n} metrics"), first, names, None));
            }
        }
    }
    // nothing of their own changed, but a dimension by which they are sliced did
    let regrouped = movements.iter().filter(|(subject, _)| !told.contains(*subject));
    groups.extend(regrouped.map(|(subject, movement)| Group {
        class: Class::ValueChanging,
        ..group(title(subject), Vec::new(), Vec::new(), Some(movement))
    }));
    let follows = |g: &Group<'_>| g.changes.iter().all(|c| c.code == "follows");
    groups.sort_by(|a, b| (b.class, follows(a), &a.title).cmp(&(a.class, follows(b), &b.title)));
    groups
}

/// What many metrics have alike.
fn is_shared(change: &Change) -> bool {
    let alike =
        ["follows", "slice-added", "slice-removed", "slice-changed", "grains-widened", "grains-narrowed"];
    alike.contains(&change.code)
}

fn group<'d>(
    title: String,
    mut changes: Vec<&'d Change>,
    followers: Vec<String>,
    movement: Option<&'d Movement>,
) -> Group<'d> {
    changes.sort_by(|a, b| (b.class, a.code).cmp(&(a.class, b.code)));
    let class = changes.iter().map(|c| c.class).max().unwrap_or_default();
    Group { title, class, changes, movement, followers }
}

/// `metric win_rate v2`
fn title(subject: &Subject) -> String {
    match (subject.kind, subject.version) {
        (Kind::Files, _) => "files".to_string(),
        (kind, Some(version)) => format!("{} {} v{version}", kind.word(), subject.name),
        (kind, None) => format!("{} {}", kind.word(), subject.name),
    }
}

/// `follows win_rate`, `filter-changed`
fn said(change: &Change) -> String {
    match change.through.is_empty() {
        true => change.code.to_string(),
        false => format!("{} ({})", change.code, listed(&change.through, 5)),
    }
}

fn listed(all: &[String], most: usize) -> String {
    let shown = all.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What is said of a group on one line: its codes, or by what it is grouped otherwise.
fn whats(group: &Group<'_>) -> Vec<String> {
    match (group.changes.is_empty(), group.movement) {
        (true, Some(movement)) => movement.slices.iter().map(|s| format!("by {}", s.by.join(", "))).collect(),
        _ => group.changes.iter().map(|c| said(c)).collect(),
    }
}

/// `2 breaking, 1 value-changing`
fn tally(diff: &Diff) -> String {
    let count = |class: Class| diff.changes.iter().filter(|c| c.class == class).count();
    let all = Class::ALL.into_iter().rev().filter(|c| count(*c) > 0);
    all.map(|class| format!("{} {class}", count(class))).collect::<Vec<_>>().join(", ")
}

/// `37 metrics, 8 dimensions`
fn unchanged(counts: &Counts) -> String {
    let all = [
        (counts.metrics, "metric"),
        (counts.dimensions, "dimension"),
        (counts.parameters, "parameter"),
        (counts.sources, "source"),
        (counts.scorecards, "scorecard"),
    ];
    let said = all.into_iter().filter(|(n, _)| *n > 0);
    let said = said.map(|(n, word)| format!("{n} {word}{}", if n == 1 { "" } else { "s" }));
    said.collect::<Vec<_>>().join(", ")
}

/// `used by sales_velocity; scorecard executive; consumer exec dashboard`
fn used_by(diff: &Diff, group: &Group<'_>) -> Option<String> {
    let subject = &group.changes.first()?.subject;
    let matters =
        subject.kind == Kind::Metric && group.class > Class::Documentation && group.followers.is_empty();
    let users = diff.users.get(&subject.name).filter(|_| matters)?;
    let part = |word: &str, names: &[String]| {
        let plural = if names.len() == 1 { "" } else { "s" };
        (!names.is_empty()).then(|| format!("{word}{plural} {}", listed(names, 6)))
    };
    let parts = [
        part("metric", &users.metrics),
        part("scorecard", &users.scorecards),
        part("consumer", &users.consumers),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

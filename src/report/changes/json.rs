//! Changes for machines: one JSON object by the schema `docs/schema/diff-1.json`, its shape
//! numbered by `version`.

use super::Compared;
use crate::check::Show;
use crate::diff::{self, Counts, Detail, Diff, Users};
use crate::movement::{Both, Change, Count, MemberChange, Movement, Movements, Slice, VerdictMovement};
use crate::report::outcome::json::{member, verdict};
use crate::report::outcome::tree::{Tree, count, list, maybe, object, scalar, text};
use crate::report::unit_name;
use crate::threshold::Verdict;

pub fn render(diff: &Diff, moved: Option<&Movements>, compared: &Compared) -> String {
    let users = diff.users.iter().map(|(metric, users)| (metric.clone(), self::users(users)));
    let tree = object([
        ("version", count(1)),
        ("before", text(&compared.before)),
        ("after", text(&compared.after)),
        ("class", maybe(diff.class, |c| text(c.name()))),
        ("changes", list(&diff.changes, change)),
        ("users", Tree::Object(users.collect())),
        ("unchanged", unchanged(&diff.unchanged)),
        ("data", maybe(moved, data)),
    ]);
    format!("{tree}\n")
}

fn users(users: &Users) -> Tree {
    object([
        ("metrics", list(&users.metrics, text)),
        ("scorecards", list(&users.scorecards, text)),
        ("consumers", list(&users.consumers, text)),
    ])
}

fn unchanged(counts: &Counts) -> Tree {
    object([
        ("metrics", count(counts.metrics)),
        ("dimensions", count(counts.dimensions)),
        ("parameters", count(counts.parameters)),
        ("sources", count(counts.sources)),
        ("scorecards", count(counts.scorecards)),
    ])
}

fn change(change: &diff::Change) -> Tree {
    object([
        ("class", text(change.class.name())),
        ("code", text(change.code)),
        ("kind", text(change.subject.kind.word())),
        ("name", text(&change.subject.name)),
        ("metric_version", maybe(change.subject.version, count)),
        ("details", list(&change.details, detail)),
        ("through", list(&change.through, text)),
        ("file", maybe(change.place.as_ref(), |p| text(&p.path))),
        ("line", maybe(change.place.as_ref(), |p| count(p.line))),
    ])
}

fn detail(detail: &Detail) -> Tree {
    object([("what", text(&detail.what)), ("before", some(&detail.before)), ("after", some(&detail.after))])
}

fn some(words: &str) -> Tree {
    maybe((!words.is_empty()).then_some(words), text)
}

fn data(moved: &Movements) -> Tree {
    object([
        ("from", text(&moved.data)),
        ("as_of", maybe(moved.as_of, text)),
        ("replayed", count(moved.replayed)),
        ("goes_silent", count(moved.goes_silent())),
        ("starts_firing", count(moved.starts_firing())),
        ("notes", list(&moved.notes, text)),
        ("metrics", list(&moved.metrics, movement)),
    ])
}

fn movement(movement: &Movement) -> Tree {
    let failed = |reason: &Option<String>| maybe(reason.as_ref(), text);
    object([
        ("name", text(&movement.subject.name)),
        ("metric_version", maybe(movement.subject.version, count)),
        ("there", both(movement.there.as_ref(), |is| Tree::Bool(*is))),
        ("failed", both(movement.failed.as_ref(), failed)),
        ("unit", both(movement.show.as_ref(), unit)),
        ("grain", maybe(movement.grain.as_ref(), text)),
        ("period", maybe(movement.period.as_ref(), |p| text(&p.label))),
        ("is_newest_whole", Tree::Bool(movement.is_newest_whole)),
        ("first_period", maybe(movement.first(), |p| text(&p.label))),
        ("total", maybe(movement.total.as_ref(), values)),
        ("totals", counted(&movement.totals)),
        ("slices", list(&movement.slices, slice)),
        ("verdicts", list(&movement.verdicts, judged)),
        ("notes", list(&movement.notes, text)),
    ])
}

fn unit(show: &Show) -> Tree {
    maybe(unit_name(show), text)
}

fn both<T>(both: Both<&T>, tree: impl Fn(&T) -> Tree) -> Tree {
    object([("before", tree(both.before)), ("after", tree(both.after))])
}

fn values(change: &Change) -> Tree {
    object([
        ("before", scalar(&change.values.before)),
        ("after", scalar(&change.values.after)),
        ("differs", Tree::Bool(change.differs)),
        ("difference", scalar(&change.difference)),
        ("relative", scalar(&change.relative)),
    ])
}

fn counted(counts: &Count) -> Tree {
    object([
        ("changed", count(counts.changed)),
        ("values", count(counts.values)),
        ("periods", count(counts.periods)),
        ("members", count(counts.members)),
        ("first_period", maybe(counts.first.as_ref(), |p| text(&p.label))),
    ])
}

fn slice(slice: &Slice) -> Tree {
    let one = |of: &MemberChange| {
        let Tree::Object(mut fields) = values(&of.change) else { unreachable!("values are an object") };
        fields.insert(0, ("member".to_string(), member(&of.member)));
        Tree::Object(fields)
    };
    object([
        ("by", list(&slice.by, text)),
        ("count", counted(&slice.count)),
        ("members", list(&slice.members, one)),
    ])
}

fn judged(of: &VerdictMovement) -> Tree {
    let verdict = |found: &Option<Verdict>| maybe(*found, verdict);
    object([
        ("member", member(&of.member)),
        ("newest", both(of.newest.as_ref(), verdict)),
        ("goes_silent", Tree::Bool(of.goes_silent())),
        ("starts_firing", Tree::Bool(of.starts_firing())),
        ("rules", both(of.rules.as_ref(), |rules| list(rules, text))),
        (
            "moments",
            list(&of.moments, |moment| {
                object([
                    ("period", maybe(moment.period.as_ref(), |p| text(&p.label))),
                    ("before", verdict(&moment.verdict.before)),
                    ("after", verdict(&moment.verdict.after)),
                    ("goes_silent", Tree::Bool(moment.goes_silent())),
                    ("starts_firing", Tree::Bool(moment.starts_firing())),
                ])
            }),
        ),
    ])
}

//! What is said of a thing: its label, its docs, a metric's attributes.

use super::{At, Both, Subject};
use crate::fingerprint::Documentation;

/// Of what only has a label and docs.
pub fn label_and_docs(
    both: &mut Both<'_>,
    subject: Subject,
    at: At,
    before: (&Option<String>, &Option<String>),
    after: (&Option<String>, &Option<String>),
) {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    if before.0 != after.0 {
        both.add("label-changed", subject.clone(), at).detail("label", text(before.0), text(after.0));
    }
    if before.1 != after.1 {
        both.add("docs-changed", subject, at).detail("docs", text(before.1), text(after.1));
    }
}

pub fn documentation(
    both: &mut Both<'_>,
    subject: &Subject,
    at: At,
    before: &Documentation,
    after: &Documentation,
) {
    let pairs = before.said.iter().zip(&after.said);
    for ((word, old), (_, new)) in pairs.filter(|(old, new)| old != new) {
        let code = match *word {
            "docs" => "docs-changed",
            "label" | "translations" => "label-changed",
            "owner" => "owner-changed",
            "playbook" => "playbook-changed",
            "also" => "also-changed",
            "show" => "show-changed",
            "better" => "better-changed",
            _ => "tags-changed",
        };
        both.add(code, subject.clone(), at).detail(*word, old, new);
    }
}

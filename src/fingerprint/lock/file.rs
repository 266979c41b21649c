//! The text of the lock file. Read leniently where lines stand, strictly in what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::civil::Date;

use super::problems::{BadLock, LockConflict};
use super::{Accepted, Corrected, Digest, Entry, Lock, Meaning, Part, Recorded};
use crate::diagnostic::Problems;
use crate::text::{SourceFile, Span};

const HEAD: &str = "\
# What each version of each metric means, as recorded by `kepi lock`. A changed meaning is an
# error of `kepi check` until it is decided: `kepi bump`, `kepi correct` or `kepi accept`.
";

pub fn write(lock: &Lock) -> String {
    let mut out = HEAD.to_string();
    for ((name, version), entry) in &lock.versions {
        let mut lines = BTreeSet::new();
        for accepted in &entry.accepted {
            let reason = quoted(&accepted.reason);
            lines.insert(format!("accepted {} until {} {reason}", accepted.meaning, accepted.until));
        }
        for corrected in &entry.corrected {
            let reason = quoted(&corrected.reason);
            lines.insert(format!("corrected {} on {} {reason}", corrected.before, corrected.on));
        }
        if let Some(recorded) = &entry.recorded {
            let parts = recorded.parts.iter().map(|(part, digest)| format!(" {part}={digest}"));
            lines.insert(format!("means {}{}", recorded.meaning, parts.collect::<String>()));
        }
        for line in lines {
            let _ = writeln!(out, "{name} v{version} {line}");
        }
    }
    out
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
    format!("\"{text}\"")
}

/// Lines that do not read are reported and left out.
pub fn parse(file: &SourceFile) -> (Lock, Problems) {
    let (mut lock, mut problems) = (Lock::default(), Problems::default());
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let span = Span::new(file.id, at, at + line.trim_end().len());
        at += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match parse_line(line, span) {
            Some((key, said)) => add(&mut lock, key, said, span, &mut problems),
            None => problems.push(BadLock { merging: is_marker(line), span }),
        }
    }
    (lock, problems)
}

enum Said {
    Means(Recorded),
    Accepted(Accepted),
    Corrected(Corrected),
}

/// What git leaves where it could not merge.
fn is_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| line.starts_with(marker))
}

fn parse_line(line: &str, span: Span) -> Option<((String, u32), Said)> {
    let mut words = line.splitn(4, ' ');
    let (name, version, word, rest) = (words.next()?, words.next()?, words.next()?, words.next()?);
    // messages point at what a line is about, not at its hashes
    let head = name.len() + 1 + version.len() + 1 + word.len();
    let span = Span { end: span.start + head as u32, ..span };
    let version = version.strip_prefix('v')?.parse().ok()?;
    let (meaning, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let meaning = parse_meaning(meaning)?;
    let said = match word {
        "means" => Said::Means(Recorded { meaning, parts: parse_parts(rest)?, span }),
        "accepted" => {
            let (until, reason) = dated(rest.strip_prefix("until ")?)?;
            Said::Accepted(Accepted { meaning, until, reason, span })
        }
        "corrected" => {
            let (on, reason) = dated(rest.strip_prefix("on ")?)?;
            Said::Corrected(Corrected { before: meaning, on, reason })
        }
        _ => return None,
    };
    Some(((name.to_string(), version), said))
}

fn parse_meaning(text: &str) -> Option<Meaning> {
    let (algorithm, digest) = text.split_once(':')?;
    Some(Meaning { algorithm: algorithm.parse().ok()?, digest: digest.parse::<Digest>().ok()? })
}

/// Parts that another Kepi knows of are passed over.
fn parse_parts(text: &str) -> Option<BTreeMap<Part, String>> {
    let mut parts = BTreeMap::new();
    for word in text.split_whitespace() {
        let (part, digest) = word.rsplit_once('=')?;
        if let Some(part) = Part::parse(part) {
            parts.insert(part, digest.to_string());
        }
    }
    Some(parts)
}

fn dated(text: &str) -> Option<(Date, String)> {
    let (date, reason) = text.split_once(' ')?;
    let reason = reason.strip_prefix('"')?.strip_suffix('"')?;
    Some((date.parse().ok()?, reason.replace("\\\"", "\"").replace("\\\\", "\\")))
}

fn add(lock: &mut Lock, key: (String, u32), said: Said, span: Span, problems: &mut Problems) {
    let (name, version) = key.clone();
    let entry: &mut Entry = lock.versions.entry(key).or_default();
    match said {
        Said::Means(recorded) => match &entry.recorded {
            Some(first) if first.meaning == recorded.meaning => {}
            Some(first) => problems.push(LockConflict { name, version, first: first.span, second: span }),
            None => entry.recorded = Some(recorded),
        },
        Said::Accepted(accepted) => entry.accepted.push(accepted),
        Said::Corrected(corrected) if entry.corrected.contains(&corrected) => {}
        Said::Corrected(corrected) => entry.corrected.push(corrected),
    }
}

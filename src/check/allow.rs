//! Warnings that an author has looked at: `// kepi: allow unused until 2027-01-01: why`,
//! behind the line that it is about or above it. It holds up to its day; one that has
//! passed, and one that allows nothing, are told themselves.

use jiff::civil::Date;

use super::problems::{AllowEnded, BadAllow, UselessAllow};
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::syntax;
use crate::text::{FileId, SourceFile, Sources, Span};

/// The messages without those that are allowed, with what is wrong about allowing.
pub fn allowed(sources: &Sources, problems: Problems, today: Date) -> Problems {
    let mut out = Problems::default();
    let mut comments = Vec::new();
    for file in sources.iter().filter(|file| file.text.contains("kepi:")) {
        read(file, &mut comments, &mut out);
    }
    let mut used = vec![false; comments.len()];
    for diagnostic in problems.iter() {
        let allow = comments.iter().position(|allow| allow.is_about(diagnostic, sources));
        if let Some(at) = allow {
            used[at] = true;
        }
        if allow.is_none_or(|at| comments[at].until < today) {
            out.add(diagnostic.clone());
        }
    }
    // of what has errors not everything has been looked for
    let complete = !problems.has_errors();
    for (allow, used) in comments.into_iter().zip(used) {
        match used {
            true if allow.until < today => {
                out.push(AllowEnded { until: allow.until, reason: allow.reason, span: allow.span });
            }
            false if complete => out.push(UselessAllow { names: allow.names, span: allow.span }),
            _ => {}
        }
    }
    out
}

struct Allow {
    file: FileId,
    /// The line that it is about, from 1.
    line: usize,
    names: Vec<String>,
    until: Date,
    reason: String,
    span: Span,
}

impl Allow {
    fn is_about(&self, diagnostic: &Diagnostic, sources: &Sources) -> bool {
        let span = diagnostic.span();
        diagnostic.severity == Severity::Warning
            && span.file == self.file
            && self.names.iter().any(|name| name == diagnostic.name)
            && sources.get(span.file).place(span.start).line == self.line
    }
}

fn read(file: &SourceFile, into: &mut Vec<Allow>, problems: &mut Problems) {
    let comments = syntax::comments(file);
    for comment in comments.iter().filter(|c| !c.docs) {
        let text = file.slice(comment.span).trim_start_matches('/').trim();
        let Some(text) = text.strip_prefix("kepi:") else { continue };
        let line = file.place(comment.span.start).line;
        let line = if comment.first_on_line { next_line(file, line) } else { line };
        match parse(text.trim()) {
            Some((names, until, reason)) => {
                into.push(Allow { file: file.id, line, names, until, reason, span: comment.span });
            }
            None => problems.push(BadAllow { span: comment.span }),
        }
    }
}

/// `allow unused until 2027-01-01: the board asks for it in spring`
fn parse(text: &str) -> Option<(Vec<String>, Date, String)> {
    let (names, rest) = text.strip_prefix("allow ")?.split_once(" until ")?;
    let (until, reason) = rest.split_once(':')?;
    let names: Vec<String> = names.split(',').map(|n| n.trim().to_string()).collect();
    let is_name = |n: &String| !n.is_empty() && n.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let reason = reason.trim().to_string();
    (names.iter().all(is_name) && !reason.is_empty()).then_some((names, until.trim().parse().ok()?, reason))
}

/// The next one that says something.
fn next_line(file: &SourceFile, line: usize) -> usize {
    let says = |text: &str| !text.trim().is_empty() && !text.trim_start().starts_with("//");
    let after = file.text.lines().enumerate().skip(line);
    after.into_iter().find(|(_, text)| says(text)).map_or(line, |(at, _)| at + 1)
}

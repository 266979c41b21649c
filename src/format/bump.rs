//! A metric's text with a new version of it: the old one stays beside it, to go some day.
//! Comments and layout stay as they are.

use jiff::civil::Date;

use super::format;
use crate::syntax::ast::{Decl, Metric};
use crate::syntax::{self};
use crate::text::{FileId, SourceFile, Span};

/// What becomes of the version that was the current one.
pub struct Old<'t> {
    pub version: u32,
    /// Its text, docs included, where that is not the one in the file.
    pub text: Option<&'t str>,
    pub until: Date,
}

/// The file with the metric as `new` version, and the old one behind it. `None`: it is not there.
pub fn bump(file: &SourceFile, name: &str, old: &Old<'_>, new: u32) -> Option<String> {
    let span = place(file, name, old.version)?;
    let current = file.slice(span);
    let was = old.text.unwrap_or(current);
    let note = format!("deprecated \"use v{new}\" until {}", old.until);
    let (current, was) = (with_version(current, new)?, with_version(&with_note(was, &note)?, old.version)?);
    let text = &file.text;
    let bumped = format!("{}{current}\n\n{was}{}", &text[..span.start as usize], &text[span.end as usize..]);
    let tidy = format(file).as_deref() == Some(text.as_str());
    let again = SourceFile::new(file.id, file.path.as_str(), bumped.as_str());
    Some(format(&again).filter(|_| tidy).unwrap_or(bumped))
}

/// Where a version of a metric stands, from its docs on.
pub fn place(file: &SourceFile, name: &str, version: u32) -> Option<Span> {
    let (tree, _) = syntax::parse(file);
    let is_it = |m: &&Metric| m.name.name == name && m.version.map_or(1, |(v, _)| v) == version;
    let metric =
        tree.decls.iter().filter_map(|d| if let Decl::Metric(m) = d { Some(m) } else { None }).find(is_it)?;
    let mut start = line_start(&file.text, metric.span.start as usize);
    while start > 0 {
        let above = line_start(&file.text, start - 1);
        if !file.text[above..start].trim_start().starts_with("///") {
            break;
        }
        start = above;
    }
    let end = metric.span.start as usize + file.slice(metric.span).trim_end().len();
    Some(Span::new(file.id, start.min(metric.span.start as usize), end))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// One metric's text as a file of its own.
fn alone(text: &str) -> Option<(SourceFile, Metric)> {
    let file = SourceFile::new(FileId(0), "metric.kpi", text);
    let (tree, _) = syntax::parse(&file);
    let metric = tree.decls.into_iter().find_map(|d| if let Decl::Metric(m) = d { Some(m) } else { None })?;
    Some((file, metric))
}

fn with_version(text: &str, version: u32) -> Option<String> {
    let (_, metric) = alone(text)?;
    let name = metric.name.span.range();
    let (start, end) = metric.version.map_or((name.end, name.end), |(_, span)| (name.end, span.range().end));
    Some(format!("{} v{version}{}", &text[..start], &text[end..]))
}

/// Into its block, or into a new one.
fn with_note(text: &str, note: &str) -> Option<String> {
    let (file, metric) = alone(text)?;
    let comments = syntax::comments(&file);
    let in_comment = |at: usize| comments.iter().any(|c| c.span.range().contains(&at));
    let from = metric.value.span.range().end;
    let open = text[from..].match_indices('{').map(|(at, _)| from + at).find(|at| !in_comment(*at));
    Some(match open {
        Some(open) => {
            let rest = &text[open + 1..];
            let line = if rest.starts_with('\n') || rest.starts_with("\r\n") { "" } else { "\n " };
            format!("{}{{\n  {note}{line}{rest}", &text[..open])
        }
        None => format!("{text} {{\n  {note}\n}}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bumped(text: &str) -> String {
        let file = SourceFile::new(FileId(0), "a.kpi", text);
        let old = Old { version: 1, text: None, until: jiff::civil::date(2027, 3, 31) };
        bump(&file, "a", &old, 2).expect("there is a metric a")
    }

    #[test]
    fn without_a_block() {
        let text = "/// Why.\nmetric a = 1 * b\n\nmetric b = 2\n";
        let expected = "/// Why.\nmetric a v2 = 1 * b\n\n/// Why.\nmetric a v1 = 1 * b {\n  deprecated \"use v2\" until \
                        2027-03-31\n}\n\nmetric b = 2\n";
        assert_eq!(bumped(text), expected);
    }

    #[test]
    fn comments_stay() {
        let text = "// { not this\nmetric a \"A\" // { nor this\n  = 1 {\n  // here\n  owner \"x\"\n}\n";
        let out = bumped(text);
        assert_eq!(out.matches("// here").count(), 2, "{out}");
        assert_eq!(out.matches("// { nor this").count(), 2, "{out}");
        assert!(out.contains("deprecated \"use v2\" until 2027-03-31"), "{out}");
        assert!(out.contains("metric a v2 \"A\"") && out.contains("metric a v1 \"A\""), "{out}");
    }
}

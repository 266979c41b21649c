//! Messages for people: the headline stands alone, below it the places in their
//! lines (drawn by miette), then how to put it right.

use std::fmt;
use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::Screen;
use super::wrap::wrapped;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::text::{FileId, SourceFile, Sources};

/// A label over more lines is drawn at its first.
const MOST_LINES: usize = 6;

/// Where the screen does not say how wide it is.
const WIDTH: usize = 100;

pub fn render(list: &[Diagnostic], sources: &Sources, screen: &Screen) -> String {
    let gap = if list.is_empty() { "" } else { "\n" };
    messages(list, sources, screen) + gap + &summary(list, sources.iter().count())
}

/// With an empty line between them.
pub fn messages(list: &[Diagnostic], sources: &Sources, screen: &Screen) -> String {
    list.iter().map(|d| one(d, sources, screen)).collect::<Vec<_>>().join("\n")
}

fn one(diagnostic: &Diagnostic, sources: &Sources, screen: &Screen) -> String {
    let head = match diagnostic.severity {
        Severity::Error => screen.red(&format!("error[{}]", diagnostic.name)),
        Severity::Warning => screen.yellow(&format!("warning[{}]", diagnostic.name)),
    };
    let mut text = format!("{head}: {}\n", screen.bold(&diagnostic.message));
    for id in files(&diagnostic.labels) {
        // of a file that is not at hand the message has to do without its lines
        let file = sources.iter().find(|f| f.id == id);
        text += &file.map(|file| snippet(diagnostic, file, screen)).unwrap_or_default();
    }
    if let Some(help) = &diagnostic.help {
        let width = screen.width.unwrap_or(WIDTH).saturating_sub(8);
        let lines: Vec<String> = help.lines().flat_map(|line| wrapped(line, width)).collect();
        text += &format!("  {}: {}\n", screen.bold("help"), lines.join("\n        "));
    }
    text
}

/// Each once, that of the mistake first.
fn files(labels: &[Label]) -> Vec<FileId> {
    let mut files = Vec::new();
    for label in labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

/// The labels of one file, in its lines.
fn snippet(diagnostic: &Diagnostic, file: &SourceFile, screen: &Screen) -> String {
    let labels = diagnostic.labels.iter().enumerate().filter(|(_, l)| l.span.file == file.id);
    let labels = labels.map(|(i, l)| labeled(l, i == 0, &file.text)).collect();
    let mut text = String::new();
    let drawn = handler(screen).render_report(&mut text, &Snippet { file: Lines(file), labels });
    debug_assert!(drawn.is_ok(), "a label lies outside of {}", file.path);
    // miette puts a headline of its own first
    text.split_once('\n').map(|(_, rest)| rest.to_string()).unwrap_or_default()
}

fn labeled(label: &Label, primary: bool, source: &str) -> LabeledSpan {
    let span = drawable(label.span.range(), source);
    let text = Some(label.text.clone()).filter(|t| !t.is_empty());
    match primary {
        true => LabeledSpan::new_primary_with_span(text, span),
        false => LabeledSpan::new_with_span(text, span),
    }
}

/// What of a place is drawn: no blank end, which would reach into the next line; of
/// many lines only the first; behind its end the last character.
fn drawable(range: Range<usize>, source: &str) -> Range<usize> {
    let marked = source.get(range.clone()).unwrap_or_default().trim_end();
    if marked.is_empty() {
        let end = source.trim_end();
        let last = end.char_indices().next_back().map_or(0, |(at, _)| at);
        return if range.start > end.len() || !source.is_char_boundary(range.start) {
            last..end.len()
        } else {
            range.start..range.start
        };
    }
    let shown =
        if marked.lines().count() > MOST_LINES { marked.lines().next().unwrap_or(marked) } else { marked };
    range.start..range.start + shown.len()
}

fn handler(screen: &Screen) -> GraphicalReportHandler {
    let styles = if screen.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let characters = ThemeCharacters { error: String::new(), ..ThemeCharacters::unicode() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(screen.width.unwrap_or(WIDTH))
        .with_urls(false)
        .with_context_lines(CONTEXT)
        .without_syntax_highlighting()
}

/// Tells [`Lines`] that lines are asked for, and not the place of a label.
const CONTEXT: usize = 1;

#[derive(Debug)]
struct Snippet<'a> {
    file: Lines<'a>,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Snippet<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet<'_> {}

impl miette::Diagnostic for Snippet<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.file)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// A file that shows whole lines, those of the labels and no others, and counts
/// columns in characters; miette's own does neither.
#[derive(Debug)]
struct Lines<'a>(&'a SourceFile);

impl SourceCode for Lines<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.0.text;
        let (from, to) = (span.offset(), span.offset() + span.len());
        if to > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let start = text[..from].rfind('\n').map_or(0, |at| at + 1);
        let end = text[to..].find('\n').map_or(text.len(), |at| to + at + 1);
        let place = self.0.place(from as u32);
        let column = if context == 0 { place.column - 1 } else { 0 };
        let lines = text[start..to].matches('\n').count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.path.clone(),
            &text.as_bytes()[start..end],
            SourceSpan::from(start..end),
            place.line - 1,
            column,
            lines,
        )))
    }
}

/// `2 errors, 1 warning in 3 files`
fn summary(list: &[Diagnostic], files: usize) -> String {
    let count = |severity| list.iter().filter(|d| d.severity == severity).count();
    let found = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")];
    let found: Vec<String> = found.iter().filter(|(n, _)| *n > 0).map(|(n, what)| plural(*n, what)).collect();
    let found = if found.is_empty() { "no problems".to_string() } else { found.join(", ") };
    match files {
        0 => format!("{found}\n"),
        files => format!("{found} in {}\n", plural(files, "file")),
    }
}

fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

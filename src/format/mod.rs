//! ast + comments -> text: the one layout. Nothing is lost: comments stay, a declaration
//! that does not parse stays as it is, and so does an item with a comment inside it.

mod blocks;
mod bump;
mod expressions;
mod lines;
mod markdown;
mod test;
#[cfg(test)]
mod tests;
mod thresholds;

use crate::syntax::{self, Comment, ast};
use crate::text::{SourceFile, Span};
use lines::{Body, Element};

pub use bump::{Old, bump, place};

pub use markdown::markdown;
pub use test::aligned;

/// Lines are broken where they would be longer.
const WIDTH: usize = 100;

/// The file in its one layout; a declaration that does not parse stays as it is. `None` where
/// it is not certain what belongs to what: something broken shares a line with something
/// else, or the file is too large to be read.
pub fn format(file: &SourceFile) -> Option<String> {
    let (tree, problems) = syntax::parse(file);
    if problems.iter().any(|problem| problem.name == "file-too-large") {
        return None;
    }
    let broken = problems.iter().map(|problem| problem.span()).collect();
    let mut formatter = Formatter { file, comments: syntax::comments(file), broken, careful: false };
    let comments = formatter.comments_within(0, file.text.len());
    let mut formatted = formatter.file(&tree);
    if !says_the_same(&tree, &comments, &formatted) {
        formatter.careful = true;
        formatted = formatter.file(&tree);
    }
    let kept = !formatter.careful || says_the_same(&tree, &comments, &formatted);
    kept.then(|| with_line_ends_of(file, formatted))
}

/// An empty line before and behind whatever has more than one.
fn set_apart(elements: &mut [Element]) {
    for index in 1..elements.len() {
        let tall = elements[index].is_tall() || elements[index - 1].is_tall();
        elements[index].blank_before |= tall && !elements[index - 1].is_comment();
    }
}

/// The last word: a layout that would lose or change anything is none.
fn says_the_same(tree: &ast::File, comments: &[String], formatted: &str) -> bool {
    let again = SourceFile::new(tree.id, "", formatted);
    let found = syntax::comments(&again);
    syntax::display(&syntax::parse(&again).0) == syntax::display(tree)
        && found.iter().map(|comment| comment_text(&again, comment)).eq(comments.iter().cloned())
}

fn comment_text(file: &SourceFile, comment: &Comment) -> String {
    file.slice(comment.span).trim_matches(['/', ' ', '\t', '\r']).to_owned()
}

/// A file whose first line ends as on Windows stays so.
fn with_line_ends_of(file: &SourceFile, formatted: String) -> String {
    let first = file.text.split_inclusive('\n').next().unwrap_or_default();
    if first.ends_with("\r\n") { formatted.replace('\n', "\r\n") } else { formatted }
}

struct Formatter<'f> {
    file: &'f SourceFile,
    comments: Vec<Comment>,
    /// Where something is wrong.
    broken: Vec<Span>,
    /// Each declaration is read again, and stays as it is where it would say something else.
    careful: bool,
}

impl Formatter<'_> {
    fn file(&self, tree: &ast::File) -> String {
        let declarations = tree.decls.iter().map(|decl| self.declaration(decl)).collect();
        let mut elements = self.with_comments(declarations, 0, self.file.text.len());
        set_apart(&mut elements);
        lines::write(&elements, 0)
    }

    /// The elements between `start` and `end` with the comments that stand between them.
    fn with_comments(&self, units: Vec<Element>, start: usize, end: usize) -> Vec<Element> {
        let mut all: Vec<Element> = Vec::new();
        let mut units = units.into_iter().peekable();
        let within = |comment: &&Comment| (start..end).contains(&(comment.span.start as usize));
        for comment in self.comments.iter().filter(within) {
            let at = comment.span.start as usize;
            while let Some(unit) = units.next_if(|unit| unit.end <= at) {
                all.push(unit);
            }
            if units.peek().is_some_and(|unit| unit.start <= at) {
                continue;
            }
            let text = self.file.slice(comment.span).trim_end().to_owned();
            match all.last_mut().filter(|_| !comment.first_on_line) {
                Some(last) => last.trailing = Some(joined(last.trailing.take(), text)),
                // Behind the `{` of a block: taken with the head.
                None if !comment.first_on_line => {}
                None => all.push(element(at, comment.span.end as usize, Body::Lines(text))),
            }
        }
        all.extend(units);
        self.mark_blank_lines(&mut all);
        all
    }

    fn mark_blank_lines(&self, elements: &mut [Element]) {
        for index in 1..elements.len() {
            let between = &self.file.text[elements[index - 1].end..elements[index].start];
            // A comment behind the element before lies between, too: its line is not blank.
            let inner = between.split('\n').skip(1);
            let blank = inner.clone().count() > 1 && {
                let lines: Vec<&str> = inner.collect();
                lines[..lines.len() - 1].iter().any(|line| line.trim().is_empty())
            };
            elements[index].blank_before = blank;
        }
    }

    /// The text of a node as it is, where it holds what the tree does not.
    fn as_written(&self, span: Span) -> Body {
        Body::Lines(self.file.slice(span).trim_end().replace("\r\n", "\n"))
    }

    /// What the comments that start between the two places say.
    fn comments_within(&self, start: usize, end: usize) -> Vec<String> {
        let within = |comment: &&Comment| (start..end).contains(&(comment.span.start as usize));
        self.comments.iter().filter(within).map(|comment| comment_text(self.file, comment)).collect()
    }

    fn has_comments(&self, start: usize, end: usize) -> bool {
        let first = self.comments.partition_point(|comment| (comment.span.start as usize) < start);
        self.comments.get(first).is_some_and(|comment| (comment.span.start as usize) < end)
    }

    fn is_broken(&self, span: Span) -> bool {
        self.broken.iter().any(|place| place.start < span.end && span.start < place.end.max(place.start + 1))
    }
}

fn joined(first: Option<String>, second: String) -> String {
    first.map_or(second.clone(), |first| format!("{first} {second}"))
}

fn element(start: usize, end: usize, body: Body) -> Element {
    Element { start, end, docs: Vec::new(), body, trailing: None, blank_before: false }
}

impl Element {
    fn is_comment(&self) -> bool {
        matches!(&self.body, Body::Lines(lines) if lines.starts_with("//"))
    }

    /// More than a line: set apart from its neighbours.
    fn is_tall(&self) -> bool {
        !self.docs.is_empty()
            || match &self.body {
                Body::Row { cells, .. } => cells.iter().any(|cell| cell.contains('\n')),
                Body::Lines(lines) => lines.contains('\n'),
            }
    }
}

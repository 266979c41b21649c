//! ast + comments -> text: the one layout. Nothing is lost: comments stay, a declaration
//! that does not parse stays as it is, and so does an item with a comment inside it.

mod blocks;
mod expressions;
mod lines;
#[cfg(test)]
mod tests;
mod thresholds;

use crate::syntax::{self, Comment};
use crate::text::{SourceFile, Span};
use lines::{Body, Element};

/// Lines are broken where they would be longer.
const WIDTH: usize = 100;

/// The file in its one layout. `None` where it is not certain what belongs to what: brackets
/// do not match, or something broken shares a line with something else.
pub fn format(file: &SourceFile) -> Option<String> {
    let (tree, problems) = syntax::parse(file);
    let hopeless = ["file-too-large", "nested-too-deeply", "unclosed", "unopened"];
    if problems.iter().any(|problem| hopeless.contains(&problem.name)) {
        return None;
    }
    let broken = problems.iter().map(|problem| problem.span()).collect();
    let formatter = Formatter { file, comments: syntax::comments(file), broken };
    let declarations: Vec<Element> = tree.decls.iter().map(|decl| formatter.declaration(decl)).collect();
    if !formatter.broken.is_empty() && !declarations.iter().all(|decl| formatter.at_margin(decl.start)) {
        return None;
    }
    let mut elements = formatter.with_comments(declarations, 0, file.text.len());
    for index in 1..elements.len() {
        let tall = |element: &Element| element.is_tall();
        elements[index].blank_before |=
            !elements[index - 1].is_comment() && (tall(&elements[index]) || tall(&elements[index - 1]));
    }
    let formatted = lines::write(&elements, 0);
    says_the_same(file, &tree, &formatted).then_some(formatted)
}

/// The last word: a layout that would lose or change anything is none.
fn says_the_same(file: &SourceFile, tree: &syntax::ast::File, formatted: &str) -> bool {
    let again = SourceFile::new(file.id, file.path.as_str(), formatted);
    let comments = |file: &SourceFile| {
        let text = |c: &Comment| file.slice(c.span).trim_matches(['/', ' ', '\t', '\r']).to_owned();
        syntax::comments(file).iter().map(text).collect::<Vec<_>>()
    };
    syntax::display(&syntax::parse(&again).0) == syntax::display(tree) && comments(&again) == comments(file)
}

struct Formatter<'f> {
    file: &'f SourceFile,
    comments: Vec<Comment>,
    /// Where something is wrong.
    broken: Vec<Span>,
}

impl Formatter<'_> {
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

    fn at_margin(&self, at: usize) -> bool {
        let before = &self.file.text[..at];
        before.trim_start_matches('\u{feff}').is_empty() || before.ends_with('\n')
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

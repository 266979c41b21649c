//! What can be folded away: blocks, and comments of several lines.

use super::View;
use crate::syntax::{Lexer, Token, TokenKind};
use crate::text::{FileId, SourceFile, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// Of more than one line.
    pub span: Span,
    pub comment: bool,
}

pub fn folds(view: &View<'_>, file: FileId) -> Vec<Fold> {
    let file = view.sources.get(file);
    let mut out = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut comments: Vec<Token> = Vec::new();
    for token in Lexer::new(&file.text, 0) {
        if token.is_comment() && token.first_on_line {
            if comments.last().is_some_and(|last| line(file, last.start) + 1 != line(file, token.start)) {
                end_comments(file, &mut comments, &mut out);
            }
            comments.push(token);
            continue;
        }
        end_comments(file, &mut comments, &mut out);
        match token.kind {
            TokenKind::Open(_) => open.push(token.start),
            TokenKind::Close(_) => {
                if let Some(start) = open.pop() {
                    add(file, start, token.end, false, &mut out);
                }
            }
            _ => {}
        }
    }
    end_comments(file, &mut comments, &mut out);
    out.sort_by_key(|fold| fold.span);
    out
}

fn end_comments(file: &SourceFile, comments: &mut Vec<Token>, out: &mut Vec<Fold>) {
    if let (Some(first), Some(last)) = (comments.first(), comments.last()) {
        add(file, first.start, last.end, true, out);
    }
    comments.clear();
}

fn add(file: &SourceFile, start: usize, end: usize, comment: bool, out: &mut Vec<Fold>) {
    if line(file, start) < line(file, end) {
        out.push(Fold { span: Span::new(file.id, start, end), comment });
    }
}

fn line(file: &SourceFile, offset: usize) -> usize {
    file.place(offset as u32).line
}

//! The comments of a file, by themselves: the tree does not hold them.

use super::lexer::{Lexer, TokenKind};
use crate::text::{SourceFile, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    pub span: Span,
    /// `///`
    pub docs: bool,
    /// Only white space stands before it on its line.
    pub first_on_line: bool,
}

/// In the order of their places.
pub fn comments(file: &SourceFile) -> Vec<Comment> {
    let start = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let comments = Lexer::new(&file.text, start).filter(|token| token.is_comment());
    let comment = |token: super::lexer::Token| Comment {
        span: Span::new(file.id, token.start, token.end),
        docs: token.kind == TokenKind::Docs,
        first_on_line: token.first_on_line,
    };
    comments.map(comment).collect()
}

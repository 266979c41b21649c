//! What each word of a file is, for colours: names by what they stand for, the other words
//! by their kind.

use std::iter::Peekable;

use super::{Mention, Symbol, View, mentions_in};
use crate::syntax::{self, Lexer};
use crate::text::{FileId, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Keyword,
    Comment,
    /// `///`
    Docs,
    Text,
    Number,
    Operator,
    Source,
    Column,
    Member,
    Metric,
    Let,
    Parameter,
    Dimension,
    Function,
    Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// On one line.
    pub span: Span,
    pub kind: TokenKind,
    pub declares: bool,
    /// Of a metric that is on its way out.
    pub deprecated: bool,
}

/// In the order of their places.
pub fn tokens(view: &View<'_>, file: FileId) -> Vec<Token> {
    let text = &view.sources.get(file).text;
    let mentions = mentions_in(view, file);
    let mut mentions = mentions.iter().peekable();
    let mut out = Vec::new();
    for token in Lexer::new(text, 0) {
        let span = Span::new(file, token.start, token.end);
        while mentions.next_if(|m| m.span.start < span.start).is_some() {}
        let plain = |kind| Token { span, kind, declares: false, deprecated: false };
        let named = mentions.peek().filter(|m| m.span == span).map(|m| named(view, m));
        if token.kind == syntax::TokenKind::Row {
            row(text, span, &mut mentions, view, &mut out);
            continue;
        }
        out.extend(named.or_else(|| kind(token.kind).map(plain)));
    }
    out
}

/// What is named in the row of a table; numbers and texts in it have no colour of their own.
fn row<'m>(
    text: &str,
    span: Span,
    mentions: &mut Peekable<impl Iterator<Item = &'m Mention>>,
    view: &View<'_>,
    out: &mut Vec<Token>,
) {
    let bar = |at: usize| Span::new(span.file, span.start as usize + at, span.start as usize + at + 1);
    let mut bars = text[span.range()].match_indices('|').map(|(at, _)| bar(at)).peekable();
    let plain = |span| Token { span, kind: TokenKind::Operator, declares: false, deprecated: false };
    while let Some(mention) = mentions.next_if(|m| m.span.start < span.end) {
        while let Some(bar) = bars.next_if(|bar| bar.start < mention.span.start) {
            out.push(plain(bar));
        }
        while bars.next_if(|bar| bar.start < mention.span.end).is_some() {}
        out.push(named(view, mention));
    }
    out.extend(bars.map(plain));
}

fn kind(kind: syntax::TokenKind) -> Option<TokenKind> {
    Some(match kind {
        syntax::TokenKind::Word => TokenKind::Keyword,
        syntax::TokenKind::Number => TokenKind::Number,
        syntax::TokenKind::Text | syntax::TokenKind::UnclosedText => TokenKind::Text,
        syntax::TokenKind::Comment => TokenKind::Comment,
        syntax::TokenKind::Docs => TokenKind::Docs,
        syntax::TokenKind::Symbol => TokenKind::Operator,
        syntax::TokenKind::Open(_) | syntax::TokenKind::Close(_) | syntax::TokenKind::Row => return None,
    })
}

fn named(view: &View<'_>, mention: &Mention) -> Token {
    let kind = match mention.symbol {
        Symbol::Source(_) => TokenKind::Source,
        Symbol::Column(..) | Symbol::Link(..) => TokenKind::Column,
        Symbol::Measure(..) | Symbol::Metric(_) => TokenKind::Metric,
        Symbol::Member(..) => TokenKind::Member,
        Symbol::Dimension(_) => TokenKind::Dimension,
        Symbol::Scorecard(_) => TokenKind::Source,
        Symbol::Parameter(_) => TokenKind::Parameter,
        Symbol::Calendar(_) | Symbol::Unit => TokenKind::Unit,
        Symbol::Let(..) => TokenKind::Let,
        Symbol::Function(_) => TokenKind::Function,
        Symbol::Moment => TokenKind::Keyword,
    };
    let deprecated = match mention.symbol {
        Symbol::Metric(id) => {
            view.model.metrics.get(id.index()).is_some_and(|m| m.attributes.deprecated.is_some())
        }
        _ => false,
    };
    Token { span: mention.span, kind, declares: mention.declares, deprecated }
}

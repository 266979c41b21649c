//! What can be saved of a declaration that does not parse: its items one by one, each
//! broken one with its own message, and what stands behind it.

mod blocks;
mod foreign;
mod items;

use super::ast::{Decl, Ident};
use super::grammar::Rule;
use super::lexer::{Lexer, Token, TokenKind, is_reserved};
use super::outline::{Chunk, Keyword};
use super::parse::Parsing;
use super::problems::UnknownDeclaration;
use super::words::{Piece, Stop, syntax_problem};
use crate::diagnostic::nearest;
use crate::text::Span;
pub use items::ATTRIBUTES;
use items::{Block, BlockKind, block};

impl Parsing<'_> {
    /// A declaration of which reading stopped at `stop`, or that holds mistakes which are
    /// reported already.
    pub(super) fn recover(&mut self, keyword: Keyword, chunk: &Chunk, stop: Option<Stop>) -> Vec<Decl> {
        self.docs.excuse(chunk.start..chunk.end);
        if let Some(stop) = &stop
            && self.begins_unknown_declaration(chunk, stop.at)
        {
            return self.recover_before(keyword, chunk, stop.at);
        }
        let reported = self.problems.iter().count();
        let block = self.block(keyword, chunk);
        let saved = block.as_ref().and_then(|block| self.recover_block(keyword, chunk, block));
        if let Some(stop) = stop.filter(|_| self.problems.iter().count() == reported) {
            let piece = Piece { start: chunk.start, end: chunk.end, what: "declaration" };
            self.problems.push(syntax_problem(self.file, piece, &stop));
        }
        let Some(saved) = saved else { return vec![self.broken(keyword, chunk)] };
        let mut decls = vec![saved];
        decls.extend(block.and_then(|block| self.rest(chunk, block.end)));
        decls
    }

    fn block(&self, keyword: Keyword, chunk: &Chunk) -> Option<Block> {
        let kind = match keyword {
            Keyword::Source => BlockKind::Source,
            Keyword::Rollup => BlockKind::Rollup,
            Keyword::Metric => BlockKind::Metric,
            Keyword::Thresholds => BlockKind::Thresholds,
            Keyword::Scorecard => BlockKind::Scorecard,
            Keyword::Test => BlockKind::Test,
            Keyword::Dimension | Keyword::Parameter | Keyword::Calendar | Keyword::Consumer => return None,
        };
        block(kind, &self.file.text, chunk.start, chunk.end, chunk.reported.is_empty())
    }

    fn recover_block(&mut self, keyword: Keyword, chunk: &Chunk, block: &Block) -> Option<Decl> {
        match keyword {
            Keyword::Source => self.recover_source(chunk, block),
            Keyword::Rollup => self.recover_rollup(chunk, block),
            Keyword::Metric => self.recover_metric(chunk, block),
            Keyword::Thresholds => self.recover_thresholds(chunk, block),
            Keyword::Scorecard => self.recover_scorecard(chunk, block),
            Keyword::Test => self.recover_test(chunk, block),
            Keyword::Dimension | Keyword::Parameter | Keyword::Calendar | Keyword::Consumer => None,
        }
    }

    /// What stands between the block and the next declaration: nothing should. Where the
    /// brackets are sound, reading stopped there and that is reported.
    fn rest(&mut self, chunk: &Chunk, start: usize) -> Option<Decl> {
        let mut tokens = Lexer::new(&self.file.text[..chunk.end], start);
        let first = tokens.find(|token| !token.is_comment())?;
        let rest = Chunk { keyword: None, start: first.start, ..chunk.clone() };
        if chunk.reported.is_empty() {
            let span = self.span(rest.start, rest.end);
            return Some(Decl::Error { keyword: None, name: None, span });
        }
        self.unknown_declaration(&rest).pop()
    }

    /// The declaration up to `at`, and what is no declaration from there on.
    fn recover_before(&mut self, keyword: Keyword, chunk: &Chunk, at: usize) -> Vec<Decl> {
        let mut decls = self.declaration(&Chunk { keyword: Some(keyword), end: at, ..chunk.clone() });
        decls.extend(self.unknown_declaration(&Chunk { keyword: None, start: at, ..chunk.clone() }));
        decls
    }

    fn begins_unknown_declaration(&self, chunk: &Chunk, at: usize) -> bool {
        at > chunk.start && declaration_like(&self.file.text[..chunk.end], chunk.start).any(|t| t.start == at)
    }

    /// A piece of the file that begins with no word that begins a declaration.
    pub(super) fn unknown_declaration(&mut self, chunk: &Chunk) -> Vec<Decl> {
        self.docs.excuse(chunk.start..chunk.end);
        let text = &self.file.text[..chunk.end];
        let mut words: Vec<Token> = declaration_like(text, chunk.start).collect();
        let first = Lexer::new(text, chunk.start).next();
        if let Some(first) = first.filter(|first| words.first().is_none_or(|word| word.start != first.start))
        {
            words.insert(0, first);
        }
        for word in words.into_iter().filter(|word| !chunk.has_reported(word.start, word.end)) {
            self.report_unknown_declaration(word, chunk);
        }
        vec![Decl::Error { keyword: None, name: None, span: self.span(chunk.start, chunk.end) }]
    }

    fn report_unknown_declaration(&mut self, token: Token, chunk: &Chunk) {
        if token.kind != TokenKind::Word {
            let piece = Piece { start: token.start, end: chunk.end, what: "declaration" };
            let stop = Stop { at: token.start, expected: vec![Rule::whole_metric_head] };
            return self.problems.push(syntax_problem(self.file, piece, &stop));
        }
        let word = token.text(&self.file.text).to_owned();
        let nearest =
            foreign::declaration(&word).or(nearest_keyword(&word, &Keyword::ALL.map(Keyword::word)));
        let colon = self.file.text[token.end..chunk.end].trim_start().starts_with(':');
        let span = self.span(token.start, token.end);
        self.problems.push(UnknownDeclaration { word, colon, nearest, span });
    }

    fn broken(&self, keyword: Keyword, chunk: &Chunk) -> Decl {
        let mut tokens =
            Lexer::new(&self.file.text[..chunk.end], chunk.start).filter(|token| !token.is_comment());
        let name = tokens.nth(1).filter(|token| token.kind == TokenKind::Word);
        let name = name.map(|token| self.name(token));
        Decl::Error {
            keyword: Some(keyword.word().to_owned()),
            name,
            span: self.span(chunk.start, chunk.end),
        }
    }

    fn name(&self, token: Token) -> Ident {
        Ident { name: token.text(&self.file.text).to_owned(), span: self.span(token.start, token.end) }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file.id, start, end)
    }
}

/// The words at the left margin, outside of all brackets, that stand before a name as
/// the first word of a declaration does.
fn declaration_like(text: &str, start: usize) -> impl Iterator<Item = Token> {
    let tokens: Vec<Token> = Lexer::new(text, start).filter(|token| !token.is_comment()).collect();
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 && token.at_margin => {
                let word = token.text(text);
                let next = tokens.get(index + 1);
                // `measure: total` is how other tools begin one
                let named = next.is_some_and(|next| {
                    matches!(next.kind, TokenKind::Word | TokenKind::Text) || next.text(text) == ":"
                });
                if named && !is_reserved(word) && !ATTRIBUTES.contains(&word) {
                    found.push(*token);
                }
            }
            _ => {}
        }
    }
    found.into_iter()
}

/// The keyword that `word` is most likely a misspelling of: nearer than names have to be,
/// because there are few of them and none may be meant.
fn nearest_keyword(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let nearest = nearest(word, known.iter().copied())?;
    (strsim::damerau_levenshtein(word, nearest) <= word.len().div_ceil(3).min(2)).then_some(nearest)
}

//! Text -> tokens, as coarse as finding declarations and items needs: words,
//! texts, comments, brackets. Never fails; the grammar has the last word.

#[cfg(test)]
mod tests;

use super::rows;

/// Whether the word cannot be a name.
pub fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "if"
            | "then"
            | "else"
            | "choose"
            | "when"
            | "in"
            | "is"
            | "as"
            | "within"
            | "after"
            | "before"
            | "where"
            | "missing"
            | "true"
            | "false"
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    Number,
    /// In double quotes; single quotes and back quotes too, so that what stands in them is no code.
    Text,
    /// A text whose line ends before its closing quote.
    UnclosedText,
    /// `| a | b |`, a line of a table
    Row,
    /// `// …`
    Comment,
    /// `/// …`
    Docs,
    /// `(`, `{` or `[`
    Open(u8),
    /// `)`, `}` or `]`
    Close(u8),
    Symbol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// Only white space stands before it on its line.
    pub first_on_line: bool,
    /// Nothing at all stands before it on its line.
    pub at_margin: bool,
}

impl Token {
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    /// No token at all, at that place.
    pub fn empty(at: usize) -> Token {
        Token { kind: TokenKind::Symbol, start: at, end: at, first_on_line: false, at_margin: false }
    }

    /// What of it stands behind `at`.
    pub fn from(self, at: usize) -> Token {
        Token { start: self.start.max(at), ..self }
    }

    /// `==` where the token is its first `=`.
    pub fn whole_symbol(self, text: &str) -> Token {
        let joins = |byte: &u8| b"=<>!&|*:-".contains(byte);
        let bytes = &text.as_bytes()[self.start..];
        if self.kind != TokenKind::Symbol || !bytes.first().is_some_and(joins) {
            return self;
        }
        let length = bytes.iter().take(3).take_while(|byte| joins(byte)).count();
        Token { end: self.end.max(self.start + length), ..self }
    }

    pub fn is_comment(&self) -> bool {
        matches!(self.kind, TokenKind::Comment | TokenKind::Docs)
    }
}

/// The tokens of a text, comments included, white space left out.
#[derive(Debug, Clone)]
pub struct Lexer<'t> {
    text: &'t str,
    at: usize,
    line_start: usize,
    first_on_line: bool,
}

impl<'t> Lexer<'t> {
    /// From `start` on, which is the beginning of a line.
    pub fn new(text: &'t str, start: usize) -> Lexer<'t> {
        Lexer { text, at: start, line_start: start, first_on_line: true }
    }

    fn skip_white_space(&mut self) {
        for byte in &self.text.as_bytes()[self.at..] {
            match byte {
                b'\n' => {
                    self.line_start = self.at + 1;
                    self.first_on_line = true;
                }
                b' ' | b'\t' | b'\r' => {}
                _ => return,
            }
            self.at += 1;
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_white_space();
        let rest = &self.text[self.at..];
        let row = if self.first_on_line { rows::length(rest) } else { None };
        let (kind, length) = row.map_or_else(|| token(rest), |length| Some((TokenKind::Row, length)))?;
        let start = self.at;
        self.at += length;
        let first_on_line = std::mem::replace(&mut self.first_on_line, false);
        Some(Token { kind, start, end: self.at, first_on_line, at_margin: start == self.line_start })
    }
}

/// The kind and length of the token that `rest` begins with.
fn token(rest: &str) -> Option<(TokenKind, usize)> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    Some(match first {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => (TokenKind::Word, run(bytes, is_word_byte)),
        b'0'..=b'9' => (TokenKind::Number, number(bytes)),
        b'"' => quoted(bytes),
        b'\'' | b'`' => foreign_quoted(bytes),
        b'/' if bytes.starts_with(b"//") => {
            // A row of slashes is an ornament.
            let docs = bytes.starts_with(b"///") && !bytes.starts_with(b"////");
            let kind = if docs { TokenKind::Docs } else { TokenKind::Comment };
            (kind, line_length(rest))
        }
        b'(' | b'{' | b'[' => (TokenKind::Open(first), 1),
        b')' | b'}' | b']' => (TokenKind::Close(first), 1),
        _ => (TokenKind::Symbol, rest.chars().next().map_or(1, char::len_utf8)),
    })
}

pub fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|b| !belongs(*b)).unwrap_or(bytes.len())
}

/// `1_000.50`: a point belongs to it only before a digit.
fn number(bytes: &[u8]) -> usize {
    let mut end = run(bytes, is_word_byte);
    while bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1 + run(&bytes[end + 1..], is_word_byte);
    }
    end
}

pub fn quoted(bytes: &[u8]) -> (TokenKind, usize) {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return (TokenKind::Text, at + 1),
            b'\n' => break,
            b'\\' if bytes.get(at + 1).is_some_and(|b| *b != b'\n') => at += 2,
            _ => at += 1,
        }
    }
    (TokenKind::UnclosedText, at.min(bytes.len()))
}

/// `'text'` or `` `name` ``, if it is closed on its line; an apostrophe alone is a symbol.
fn foreign_quoted(bytes: &[u8]) -> (TokenKind, usize) {
    let end = bytes[1..].iter().position(|b| *b == bytes[0] || *b == b'\n');
    match end {
        Some(end) if bytes[1 + end] == bytes[0] => (TokenKind::Text, end + 2),
        _ => (TokenKind::Symbol, 1),
    }
}

/// The length of the first line, without what ends it.
fn line_length(text: &str) -> usize {
    let line = text.find('\n').unwrap_or(text.len());
    text[..line].trim_end_matches('\r').len()
}

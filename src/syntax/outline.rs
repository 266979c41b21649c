//! Where the declarations of a file start and end, so that each is parsed alone
//! and a broken one does not take the others with it. Brackets, texts and nesting
//! are judged here, before anything recurses.

use super::docs::{Docs, DocsCollector};
use super::lexer::{Lexer, Token, TokenKind, is_reserved};
use super::problems::{NestedTooDeeply, Unclosed, Unopened};
use crate::diagnostic::Problems;
use crate::text::{FileId, Span};

/// Brackets and `if`s inside one another.
pub const MAX_NESTING: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    Source,
    Rollup,
    Dimension,
    Metric,
    Parameter,
    Calendar,
    Thresholds,
    Scorecard,
    Consumer,
    Test,
}

/// The words that declarations begin with.
pub const DECLARATIONS: [&str; Keyword::ALL.len()] = {
    let mut words = [""; Keyword::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = Keyword::ALL[at].word();
        at += 1;
    }
    words
};

impl Keyword {
    pub const ALL: [Keyword; 10] = [
        Keyword::Source,
        Keyword::Rollup,
        Keyword::Dimension,
        Keyword::Metric,
        Keyword::Parameter,
        Keyword::Calendar,
        Keyword::Thresholds,
        Keyword::Scorecard,
        Keyword::Consumer,
        Keyword::Test,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Keyword::Source => "source",
            Keyword::Rollup => "rollup",
            Keyword::Dimension => "dimension",
            Keyword::Metric => "metric",
            Keyword::Parameter => "parameter",
            Keyword::Calendar => "calendar",
            Keyword::Thresholds => "thresholds",
            Keyword::Scorecard => "scorecard",
            Keyword::Consumer => "consumer",
            Keyword::Test => "test",
        }
    }

    fn from_word(word: &str) -> Option<Keyword> {
        Keyword::ALL.into_iter().find(|keyword| keyword.word() == word)
    }
}

/// The text of one declaration, from its keyword to the next declaration's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// `None`: it begins with no word that begins a declaration.
    pub keyword: Option<Keyword>,
    pub start: usize,
    pub end: usize,
    /// Places of mistakes that are reported already, in order: what holds them is not parsed.
    pub reported: Vec<usize>,
    /// No fewer than the operators in any of its expressions.
    pub operators: usize,
}

impl Chunk {
    /// Whether something between `start` and `end` is reported already.
    pub fn has_reported(&self, start: usize, end: usize) -> bool {
        let first = self.reported.partition_point(|at| *at < start);
        self.reported.get(first).is_some_and(|at| *at < end)
    }
}

pub struct Outline {
    pub chunks: Vec<Chunk>,
    pub docs: Docs,
    pub problems: Problems,
}

/// Outlines `text` from `start` on, which is the beginning of a line.
pub fn outline(file: FileId, text: &str, start: usize) -> Outline {
    let (trusting, closed) = Scan::new(file, text, false).run(start);
    if closed {
        return trusting;
    }
    // Something is never closed: a declaration at the left margin ends it.
    Scan::new(file, text, true).run(start).0
}

struct Bracket {
    byte: u8,
    /// Whether it is the block of a declaration.
    block: bool,
    at: usize,
    /// `if`s in it that wait for their `else`.
    pending_ifs: usize,
}

struct Scan<'t> {
    file: FileId,
    text: &'t str,
    /// Whether a declaration at the left margin closes all brackets.
    margin_closes: bool,
    outline: Outline,
    docs: DocsCollector<'t>,
    brackets: Vec<Bracket>,
    /// How many of each kind are open.
    open_brackets: [usize; 3],
    /// `if`s outside of all brackets that wait for their `else`.
    outer_ifs: usize,
    /// Those and the ones inside brackets.
    all_ifs: usize,
    previous: Option<Token>,
}

impl<'t> Scan<'t> {
    fn new(file: FileId, text: &'t str, margin_closes: bool) -> Scan<'t> {
        let outline = Outline { chunks: Vec::new(), docs: Docs::default(), problems: Problems::default() };
        let docs = DocsCollector::new(file, text);
        let brackets = Vec::new();
        Scan {
            file,
            text,
            margin_closes,
            outline,
            docs,
            brackets,
            open_brackets: [0; 3],
            outer_ifs: 0,
            all_ifs: 0,
            previous: None,
        }
    }

    /// The outline, and whether all brackets are closed at the end.
    fn run(mut self, start: usize) -> (Outline, bool) {
        let mut lexer = Lexer::new(self.text, start);
        while let Some(token) = lexer.next() {
            if token.is_comment() {
                self.docs.comment(token, &mut self.outline.problems);
                continue;
            }
            self.docs.token(token, &mut self.outline.problems);
            self.token(token, &lexer);
            self.previous = Some(token);
        }
        let closed = self.brackets.is_empty();
        self.end_chunk(self.text.len());
        self.outline.docs = self.docs.finish(&mut self.outline.problems);
        (self.outline, closed)
    }

    fn token(&mut self, token: Token, rest: &Lexer) {
        if let Some(keyword) = self.declaration(token, rest) {
            self.end_chunk(token.start);
            self.start_chunk(Some(keyword), token);
        } else if self.outline.chunks.last().is_none_or(|chunk| chunk.end != usize::MAX) {
            self.start_chunk(None, token);
        }
        match token.kind {
            TokenKind::Open(byte) => self.open(byte, token.start),
            TokenKind::Close(byte) => self.close(byte, token),
            TokenKind::UnclosedText => self.unclosed(token.start, '"'),
            TokenKind::Word => self.word(token),
            TokenKind::Symbol => self.chunk().operators += 1,
            _ => {}
        }
    }

    /// The keyword, if a declaration starts at `token`.
    fn declaration(&self, token: Token, rest: &Lexer) -> Option<Keyword> {
        if token.kind != TokenKind::Word || !self.may_start(token) {
            return None;
        }
        let keyword = Keyword::from_word(token.text(self.text))?;
        let next = rest.clone().find(|token| !token.is_comment());
        let name = if keyword == Keyword::Test { TokenKind::Text } else { TokenKind::Word };
        let named = next.is_some_and(|next| next.kind == name);
        let reserved = next.is_some_and(|next| named && is_reserved(next.text(self.text)));
        let after_symbol = self.previous.is_some_and(|previous| previous.kind == TokenKind::Symbol);
        let starts = match (token.at_margin, self.brackets.is_empty()) {
            (true, true) => named || !after_symbol,
            (true, false) => named && !reserved,
            (false, _) => named && !reserved && !after_symbol && !self.after_reserved(),
        };
        starts.then_some(keyword)
    }

    fn may_start(&self, token: Token) -> bool {
        self.brackets.is_empty() || self.margin_closes && token.at_margin
    }

    fn after_reserved(&self) -> bool {
        let ends_an_operand = ["missing", "true", "false"];
        self.previous.is_some_and(|previous| {
            let word = previous.text(self.text);
            is_reserved(word) && !ends_an_operand.contains(&word)
        })
    }

    fn start_chunk(&mut self, keyword: Option<Keyword>, token: Token) {
        self.outline.chunks.push(Chunk {
            keyword,
            start: token.start,
            end: usize::MAX,
            reported: Vec::new(),
            operators: 0,
        });
        self.outer_ifs = 0;
        self.all_ifs = 0;
    }

    fn end_chunk(&mut self, end: usize) {
        self.open_brackets = [0; 3];
        let brackets = std::mem::take(&mut self.brackets);
        self.unclosed_brackets(&brackets);
        if let Some(chunk) = self.outline.chunks.last_mut() {
            chunk.end = end;
            chunk.reported.sort_unstable();
        }
    }

    fn chunk(&mut self) -> &mut Chunk {
        let last = self.outline.chunks.len() - 1;
        &mut self.outline.chunks[last]
    }

    fn open(&mut self, byte: u8, at: usize) {
        let expression = |token: Token| matches!(token.text(self.text), "choose" | "bands");
        let block = self.brackets.is_empty() && byte == b'{' && !self.previous.is_some_and(expression);
        self.open_brackets[kind(byte)] += 1;
        self.brackets.push(Bracket { byte, block, at, pending_ifs: 0 });
        self.check_nesting(at);
    }

    fn check_nesting(&mut self, at: usize) {
        let in_block = self.brackets.first().is_some_and(|bracket| bracket.block);
        let depth = self.brackets.len() - usize::from(in_block) + self.all_ifs;
        if depth <= MAX_NESTING {
            return;
        }
        if depth == MAX_NESTING + 1 {
            let span = Span::new(self.file, at, at + 1);
            self.outline.problems.push(NestedTooDeeply { span });
        }
        self.chunk().reported.push(at);
    }

    fn close(&mut self, byte: u8, token: Token) {
        let opening = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        let counted = self.open_brackets[kind(opening)] > 0;
        let opened = |bracket: &Bracket| bracket.byte == opening;
        let depth = if counted { self.brackets.iter().rposition(opened) } else { None };
        let Some(depth) = depth else {
            if self.chunk().reported.len() < MAX_NESTING {
                let span = Span::new(self.file, token.start, token.end);
                self.outline.problems.push(Unopened { bracket: char::from(byte), span });
            }
            return self.chunk().reported.push(token.start);
        };
        let closed = self.brackets.split_off(depth);
        for bracket in &closed {
            self.open_brackets[kind(bracket.byte)] -= 1;
        }
        self.all_ifs -= closed.iter().map(|bracket| bracket.pending_ifs).sum::<usize>();
        self.unclosed_brackets(&closed[1..]);
    }

    fn unclosed_brackets(&mut self, brackets: &[Bracket]) {
        for bracket in brackets.iter().take(MAX_NESTING) {
            self.unclosed(bracket.at, char::from(bracket.byte));
        }
    }

    fn unclosed(&mut self, at: usize, opened: char) {
        let span = Span::new(self.file, at, at + 1);
        self.outline.problems.push(Unclosed { opened, span });
        self.chunk().reported.push(at);
    }

    fn word(&mut self, token: Token) {
        let word = token.text(self.text);
        if is_reserved(word) {
            self.chunk().operators += 1;
        }
        let pending = match self.brackets.last_mut() {
            Some(bracket) => &mut bracket.pending_ifs,
            None => &mut self.outer_ifs,
        };
        if word == "if" {
            *pending += 1;
            self.all_ifs += 1;
            self.check_nesting(token.start);
        } else if word == "else" && *pending > 0 {
            *pending -= 1;
            self.all_ifs -= 1;
        }
    }
}

/// An index for `(`, `[` or `{`.
fn kind(opening: u8) -> usize {
    match opening {
        b'(' => 0,
        b'[' => 1,
        _ => 2,
    }
}

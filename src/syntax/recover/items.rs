//! Where the items of a broken block start and end, so that each is parsed alone. Only
//! used where a block does not parse: white space has no meaning in one that does.

use crate::syntax::grammar::Rule;
use crate::syntax::lexer::{Lexer, Token, TokenKind, is_reserved};
use crate::syntax::words::Piece;

/// The words that attributes of a metric begin with.
pub const ATTRIBUTES: [&str; 20] = [
    "let",
    "owner",
    "playbook",
    "tags",
    "tier",
    "roles",
    "also",
    "label",
    "every",
    "by",
    "better",
    "show",
    "status",
    "deprecated",
    "target",
    "benchmark",
    "warn",
    "critical",
    "only",
    "missing",
];

/// Whose block it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    Source,
    Rollup,
    Metric,
    Thresholds,
    Scorecard,
    Test,
}

impl BlockKind {
    pub fn name(self) -> &'static str {
        match self {
            BlockKind::Source => "source",
            BlockKind::Rollup => "rollup",
            BlockKind::Metric => "metric",
            BlockKind::Thresholds => "thresholds",
            BlockKind::Scorecard => "scorecard",
            BlockKind::Test => "test",
        }
    }

    /// What its items are called.
    pub fn item(self) -> &'static str {
        match self {
            BlockKind::Metric => "attribute",
            _ => "item",
        }
    }

    /// The words that its items begin with, columns and links apart.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            BlockKind::Source => &["key", "time", "valid", "snapshot", "keep", "where", "measure", "expect"],
            BlockKind::Rollup => &["measure", "expect"],
            BlockKind::Metric => &ATTRIBUTES,
            BlockKind::Thresholds => {
                &["owner", "playbook", "target", "benchmark", "warn", "critical", "only", "missing"]
            }
            BlockKind::Scorecard => {
                &["metrics", "every", "by", "where", "having", "from", "compare", "owner", "roles", "tags"]
            }
            BlockKind::Test => &["as_of", "set", "given", "expect"],
        }
    }

    /// One of its items and nothing else.
    pub fn rule(self) -> Rule {
        match self {
            BlockKind::Source => Rule::whole_source_item,
            BlockKind::Rollup => Rule::whole_rollup_item,
            BlockKind::Metric => Rule::whole_attribute,
            BlockKind::Thresholds => Rule::whole_thresholds_item,
            BlockKind::Scorecard => Rule::whole_scorecard_item,
            BlockKind::Test => Rule::whole_test_item,
        }
    }
}

/// Words that go on with an item on its next line.
const CONTINUATIONS: [&str; 17] = [
    "via",
    "at",
    "latest",
    "from",
    "by",
    "to",
    "delimiter",
    "only",
    "until",
    "decimal",
    "decimals",
    "of",
    "per",
    "on",
    "for",
    "clear",
    "last",
];

/// A declaration with a block: its head, and the tokens of its items.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Where the `{` stands.
    pub open: usize,
    pub items: Vec<Item>,
    /// Behind the block's `}`; the end of the declaration if that is missing.
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub start: usize,
    pub end: usize,
    /// Its first two tokens.
    pub first: Token,
    pub second: Option<Token>,
}

impl Item {
    pub fn piece(&self, what: &'static str) -> Piece {
        Piece { start: self.start, end: self.end, what }
    }
}

/// Splits the block of the declaration `text[start..end]`, if it has one.
///
/// `trusting`: its brackets are known to be closed.
pub fn block(kind: BlockKind, text: &str, start: usize, end: usize, trusting: bool) -> Option<Block> {
    let tokens: Vec<Token> = Lexer::new(&text[..end], start).filter(|token| !token.is_comment()).collect();
    let open = opening(text, &tokens)?;
    let mut split = Split { kind, text, tokens: &tokens[open + 1..], trusting, items: Vec::new() };
    let end = split.run().unwrap_or(end);
    Some(Block { open: tokens[open].start, items: split.items, end })
}

/// The first `{` that belongs to no expression and no `in bands`.
fn opening(text: &str, tokens: &[Token]) -> Option<usize> {
    let is_opening = |index: usize| {
        let inside = ["choose", "bands"];
        tokens[index].kind == TokenKind::Open(b'{') && !inside.contains(&tokens[index - 1].text(text))
    };
    (1..tokens.len()).find(|index| is_opening(*index))
}

struct Split<'t> {
    kind: BlockKind,
    text: &'t str,
    /// Behind the `{`.
    tokens: &'t [Token],
    trusting: bool,
    items: Vec<Item>,
}

impl Split<'_> {
    /// Finds the items; where the block's `}` ends, if there is one.
    fn run(&mut self) -> Option<usize> {
        let mut depth = 0;
        for index in 0..self.tokens.len() {
            let token = self.tokens[index];
            match token.kind {
                TokenKind::Close(b'}') if depth == 0 || self.is_last(index) => {
                    self.end_item(token.start);
                    return Some(token.end);
                }
                _ if self.starts_item(index, depth) => {
                    depth = 0;
                    self.start_item(index);
                }
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) if depth > 0 => depth -= 1,
                _ => {}
            }
        }
        self.end_item(self.tokens.last().map_or(0, |token| token.end));
        None
    }

    fn is_last(&self, index: usize) -> bool {
        !self.trusting && index + 1 == self.tokens.len()
    }

    fn start_item(&mut self, index: usize) {
        let first = self.tokens[index];
        self.end_item(first.start);
        let second = self.tokens.get(index + 1).copied();
        self.items.push(Item { start: first.start, end: usize::MAX, first, second });
    }

    fn end_item(&mut self, end: usize) {
        if let Some(item) = self.items.last_mut() {
            item.end = end;
        }
    }

    fn starts_item(&self, index: usize, depth: usize) -> bool {
        let Some(previous) = index.checked_sub(1).map(|index| self.tokens[index]) else { return true };
        let token = self.tokens[index];
        if token.kind != TokenKind::Word {
            return false;
        }
        if !token.first_on_line {
            return depth == 0 && self.starts_on_the_line(index, previous);
        }
        if self.kind == BlockKind::Test {
            let known = self.kind.words().contains(&token.text(self.text));
            return depth == 0 && (known || previous.kind == TokenKind::Row);
        }
        let named = self.is_followed_by_its_meaning(index);
        if depth > 0 && (self.trusting || !named) {
            return false;
        }
        if self.ends_item(previous) {
            return named || self.may_start_item(token.text(self.text), previous);
        }
        // Something is missing at the end of the line before, where no list goes on.
        let listed = matches!(previous.kind, TokenKind::Open(_)) || previous.text(self.text) == ",";
        !listed && (named || self.is_keyword_with_name(index))
    }

    /// `key id  id : text  owner -> people`, where no `where` and no value goes on so.
    fn starts_on_the_line(&self, index: usize, previous: Token) -> bool {
        let of_columns = matches!(self.kind, BlockKind::Source | BlockKind::Rollup);
        // `measure m USD = …` lacks its colon
        let of_measure = self.items.last().is_some_and(|item| {
            item.first.text(self.text) == "measure" && item.second.is_some_and(|s| s.start == previous.start)
        });
        let behind = self.ends_item(previous) && !self.is_first_word(previous) && !of_measure;
        of_columns && behind && (self.is_followed_by_its_meaning(index) || self.is_keyword_with_name(index))
    }

    fn may_start_item(&self, word: &str, previous: Token) -> bool {
        let own_line = |word: &str| CONTINUATIONS.contains(&word) && !self.kind.words().contains(&word);
        let reserved = match self.kind {
            BlockKind::Source => ["where", ""],
            BlockKind::Metric | BlockKind::Thresholds => ["missing", ""],
            BlockKind::Scorecard => ["where", ""],
            BlockKind::Rollup | BlockKind::Test => ["", ""],
        };
        reserved.contains(&word) || !is_reserved(word) && !own_line(word) && !self.is_first_word(previous)
    }

    /// `measure m`, `tier primary`
    fn is_keyword_with_name(&self, index: usize) -> bool {
        let next = self.tokens.get(index + 1).map(|token| token.kind);
        let word = self.tokens[index].text(self.text);
        self.kind.words().contains(&word) && matches!(next, Some(TokenKind::Word | TokenKind::Text))
    }

    /// `c :`, `c =` or `c ->`
    fn is_followed_by_its_meaning(&self, index: usize) -> bool {
        let next = self.tokens.get(index + 1).map_or("", |token| token.text(self.text));
        let after = self.tokens.get(index + 2).map_or("", |token| token.text(self.text));
        match next {
            ":" => true,
            "=" => after != "=",
            "-" => after == ">",
            _ => false,
        }
    }

    fn ends_item(&self, token: Token) -> bool {
        let word = token.text(self.text);
        match token.kind {
            TokenKind::Symbol => word == "?" || word == "%",
            TokenKind::Open(_) => false,
            TokenKind::Word => !is_reserved(word) || matches!(word, "missing" | "true" | "false"),
            _ => true,
        }
    }

    fn is_first_word(&self, token: Token) -> bool {
        self.items.last().is_some_and(|item| item.start == token.start)
    }
}

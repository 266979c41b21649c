//! Where the cursor is: the words of the declaration before it, and the brackets around it.

use crate::syntax::{Lexer, Token, TokenKind, is_reserved};

#[derive(Debug)]
pub struct Context<'t> {
    pub text: &'t str,
    /// Where the word under the cursor begins.
    pub word_start: usize,
    /// From the keyword of the declaration up to the word under the cursor, without comments.
    pub before: Vec<Token>,
    /// The open brackets, by their places in `before`.
    pub brackets: Vec<usize>,
    /// Nothing stands before the word on its line.
    pub first_on_line: bool,
    /// Not even white space.
    pub at_margin: bool,
}

impl<'t> Context<'t> {
    /// `None`: in a comment, a text or a number.
    pub fn new(text: &'t str, offset: usize) -> Option<Context<'t>> {
        let mut before = Vec::new();
        let mut word_start = offset;
        for token in Lexer::new(text, 0).take_while(|token| token.start < offset) {
            if token.is_comment() {
                if offset <= token.end {
                    return None;
                }
                continue;
            }
            if offset <= token.end {
                match token.kind {
                    TokenKind::Word => {
                        word_start = token.start;
                        continue;
                    }
                    TokenKind::Number | TokenKind::UnclosedText => return None,
                    TokenKind::Text if offset < token.end => return None,
                    TokenKind::Row => {
                        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                        let rest = text[..offset].trim_end_matches(word).len();
                        word_start = rest.max(token.start + 1);
                    }
                    _ => {}
                }
            }
            if token.at_margin && is_declaration(token.text(text)) {
                before.clear();
            }
            before.push(token);
        }
        let line_start = text[..word_start].rfind('\n').map_or(0, |at| at + 1);
        let mut context = Context {
            text,
            word_start,
            before,
            brackets: Vec::new(),
            first_on_line: text[line_start..word_start].trim().is_empty(),
            at_margin: line_start == word_start,
        };
        context.brackets = context.open_brackets();
        Some(context)
    }

    fn open_brackets(&self) -> Vec<usize> {
        let mut open = Vec::new();
        for (at, token) in self.before.iter().enumerate() {
            match token.kind {
                TokenKind::Open(_) => open.push(at),
                TokenKind::Close(_) => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }

    pub fn word(&self, at: usize) -> &'t str {
        self.before.get(at).map_or("", |token| token.text(self.text))
    }

    /// The n-th word before the cursor; 0 is the nearest.
    pub fn back(&self, n: usize) -> &'t str {
        self.before.len().checked_sub(n + 1).map_or("", |at| self.word(at))
    }

    /// The keyword of the declaration.
    pub fn keyword(&self) -> &'t str {
        self.word(0)
    }

    /// Its name.
    pub fn name(&self) -> &'t str {
        self.word(1)
    }

    /// Whether the cursor is in the block of the declaration.
    pub fn in_block(&self) -> bool {
        let opens = |at: &usize| {
            self.word(*at) == "{" && !matches!(self.word(at.wrapping_sub(1)), "choose" | "bands")
        };
        self.brackets.first().is_some_and(opens)
    }

    /// Whether a value, or the rest of something begun, has to follow.
    pub fn wants_more(&self) -> bool {
        let Some(last) = self.before.last() else { return false };
        match last.kind {
            TokenKind::Symbol => !matches!(last.text(self.text), "?" | "%"),
            TokenKind::Open(_) => true,
            TokenKind::Word => {
                let word = last.text(self.text);
                is_reserved(word) && !matches!(word, "missing" | "true" | "false")
            }
            _ => false,
        }
    }

    /// The place in `before` where the item of the block begins that the cursor is in.
    pub fn item_start(&self) -> Option<usize> {
        let open = *self.brackets.first()?;
        let mut depth = 0_usize;
        let mut start = open + 1;
        for at in open + 1..self.before.len() {
            let token = self.before[at];
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) => depth = depth.saturating_sub(1),
                TokenKind::Word if depth == 0 && token.first_on_line && !self.goes_on(at) => start = at,
                _ => {}
            }
        }
        Some(start)
    }

    /// Whether an item of the block begins at the cursor.
    pub fn begins_item(&self) -> bool {
        let fresh = self.item_start().is_none_or(|start| start >= self.before.len());
        fresh || self.first_on_line && !self.wants_more() && self.brackets.len() == 1
    }

    /// Whether the word at that place goes on with what the line before began.
    fn goes_on(&self, at: usize) -> bool {
        const CONTINUATIONS: [&str; 8] = ["via", "at", "latest", "from", "to", "until", "of", "on"];
        let word = self.word(at);
        let next_is_meaning = matches!(self.word(at + 1), "=" | ":" | "-");
        let before = self.before[at - 1];
        let open_end = before.kind == TokenKind::Symbol && !matches!(before.text(self.text), "?" | "%");
        open_end || is_reserved(word) && word != "where" || CONTINUATIONS.contains(&word) && !next_is_meaning
    }

    /// Whether the cursor is in a line of a table.
    pub fn in_row(&self) -> bool {
        self.before.last().is_some_and(|last| {
            last.kind == TokenKind::Row && !self.text[last.start..self.word_start].contains('\n')
        })
    }

    /// The names before a point under the cursor: `account`, `region` of `account.region.`
    pub fn path(&self) -> Vec<&'t str> {
        let mut parts = Vec::new();
        let mut at = self.before.len();
        while at >= 2 && self.word(at - 1) == "." && self.before[at - 2].kind == TokenKind::Word {
            parts.insert(0, self.word(at - 2));
            at -= 2;
        }
        parts
    }

    /// The names that end at a place in `before`, without it: those before `is`.
    pub fn path_before(&self, mut at: usize) -> Vec<&'t str> {
        let mut parts = Vec::new();
        while at >= 1 && self.before[at - 1].kind == TokenKind::Word {
            parts.insert(0, self.word(at - 1));
            if at >= 2 && self.word(at - 2) == "." {
                at -= 2;
            } else {
                break;
            }
        }
        parts
    }
}

fn is_declaration(word: &str) -> bool {
    crate::syntax::DECLARATIONS.contains(&word)
}

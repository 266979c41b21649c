//! pest's errors in the author's words: what could stand here, what stands here.

mod expectations;
mod rules;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::lexer::{Lexer, Token, TokenKind, is_reserved};
use super::problems::Syntax;
use super::teach;
use crate::text::{SourceFile, Span};

/// A part of a file that is parsed alone.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    pub start: usize,
    pub end: usize,
    /// "declaration", "item", "expression"
    pub what: &'static str,
}

/// Where reading stopped, and the rules that could have gone on there.
pub struct Stop {
    /// In the file.
    pub at: usize,
    pub expected: Vec<Rule>,
}

impl Stop {
    pub fn new(piece: Piece, error: &Error<Rule>) -> Stop {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let expected = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.clone(),
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        Stop { at: piece.start + at, expected }
    }

    /// Of an item that begins with a keyword: what would have made a column of it.
    pub fn leave_out_column_signs(&mut self) {
        let sign = |rule: &Rule| {
            let signs = [Rule::colon, Rule::column, Rule::equals, Rule::computed, Rule::arrow, Rule::link];
            signs.contains(rule)
        };
        if !self.expected.iter().all(sign) {
            self.expected.retain(|rule| !sign(rule));
        }
    }
}

pub fn syntax_problem(file: &SourceFile, piece: Piece, stop: &Stop) -> Syntax {
    let expected = expectations::expectations(&stop.expected, piece);
    // Behind the head of a declaration stands its `{`.
    let end = if piece.what == "head" { file.text.len() } else { piece.end };
    let tokens = tokens_around(&file.text[..end], piece.start, stop.at);
    let Some(found) = tokens.found else {
        let last = tokens.before.unwrap_or(Token::empty(stop.at));
        return Syntax {
            expected,
            found: format!("the end of the {}", piece.what),
            help: None,
            fix: None,
            label: "behind this",
            span: Span::new(file.id, last.start, last.end),
        };
    };
    let found = found.whole_symbol(&file.text);
    let lesson = teach::lesson(&file.text, tokens.before, found, &stop.expected);
    Syntax {
        expected,
        found: describe(found, &file.text),
        help: lesson.help,
        fix: lesson.fix,
        label: "",
        span: Span::new(file.id, found.start, found.end),
    }
}

struct Around {
    before: Option<Token>,
    found: Option<Token>,
}

fn tokens_around(text: &str, start: usize, at: usize) -> Around {
    let mut before = None;
    for token in Lexer::new(text, start).filter(|token| !token.is_comment()) {
        if token.end > at {
            return Around { before, found: Some(token.from(at)) };
        }
        before = Some(token);
    }
    Around { before, found: None }
}

/// `the text "Deal Value"`, `` `=` ``
fn describe(token: Token, text: &str) -> String {
    let written = token.text(text);
    match token.kind {
        TokenKind::Text | TokenKind::UnclosedText => format!("the text {written}"),
        TokenKind::Word if is_reserved(written) => format!("the reserved word `{written}`"),
        TokenKind::Symbol => invisible(written).map_or(format!("`{written}`"), str::to_owned),
        _ => format!("`{written}`"),
    }
}

fn invisible(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "\u{a0}" | "\u{202f}" => "a no-break space",
        "\u{3000}" => "a full-width space",
        "\u{feff}" | "\u{200b}" | "\u{200c}" | "\u{200d}" | "\u{2060}" => "an invisible character",
        _ => return None,
    })
}

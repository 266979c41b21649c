//! Tokens by kind: `w` word, `n` number, `t` text, `u` unclosed text, `c` comment, `d` docs,
//! brackets and symbols as they are.

use super::{Lexer, Token, TokenKind};

fn kinds(text: &str) -> String {
    let kind = |token: Token| match token.kind {
        TokenKind::Word => 'w',
        TokenKind::Number => 'n',
        TokenKind::Text => 't',
        TokenKind::UnclosedText => 'u',
        TokenKind::Row => 'r',
        TokenKind::Comment => 'c',
        TokenKind::Docs => 'd',
        TokenKind::Open(byte) | TokenKind::Close(byte) => char::from(byte),
        TokenKind::Symbol => token.text(text).chars().next().unwrap_or(' '),
    };
    Lexer::new(text, 0).map(kind).collect()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(kinds(text), expected, "{text}");
}

#[test]
fn words_and_numbers() {
    check("win_rate.v1 _x X9", "w.www");
    check("1_000.50 2026-01-31 1..2 12abc", "nn-n-nn..nn");
    check("25% 1.x", "n%n.w");
}

#[test]
fn texts() {
    check(r#""a" "b\"c" "" "\\""#, "tttt");
    check("\"open\nx \"\\", "uwu");
    check("'it)' `a b` isn't", "ttw'w");
}

#[test]
fn rows_of_tables() {
    check("given a\n  | a ( | \"b | c\" | // d\n  | 1 |\n", "wwrcr");
    check("a\n|| b", "w||w");
    check("a\n|| b |\n| c", "wrr");
    check("a | b", "w|w");
}

#[test]
fn comments_and_docs() {
    check("a // b ( \"\nc /// d\n/// e", "wcwdd");
    check("// \r\n(", "c(");
    check("//////// ornament\n///", "cd");
    check("a / b", "w/w");
}

#[test]
fn brackets_and_signs() {
    check("{ ( [ ] ) } -> ?? ≥", "{([])}->??≥");
}

#[test]
fn places_on_the_line() {
    let text = "a b\n  c\r\nd";
    let places: Vec<(bool, bool)> = Lexer::new(text, 0).map(|t| (t.first_on_line, t.at_margin)).collect();
    assert_eq!(places, [(true, true), (false, false), (true, false), (true, true)]);
}

#[test]
fn the_end_of_a_comment_is_the_end_of_its_line() {
    let text = "// a\r\nb";
    let comment = Lexer::new(text, 0).next().expect("there is a comment");
    assert_eq!(comment.text(text), "// a");
}

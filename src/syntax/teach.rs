//! What people who come from SQL, Python or a spreadsheet write, and what to write instead.

use super::grammar::Rule;
use super::lexer::{RESERVED, Token, TokenKind};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    pub help: Option<String>,
    pub fix: Option<String>,
}

impl Lesson {
    fn help(text: impl Into<String>) -> Lesson {
        Lesson { help: Some(text.into()), fix: None }
    }

    fn fix(mut self, replacement: impl Into<String>) -> Lesson {
        self.fix = Some(replacement.into());
        self
    }
}

/// What to say about `found`, which stands where one of the `expected` should.
pub fn lesson(text: &str, before: Option<Token>, found: Token, expected: &[Rule]) -> Lesson {
    let word = found.text(text);
    let previous = before.map_or("", |token| token.text(text));
    if expected.contains(&Rule::operator) && found.kind == TokenKind::Word {
        if let Some(lesson) = behind_an_operand(previous, word) {
            return lesson;
        }
    }
    if found.kind == TokenKind::Word && RESERVED.contains(&word) && names_something(expected) {
        return Lesson::help(format!(
            "`{word}` has a meaning of its own and cannot be a name; a column of the data can be renamed: `{word}_ : text from \"{word}\"`"
        ));
    }
    symbol(word, expected).unwrap_or_default()
}

fn names_something(expected: &[Rule]) -> bool {
    expected
        .iter()
        .any(|rule| matches!(rule, Rule::ident | Rule::member | Rule::arm | Rule::band | Rule::named_item))
}

/// A word where an operator should stand.
fn behind_an_operand(previous: &str, word: &str) -> Option<Lesson> {
    let lower = word.to_ascii_lowercase();
    if lower != word && RESERVED.contains(&lower.as_str()) {
        return Some(Lesson::help("keywords are written in small letters").fix(lower));
    }
    if previous.eq_ignore_ascii_case("case") {
        return Some(Lesson::help(
            "a choice between values is written `if P then a else b`; a choice between names `choose { a when P, else b }`",
        ));
    }
    Some(Lesson::help(match lower.as_str() {
        "like" | "ilike" => {
            "texts are searched with `contains(x, \"…\")`, `starts_with`, `ends_with`, or `matches` with a pattern"
        }
        "between" => "say `x >= a and x <= b`",
        "where" | "filter" => {
            "a condition stands inside the parentheses of its aggregate: `sum(orders.amount where is_paid)`"
        }
        "over" => "windows are written inside the parentheses: `total(x over region)`, `previous(c per k)`",
        "if" => "a condition comes first: `if P then a else b`",
        "mod" => "the rest of a division is `mod(a, b)`",
        "div" => "division is written `/`; `floor(a / b)` leaves out the fraction",
        "xor" => "say `(a or b) and not (a and b)`",
        "asc" | "desc" => "order is no part of an expression",
        "group" | "having" | "limit" => {
            "grouping, `having` and limits belong to the question, not to the definition"
        }
        _ => return None,
    }))
}

fn symbol(symbol: &str, expected: &[Rule]) -> Option<Lesson> {
    let lesson = match symbol {
        ";" => Lesson::help("nothing stands between declarations or items: leave it out").fix(""),
        "," if !expected.contains(&Rule::comma) || expected.contains(&Rule::close) => {
            Lesson::help("items are not separated: leave the `,` out")
        }
        "?" => Lesson::help("a choice between values is written `if P then a else b`"),
        "[" => Lesson::help("a list stands in parentheses: `stage in (won, lost)`"),
        "“" | "”" | "„" => Lesson::help("texts stand in straight double quotes: `\"…\"`"),
        "‘" | "’" => Lesson::help("texts stand in straight double quotes: `\"…\"`"),
        "−" | "–" | "—" => Lesson::help("minus is the hyphen of the keyboard: `-`").fix("-"),
        "×" => Lesson::help("say `*`").fix("*"),
        "÷" => Lesson::help("say `/`").fix("/"),
        "≤" => Lesson::help("say `<=`").fix("<="),
        "≥" => Lesson::help("say `>=`").fix(">="),
        "≠" => Lesson::help("say `is not`").fix("is not"),
        "$" | "€" | "£" | "¥" => {
            Lesson::help("amounts are plain numbers; the unit is declared: `amount : USD`")
        }
        "#" => Lesson::help("a comment begins with `//`"),
        _ if symbol.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_ascii()) => Lesson::help(
            "names are made of the letters a to z, digits and `_`; a label may be any text in quotes, and a column \
             of the data is renamed with `from \"…\"`",
        ),
        _ => return None,
    };
    Some(lesson)
}

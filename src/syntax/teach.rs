//! What people who come from SQL, Python or a spreadsheet write, and what to write instead.

mod declarations;
mod thresholds;

use super::grammar::Rule;
use super::lexer::{Lexer, Token, TokenKind, is_reserved};
use super::recover::ATTRIBUTES;

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
    if let Some(lesson) = thresholds::lesson(previous, found, word, expected) {
        return lesson;
    }
    if let Some(lesson) = declarations::lesson(text, previous, found, word, expected) {
        return lesson;
    }
    if expected.contains(&Rule::operator)
        && found.kind == TokenKind::Word
        && let Some(lesson) = behind_an_operand(previous, word)
    {
        return lesson;
    }
    if word == "{" && text[found.start..].starts_with("{{") {
        return Lesson::help(
            "there are no templates: sources and metrics are named as they are, `deals.amount`",
        );
    }
    if word == "is" && expected.contains(&Rule::equals) {
        return Lesson::help("a name gets its meaning by `=`").fix("=");
    }
    if is_reserved(word)
        && let Some(help) = reserved_name(word, expected, text[found.end..].trim_start().starts_with("->"))
    {
        return Lesson::help(help);
    }
    if word == ","
        && let Some(help) = comma(&text[..found.start])
    {
        return Lesson::help(help);
    }
    if expected.contains(&Rule::operator) || expected.contains(&Rule::close) {
        let number = before.is_some_and(|token| token.kind == TokenKind::Number);
        if let Some(help) = behind_a_number(previous, word).filter(|_| number) {
            return Lesson::help(help);
        }
    }
    if previous == "," && matches!(word, "where" | "on" | "at" | "over" | "by" | "per" | "trailing" | "of") {
        return Lesson::help(format!("`{word} …` follows what it belongs to without a `,`"));
    }
    if expected.contains(&Rule::kw_else) && !expected.contains(&Rule::EOI) {
        return Lesson::help("every `if` has an `else`: `if P then a else b`; `else missing` leaves a gap");
    }
    symbol(word, expected).unwrap_or_default()
}

/// What to call a thing that cannot be called `word`.
fn reserved_name(word: &str, expected: &[Rule], link: bool) -> Option<String> {
    let why = format!("`{word}` has a meaning of its own and cannot be a name");
    let names = |rule| expected.contains(&rule);
    if link {
        return Some(why);
    }
    if names(Rule::member) {
        return Some(format!("{why}; the word in the data can still be `{word}`: `{word}_ = \"{word}\"`"));
    }
    if names(Rule::named_item) || names(Rule::kw_key) && names(Rule::kw_measure) {
        return Some(format!("{why}; the column in the data can still be: `{word}_ : text from \"{word}\"`"));
    }
    (names(Rule::ident) || names(Rule::band) || names(Rule::arm)).then_some(why)
}

/// What was meant by a `,` that does not belong where it stands.
fn comma(text: &str) -> Option<String> {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    let tokens: Vec<Token> = Lexer::new(text, line).collect();
    let words: Vec<&str> = tokens.iter().map(|token| token.text(text)).collect();
    if let [.., value, "in", first] = words[..] {
        return Some(format!("a list stands in parentheses: `{value} in ({first}, …)`"));
    }
    let depth = tokens.iter().fold(0i32, |depth, token| match token.kind {
        TokenKind::Open(b'(') => depth + 1,
        TokenKind::Close(b')') => depth - 1,
        _ => depth,
    });
    let part = ["where", "on", "at", "trailing", "during", "ever", "mature", "via", "to"];
    let has_part = words.iter().rev().take_while(|word| **word != "(").any(|word| part.contains(word));
    (depth > 0 && has_part).then(|| {
        "parts such as `at end` and `where …` stand behind the last argument, and hold for all".to_string()
    })
}

/// A unit behind a number, where none is said or it is called otherwise.
fn behind_a_number(number: &str, word: &str) -> Option<String> {
    if let Some(plain) = word.strip_prefix("fiscal_") {
        return Some(format!("a length is a number of plain units: `{number} {plain}`"));
    }
    let currency = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    currency.then(|| format!("leave the unit out: a number has that of what it stands beside, `{number}`"))
}

/// A word where an operator should stand.
fn behind_an_operand(previous: &str, word: &str) -> Option<Lesson> {
    let lower = word.to_ascii_lowercase();
    if lower != word && is_reserved(&lower) {
        return Some(Lesson::help("keywords are written in small letters").fix(lower));
    }
    if previous.eq_ignore_ascii_case("case") {
        return Some(Lesson::help(
            "a choice between values is written `if P then a else b`; a choice between names `choose { a when P, else b }`",
        ));
    }
    if previous.eq_ignore_ascii_case("select") {
        return Some(Lesson::help(
            "a metric is no query but an aggregate: `sum(orders.amount where is_paid)`; periods and dimensions \
             belong to the question",
        ));
    }
    Some(Lesson::help(match lower.as_str() {
        "join" | "inner" | "left" | "outer" | "using" => {
            "rows of another source are reached through a link: `account -> accounts` in the source, then \
             `account.region`"
        }
        "last" | "this" | "next" | "past" | "previous" | "current" => {
            "the period belongs to the question: `kepi run … --every month --last 1`; a window of the metric's own is \
             `trailing 30 days`, another period `prior(x)`"
        }
        "from" => "the source stands in the aggregate: `sum(orders.amount)`",
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
        "by" => {
            "dimensions belong to the question: `kepi run … --by region`; those that a metric has at all stand in \
             braces: `{ by region }`"
        }
        attribute if ATTRIBUTES.contains(&attribute) => {
            "attributes stand in braces behind the expression: `{ owner \"…\" }`"
        }
        "asc" | "desc" => "order is no part of an expression",
        "group" | "having" | "limit" => {
            "grouping, `having` and limits belong to the question, not to the definition"
        }
        _ => return None,
    }))
}

fn symbol(symbol: &str, expected: &[Rule]) -> Option<Lesson> {
    let lesson = match symbol {
        ";" if expected.contains(&Rule::arrow) => {
            Lesson::help("a stored column is written `name : type`").fix(":")
        }
        ";" => Lesson::help("nothing stands between declarations or items: leave it out").fix(""),
        "," if !expected.contains(&Rule::comma) || expected.contains(&Rule::close) => {
            Lesson::help("items are not separated: leave the `,` out").fix("")
        }
        "=" if expected.contains(&Rule::optional) => {
            Lesson::help("a column is either stored, `name : type`, or computed, `name = …`")
        }
        "=>" if expected.contains(&Rule::arrow) => Lesson::help("a link is written `->`").fix("->"),
        "=>" => Lesson::help("say `>=`").fix(">="),
        "<=" | ">" | ">=" if expected.contains(&Rule::below) => {
            Lesson::help("a band ends before its limit: `small < 10`; the last one takes the rest")
        }
        "->" if expected.contains(&Rule::equals) => {
            Lesson::help("a rollup has the links of its key, and no others: what it is made of is `name = …`")
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

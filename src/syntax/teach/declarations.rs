//! What people write in the head of a declaration, in a source, a list or a test.

use super::Lesson;
use crate::syntax::grammar::Rule;
use crate::syntax::lexer::{Token, TokenKind, is_reserved};

pub fn lesson(text: &str, previous: &str, found: Token, word: &str, expected: &[Rule]) -> Option<Lesson> {
    let can = |rule| expected.contains(&rule);
    let quoted = word.starts_with('"');
    if can(Rule::ident) && quoted && matches!(previous, "metric" | "scorecard" | "dimension" | "parameter") {
        return Some(Lesson::help(format!(
            "a name comes first, then the label: `{previous} win_rate \"Win rate\"`"
        )));
    }
    if can(Rule::ident) && quoted && matches!(previous, "roles" | "tags" | "by" | "metrics") {
        return Some(Lesson::help("names stand without quotes").fix(word.trim_matches('"')));
    }
    if previous == "thresholds" && word == "{" {
        return Some(Lesson::help("say of which metric: `thresholds win_rate { … }`"));
    }
    let second_word = found.kind == TokenKind::Word && !is_reserved(word)
        || word == "-" && !text[found.start..].starts_with("- ");
    if can(Rule::version) && can(Rule::equals) && is_unit(word) {
        return Some(Lesson::help("a unit stands behind `:`: `metric bookings : USD = …`"));
    }
    if can(Rule::version) && can(Rule::equals) && second_word {
        return Some(Lesson::help("a name is one word, with `_` between its parts: `win_rate`"));
    }
    if can(Rule::string) && !can(Rule::equals) && matches!(word, "/" | ".") {
        return Some(Lesson::help(
            "a source has a name, and says where its file is: `source deals from \"data/deals.csv\" { … }`",
        ));
    }
    if can(Rule::kw_via) && matches!(word.to_ascii_lowercase().as_str(), "on" | "using" | "by" | "where") {
        return Some(Lesson::help(
            "the columns that a link follows stand behind `via`: `account -> accounts via account_id`",
        ));
    }
    if *expected == [Rule::integer] && previous == "(" && found.kind == TokenKind::Word {
        return Some(Lesson::help("an enumeration is written `one of (open, won = \"Closed Won\")`"));
    }
    if can(Rule::row) && matches!(word, "=" | "is" | "==" | ":" | "{") {
        return Some(Lesson::help(
            "what is to come of it stands below the question as a table: `| bookings |`, and a row for each value",
        ));
    }
    if can(Rule::comma)
        && can(Rule::EOI)
        && previous != ","
        && found.kind == TokenKind::Word
        && !can(Rule::operator)
    {
        return Some(Lesson::help("what is listed stands between commas: `metrics bookings, win_rate`"));
    }
    let line = text[..found.start].rsplit('\n').next().unwrap_or_default();
    if line.contains("--") || word.starts_with("--") || text[found.start..].starts_with("/*") {
        return Some(Lesson::help("a comment begins with `//`"));
    }
    None
}

fn is_unit(word: &str) -> bool {
    let currency = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    currency
        || matches!(word, "money" | "percent" | "points" | "ratio" | "count" | "number" | "days" | "hours")
}

//! What people who come from Prometheus, dbt or a dashboard write in a rule.

use super::Lesson;
use crate::syntax::grammar::Rule;
use crate::syntax::lexer::{Token, TokenKind};
use crate::syntax::recover::ATTRIBUTES;

pub fn lesson(previous: &str, found: Token, word: &str, expected: &[Rule]) -> Option<Lesson> {
    let can = |rule| expected.contains(&rule);
    if word == ":" && (ATTRIBUTES.contains(&previous) || SCORECARD.contains(&previous)) {
        return Some(
            Lesson::help("nothing stands between an attribute and its value: leave the `:` out").fix(""),
        );
    }
    if word == "="
        && ["target", "benchmark", "metrics", "compare", "warn", "critical", "missing"].contains(&previous)
    {
        return Some(
            Lesson::help("nothing stands between an attribute and its value: leave the `=` out").fix(""),
        );
    }
    if word == "only" && !can(Rule::only) {
        return Some(Lesson::help(
            "what there has to be to judge is said by `only when opportunities.closed >= 30`",
        ));
    }
    if can(Rule::kw_source) && can(Rule::operator) && previous != "," && matches!(word, "from" | "by") {
        return Some(Lesson::help("where a benchmark is from is said by `source \"…\"`").fix("source"));
    }
    if let Some(lesson) = scorecard(previous, found, word, expected) {
        return Some(lesson);
    }
    if can(Rule::kw_below) && can(Rule::kw_outside) {
        return breach(found, word);
    }
    if can(Rule::kw_below) && can(Rule::kw_above) {
        return breach(found, word).or(Some(Lesson::help("for example `clear above 22% for 1 period`")));
    }
    if can(Rule::kw_prior) && previous == "from" {
        return Some(Lesson::help(
            "a change is seen from an earlier value: `from prior period`, `from prior year`, `from prior 3 months`; \
             less than a target is `below 90% of target`",
        ));
    }
    if can(Rule::kw_from) && can(Rule::kw_of) {
        return Some(Lesson::help("say from which value: `down 20% from prior year`"));
    }
    if can(Rule::kw_to) && can(Rule::kw_of) && !can(Rule::kw_for) {
        return Some(Lesson::help(
            "a range is written `outside 20% to 40%`, from the lower limit to the upper one",
        ));
    }
    if matches!(previous, "target" | "benchmark") && matches!(word, ">=" | "<=" | ">" | "<" | "is") {
        let help = "a target is a value, `target 30%`; which way is good is said by `better higher`";
        return Some(Lesson::help(help).fix(""));
    }
    if can(Rule::kw_for) {
        return part(previous, found, word);
    }
    let behind_goal = can(Rule::kw_of) && can(Rule::kw_by) && can(Rule::kw_where) && !can(Rule::rparen);
    if behind_goal || can(Rule::date) && previous == "by" {
        return goal(found, word);
    }
    None
}

const SCORECARD: [&str; 10] =
    ["metrics", "every", "by", "where", "having", "from", "compare", "owner", "roles", "tags"];

/// What stands where `below`, `above`, … should.
fn breach(found: Token, word: &str) -> Option<Lesson> {
    let lower = word.to_ascii_lowercase();
    Some(match lower.as_str() {
        "<" | "<=" | "lt" | "less" | "under" | "lower" | "min" => {
            Lesson::help("what is too little is said with `below`: `warn below 25%`").fix("below")
        }
        ">" | ">=" | "gt" | "greater" | "over" | "more" | "exceeds" | "higher" | "max" => {
            Lesson::help("what is too much is said with `above`: `warn above 90 days`").fix("above")
        }
        "between" | "within" | "not" => {
            Lesson::help("what is too far off on either side: `warn outside 20% to 40%`")
        }
        "is" | "equals" | "at" | "==" | "=" => {
            Lesson::help("a value of its own is a condition: `warn when value is 0`")
        }
        "if" | "where" => {
            Lesson::help("a condition of its own begins with `when`: `critical when value < target`")
                .fix("when")
        }
        "drops" | "drop" | "falls" | "fall" | "decrease" | "decreases" => {
            Lesson::help("a change is written `warn down 20% from prior year`").fix("down")
        }
        "rises" | "rise" | "increase" | "increases" | "grows" => {
            Lesson::help("a change is written `warn up 20% from prior year`").fix("up")
        }
        word if ATTRIBUTES.contains(&word) => Lesson::help("say when: `warn below 25%`"),
        "for" => Lesson::help("say what is wrong first: `warn below 25% for 2 periods`"),
        _ if matches!(found.kind, TokenKind::Number) => {
            Lesson::help("say on which side it is wrong: `warn below 25%` or `warn above 25%`")
        }
        "\"" => Lesson::help("say when: `warn below 25%`"),
        _ if found.kind == TokenKind::Word => Lesson::help(
            "a rule is about the metric whose block it stands in: `warn below 25%`; a condition is \
             `warn when value < 25%`",
        ),
        _ => return None,
    })
}

fn scorecard(previous: &str, found: Token, word: &str, expected: &[Rule]) -> Option<Lesson> {
    let can = |rule| expected.contains(&rule);
    if can(Rule::kw_to) && can(Rule::EOI) && matches!(word, "." | "until" | "-" | "till" | "..") {
        return Some(Lesson::help("a range is written `from 2026-01 to 2026-06`"));
    }
    if can(Rule::range_point) {
        return Some(Lesson::help("for example `from 2026-01 to 2026-06`, `from 2026-Q1`, `from 2026`"));
    }
    let unit = word.trim_end_matches('s');
    let unit = matches!(unit, "day" | "week" | "month" | "quarter" | "year" | "period");
    match previous {
        _ if word == "prior" && can(Rule::comma) => {
            Some(Lesson::help("what is compared with is listed: `compare prior period, prior year`"))
        }
        "last" if unit && can(Rule::comma) => {
            Some(Lesson::help("an earlier period is written `compare prior period, prior year`"))
        }
        "last" if can(Rule::integer) => Some(Lesson::help("for example `every month last 12`")),
        "every" if found.kind == TokenKind::Number => Some(Lesson::help("for example `every month last 12`")),
        _ if unit && expected == [Rule::EOI] && previous.bytes().all(|b| b.is_ascii_digit()) => {
            Some(Lesson::help("`last 12` counts the periods of `every`: leave the unit out").fix(""))
        }
        _ => None,
    }
}

/// What stands where `for`, `by`, `where` or an operator could.
fn part(previous: &str, found: Token, word: &str) -> Option<Lesson> {
    if matches!(previous, "below" | "above") {
        return Some(Lesson::help(
            "a rule says one thing: write another one below it, or `outside 20% to 40%` for both sides",
        ));
    }
    if previous == "prior" {
        return Some(Lesson::help(
            "less than before is `down 5% from prior year`, or `when value < prior(value, 1 year)`",
        ));
    }
    if found.kind == TokenKind::Number {
        return Some(Lesson::help("how long is said by `for`: `warn below 25% for 2 periods`"));
    }
    if found.kind != TokenKind::Word {
        return None;
    }
    Some(match word.to_ascii_lowercase().as_str() {
        "percent" | "pct" => Lesson::help("a percentage is glued to its number: `25%`"),
        "since" | "during" | "lasting" => {
            Lesson::help("how long is said in periods: `for 2 periods`").fix("for")
        }
        "in" => Lesson::help("a rule for some members has `where region is \"EMEA\"`").fix("where"),
        word if ATTRIBUTES.contains(&word) => {
            Lesson::help("something is missing before it: an attribute begins on a line of its own")
        }
        "per" | "group" => Lesson::help("a rule for each member is written `by region`").fix("by"),
        "when" | "if" | "unless" => Lesson::help(
            "a rule for some members has `where region is \"EMEA\"`; what there has to be for any rule is said by \
             `only when opportunities.closed >= 30`",
        ),
        "then" | "notify" | "send" | "to" => {
            Lesson::help("who answers for a rule: `owner \"…\"`; what to do: `playbook \"…\"`")
        }
        _ => return None,
    })
}

/// What stands where `by`, `where` or an operator could, behind a target.
fn goal(found: Token, word: &str) -> Option<Lesson> {
    let named = found.kind == TokenKind::Word;
    named.then(|| match word {
        "percent" | "pct" => Lesson::help("a percentage is glued to its number: `25%`"),
        _ => Lesson::help(
            "a target for some time is written `target 30% by 2026-12-31`, one for some members \
             `target 28% where region is \"EMEA\"`",
        ),
    })
}

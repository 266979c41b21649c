//! What may stand where metrics are judged and asked: in thresholds, scorecards, consumers
//! and tests, and in the tables of tests.

use super::CompletionKind;
use super::items::Items;
use super::places::{Filling, Scope};
use crate::ide::Symbol;
use crate::ide::keywords::Place;
use crate::syntax::TokenKind;

const BREACHES: &[&str] = &["below", "above", "outside", "down", "up", "when"];
const GOALS: &[&str] = &["target", "benchmark"];

impl Filling<'_> {
    /// Behind the first word of a goal or a rule.
    pub(super) fn held_against(&self, start: usize, items: &mut Items<'_>) {
        let context = self.context;
        let words = |items: &mut Items<'_>, words: &[&str]| items.words(words, CompletionKind::Keyword);
        let of_question = Scope::Query { metrics: false };
        match (context.word(start), context.back(0)) {
            ("warn" | "critical", "warn" | "critical") => words(items, BREACHES),
            ("warn" | "critical", "clear") => words(items, &["below", "above", "when"]),
            ("warn" | "critical" | "target" | "benchmark", "of") => words(items, GOALS),
            ("warn" | "critical" | "scorecard", "prior") => items.grains(),
            ("warn" | "critical", "by") => items.dimensions(),
            ("missing", "missing") => words(items, &["ok", "warn", "critical"]),
            ("only", "only") => words(items, &["when"]),
            ("only", _) => self.expression(Scope::Metric, items),
            ("warn" | "critical" | "target" | "benchmark", _) if self.part(start) == "where" => {
                self.expression(of_question, items);
            }
            ("warn" | "critical", ",") if self.part(start) == "by" => items.dimensions(),
            ("warn" | "critical", _) => match self.part(start) {
                "for" if context.back(0) == "for" => {}
                "for" => words(items, &["periods", "clear", "by", "where", "playbook", "owner"]),
                "from" if context.back(0) == "from" => {
                    words(items, &["prior period", "prior year", "prior quarter", "prior month"]);
                }
                "from" => items.keywords(Place::Rule),
                "when" => {
                    words(items, &["value", "target", "benchmark"]);
                    self.expression(Scope::Metric, items);
                }
                breach if self.wants_value(breach) => {
                    words(items, GOALS);
                    self.expression(Scope::Metric, items);
                }
                breach => {
                    match breach {
                        "outside" => words(items, &["to", "stddev of last"]),
                        "down" | "up" => words(items, &["from prior", "points"]),
                        _ => {}
                    }
                    words(items, &["of target", "of benchmark"]);
                    items.keywords(Place::Rule);
                }
            },
            ("target" | "benchmark", word) if word == context.word(start) => {
                self.operand(Scope::Metric, items);
            }
            ("target", _) => words(items, &["by", "where"]),
            ("benchmark", _) => words(items, &["by", "where", "source"]),
            _ => {}
        }
    }

    /// The last word before the cursor that begins a part of a rule or a question.
    fn part(&self, start: usize) -> &str {
        const PARTS: [&str; 17] = [
            "below", "above", "outside", "down", "up", "when", "for", "clear", "by", "where", "having",
            "every", "in", "from", "to", "last", "set",
        ];
        let words = (start..self.context.before.len()).rev().map(|at| self.context.word(at));
        let mut parts = words.filter(|word| PARTS.contains(word));
        parts.next().unwrap_or_default()
    }

    fn wants_value(&self, breach: &str) -> bool {
        self.context.back(0) == breach || self.context.back(0) == "to" || self.context.wants_more()
    }

    pub(super) fn scorecard_item(&self, start: usize, items: &mut Items<'_>) {
        let context = self.context;
        let first = context.word(start);
        let wants = context.before.len() == start + 1 || context.back(0) == ",";
        match first {
            "metrics" => self.metric_names(wants, items),
            "every" if wants => items.grains(),
            "every" => items.words(&["last"], CompletionKind::Keyword),
            "by" if wants => items.dimensions(),
            "where" => self.expression(Scope::Query { metrics: false }, items),
            "having" => self.expression(Scope::Query { metrics: true }, items),
            "compare" if wants => {
                let known = ["prior period", "prior year", "target", "benchmark"];
                items.words(&known, CompletionKind::Keyword);
            }
            "compare" if context.back(0) == "prior" => {
                items.words(&["period", "year"], CompletionKind::Keyword);
            }
            "from" if !wants => items.words(&["to"], CompletionKind::Keyword),
            "roles" if wants => items.roles(),
            "tags" if wants => items.tags(),
            _ => {}
        }
    }

    pub(super) fn consumer_item(&self, begins: bool, items: &mut Items<'_>) {
        let context = self.context;
        let words = (0..context.before.len()).rev().map(|at| context.word(at));
        let item = words.into_iter().find(|word| matches!(*word, "metrics" | "by" | "owner" | "{"));
        let wants = item == Some(context.back(0)) || context.back(0) == ",";
        match item {
            Some("metrics") if wants || context.back(0) == "." => self.metric_names(wants, items),
            Some("by") if wants => items.dimensions(),
            Some("owner") if wants => {}
            _ if begins || !wants || item == Some("{") => items.keywords(Place::Consumer),
            _ => {}
        }
    }

    /// Metrics, or the versions of the one before the point.
    fn metric_names(&self, wants: bool, items: &mut Items<'_>) {
        match self.context.path()[..] {
            [] if wants => items.metrics(),
            [name] => items.versions(name),
            _ => {}
        }
    }

    // ------------------------------------------------------------ tests

    pub(super) fn test_item(&self, start: usize, items: &mut Items<'_>) {
        let context = self.context;
        let states = ["critical", "warn", "no critical", "no warn"];
        match (context.word(start), context.back(0)) {
            ("given", "given") => {
                items.sources();
                items.metrics();
            }
            ("set", "set") => items.parameters(),
            ("expect", "expect") => {
                items.metrics();
                items.words(&states, CompletionKind::Keyword);
            }
            ("expect", "no") => items.words(&states[..2], CompletionKind::Keyword),
            ("expect", "critical" | "warn") => items.metrics(),
            (_, "every") => items.grains(),
            (_, "by") => items.dimensions(),
            (_, ".") => self.metric_names(true, items),
            ("expect", ",") if self.part(start).is_empty() => items.metrics(),
            (_, ",") if self.part(start) == "by" => items.dimensions(),
            (_, "in" | "from" | "to" | "last" | "as_of") if self.part(start) != "where" => {}
            ("expect", _) if self.part(start) == "where" => {
                self.expression(Scope::Query { metrics: false }, items);
                self.more_of_question(items);
            }
            ("expect", _) if self.part(start) == "having" => {
                self.expression(Scope::Query { metrics: true }, items);
                self.more_of_question(items);
            }
            ("given", _) => items.words(&["every", "by"], CompletionKind::Keyword),
            ("expect", _) if self.is_state(start) => items.words(&["in", "where"], CompletionKind::Keyword),
            ("expect", _) => items.keywords(Place::Question),
            _ => {}
        }
    }

    /// Behind a whole value of a condition the question may go on.
    fn more_of_question(&self, items: &mut Items<'_>) {
        let is_part = matches!(self.context.back(0), "where" | "having" | "is");
        if !is_part && !self.context.wants_more() {
            items.keywords(Place::Question);
        }
    }

    fn is_state(&self, start: usize) -> bool {
        matches!(self.context.word(start + 1), "no" | "critical" | "warn")
    }

    /// In a table: names in its first row, members of the column below it.
    pub(super) fn cell(&self, items: &mut Items<'_>) {
        let context = self.context;
        let here = context.before.len() - 1;
        let rows = (0..=here).rev().take_while(|at| context.before[*at].kind == TokenKind::Row).count();
        let head = here + 1 - rows;
        let Some(item) = (0..head)
            .rev()
            .find(|at| context.before[*at].first_on_line && matches!(context.word(*at), "given" | "expect"))
        else {
            return;
        };
        let source = self.lookup.source(context.word(item + 1)).filter(|_| context.word(item) == "given");
        let row = context.before[here];
        let column = context.text[row.start..context.word_start].matches('|').count().saturating_sub(1);
        match source {
            Some(source) if rows == 1 => items.stored_columns(source),
            None if rows == 1 => self.header(item, head, items),
            Some(source) => {
                let header = context.word(head).split('|').skip(1).nth(column).unwrap_or_default().trim();
                let symbol = self.lookup.item(source, header).and_then(|s| self.lookup.enumeration(s));
                if let Some((source, column)) = symbol {
                    items.members(source, column);
                }
            }
            None => {}
        }
    }

    /// What is asked before the table: its grain, dimensions and metrics.
    fn header(&self, item: usize, head: usize, items: &mut Items<'_>) {
        let context = self.context;
        let mut in_every = false;
        for at in item + 1..head {
            let word = context.word(at);
            if in_every || matches!(self.lookup.thing(word), Some(Symbol::Metric(_) | Symbol::Dimension(_))) {
                items.words(&[word], CompletionKind::Column);
            }
            in_every = word == "every";
        }
    }
}

//! From the place of the cursor to what may stand there: in sources, rollups, metrics and
//! expressions. `asked` goes on with thresholds, scorecards and tests.

use super::CompletionKind;
use super::context::Context;
use super::items::Items;
use crate::check::builtins::{self, FormKind, What};
use crate::check::{ColumnId, SourceId, Type};
use crate::ide::Symbol;
use crate::ide::keywords::Place;
use crate::ide::lookup::Lookup;
use crate::syntax::{Lexer, TokenKind};

/// What names mean where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Row(SourceId),
    Named,
    Metric,
    Measure(SourceId),
    Rollup(SourceId),
    /// Dimensions, and metrics too where values are looked at.
    Query {
        metrics: bool,
    },
    Nothing,
}

pub fn fill(context: &Context<'_>, items: &mut Items<'_>) {
    let lookup = Lookup::new(items.model());
    let place = Filling { context, lookup };
    if context.in_row() {
        return place.cell(items);
    }
    let outside = context.before.is_empty() || context.brackets.is_empty() && context.at_margin;
    if outside && !context.wants_more() {
        return items.keywords(Place::File);
    }
    match context.in_block() {
        true => place.in_block(items),
        false => place.in_head(items),
    }
}

pub(super) struct Filling<'c> {
    pub(super) context: &'c Context<'c>,
    pub(super) lookup: Lookup<'c>,
}

impl Filling<'_> {
    fn own(&self) -> Option<SourceId> {
        self.lookup.source(self.context.name())
    }

    // ------------------------------------------------------------ heads and blocks

    fn in_head(&self, items: &mut Items<'_>) {
        let has_value = self.is_behind_equals(0);
        match self.context.keyword() {
            "metric" if has_value => self.expression(Scope::Metric, items),
            "dimension" if self.last_word_is("via", 0) => self.named_path(items),
            "dimension" if has_value => self.expression(Scope::Named, items),
            "metric" | "parameter" if self.context.back(0) == ":" || self.in_unit() => items.units(false),
            "thresholds" => match self.context.path()[..] {
                [] if self.context.before.len() == 1 => items.metrics(),
                [name] => items.versions(name),
                _ => {}
            },
            "rollup" if self.last_word_is("per", 0) => match self.context.path()[..] {
                [] => {
                    items.sources();
                    items.words(&["period"], CompletionKind::Keyword);
                    items.grains();
                }
                _ => self.named_path(items),
            },
            _ => {}
        }
    }

    fn in_block(&self, items: &mut Items<'_>) {
        let context = self.context;
        let start = context.item_start().unwrap_or(0);
        let begins = context.begins_item();
        let rows = matches!(context.keyword(), "source" | "rollup");
        let continues = begins && start < context.before.len() && rows;
        match (context.keyword(), begins) {
            ("source", true) => items.keywords(Place::Source),
            ("rollup", true) => items.keywords(Place::Rollup),
            ("metric", true) => items.keywords(Place::Metric),
            ("thresholds", true) => items.keywords(Place::Thresholds),
            ("scorecard", true) => items.keywords(Place::Scorecard),
            ("test", true) => items.keywords(Place::Test),
            ("thresholds", false) => self.held_against(start, items),
            ("scorecard", false) => self.scorecard_item(start, items),
            ("consumer", _) => self.consumer_item(begins, items),
            ("test", false) => self.test_item(start, items),
            ("source" | "rollup", false) => self.source_item(start, items),
            ("metric", false) => self.attribute(start, items),
            _ => {}
        }
        if continues && self.is_behind_equals(start) {
            items.keywords(Place::Operator);
        }
    }

    fn source_item(&self, start: usize, items: &mut Items<'_>) {
        let context = self.context;
        let Some(source) = self.own() else { return };
        let rollup = context.keyword() == "rollup";
        let behind = context.before.len() - start;
        if self.is_behind_equals(start) {
            let scope = match context.word(start) {
                "measure" => Scope::Measure(source),
                _ if rollup => Scope::Rollup(source),
                _ => Scope::Row(source),
            };
            return self.expression(scope, items);
        }
        if context.back(0) == ":" || self.in_unit() {
            return items.units(context.word(start) != "measure");
        }
        if context.back(1) == "-" && context.back(0) == ">" {
            return items.sources();
        }
        let any = |_: &Type| true;
        match context.word(start) {
            "where" => self.expression(Scope::Row(source), items),
            "expect" => {
                if behind == 1 {
                    items.words(&["unique", "fresh within"], CompletionKind::Keyword);
                }
                self.expression(Scope::Row(source), items);
            }
            "keep" if behind == 1 => items.words(&["latest", "distinct"], CompletionKind::Keyword),
            "time" if context.back(0) == "by" => items.grains(),
            "time" if behind == 2 => items.words(&["by"], CompletionKind::Keyword),
            "valid" if behind == 2 => items.words(&["to"], CompletionKind::Keyword),
            "time" | "valid" | "snapshot" => items.columns(source, is_date),
            "key" if matches!(context.back(0), "key" | ",") => items.columns(source, any),
            "keep" => items.columns(source, any),
            _ if matches!(context.back(0), "via" | "at" | "before")
                || self.last_word_is("via", start) && context.back(0) == "," =>
            {
                items.columns(source, any);
            }
            _ if self.has_word("-", start) => {
                items.words(&["via", "at", "latest before"], CompletionKind::Keyword)
            }
            _ if self.has_word(":", start) => items.words(&["from"], CompletionKind::Keyword),
            _ => {}
        }
    }

    fn attribute(&self, start: usize, items: &mut Items<'_>) {
        let context = self.context;
        let wants = matches!(context.back(0), "," | ".") || context.before.len() == start + 1;
        match context.word(start) {
            "let" if self.is_behind_equals(start) => self.expression(Scope::Metric, items),
            "tier" if wants => items.words(&["primary", "secondary"], CompletionKind::Keyword),
            "better" if wants => items.words(&["higher", "lower", "neither"], CompletionKind::Keyword),
            "status" if wants => items.words(&["draft"], CompletionKind::Keyword),
            "roles" if wants => items.roles(),
            "tags" if wants => items.tags(),
            "by" if wants => items.dimensions(),
            "every" if wants => items.grains(),
            "every" => items.words(&["only"], CompletionKind::Keyword),
            "show" => items.words(&["decimal", "decimals"], CompletionKind::Keyword),
            "deprecated" => items.words(&["until"], CompletionKind::Keyword),
            _ => self.held_against(start, items),
        }
    }

    // ------------------------------------------------------------ expressions

    pub(super) fn expression(&self, outer: Scope, items: &mut Items<'_>) {
        let context = self.context;
        let scope = self.scope(outer);
        let path = context.path();
        if !path.is_empty() {
            return self.behind_point(&path, scope, items);
        }
        match context.back(0) {
            "as" => return items.units(false),
            "over" => return items.dimensions(),
            "of" => return items.sources(),
            "on" => {
                if let Scope::Row(source) = scope {
                    items.columns(source, is_date);
                    items.links(source);
                }
                return;
            }
            "trailing" | "mature" => return,
            "at" => return items.words(&["end", "start"], CompletionKind::Keyword),
            _ => {}
        }
        if let Some((source, column)) = self.beside(scope) {
            items.members(source, column);
            let word = context.back(0);
            if word == "is" {
                items.words(&["not", "missing", "present"], CompletionKind::Keyword);
            }
            return;
        }
        match context.wants_more() || context.before.len() <= 1 || self.begins_part() {
            true => self.operand(scope, items),
            false => self.operator(outer, items),
        }
    }

    /// Behind a word that a value follows, such as `where` of a source or `per`.
    fn begins_part(&self) -> bool {
        let rows = ["expect", "distinct", "per", "by"];
        let judged = ["having", "below", "above", "outside", "down", "up", "to"];
        rows.contains(&self.context.back(0)) || judged.contains(&self.context.back(0))
    }

    pub(super) fn operand(&self, scope: Scope, items: &mut Items<'_>) {
        let is_aggregate = |what: &What| matches!(what, What::Aggregate(_));
        let is_neighbour = |what: &What| {
            matches!(what, What::Form(FormKind::Previous | FormKind::Next | FormKind::Position))
        };
        match scope {
            Scope::Row(source) => {
                items.columns(source, |_| true);
                items.links(source);
                items.parameters();
                items.functions(|what| {
                    matches!(what, What::Scalar(_)) || is_aggregate(what) || is_neighbour(what)
                });
            }
            Scope::Named => items.sources(),
            Scope::Metric => {
                items.lets(self.lets());
                items.functions(is_aggregate);
                items.metrics();
                items.parameters();
                items.functions(|what| !is_aggregate(what) && !is_neighbour(what));
                items.sources();
            }
            Scope::Measure(source) => {
                items.functions(is_aggregate);
                items.measures(source);
                items.parameters();
                items.functions(|what| matches!(what, What::Scalar(_)));
            }
            Scope::Rollup(source) => {
                items.columns(source, |_| true);
                items.functions(|what| !is_neighbour(what));
                items.parameters();
                items.sources();
            }
            Scope::Query { metrics } => {
                items.dimensions();
                if metrics {
                    items.metrics();
                }
            }
            Scope::Nothing => {}
        }
        items.keywords(Place::Operand);
    }

    /// Behind a value.
    fn operator(&self, outer: Scope, items: &mut Items<'_>) {
        if self.call().is_some_and(|(_, what)| matches!(what, What::Aggregate(_))) {
            items.keywords(Place::Part);
        } else if self.call().is_some_and(|(_, what)| matches!(what, What::Form(_))) {
            items.words(&["over", "per", "by"], CompletionKind::Keyword);
        } else if outer == Scope::Named {
            items.words(&["via", "in bands"], CompletionKind::Keyword);
        }
        items.keywords(Place::Operator);
        items.words(&["then", "else", "when"], CompletionKind::Keyword);
    }

    fn behind_point(&self, path: &[&str], scope: Scope, items: &mut Items<'_>) {
        let end = match scope {
            Scope::Row(source) => self.follow(source, path),
            _ => self.lookup.source(path[0]).and_then(|source| self.follow(source, &path[1..])),
        };
        if let Some(source) = end {
            items.columns(source, |_| true);
            items.links(source);
            if matches!(scope, Scope::Metric) && path.len() == 1 {
                items.measures(source);
            }
        }
        if let (Scope::Metric, [name], Some(Symbol::Metric(_))) = (scope, path, self.lookup.thing(path[0])) {
            items.versions(name);
        }
    }

    fn named_path(&self, items: &mut Items<'_>) {
        match self.context.path()[..] {
            [] => items.sources(),
            [first, ref rest @ ..] => {
                if let Some(end) = self.lookup.source(first).and_then(|source| self.follow(source, rest)) {
                    items.columns(end, |_| true);
                    items.links(end);
                }
            }
        }
    }

    /// The source at the end of links.
    fn follow(&self, source: SourceId, links: &[&str]) -> Option<SourceId> {
        links.iter().try_fold(source, |at, name| self.lookup.target(self.lookup.item(at, name)?))
    }

    /// The enumeration that the value under the cursor is compared with.
    fn beside(&self, scope: Scope) -> Option<(SourceId, ColumnId)> {
        let context = self.context;
        let last = context.before.len();
        let at = match (context.back(0), context.back(1)) {
            ("is", _) => last - 1,
            ("not", "is") => last - 2,
            _ => {
                let open = *context.brackets.last()?;
                let in_list = context.word(open) == "(" && context.word(open.checked_sub(1)?) == "in";
                if !in_list || !matches!(context.back(0), "(" | ",") {
                    return None;
                }
                let word = open - 1;
                if context.word(word.checked_sub(1)?) == "not" { word - 1 } else { word }
            }
        };
        let path = context.path_before(at);
        let (name, links) = path.split_last()?;
        if let (Scope::Query { .. }, []) = (scope, links) {
            return self.lookup.enumeration(self.lookup.thing(name)?);
        }
        let source = match scope {
            Scope::Row(source) => self.follow(source, links)?,
            _ => self.lookup.source(path[0]).and_then(|source| self.follow(source, links.get(1..)?))?,
        };
        self.lookup.enumeration(self.lookup.item(source, name)?)
    }

    /// What names mean inside of the calls around the cursor.
    fn scope(&self, outer: Scope) -> Scope {
        let Some((open, what)) = self.call() else { return outer };
        match what {
            What::Aggregate(_) => self.in_aggregate(open, outer),
            What::Form(_) | What::Scalar(_) => outer,
        }
    }

    /// The call around the cursor, by its bracket; those of lists and groups are looked through.
    fn call(&self) -> Option<(usize, What)> {
        let context = self.context;
        let calls = context.brackets.iter().rev().filter_map(|open| {
            let name = context.before.get(open.checked_sub(1)?)?;
            let builtin = builtins::find(name.text(context.text))?;
            Some((*open, builtin.what))
        });
        calls.into_iter().find(|(_, what)| !matches!(what, What::Scalar(_)))
    }

    fn in_aggregate(&self, open: usize, outer: Scope) -> Scope {
        if let Scope::Measure(source) = outer {
            return Scope::Row(source);
        }
        let is_part = |at: usize| matches!(self.context.word(at), "where" | "on" | "mature" | "via");
        let behind_part = (open + 1..self.context.before.len()).any(is_part);
        let proportion = self.context.word(open - 1) == "proportion";
        match self.rows(open) {
            Some(source) if behind_part || proportion => Scope::Row(source),
            _ if behind_part => Scope::Nothing,
            _ => Scope::Named,
        }
    }

    /// The source whose rows the call is over: named behind its `of`, which may stand behind
    /// the cursor, or by its first argument.
    fn rows(&self, open: usize) -> Option<SourceId> {
        let text = self.context.text;
        let start = self.context.before[open].end;
        let mut depth = 1_usize;
        let mut words = Vec::new();
        for token in Lexer::new(text, start) {
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) if depth == 1 => break,
                TokenKind::Close(_) => depth -= 1,
                TokenKind::Word if text[..token.start].ends_with('\n') => break,
                TokenKind::Word => words.push(token.text(text)),
                _ => {}
            }
        }
        let behind_of = words.iter().skip_while(|word| **word != "of").nth(1);
        let named = behind_of.and_then(|word| self.lookup.source(word));
        named.or_else(|| words.iter().find_map(|word| self.lookup.source(word)))
    }

    // ------------------------------------------------------------ the words before

    /// Whether a `=` of the declaration or item stands before the cursor.
    pub(super) fn is_behind_equals(&self, start: usize) -> bool {
        self.has_word("=", start)
    }

    pub(super) fn has_word(&self, word: &str, start: usize) -> bool {
        (start..self.context.before.len()).any(|at| self.context.word(at) == word)
    }

    /// Whether the last word is it, or only names, points and commas stand behind it.
    pub(super) fn last_word_is(&self, word: &str, start: usize) -> bool {
        let words = (start..self.context.before.len()).rev().map(|at| self.context.word(at));
        let mut words = words
            .take_while(|w| *w == "," || *w == "." || w.chars().all(|c| c.is_alphanumeric() || c == '_'));
        words.any(|w| w == word)
    }

    /// Behind `/` or `*` of a declared unit.
    fn in_unit(&self) -> bool {
        matches!(self.context.back(0), "/" | "*")
            && (self.context.back(2) == ":" || self.context.back(2) == "as")
    }

    /// The names that the block of the metric gives, also behind the cursor.
    fn lets(&self) -> Vec<String> {
        let text = self.context.text;
        let Some(start) = self.context.before.first().map(|token| token.end) else { return Vec::new() };
        let tokens = Lexer::new(text, start).take_while(|token| {
            !(token.at_margin && crate::syntax::DECLARATIONS.contains(&token.text(text)))
        });
        let words: Vec<_> = tokens.filter(|token| token.kind == TokenKind::Word).collect();
        let lets = words.windows(2).filter(|pair| pair[0].text(text) == "let");
        lets.map(|pair| pair[1].text(text).to_string()).collect()
    }
}

fn is_date(ty: &Type) -> bool {
    matches!(ty, Type::Date | Type::Timestamp | Type::Error)
}

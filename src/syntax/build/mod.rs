//! Pairs of pest -> ast. The grammar guarantees the shapes taken apart here; what it
//! lets in on purpose (operators of other languages, bad dates) is reported here.

mod calls;
mod declarations;
mod expressions;
mod literals;
mod metrics;
mod operators;
mod scorecards;
mod sources;
mod test;
mod thresholds;
mod units;

use std::collections::HashMap;

use pest::iterators::{Pair, Pairs};

pub use metrics::report_duplicates;
pub use scorecards::report_duplicate_items;

use super::ast::{Ident, Path, Text};
use super::docs::Docs;
use super::grammar::Rule;
use super::problems::NamedTwice;
use crate::diagnostic::Problems;
use crate::text::{FileId, Span};

/// Builds the tree of one parsed piece of a file.
pub struct Builder<'a> {
    pub file: FileId,
    /// Where the parsed piece starts in the file.
    pub base: usize,
    /// Whether the piece may have too many operators in one expression, so that they are counted.
    pub count_operators: bool,
    /// How many expressions are being built around the present one.
    pub depth: usize,
    pub docs: &'a mut Docs,
    pub problems: &'a mut Problems,
}

impl Builder<'_> {
    /// From where the pair starts to where its last token ends: pest's own span may
    /// hold the white space behind it.
    fn span(&self, pair: &Pair<Rule>) -> Span {
        let start = pair.as_span().start();
        let mut last = pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        Span::new(self.file, self.base + start, self.base + last.as_span().end())
    }

    /// Of a pair without pairs in it.
    fn token_span(&self, pair: &Pair<Rule>) -> Span {
        let span = pair.as_span();
        Span::new(self.file, self.base + span.start(), self.base + span.end())
    }

    fn docs_of(&mut self, span: Span) -> Option<String> {
        self.docs.take(span.start as usize)
    }

    fn ident(&self, pair: &Pair<Rule>) -> Ident {
        Ident { name: pair.as_str().to_owned(), span: self.token_span(pair) }
    }

    /// The next name among `pairs`, which the grammar says is there.
    fn next_ident(&self, pairs: &mut Pairs<Rule>) -> Ident {
        self.ident(&next(pairs, Rule::ident))
    }

    fn idents(&self, pairs: Pairs<Rule>) -> Vec<Ident> {
        pairs.filter(|pair| pair.as_rule() == Rule::ident).map(|pair| self.ident(&pair)).collect()
    }

    /// Of a list in which each name stands once.
    fn different_idents(&mut self, pairs: Pairs<Rule>) -> Vec<Ident> {
        let list = self.idents(pairs);
        self.report_named_twice(list.iter().map(|ident| (ident.name.clone(), ident.span)));
        list
    }

    fn different_paths(&mut self, pairs: Pairs<Rule>) -> Vec<Path> {
        let list = self.paths(pairs);
        self.report_named_twice(list.iter().map(|path| {
            let names: Vec<&str> = path.parts.iter().map(|part| part.name.as_str()).collect();
            (names.join("."), path.span)
        }));
        list
    }

    fn report_named_twice(&mut self, list: impl Iterator<Item = (String, Span)>) {
        let mut firsts: HashMap<String, Span> = HashMap::new();
        for (name, second) in list {
            match firsts.get(&name) {
                Some(first) => self.problems.push(NamedTwice { name, first: *first, second }),
                None => _ = firsts.insert(name, second),
            }
        }
    }

    fn path(&self, pair: &Pair<Rule>) -> Path {
        let span = self.token_span(pair);
        let mut start = span.start as usize;
        let parts = pair.as_str().split('.').map(|name| {
            let span = Span::new(self.file, start, start + name.len());
            start += name.len() + 1;
            Ident { name: name.to_owned(), span }
        });
        Path { parts: parts.collect(), span }
    }

    fn paths(&self, pairs: Pairs<Rule>) -> Vec<Path> {
        pairs.filter(|pair| pair.as_rule() == Rule::path).map(|pair| self.path(&pair)).collect()
    }

    fn next_text(&mut self, pairs: &mut Pairs<Rule>) -> Text {
        self.text(&next(pairs, Rule::string))
    }
}

/// The next pair of that rule, passing over keywords and punctuation.
fn next<'i>(pairs: &mut Pairs<'i, Rule>, rule: Rule) -> Pair<'i, Rule> {
    pairs.find(|pair| pair.as_rule() == rule).expect("the grammar has one here")
}

/// The next pair, if it is of that rule.
fn next_if<'i>(pairs: &mut Pairs<'i, Rule>, rule: Rule) -> Option<Pair<'i, Rule>> {
    pairs.peek().filter(|pair| pair.as_rule() == rule)?;
    pairs.next()
}

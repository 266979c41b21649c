//! Blocks, item by item. A broken item leaves a node that agrees with everything in its
//! place, so that what names it is not reported, too.

use pest::iterators::Pair;

use super::items::{Block, BlockKind, Item};
use super::{foreign, nearest_keyword};
use crate::syntax::ast::{
    Attribute, AttributeKind, Computed, Decl, Expr, ExprKind, Measure, Rollup, RollupItem, Source,
    SourceItem, Test, Thresholds,
};
use crate::syntax::build::{report_duplicate_items, report_duplicates};
use crate::syntax::grammar::Rule;
use crate::syntax::lexer::{Token, TokenKind};
use crate::syntax::outline::Chunk;
use crate::syntax::parse::{Parsing, read};
use crate::syntax::problems::{UnknownAttribute, UnknownItem};
use crate::syntax::words::{Piece, Stop, syntax_problem};

/// What is left of an item.
enum Saved<T> {
    Whole(T),
    /// It is broken, and nothing else depends on it.
    Nothing,
    /// It is broken, and without it the declaration would mean something else.
    Lost,
}

impl<'f> Parsing<'f> {
    pub(super) fn recover_source(&mut self, chunk: &Chunk, block: &Block) -> Option<Decl> {
        let piece = head_piece(chunk, block);
        let head = self.part(Rule::whole_source_head, chunk, piece);
        let items = block.items.iter().map(|item| self.source_item(chunk, item)).collect();
        let head = self.builder(piece, chunk.operators).source_head(head?);
        let items = all_saved(items)?;
        let span = self.span(chunk.start, block.end);
        let (docs, name, label, from) = (head.docs, head.name, head.label, head.from);
        Some(Decl::Source(Source { docs, name, label, from, items, span }))
    }

    fn source_item(&mut self, chunk: &Chunk, item: &Item) -> Saved<SourceItem> {
        if let Some(pair) = self.item(BlockKind::Source, chunk, item) {
            return Saved::Whole(self.builder(item.piece("item"), chunk.operators).source_item(pair));
        }
        match (item.first.text(&self.file.text), self.broken_measure(item)) {
            ("where" | "expect", _) => Saved::Nothing,
            (_, Some(measure)) => Saved::Whole(SourceItem::Measure(measure)),
            _ => self.broken_column(item).map_or(Saved::Lost, |c| Saved::Whole(SourceItem::Computed(c))),
        }
    }

    pub(super) fn recover_rollup(&mut self, chunk: &Chunk, block: &Block) -> Option<Decl> {
        let piece = head_piece(chunk, block);
        let head = self.part(Rule::whole_rollup_head, chunk, piece);
        let items = block.items.iter().map(|item| self.rollup_item(chunk, item)).collect();
        let head = self.builder(piece, chunk.operators).rollup_head(head?);
        let items = all_saved(items)?;
        let span = self.span(chunk.start, block.end);
        let (docs, name, label, per) = (head.docs, head.name, head.label, head.per);
        Some(Decl::Rollup(Rollup { docs, name, label, per, items, span }))
    }

    fn rollup_item(&mut self, chunk: &Chunk, item: &Item) -> Saved<RollupItem> {
        if let Some(pair) = self.item(BlockKind::Rollup, chunk, item) {
            return Saved::Whole(self.builder(item.piece("item"), chunk.operators).rollup_item(pair));
        }
        match (item.first.text(&self.file.text), self.broken_measure(item)) {
            ("expect", _) => Saved::Nothing,
            (_, Some(measure)) => Saved::Whole(RollupItem::Measure(measure)),
            _ => self.broken_column(item).map_or(Saved::Lost, |c| Saved::Whole(RollupItem::Column(c))),
        }
    }

    pub(super) fn recover_metric(&mut self, chunk: &Chunk, block: &Block) -> Option<Decl> {
        let piece = head_piece(chunk, block);
        let head = self.part(Rule::whole_metric_head, chunk, piece);
        let attributes: Vec<Attribute> =
            block.items.iter().filter_map(|item| self.attribute(chunk, item)).collect();
        report_duplicates("metric", &attributes, &mut self.problems);
        let head = self.builder(piece, chunk.operators).metric_head(head?);
        Some(Decl::Metric(head.metric(attributes, self.span(chunk.start, block.end))))
    }

    pub(super) fn recover_thresholds(&mut self, chunk: &Chunk, block: &Block) -> Option<Decl> {
        let piece = head_piece(chunk, block);
        let head = self.part(Rule::whole_thresholds_head, chunk, piece);
        let read = |parsing: &mut Self, item: &Item| {
            let pair = parsing.item(BlockKind::Thresholds, chunk, item)?;
            Some(parsing.builder(item.piece("item"), chunk.operators).attribute(pair))
        };
        let items: Vec<Attribute> = block.items.iter().filter_map(|item| read(self, item)).collect();
        report_duplicates("thresholds", &items, &mut self.problems);
        let head = self.builder(piece, chunk.operators).thresholds_head(head?);
        let span = self.span(chunk.start, block.end);
        Some(Decl::Thresholds(Thresholds { docs: head.docs, metric: head.metric, items, span }))
    }

    /// What a scorecard asks depends on every item: with a broken one it is left out.
    pub(super) fn recover_scorecard(&mut self, chunk: &Chunk, block: &Block) -> Option<Decl> {
        let piece = head_piece(chunk, block);
        let head = self.part(Rule::whole_scorecard_head, chunk, piece);
        let read = |parsing: &mut Self, item: &Item| {
            let pair = parsing.item(BlockKind::Scorecard, chunk, item)?;
            Some(parsing.builder(item.piece("item"), chunk.operators).scorecard_item(pair))
        };
        let items: Vec<_> = block.items.iter().map(|item| read(self, item)).collect();
        let whole: Vec<_> = items.iter().flatten().cloned().collect();
        report_duplicate_items(&whole, &mut self.problems);
        let head = self.builder(piece, chunk.operators).scorecard_head(head?);
        let items = items.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Decl::Scorecard(head.scorecard(items, self.span(chunk.start, block.end))))
    }

    /// What is left of its items stands by itself; without one of them it expects something
    /// else, so that it is not run.
    pub(super) fn recover_test(&mut self, chunk: &Chunk, block: &Block) -> Option<Decl> {
        let piece = head_piece(chunk, block);
        let head = self.part(Rule::whole_test_head, chunk, piece);
        let mut items = Vec::new();
        for item in &block.items {
            if let Some(pair) = self.item(BlockKind::Test, chunk, item) {
                items.push(self.builder(item.piece("item"), chunk.operators).test_item(pair));
            }
        }
        let head = self.builder(piece, chunk.operators).test_head(head?);
        let span = self.span(chunk.start, block.end);
        Some(Decl::Test(Test { docs: head.docs, name: head.name, items, span }))
    }

    /// Of a broken one, only the name of a `let` is needed by others.
    fn attribute(&mut self, chunk: &Chunk, item: &Item) -> Option<Attribute> {
        if let Some(pair) = self.item(BlockKind::Metric, chunk, item) {
            return Some(self.builder(item.piece("attribute"), chunk.operators).attribute(pair));
        }
        let name = item.second.filter(|token| token.kind == TokenKind::Word)?;
        let kind = AttributeKind::Let(self.name(name), self.error(item));
        let is_let = item.first.text(&self.file.text) == "let";
        is_let.then(|| Attribute { kind, span: self.span(item.start, item.end) })
    }

    // ------------------------------------------------------------ what takes the place of a broken item

    fn broken_measure(&self, item: &Item) -> Option<Measure> {
        let name = item.second.filter(|second| second.kind == TokenKind::Word)?;
        let value = self.error(item);
        let span = value.span;
        let measure = Measure { docs: None, name: self.name(name), label: None, unit: None, value, span };
        (item.first.text(&self.file.text) == "measure").then_some(measure)
    }

    /// A column or link, told by what follows its name.
    fn broken_column(&self, item: &Item) -> Option<Computed> {
        let text = &self.file.text;
        let second = item.second.map_or("", |second| second.text(text));
        let (name, value) = (self.name(item.first), self.error(item));
        let span = value.span;
        let named = item.first.kind == TokenKind::Word && matches!(second, ":" | "=" | "-");
        named.then_some(Computed { docs: None, name, value, span })
    }

    fn error(&self, item: &Item) -> Expr {
        Expr { kind: Box::new(ExprKind::Error), span: self.span(item.start, item.end) }
    }

    // ------------------------------------------------------------ reading parts

    /// Reads a part of the declaration, and reports what is wrong with it unless that is done.
    fn part(&mut self, rule: Rule, chunk: &Chunk, piece: Piece) -> Option<Pair<'f, Rule>> {
        if chunk.has_reported(piece.start, piece.end) {
            return None;
        }
        let stop = match read(rule, self.file, piece) {
            Ok(pair) => return Some(pair),
            Err(stop) => stop,
        };
        self.problems.push(syntax_problem(self.file, piece, &stop));
        None
    }

    fn item(&mut self, kind: BlockKind, chunk: &Chunk, item: &Item) -> Option<Pair<'f, Rule>> {
        let piece = item.piece(kind.item());
        if chunk.has_reported(piece.start, piece.end) {
            return None;
        }
        match read(kind.rule(), self.file, piece) {
            Ok(pair) => Some(pair),
            Err(stop) => {
                self.report_item(kind, item, stop);
                None
            }
        }
    }

    fn report_item(&mut self, kind: BlockKind, item: &Item, mut stop: Stop) {
        let text = &self.file.text;
        let word = item.first.text(text);
        let second = item.second.filter(|second| second.start < item.end);
        let early = second.is_none_or(|second| stop.at <= second.start);
        let known = kind.words().contains(&word);
        let column = matches!(kind, BlockKind::Source | BlockKind::Rollup) && self.lacks_colon(second);
        if early && !known && item.first.kind == TokenKind::Word && !column {
            let (word, span) = (word.to_owned(), self.span(item.first.start, item.first.end));
            let nearest = foreign::item(kind, &word).or(nearest_keyword(&word, kind.words()));
            return match kind {
                BlockKind::Metric => self.problems.push(UnknownAttribute { word, nearest, span }),
                _ => self.problems.push(UnknownItem { word, of: kind.name(), nearest, span }),
            };
        }
        if early && known {
            stop.leave_out_column_signs();
        }
        self.problems.push(syntax_problem(self.file, item.piece(kind.item()), &stop));
    }

    /// `amount USD`: the author meant a column.
    fn lacks_colon(&self, second: Option<Token>) -> bool {
        let types =
            ["text", "bool", "int", "number", "date", "timestamp", "decimal", "one", "percent", "money"];
        second.is_some_and(|second| {
            let word = second.text(&self.file.text);
            let currency = word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
            types.contains(&word) || currency || second.kind == TokenKind::Symbol
        })
    }
}

fn all_saved<T>(items: Vec<Saved<T>>) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for item in items {
        match item {
            Saved::Whole(item) => all.push(item),
            Saved::Nothing => {}
            Saved::Lost => return None,
        }
    }
    Some(all)
}

fn head_piece(chunk: &Chunk, block: &Block) -> Piece {
    Piece { start: chunk.start, end: block.open, what: "head" }
}

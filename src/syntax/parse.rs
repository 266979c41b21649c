//! Outlines a file, then parses each declaration alone.

use pest::Parser;
use pest::iterators::Pair;

use super::ast::{self, Decl};
use super::build::Builder;
use super::docs::Docs;
use super::grammar::{Grammar, Rule};
use super::outline::{Chunk, Keyword, outline};
use super::problems::{FileTooLarge, MAX_FILE_SIZE, MAX_OPERATORS};
use super::words::{Piece, Stop, syntax_problem};
use crate::diagnostic::Problems;
use crate::text::{SourceFile, Span};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The tree of a file. Never fails: a declaration that cannot be read is `Decl::Error`,
/// and its problem is reported.
pub fn parse(file: &SourceFile) -> (ast::File, Problems) {
    let mut tree = ast::File { id: file.id, decls: Vec::new() };
    if let Some(too_large) = too_large(file) {
        let mut problems = Problems::default();
        problems.push(too_large);
        return (tree, problems);
    }
    let outline = outline(file.id, &file.text, start(file));
    let mut parser = Parsing { file, docs: outline.docs, problems: outline.problems };
    tree.decls = outline.chunks.iter().flat_map(|chunk| parser.declaration(chunk)).collect();
    let Parsing { docs, mut problems, .. } = parser;
    docs.report_misplaced(&mut problems);
    (tree, problems)
}

/// The expression that a text is, such as that of `--where`.
pub fn parse_expression(file: &SourceFile) -> (Option<ast::Expr>, Problems) {
    let mut problems = Problems::default();
    if let Some(too_large) = too_large(file) {
        problems.push(too_large);
        return (None, problems);
    }
    let outline = outline(file.id, &file.text, start(file));
    let mut parser = Parsing { file, docs: outline.docs, problems: outline.problems };
    let whole = Piece { start: start(file), end: file.text.len(), what: "expression" };
    let broken = outline.chunks.iter().any(|chunk| !chunk.reported.is_empty());
    let operators = outline.chunks.iter().map(|chunk| chunk.operators).sum();
    let value = if broken { None } else { parser.expression(whole, operators) };
    let Parsing { docs, mut problems, .. } = parser;
    docs.report_misplaced(&mut problems);
    (value, problems)
}

fn too_large(file: &SourceFile) -> Option<FileTooLarge> {
    let size = file.text.len();
    (size > MAX_FILE_SIZE).then(|| FileTooLarge { size, span: Span::new(file.id, 0, 0) })
}

fn start(file: &SourceFile) -> usize {
    if file.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// A file while it is being parsed.
pub(super) struct Parsing<'f> {
    pub file: &'f SourceFile,
    pub docs: Docs,
    pub problems: Problems,
}

impl<'f> Parsing<'f> {
    pub(super) fn declaration(&mut self, chunk: &Chunk) -> Vec<Decl> {
        let Some(keyword) = chunk.keyword else { return self.unknown_declaration(chunk) };
        if !chunk.reported.is_empty() {
            return self.recover(keyword, chunk, None);
        }
        let piece = Piece { start: chunk.start, end: chunk.end, what: "declaration" };
        match read(whole_rule(keyword), self.file, piece) {
            Ok(pair) => vec![self.build(pair, piece, chunk)],
            Err(stop) => self.recover(keyword, chunk, Some(stop)),
        }
    }

    fn expression(&mut self, piece: Piece, operators: usize) -> Option<ast::Expr> {
        match read(Rule::whole_expression, self.file, piece) {
            Ok(pair) => Some(self.builder(piece, operators).expression(pair)),
            Err(stop) => {
                self.problems.push(syntax_problem(self.file, piece, &stop));
                None
            }
        }
    }

    pub(super) fn builder(&mut self, piece: Piece, operators: usize) -> Builder<'_> {
        Builder {
            file: self.file.id,
            base: piece.start,
            count_operators: operators > MAX_OPERATORS,
            depth: 0,
            docs: &mut self.docs,
            problems: &mut self.problems,
        }
    }

    fn build(&mut self, pair: Pair<Rule>, piece: Piece, chunk: &Chunk) -> Decl {
        let mut builder = self.builder(piece, chunk.operators);
        match pair.as_rule() {
            Rule::source => Decl::Source(builder.source(pair)),
            Rule::rollup => Decl::Rollup(builder.rollup(pair)),
            Rule::dimension => Decl::Dimension(builder.dimension(pair)),
            Rule::metric => Decl::Metric(builder.metric(pair)),
            Rule::parameter => Decl::Parameter(builder.parameter(pair)),
            Rule::thresholds => Decl::Thresholds(builder.thresholds(pair)),
            Rule::scorecard => Decl::Scorecard(builder.scorecard(pair)),
            Rule::consumer => Decl::Consumer(builder.consumer(pair)),
            Rule::test => Decl::Test(builder.test(pair)),
            _ => Decl::Calendar(builder.calendar(pair)),
        }
    }
}

/// The first pair of the piece as `rule`, or where reading it stopped.
pub(super) fn read<'f>(rule: Rule, file: &'f SourceFile, piece: Piece) -> Result<Pair<'f, Rule>, Stop> {
    match Grammar::parse(rule, &file.text[piece.start..piece.end]) {
        Ok(mut pairs) => Ok(pairs.next().expect("the grammar has a pair in every whole")),
        Err(error) => Err(Stop::new(piece, &error)),
    }
}

fn whole_rule(keyword: Keyword) -> Rule {
    match keyword {
        Keyword::Source => Rule::whole_source,
        Keyword::Rollup => Rule::whole_rollup,
        Keyword::Dimension => Rule::whole_dimension,
        Keyword::Metric => Rule::whole_metric,
        Keyword::Parameter => Rule::whole_parameter,
        Keyword::Calendar => Rule::whole_calendar,
        Keyword::Thresholds => Rule::whole_thresholds,
        Keyword::Scorecard => Rule::whole_scorecard,
        Keyword::Consumer => Rule::whole_consumer,
        Keyword::Test => Rule::whole_test,
    }
}

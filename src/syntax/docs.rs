//! `///` lines: gathered into blocks, each waiting for the declaration, column or
//! measure that stands directly below it. What nobody takes is misplaced.

use super::lexer::{Token, TokenKind};
use super::problems::MisplacedDoc;
use crate::diagnostic::Problems;
use crate::text::{FileId, Span};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    text: String,
    span: Span,
    /// Where the first token below it starts.
    target: usize,
    taken: bool,
}

/// The docs of a file, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    blocks: Vec<Block>,
}

impl Docs {
    /// The docs directly above what starts at `target`.
    pub fn take(&mut self, target: usize) -> Option<String> {
        let index = self.blocks.binary_search_by_key(&target, |block| block.target).ok()?;
        let block = &mut self.blocks[index];
        block.taken = true;
        Some(block.text.clone())
    }

    /// Of what is broken: they belong to something, nobody knows to what.
    pub fn excuse(&mut self, range: std::ops::Range<usize>) {
        for block in self.blocks.iter_mut().filter(|block| range.contains(&block.target)) {
            block.taken = true;
        }
    }

    pub fn report_misplaced(&self, problems: &mut Problems) {
        for block in self.blocks.iter().filter(|block| !block.taken) {
            problems.push(MisplacedDoc { span: block.span });
        }
    }
}

pub struct DocsCollector<'t> {
    file: FileId,
    text: &'t str,
    docs: Docs,
    /// The `///` lines above the next token.
    lines: Vec<Token>,
}

impl<'t> DocsCollector<'t> {
    pub fn new(file: FileId, text: &'t str) -> DocsCollector<'t> {
        DocsCollector { file, text, docs: Docs::default(), lines: Vec::new() }
    }

    pub fn comment(&mut self, token: Token, problems: &mut Problems) {
        if token.kind != TokenKind::Docs {
            return;
        }
        if !token.first_on_line {
            return problems.push(MisplacedDoc { span: Span::new(self.file, token.start, token.end) });
        }
        if self.lines.last().is_some_and(|last| self.blank_line_between(*last, token.start)) {
            self.report_lines(problems);
        }
        self.lines.push(token);
    }

    /// The next token that is no comment: what the lines above it describe.
    pub fn token(&mut self, token: Token, problems: &mut Problems) {
        let Some(last) = self.lines.last() else { return };
        if self.blank_line_between(*last, token.start) {
            return self.report_lines(problems);
        }
        let span = self.span();
        let lines: Vec<&str> = self.lines.drain(..).map(|line| content(line.text(self.text))).collect();
        self.docs.blocks.push(Block { text: lines.join("\n"), span, target: token.start, taken: false });
    }

    pub fn finish(mut self, problems: &mut Problems) -> Docs {
        if !self.lines.is_empty() {
            self.report_lines(problems);
        }
        self.docs
    }

    fn report_lines(&mut self, problems: &mut Problems) {
        problems.push(MisplacedDoc { span: self.span() });
        self.lines.clear();
    }

    fn span(&self) -> Span {
        let start = self.lines.first().map_or(0, |line| line.start);
        let end = self.lines.last().map_or(0, |line| line.end);
        Span::new(self.file, start, end)
    }

    fn blank_line_between(&self, above: Token, below: usize) -> bool {
        let between = &self.text[above.end..below];
        let lines = between.split('\n').count();
        between.split('\n').skip(1).take(lines.saturating_sub(2)).any(|line| line.trim().is_empty())
    }
}

fn content(line: &str) -> &str {
    let content = line.strip_prefix("///").unwrap_or(line);
    content.strip_prefix(' ').unwrap_or(content).trim_end()
}

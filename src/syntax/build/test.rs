//! Tests: what is given, what is asked and expected, and the rows of their tables.

use pest::iterators::{Pair, Pairs};

use super::{Builder, next, next_if};
use crate::syntax::ast::{
    Ask, Cell, Expectation, ExpectationKind, Given, Path, TableRow, Test, TestItem, TestTable, Text,
};
use crate::syntax::grammar::Rule;
use crate::syntax::problems::{BadRow, DuplicateClause, RowMistake};
use crate::syntax::rows;
use crate::text::Span;

/// `test "…"`
pub struct TestHead {
    pub docs: Option<String>,
    pub name: Text,
}

impl Builder<'_> {
    pub fn test(&mut self, pair: Pair<Rule>) -> Test {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let head = self.test_head(next(&mut inner, Rule::test_head));
        let items = inner.filter(|item| !matches!(item.as_rule(), Rule::open | Rule::close));
        let items = items.map(|item| self.test_item(item)).collect();
        Test { docs: head.docs, name: head.name, items, span }
    }

    pub fn test_head(&mut self, pair: Pair<Rule>) -> TestHead {
        let span = self.token_span(&pair);
        let docs = self.docs_of(span);
        TestHead { docs, name: self.next_text(&mut pair.into_inner()) }
    }

    pub fn test_item(&mut self, pair: Pair<Rule>) -> TestItem {
        let span = self.span_with_rows(&pair);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner();
        match rule {
            Rule::test_as_of => {
                TestItem::AsOf(self.date(&next(&mut inner, Rule::date)).map(|(date, _)| date), span)
            }
            Rule::set => {
                let parameter = self.next_ident(&mut inner);
                TestItem::Set { parameter, value: self.next_expression(&mut inner), span }
            }
            Rule::given => TestItem::Given(self.given(inner, span)),
            // `expect`, the only one left
            _ => {
                let kind = inner.find(|pair| pair.as_rule() != Rule::kw_expect);
                let kind = kind.expect("the grammar has one here");
                let kind = match kind.as_rule() {
                    Rule::state => self.state(kind.into_inner()),
                    _ => self.asked(kind),
                };
                TestItem::Expect(Expectation { kind, span })
            }
        }
    }

    fn given(&mut self, mut inner: Pairs<Rule>, span: Span) -> Given {
        let name = self.path(&next(&mut inner, Rule::path));
        let (mut every, mut by, mut lines, mut said) = (None, Vec::new(), Vec::new(), Said::default());
        for part in inner {
            match part.as_rule() {
                Rule::ask_every | Rule::ask_by if !said.first(self, &part) => {}
                Rule::ask_every => every = self.paths(part.into_inner()).pop(),
                Rule::ask_by => by = self.different_idents(part.into_inner()),
                _ => lines.push(part),
            }
        }
        Given { name, every, by, table: self.table(lines), span }
    }

    fn state(&mut self, mut inner: Pairs<Rule>) -> ExpectationKind {
        let no = next_if(&mut inner, Rule::kw_no).is_some();
        let severity = self.ident(&next(&mut inner, Rule::severity));
        let metric = self.path(&next(&mut inner, Rule::path));
        let (mut period, mut filter, mut said) = (None, None, Said::default());
        for part in inner {
            match part.as_rule() {
                _ if !said.first(self, &part) => {}
                Rule::state_in => period = Some(self.stretch(part)),
                _ => filter = Some(self.next_expression(&mut part.into_inner())),
            }
        }
        ExpectationKind::State { no, severity, metric, period, filter }
    }

    fn asked(&mut self, pair: Pair<Rule>) -> ExpectationKind {
        let mut ask = Ask {
            metrics: Vec::new(),
            every: None,
            last: None,
            by: Vec::new(),
            filter: None,
            having: None,
            from: None,
            to: None,
            as_of: None,
            span: self.token_span(&pair),
        };
        let (mut lines, mut said) = (Vec::new(), Said::default());
        for part in pair.into_inner() {
            let rule = part.as_rule();
            match rule {
                Rule::row => lines.push(part),
                Rule::path => {
                    let path: Path = self.path(&part);
                    ask.span.end = path.span.end;
                    ask.metrics.push(path);
                }
                Rule::comma => {}
                _ => {
                    ask.span.end = self.span(&part).end;
                    if said.first(self, &part) {
                        self.clause(&mut ask, part);
                    }
                }
            }
        }
        ExpectationKind::Values(Box::new(ask), self.table(lines))
    }

    fn clause(&mut self, ask: &mut Ask, part: Pair<Rule>) {
        match part.as_rule() {
            Rule::ask_every => ask.every = self.paths(part.into_inner()).pop(),
            Rule::ask_last => {
                let number = next(&mut part.into_inner(), Rule::integer);
                ask.last = Some((self.integer(&number), self.token_span(&number)));
            }
            Rule::ask_by => ask.by = self.different_idents(part.into_inner()),
            Rule::where_part => ask.filter = Some(self.next_expression(&mut part.into_inner())),
            Rule::ask_having => ask.having = Some(self.next_expression(&mut part.into_inner())),
            Rule::ask_in => {
                let (from, to) = self.range(part);
                (ask.from, ask.to) = (Some(from), Some(to));
            }
            Rule::ask_from => ask.from = Some(self.stretch(part)),
            Rule::ask_to => ask.to = Some(self.stretch(part)),
            // `as_of`, the only one left
            _ => ask.as_of = self.date(&next(&mut part.into_inner(), Rule::date)),
        }
    }

    /// The first and the last of `in A..B`; of `in A` both are the same.
    fn range(&mut self, pair: Pair<Rule>) -> (Text, Text) {
        let range = next(&mut pair.into_inner(), Rule::range);
        let mut ends = range
            .into_inner()
            .map(|end| Text { value: end.as_str().to_owned(), span: self.token_span(&end) });
        let first = ends.next().expect("the grammar has one here");
        let last = ends.next().unwrap_or_else(|| first.clone());
        (first, last)
    }

    fn stretch(&mut self, pair: Pair<Rule>) -> Text {
        let stretch = next(&mut pair.into_inner(), Rule::stretch);
        Text { value: stretch.as_str().to_owned(), span: self.token_span(&stretch) }
    }

    // ------------------------------------------------------------ tables

    /// Of at least one row, which is the header.
    fn table(&mut self, lines: Vec<Pair<Rule>>) -> TestTable {
        let mut rows = Vec::new();
        let mut width = None;
        for line in &lines {
            let reported = self.problems.iter().count();
            let row = self.row(line);
            if rows.len() == 1 && is_ruler(&row) {
                self.problems.push(BadRow { why: RowMistake::Ruler, span: row.span });
                continue;
            }
            let header = *width.get_or_insert(row.cells.len());
            // of two mistakes in a row the first may be why there is a second
            if row.cells.len() != header && self.problems.iter().count() == reported {
                let why = RowMistake::Cells { found: row.cells.len(), header };
                self.problems.push(BadRow { why, span: row.span });
            }
            rows.push(row);
        }
        let header = rows.remove(0);
        let span = rows.last().map_or(header.span, |last| header.span.to(last.span));
        // what does not fit the header has been reported
        rows.retain(|row| row.cells.len() == header.cells.len());
        TestTable { header, rows, span }
    }

    fn row(&mut self, pair: &Pair<Rule>) -> TableRow {
        let text = pair.as_str();
        let start = self.token_span(pair).start as usize;
        let row = rows::split(text);
        let span = Span::new(self.file, start, start + row.end);
        let before = &pair.get_input()[..pair.as_span().start()];
        let blank = before.rsplit('\n').next().unwrap_or_default().trim().is_empty();
        if !blank {
            self.problems
                .push(BadRow { why: RowMistake::NotAlone, span: Span { end: span.start + 1, ..span } });
        } else if !row.closed {
            self.problems.push(BadRow { why: RowMistake::Unclosed, span });
        }
        let cells = row.cells.into_iter().map(|cell| {
            let span = Span::new(self.file, start + cell.start, start + cell.end);
            self.cell(&text[cell], span)
        });
        TableRow { cells: cells.collect(), span }
    }

    fn cell(&mut self, text: &str, span: Span) -> Cell {
        let trimmed = text.trim_matches([' ', '\t']);
        if !trimmed.starts_with('"') {
            return Cell { text: trimmed.to_owned(), quoted: false, span };
        }
        let content = trimmed[1..].strip_suffix('"').filter(|content| is_whole(content));
        let Some(content) = content else {
            self.problems.push(BadRow { why: RowMistake::Quotes, span });
            return Cell { text: trimmed.to_owned(), quoted: true, span };
        };
        Cell { text: self.unescape(content, span), quoted: true, span }
    }

    /// Like `span`, up to the last `|` where the pair ends with a table.
    fn span_with_rows(&self, pair: &Pair<Rule>) -> Span {
        let span = self.span(pair);
        let mut last = pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        match last.as_rule() {
            Rule::row => {
                let start = self.token_span(&last).start as usize;
                Span::new(self.file, span.start as usize, start + rows::split(last.as_str()).end)
            }
            _ => span,
        }
    }
}

/// `|---|---:|`
fn is_ruler(row: &TableRow) -> bool {
    let dashes = |cell: &Cell| {
        !cell.quoted && cell.text.len() > 1 && cell.text.bytes().all(|byte| b"-:".contains(&byte))
    };
    row.cells.iter().all(dashes)
}

/// What stands between quotes holds none that is not escaped.
fn is_whole(content: &str) -> bool {
    let mut escaped = false;
    content.chars().all(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        !ends
    }) && !escaped
}

/// The parts of a question, and where each was said first.
#[derive(Default)]
struct Said(Vec<(Rule, Span)>);

impl Said {
    /// Whether nothing before it says the same; reported.
    fn first(&mut self, builder: &mut Builder, part: &Pair<Rule>) -> bool {
        let (rule, second) = (part.as_rule(), builder.span(part));
        let first = self.0.iter().find(|(other, _)| same_clause(*other, rule)).map(|(_, first)| *first);
        self.0.push((rule, second));
        if let Some(first) = first {
            builder.problems.push(DuplicateClause { first, second });
        }
        first.is_none()
    }
}

/// `in 2026-01` says where the range begins, and where it ends.
fn same_clause(a: Rule, b: Rule) -> bool {
    let is_end = |rule| matches!(rule, Rule::ask_from | Rule::ask_to);
    a == b || a == Rule::ask_in && is_end(b) || is_end(a) && b == Rule::ask_in
}

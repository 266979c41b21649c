//! Tests: their questions on one line, their tables with the bars below one another.

use super::expressions::{flat, path};
use super::lines::{self, Body, Element};
use super::{Formatter, WIDTH, element};
use crate::syntax::Comment;
use crate::syntax::ast::{
    Ask, Expectation, ExpectationKind, Given, Ident, TableRow, Test, TestItem, TestTable,
};
use crate::text::Span;

impl Formatter<'_> {
    pub(super) fn test(&self, test: &Test) -> Option<Body> {
        let items = test.items.iter().map(|item| self.test_item(item)).collect();
        let head = format!("test {}", self.file.slice(test.name.span));
        self.block_with(&head, test.span, items, super::set_apart)
    }

    fn test_item(&self, item: &TestItem) -> Element {
        match item {
            TestItem::AsOf(date, span) => {
                self.keyword(*span, "as_of", date.map(|date| date.to_string()).unwrap_or_default())
            }
            TestItem::Set { parameter, value, span } => {
                self.keyword(*span, "set", format!("{} = {}", parameter.name, flat(self.file, value)))
            }
            TestItem::Given(given) => self.with_table(given.span, &self.given(given), &given.table),
            TestItem::Expect(expectation) => self.expectation(expectation),
        }
    }

    fn given(&self, given: &Given) -> String {
        let mut words = vec![format!("given {}", path(&given.name))];
        words.extend(given.every.iter().map(|grain| format!("every {}", path(grain))));
        words.extend(by(&given.by));
        words.join(" ")
    }

    fn expectation(&self, expectation: &Expectation) -> Element {
        match &expectation.kind {
            ExpectationKind::Values(ask, table) => {
                self.with_table(expectation.span, &self.question(ask), table)
            }
            ExpectationKind::State { no, severity, metric, period, filter } => {
                let mut words: Vec<String> = no.then(|| "no".to_owned()).into_iter().collect();
                words.extend([severity.name.clone(), path(metric)]);
                words.extend(period.iter().map(|period| format!("in {}", period.value)));
                words.extend(filter.iter().map(|filter| format!("where {}", flat(self.file, filter))));
                self.keyword(expectation.span, "expect", words.join(" "))
            }
        }
    }

    /// `expect win_rate every month`, its parts on lines of their own where it is long.
    fn question(&self, ask: &Ask) -> String {
        let names = ask.metrics.iter().map(path).collect::<Vec<_>>().join(", ");
        let mut parts = vec![format!("expect {names}")];
        let every = ask.every.iter().map(|grain| format!("every {}", path(grain)));
        let last = ask.last.iter().map(|(last, _)| format!("last {last}"));
        let every: Vec<String> = every.chain(last).collect();
        parts.extend((!every.is_empty()).then(|| every.join(" ")));
        parts.extend(by(&ask.by));
        parts.extend(ask.filter.iter().map(|filter| format!("where {}", flat(self.file, filter))));
        parts.extend(ask.having.iter().map(|having| format!("having {}", flat(self.file, having))));
        parts.extend(match (&ask.from, &ask.to) {
            (Some(from), Some(to)) if from == to => Some(format!("in {}", from.value)),
            (Some(from), Some(to)) => Some(format!("in {}..{}", from.value, to.value)),
            (Some(from), None) => Some(format!("from {}", from.value)),
            (None, Some(to)) => Some(format!("to {}", to.value)),
            (None, None) => None,
        });
        parts.extend(ask.as_of.iter().map(|(date, _)| format!("as_of {date}")));
        let line = parts.join(" ");
        if 2 + line.chars().count() > WIDTH { parts.join("\n      ") } else { line }
    }

    // ------------------------------------------------------------ tables

    /// A head, and its table two steps further in; as it is written where a comment stands in the head.
    fn with_table(&self, span: Span, head: &str, table: &TestTable) -> Element {
        let (start, end) = (span.start as usize, span.end as usize);
        let first = table.header.span.start as usize;
        let line_end = self.file.text[start..first].rfind('\n').map_or(first, |at| start + at);
        let above = |comment: &&Comment| (start..first).contains(&(comment.span.start as usize));
        let above: Vec<&Comment> = self.comments.iter().filter(above).collect();
        let behind = above.first().filter(|comment| !comment.first_on_line);
        let from = behind.map_or(line_end, |comment| comment.span.end as usize);
        let in_head = above.iter().skip(usize::from(behind.is_some())).any(|c| !c.first_on_line);
        let broken_head = behind.is_some_and(|comment| {
            let rest = &self.file.text[comment.span.end as usize..first];
            rest.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
        });
        if in_head || broken_head {
            return element(start, end, self.as_written(span));
        }
        let behind = behind.map(|comment| format!("  {}", self.file.slice(comment.span).trim_end()));
        let from = if behind.is_some() { from } else { start };
        let mut rows = self.with_comments(self.rows(table), from, end);
        rows.iter_mut().for_each(|row| row.blank_before = false);
        let rows = lines::write(&rows, 4);
        element(start, end, Body::Lines(format!("{head}{}\n{}", behind.unwrap_or_default(), rows.trim_end())))
    }

    fn rows(&self, table: &TestTable) -> Vec<Element> {
        let rows: Vec<&TableRow> = std::iter::once(&table.header).chain(&table.rows).collect();
        let text = |row: &&TableRow| -> Vec<String> {
            row.cells.iter().map(|cell| self.file.slice(cell.span).trim().to_owned()).collect()
        };
        let aligned = aligned(&rows.iter().map(text).collect::<Vec<_>>());
        let element = |(row, line): (&&TableRow, String)| {
            element(row.span.start as usize, row.span.end as usize, Body::Lines(line))
        };
        rows.iter().zip(aligned).map(element).collect()
    }
}

/// Rows as lines, the first of which is the header: numbers at the right, all else at the left.
pub fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let widths: Vec<usize> =
        (0..count).map(|at| column(at).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let right: Vec<bool> = (0..count).map(|at| is_numeric(column(at).skip(1))).collect();
    let cell = |(at, cell): (usize, &String)| {
        let gap = " ".repeat(widths[at] - cell.chars().count());
        if right[at] { format!(" {gap}{cell} |") } else { format!(" {cell}{gap} |") }
    };
    rows.iter().map(|row| format!("|{}", row.iter().enumerate().map(cell).collect::<String>())).collect()
}

/// Numbers, some of which may be missing.
fn is_numeric<'c>(cells: impl Iterator<Item = &'c String>) -> bool {
    let mut cells = cells.filter(|cell| !matches!(cell.as_str(), "" | "–" | "immature")).peekable();
    cells.peek().is_some() && cells.all(|cell| is_number(cell))
}

/// `-1,234.50`, `$100`, `62.4%`, `43 days`
fn is_number(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '+', '$', '€', '£', '¥']);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '_'));
    let unit = rest.is_empty() || rest.starts_with(['%', ' ', '/']);
    text.starts_with(|c: char| c.is_ascii_digit()) && unit
}

fn by(dimensions: &[Ident]) -> Option<String> {
    let names: Vec<&str> = dimensions.iter().map(|name| name.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("by {}", names.join(", ")))
}

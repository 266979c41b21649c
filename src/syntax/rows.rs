//! Lines of tables: where a row ends and what its cells are. Here a line break has a
//! meaning, and nothing in a cell is code.

use std::ops::Range;

use super::lexer::{TokenKind, quoted};

/// A line that begins with `|`, taken apart. Places are those in the line.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Without the blanks around them; an empty one is what stands between its `|`.
    pub cells: Vec<Range<usize>>,
    /// Behind the last `|`, or, where that is missing, behind the last cell.
    pub end: usize,
    /// It ends with `|`.
    pub closed: bool,
}

/// The length of the row that `text` begins with, which is the first thing on its line.
pub fn length(text: &str) -> Option<usize> {
    if !text.starts_with('|') {
        return None;
    }
    let row = split(text);
    // `||` of other languages goes on with an expression
    (row.closed || !text.starts_with("||")).then_some(row.end)
}

/// Takes the first line of `text` apart, which begins with `|`.
pub fn split(text: &str) -> Row {
    let line = text.split('\n').next().unwrap_or_default().trim_end_matches([' ', '\t', '\r']);
    let mut row = Row { cells: Vec::new(), end: 1, closed: true };
    while row.end < line.len() && row.closed && !line[row.end..].trim_start().starts_with("//") {
        let start = row.end;
        let content = start + blanks(&line[start..]);
        let end = cell_end(line, content);
        row.closed = end < line.len();
        row.end = if row.closed { end + 1 } else { end };
        let text = line[content..end.max(content)].trim_end();
        let cell = if text.is_empty() { start..end } else { content..content + text.len() };
        row.cells.push(cell);
    }
    row
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// Where the `|` behind a cell stands; the line's end if there is none.
fn cell_end(line: &str, content: usize) -> usize {
    let behind_text = match line[content..].starts_with('"').then(|| quoted(&line.as_bytes()[content..])) {
        Some((TokenKind::Text, length)) => content + length,
        _ => content,
    };
    line[behind_text..].find('|').map_or(line.len(), |at| behind_text + at)
}

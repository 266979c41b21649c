//! `--bless`: the tables expected as they were found, and nothing else of the file changed.

use std::collections::HashMap;

use super::compare::places;
use super::outcome::{ComparedRow, Failure, Standing, TestOutcome, ValuesFailure};
use crate::check::{Expectation, Style, Written, WrittenCell};
use crate::format::aligned;
use crate::report::{self, shown_at};
use crate::table::{Role, Row, Value};
use crate::text::{SourceFile, Sources, Span};
use crate::values::Shown;

/// What takes the place of a stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// For every table that is not as it was found.
pub fn edits(outcomes: &[TestOutcome], sources: &Sources) -> Vec<Edit> {
    let mut edits = Vec::new();
    for outcome in outcomes {
        for failure in &outcome.failures {
            let Failure::Values(failure) = failure else { continue };
            let Some(Expectation::Values(values)) = outcome.test.expect.get(failure.expectation) else {
                continue;
            };
            edits.push(table(failure, &values.table, sources.get(failure.span.file)));
        }
    }
    edits
}

/// The file with its edits made.
pub fn apply(file: &SourceFile, edits: &[Edit]) -> String {
    let mut own: Vec<&Edit> = edits.iter().filter(|edit| edit.span.file == file.id).collect();
    own.sort_by_key(|edit| edit.span);
    let mut text = String::new();
    let mut at = 0;
    for edit in own {
        text += &file.text[at..edit.span.start as usize];
        text += &edit.text;
        at = edit.span.end as usize;
    }
    text + &file.text[at..]
}

/// The whole table again, each comment above the row it stood above.
fn table(failure: &ValuesFailure, written: &Written, file: &SourceFile) -> Edit {
    let header = cells_of(file, written.header_span);
    let mut rows = vec![header];
    let mut above = vec![String::new()];
    let mut comments = comments(written, file);
    for (found, row) in failure.found.rows.iter().enumerate() {
        let expected = failure.rows.iter().find_map(|compared| matched(compared, found));
        above.push(expected.and_then(|(at, _)| comments.remove(&at)).unwrap_or_default());
        rows.push(cells(failure, written, row, expected, file));
    }
    let mut left: Vec<(usize, String)> = comments.into_iter().collect();
    left.sort_unstable();
    let start = written.header_span.start as usize;
    let line_start = file.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &file.text[line_start..start];
    let lines = aligned(&rows);
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text += &format!("{}{indent}", if above[at].is_empty() { "\n" } else { &above[at] });
        }
        text += line;
    }
    for (_, comment) in left {
        text += comment.trim_end_matches([' ', '\t', '\n']);
    }
    Edit { span: written.span, text }
}

/// Which row expected is found at that place.
fn matched(compared: &ComparedRow, place: usize) -> Option<(usize, &ComparedRow)> {
    match compared.standing {
        Standing::Both { expected, found } if found == place => Some((expected, compared)),
        _ => None,
    }
}

/// What stands between each row and the one before it, where that is more than a line break.
fn comments(written: &Written, file: &SourceFile) -> HashMap<usize, String> {
    let mut comments = HashMap::new();
    let mut before = written.header_span;
    for (at, row) in written.rows.iter().enumerate() {
        let between = &file.text[before.end as usize..row.span.start as usize];
        if !between.trim().is_empty() {
            let end = between.rfind('\n').map_or(between.len(), |at| at + 1);
            comments.insert(at, between[..end].to_string());
        }
        before = row.span;
    }
    comments
}

fn cells_of(file: &SourceFile, header: Span) -> Vec<String> {
    let text = file.slice(header).trim_matches('|');
    text.split('|').map(|cell| cell.trim().to_string()).collect()
}

fn cells(
    failure: &ValuesFailure,
    written: &Written,
    row: &Row,
    expected: Option<(usize, &ComparedRow)>,
    file: &SourceFile,
) -> Vec<String> {
    let columns = places(written, &failure.found);
    let cell = |(at, place): (usize, &usize)| {
        if let Some((expected, compared)) = expected
            && compared.cells[at].equal
        {
            let span = written.rows[expected].cells[at].span;
            return file.slice(span).trim().to_string();
        }
        let column = &failure.found.columns[*place];
        let value = &row.values[*place];
        let places = match column.role {
            Role::Metric(_) => precision(written, at).unwrap_or_else(|| {
                report::places(&column.show, failure.found.rows.iter().map(|r| &r.values[*place]))
            }),
            _ => 0,
        };
        let text = shown_at(value, &column.show, places);
        if column.show.style == Style::Value && matches!(value, Value::Text(_)) { quoted(text) } else { text }
    };
    columns.iter().enumerate().map(cell).collect()
}

/// The places behind the point that a column is written with.
fn precision(written: &Written, column: usize) -> Option<u8> {
    let cells = written.rows.iter().filter_map(|row| row.cells.get(column));
    cells
        .filter(|cell: &&WrittenCell| !cell.quoted)
        .filter_map(|cell| Shown::read(&cell.text))
        .map(|s| s.places)
        .max()
}

/// In quotes where it would be read as something else.
fn quoted(text: String) -> String {
    let plain = !text.is_empty()
        && text != "–"
        && text.trim() == text
        && !text.starts_with(['"', '/'])
        && !text.contains(['|', '\n', '\r']);
    if plain {
        text
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
    }
}

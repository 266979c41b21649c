//! A table for GitHub and chat: Markdown, values as people read them.

use super::grid::{Align, Grid};
use crate::table::Table;

pub fn render(table: &Table) -> String {
    let grid = Grid::of(table);
    let mut text = line(grid.headings.iter().map(|h| escaped(h)));
    text += &line(grid.aligns.iter().map(|a| match a {
        Align::Left => "---".to_string(),
        Align::Right => "---:".to_string(),
    }));
    for row in &grid.rows {
        text += &line(row.iter().map(|cell| escaped(cell)));
    }
    if let Some(note) = &grid.note {
        text += &format!("\n{}\n", escaped(note));
    }
    text
}

pub fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

/// What Markdown would read as more than text.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '|' | '&' | '*' | '_' | '`' | '<' | '[' | ']' | '#' | '~' => out.extend(['\\', c]),
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

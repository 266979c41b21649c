//! A table on a terminal: numbers to the right, labels as headings, within the
//! width of the screen wherever that can be had.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Screen;
use super::grid::{Align, Grid};
use super::wrap::wrapped;
use crate::table::Table;

/// Between two columns.
const GAP: usize = 2;
/// Free text is not cut below this.
const SHORTEST_TEXT: usize = 12;

pub fn render(table: &Table, screen: &Screen) -> String {
    let grid = Grid::of(table);
    let mut text = fitted(&grid, screen);
    if grid.rows.is_empty() {
        text += "no rows\n";
    }
    if let Some(note) = &grid.note {
        text += &format!("\n{}\n", screen.dim(note));
    }
    text
}

pub fn listing(headings: &[&str], rows: Vec<Vec<String>>, screen: &Screen) -> String {
    let width = headings.len();
    let grid = Grid {
        headings: headings.iter().map(|h| h.to_string()).collect(),
        aligns: vec![Align::Left; width],
        rows,
        stub: width,
        texts: (1..=width).map(|at| at == width).collect(),
        note: None,
    };
    let widths = screen.width.and_then(|limit| fit(&grid, limit)).unwrap_or_else(|| natural(&grid));
    draw(&grid, &widths, screen)
}

/// As it is; or with metrics as rows; or in several tables, one below the other.
fn fitted(grid: &Grid, screen: &Screen) -> String {
    let Some(limit) = screen.width else {
        return draw(grid, &natural(grid), screen);
    };
    if let Some(widths) = fit(grid, limit) {
        return draw(grid, &widths, screen);
    }
    let turned = grid.turned();
    if let Some(widths) = fit(&turned, limit).filter(|_| !grid.rows.is_empty()) {
        return draw(&turned, &widths, screen);
    }
    let parts = split(grid, limit);
    let parts =
        parts.iter().map(|part| draw(part, &fit(part, limit).unwrap_or_else(|| natural(part)), screen));
    parts.collect::<Vec<_>>().join("\n")
}

fn natural(grid: &Grid) -> Vec<usize> {
    let contents = contents(grid);
    grid.headings.iter().zip(contents).map(|(h, c)| h.width().max(c)).collect()
}

fn contents(grid: &Grid) -> Vec<usize> {
    let widest = |at: usize| grid.rows.iter().map(|r| r[at].width()).max().unwrap_or(0);
    (0..grid.headings.len()).map(widest).collect()
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// The widths of columns with which the table is no wider than the limit: first
/// headings are broken between words, then long texts are cut.
fn fit(grid: &Grid, limit: usize) -> Option<Vec<usize>> {
    let mut widths = natural(grid);
    if total(&widths) <= limit {
        return Some(widths);
    }
    let word = |heading: &String| heading.split(' ').map(|w| w.width()).max().unwrap_or(0);
    let least: Vec<usize> = grid.headings.iter().zip(contents(grid)).map(|(h, c)| word(h).max(c)).collect();
    shrink(&mut widths, &least, limit);
    let cut = |(at, least): (usize, &usize)| if grid.texts[at] { SHORTEST_TEXT.min(*least) } else { *least };
    let shortest: Vec<usize> = least.iter().enumerate().map(cut).collect();
    shrink(&mut widths, &shortest, limit);
    (total(&widths) <= limit).then_some(widths)
}

/// Takes from the column that has the most to give, until the table fits or nothing is left.
fn shrink(widths: &mut [usize], least: &[usize], limit: usize) {
    while total(widths) > limit {
        let spare = |at: &usize| widths[*at].saturating_sub(least[*at]);
        match (0..widths.len()).filter(|at| spare(at) > 0).max_by_key(|at| (widths[*at], spare(at))) {
            Some(at) => widths[at] -= 1,
            None => return,
        }
    }
}

/// As many columns in each part as fit beside those that name the row.
fn split(grid: &Grid, limit: usize) -> Vec<Grid> {
    let stub: Vec<usize> = (0..grid.stub).collect();
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for column in grid.stub..grid.headings.len() {
        let longer = parts.last().map(|p| [p.as_slice(), &[column]].concat());
        match longer.filter(|p| fit(&grid.part(p), limit).is_some()) {
            Some(longer) => *parts.last_mut().expect("there is one to be longer than") = longer,
            None => parts.push([stub.as_slice(), &[column]].concat()),
        }
    }
    parts.iter().map(|p| grid.part(p)).collect()
}

fn draw(grid: &Grid, widths: &[usize], screen: &Screen) -> String {
    if grid.headings.iter().all(String::is_empty) {
        return rows(grid, widths);
    }
    let mut text = String::new();
    let headings: Vec<Vec<String>> = grid.headings.iter().zip(widths).map(|(h, w)| wrapped(h, *w)).collect();
    let height = headings.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..height {
        let cells = headings.iter().map(|h| {
            let above = height - h.len();
            line.checked_sub(above).map(|l| h[l].as_str()).unwrap_or_default()
        });
        text += &screen.bold(&aligned(cells, grid, widths));
        text.push('\n');
    }
    text += &screen.dim(&"─".repeat(total(widths)));
    text.push('\n');
    text + &rows(grid, widths)
}

fn rows(grid: &Grid, widths: &[usize]) -> String {
    let line = |row: &Vec<String>| aligned(row.iter().map(String::as_str), grid, widths) + "\n";
    grid.rows.iter().map(line).collect()
}

fn aligned<'a>(cells: impl Iterator<Item = &'a str>, grid: &Grid, widths: &[usize]) -> String {
    let padded = cells.zip(widths).zip(&grid.aligns).map(|((cell, width), align)| {
        let cell = cut(cell, *width);
        let space = " ".repeat(width - cell.width().min(*width));
        match align {
            Align::Left => cell + &space,
            Align::Right => space + &cell,
        }
    });
    padded.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_string()
}

pub fn cut(text: &str, limit: usize) -> String {
    if text.width() <= limit {
        return text.to_string();
    }
    let mut kept = String::new();
    let mut width = 1;
    for c in text.chars() {
        width += c.width().unwrap_or(0);
        if width > limit {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

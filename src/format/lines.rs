//! Lines of a block: neighbours of one kind are aligned, comments stay where they stood.

use super::expressions::pad;

/// Lines are not drawn out further than this to stand below their neighbours.
const ALIGNED_WIDTH: usize = 110;

/// One declaration, item or comment.
#[derive(Debug, Clone)]
pub struct Element {
    /// From its docs on.
    pub start: usize,
    pub end: usize,
    pub docs: Vec<String>,
    pub body: Body,
    /// The comment behind it on its line.
    pub trailing: Option<String>,
    /// A blank line stands before it.
    pub blank_before: bool,
}

#[derive(Debug, Clone)]
pub enum Body {
    /// Its parts, some of them empty; those of neighbours of the same kind stand below one
    /// another. One may have several lines.
    Row { kind: &'static str, cells: Vec<String> },
    /// Lines that are laid out already, or left as they are.
    Lines(String),
}

impl Element {
    /// By itself, without neighbours.
    pub fn text(&self) -> String {
        match &self.body {
            Body::Row { cells, .. } => joined(cells, &[]),
            Body::Lines(lines) => lines.clone(),
        }
    }

    fn is_row(&self, kind: &str) -> bool {
        matches!(&self.body, Body::Row { kind: own, .. } if *own == kind)
    }
}

/// The elements as lines, each indented.
pub fn write(elements: &[Element], indent: usize) -> String {
    let bodies = bodies(elements, indent);
    let columns = comment_columns(elements, &bodies);
    let mut out = String::new();
    for (index, element) in elements.iter().enumerate() {
        if element.blank_before && index > 0 {
            out.push('\n');
        }
        for docs in &element.docs {
            out += &format!("{}{docs}\n", pad(indent));
        }
        out += &format!("{}{}", pad(indent), bodies[index]);
        if let Some(comment) = &element.trailing {
            let blanks = columns[index].saturating_sub(last_width(&bodies[index])).max(2);
            out += &format!("{}{comment}", pad(blanks));
        }
        out.push('\n');
    }
    out
}

fn bodies(elements: &[Element], indent: usize) -> Vec<String> {
    let mut bodies = Vec::new();
    while bodies.len() < elements.len() {
        let rest = &elements[bodies.len()..];
        match &rest[0].body {
            Body::Lines(lines) => bodies.push(lines.clone()),
            Body::Row { kind, .. } => {
                let run = 1 + rest[1..].iter().take_while(|e| !e.blank_before && e.is_row(kind)).count();
                bodies.extend(aligned(&rest[..run], indent));
            }
        }
    }
    bodies
}

/// Rows of one kind, their cells below one another unless that makes a line too long.
fn aligned(rows: &[Element], indent: usize) -> Vec<String> {
    let cells: Vec<&[String]> = rows.iter().filter_map(Element::cells).collect();
    let count = cells.iter().map(|cells| cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(|at| column_width(&cells, at)).collect();
    let fits = |line: &String| line.contains('\n') || indent + width(line) <= ALIGNED_WIDTH;
    let lines: Vec<String> = cells.iter().map(|cells| joined(cells, &widths)).collect();
    if lines.iter().all(fits) {
        return lines;
    }
    cells.iter().map(|cells| joined(cells, &[])).collect()
}

/// The widest of the cells that another one stands behind.
fn column_width(rows: &[&[String]], at: usize) -> usize {
    let has_more = |cells: &&&[String]| cells.iter().skip(at + 1).any(|cell| !cell.is_empty());
    let cells = rows.iter().filter(has_more).map(|cells| &cells[at]);
    cells.filter(|cell| !cell.contains('\n')).map(|cell| width(cell)).max().unwrap_or(0)
}

/// One blank between cells, and what is missing to the widths.
fn joined(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        let wanted = widths.get(at).copied().unwrap_or(0);
        if cell.is_empty() && wanted == 0 {
            continue;
        }
        line += cell;
        line += &pad(wanted.saturating_sub(width(cell)) + 1);
    }
    line.trim_end().to_owned()
}

impl Element {
    fn cells(&self) -> Option<&[String]> {
        match &self.body {
            Body::Row { cells, .. } => Some(cells),
            Body::Lines(_) => None,
        }
    }
}

/// Where the comments of neighbouring lines start.
fn comment_columns(elements: &[Element], bodies: &[String]) -> Vec<usize> {
    let mut columns = vec![0; elements.len()];
    let mut start = 0;
    while start < elements.len() {
        let goes_on = |e: &Element| e.trailing.is_some() && !e.blank_before && e.docs.is_empty();
        let run = 1 + elements[start + 1..].iter().take_while(|e| goes_on(e)).count();
        let run = if elements[start].trailing.is_some() { run } else { 1 };
        let widest = bodies[start..start + run].iter().map(|body| last_width(body)).max().unwrap_or(0);
        columns[start..start + run].fill(widest + 2);
        start += run;
    }
    columns
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Of the last line, which a comment would stand behind.
fn last_width(text: &str) -> usize {
    width(text.rsplit('\n').next().unwrap_or(text))
}

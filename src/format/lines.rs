//! Lines of a block: neighbours of one kind are aligned, comments stay where they stood.

use super::WIDTH;
use super::expressions::pad;

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
    /// Its parts; those of neighbours of the same kind stand below one another. The
    /// last one may have several lines.
    Row { kind: String, cells: Vec<String> },
    /// Lines that are laid out already, or left as they are.
    Lines(String),
}

impl Element {
    fn is_row(&self, kind: &str, count: usize) -> bool {
        matches!(&self.body, Body::Row { kind: own, cells } if own == kind && cells.len() == count)
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
            Body::Row { kind, cells } => {
                let count = cells.len();
                let run =
                    1 + rest[1..].iter().take_while(|e| !e.blank_before && e.is_row(kind, count)).count();
                bodies.extend(aligned(&rest[..run], indent));
            }
        }
    }
    bodies
}

/// Rows of one kind, their cells below one another unless that makes a line too long.
fn aligned(rows: &[Element], indent: usize) -> Vec<String> {
    let cells: Vec<&Vec<String>> = rows.iter().filter_map(Element::cells).collect();
    let count = cells.first().map_or(0, |cells| cells.len());
    let widths: Vec<usize> =
        (0..count).map(|at| cells.iter().map(|cells| width(&cells[at])).max().unwrap_or(0)).collect();
    let fits = |line: &String| line.contains('\n') || indent + width(line) <= WIDTH;
    let lines: Vec<String> = cells.iter().map(|cells| joined(cells, &widths)).collect();
    if lines.iter().all(fits) {
        return lines;
    }
    cells.iter().map(|cells| joined(cells, &[])).collect()
}

fn joined(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        line += cell;
        if at + 1 < cells.len() {
            let wanted = widths.get(at).copied().unwrap_or(0);
            line += &pad(wanted.saturating_sub(width(cell)) + 1);
        }
    }
    line.trim_end().to_owned()
}

impl Element {
    fn cells(&self) -> Option<&Vec<String>> {
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

//! Columns of coloured cells within the width of a screen: trends give way first, then
//! names, then the columns that matter least go.

use unicode_width::UnicodeWidthStr;

use crate::report::Screen;
use crate::report::terminal::cut;

const GAP: usize = 2;
/// The column of names.
const NAME: usize = 1;
/// Fewer periods show no trend.
const SHORTEST_TREND: usize = 6;
/// What is no terminal is taken to be as wide as most are.
const WIDTH: usize = 100;

pub struct Column {
    pub heading: String,
    pub right: bool,
    /// 0 never goes; of the others the highest goes first.
    pub rank: usize,
    /// The newest part of it is on the right, and stays where there is no room for all.
    pub trend: bool,
}

#[derive(Default, Clone)]
pub struct Cell {
    pub text: String,
    pub look: Look,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    #[default]
    Plain,
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
    /// The colours of good and bad news, which are no verdict.
    Good,
    Bad,
}

/// Rows may be shorter than the columns.
pub fn drawn(columns: &[Column], rows: &[Vec<Cell>], screen: &Screen) -> String {
    let natural: Vec<usize> = (0..columns.len()).map(|at| natural(columns, rows, at)).collect();
    let (kept, widths) = fit(columns, rows, natural, screen.width.unwrap_or(WIDTH));
    let heading: Vec<Cell> =
        columns.iter().map(|c| Cell { text: c.heading.clone(), look: Look::Bold }).collect();
    let mut text = line(columns, &heading, &kept, &widths, screen);
    let rule = kept.iter().map(|at| widths[*at]).sum::<usize>() + GAP * kept.len().saturating_sub(1);
    text += &format!("{}\n", screen.dim(&"─".repeat(rule)));
    text.extend(rows.iter().map(|row| line(columns, row, &kept, &widths, screen)));
    text
}

fn natural(columns: &[Column], rows: &[Vec<Cell>], at: usize) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.text.width());
    cells.chain([columns[at].heading.width()]).max().unwrap_or(0)
}

/// The columns that stay, and how wide each is.
fn fit(
    columns: &[Column],
    rows: &[Vec<Cell>],
    natural: Vec<usize>,
    limit: usize,
) -> (Vec<usize>, Vec<usize>) {
    // a column without anything in it says nothing
    let says =
        |at: &usize| rows.iter().any(|row| row.get(*at).is_some_and(|cell| !cell.text.trim().is_empty()));
    let mut kept: Vec<usize> = (0..columns.len()).filter(|at| *at <= NAME || says(at)).collect();
    let mut widths = natural;
    loop {
        let total =
            |widths: &[usize]| kept.iter().map(|at| widths[*at]).sum::<usize>() + GAP * (kept.len() - 1);
        for at in kept.iter().filter(|at| columns[**at].trend) {
            let over = total(&widths).saturating_sub(limit);
            widths[*at] -= over.min(widths[*at].saturating_sub(SHORTEST_TREND));
        }
        let over = total(&widths).saturating_sub(limit);
        let droppable = kept.iter().copied().filter(|at| columns[*at].rank > 0);
        let least = if kept.iter().any(|at| columns[*at].rank > 0) { 24 } else { 8 };
        if over == 0 {
            return (kept, widths);
        }
        if widths[NAME].saturating_sub(over) >= least.min(widths[NAME]) {
            widths[NAME] -= over;
            return (kept, widths);
        }
        match droppable.max_by_key(|at| columns[*at].rank) {
            Some(at) => kept.retain(|k| *k != at),
            None => {
                widths[NAME] = least.min(widths[NAME]);
                return (kept, widths);
            }
        }
    }
}

fn line(columns: &[Column], row: &[Cell], kept: &[usize], widths: &[usize], screen: &Screen) -> String {
    let mut text = String::new();
    let mut pending = 0;
    for at in kept {
        let cell = row.get(*at).cloned().unwrap_or_default();
        let shown = match columns[*at].trend {
            true => newest(&cell.text, widths[*at]),
            false => cut(&cell.text, widths[*at]),
        };
        let space = widths[*at] - shown.width().min(widths[*at]);
        let (before, after) = if columns[*at].right { (space, 0) } else { (0, space) };
        if !shown.is_empty() {
            text += &" ".repeat(pending + before);
            text += &styled(&shown, cell.look, screen);
            pending = after + GAP;
        } else {
            pending += widths[*at] + GAP;
        }
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn newest(trend: &str, width: usize) -> String {
    let count = trend.chars().count();
    trend.chars().skip(count.saturating_sub(width)).collect()
}

fn styled(text: &str, look: Look, screen: &Screen) -> String {
    match look {
        Look::Plain => text.to_string(),
        Look::Bold => screen.bold(text),
        Look::Dim => screen.dim(text),
        Look::Red => screen.red(text),
        Look::Yellow => screen.yellow(text),
        Look::Green | Look::Good => screen.green(text),
        Look::Bad => screen.bad(text),
    }
}

/// Broken at blanks that stand outside of quotes.
pub fn command_lines(command: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in shell_words(command) {
        let line = lines.last_mut().expect("there is always one");
        if line.is_empty() {
            line.push_str(&word);
        } else if line.width() + 1 + word.width() <= limit {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines
}

/// A flag stays with what follows it.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        let word = words.last_mut().expect("there is always one");
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (' ', None) if !word.starts_with("--") || word.contains(' ') => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    words
}

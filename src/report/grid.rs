//! A table as cells of text, before anything is laid out: what the terminal and
//! Markdown have in common.

use super::plain::plain;
use super::value::{places, shown_at};
use crate::check::Style;
use crate::table::{Column, Role, Row, Table, Value};

#[derive(Debug, Clone)]
pub struct Grid {
    pub headings: Vec<String>,
    pub aligns: Vec<Align>,
    pub rows: Vec<Vec<String>>,
    /// How many columns at the left say which row it is.
    pub stub: usize,
    /// Columns of free text, which may be cut short where room is scarce.
    pub texts: Vec<bool>,
    /// What the marks in the cells mean.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

impl Grid {
    pub fn of(table: &Table) -> Grid {
        let columns: Vec<Vec<String>> = (0..table.columns.len()).map(|at| cells(table, at)).collect();
        let is_text = |at: usize| table.rows.iter().any(|r| matches!(r.values[at], Value::Text(_)));
        let texts: Vec<bool> = (0..table.columns.len()).map(is_text).collect();
        let align = |(c, text): (&Column, &bool)| match c.role {
            Role::Metric(_) if !(*text && c.show.style == Style::Value) => Align::Right,
            _ => Align::Left,
        };
        Grid {
            headings: table.columns.iter().map(|c| c.label.clone()).collect(),
            aligns: table.columns.iter().zip(&texts).map(align).collect(),
            rows: (0..table.rows.len()).map(|r| columns.iter().map(|c| c[r].clone()).collect()).collect(),
            stub: table.columns.iter().take_while(|c| !matches!(c.role, Role::Metric(_))).count(),
            texts,
            note: note(table),
        }
    }

    /// Rows as columns: what every metric is, period by period.
    pub fn turned(&self) -> Grid {
        let names = self.rows.iter().map(|r| r[..self.stub].join(" "));
        let row = |at: usize| {
            let values = self.rows.iter().map(|r| r[at].clone());
            std::iter::once(self.headings[at].clone()).chain(values).collect()
        };
        let width = self.rows.len();
        Grid {
            headings: std::iter::once(String::new()).chain(names).collect(),
            aligns: std::iter::once(Align::Left).chain(std::iter::repeat_n(Align::Right, width)).collect(),
            rows: (self.stub..self.headings.len()).map(row).collect(),
            stub: 1,
            texts: vec![false; width + 1],
            note: self.note.clone(),
        }
    }

    /// Some of the columns.
    pub fn part(&self, columns: &[usize]) -> Grid {
        let pick = |cells: &[String]| columns.iter().map(|c| cells[*c].clone()).collect();
        Grid {
            headings: pick(&self.headings),
            aligns: columns.iter().map(|c| self.aligns[*c]).collect(),
            rows: self.rows.iter().map(|r| pick(r)).collect(),
            stub: self.stub,
            texts: columns.iter().map(|c| self.texts[*c]).collect(),
            note: None,
        }
    }
}

fn cells(table: &Table, at: usize) -> Vec<String> {
    let column = &table.columns[at];
    let places = places(&column.show, table.rows.iter().map(|r| &r.values[at]));
    let cell = |row: &Row| {
        let text = shown_at(&row.values[at], &column.show, places);
        let mark = if row.partial && column.role == Role::Period { "*" } else { "" };
        // a line break in the data would tear the row apart, and an escape do worse
        format!("{}{mark}", plain(&text))
    };
    table.rows.iter().map(cell).collect()
}

fn note(table: &Table) -> Option<String> {
    let marked = table.columns.iter().any(|c| c.role == Role::Period) && table.rows.iter().any(|r| r.partial);
    let until = table.as_of.map(|d| format!(": data up to {d}")).unwrap_or_default();
    marked.then(|| format!("* partial{until}"))
}

//! A small project as text that can be taken apart again: what the generator makes,
//! what is compiled, asked and, where the two opinions differ, made smaller.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use kepi::check::{self, CheckedModel, TestCase};
use kepi::diagnostic::{Diagnostic, Severity};
use kepi::model::{self, Settings};
use kepi::syntax;
use kepi::text::Sources;

use super::world::Data;

#[derive(Debug, Clone)]
pub struct Project {
    pub zone: &'static str,
    pub week_starts: Weekday,
    pub fiscal_year_starts: i8,
    pub declarations: Vec<Declaration>,
    pub data: Data,
}

/// `head { items }`, or only a head.
#[derive(Debug, Clone)]
pub struct Declaration {
    pub head: String,
    pub items: Vec<String>,
}

impl Declaration {
    fn write(&self, text: &mut String) {
        text.push_str(&self.head);
        if !self.items.is_empty() {
            text.push_str(" {\n");
            self.items.iter().for_each(|item| writeln!(text, "  {item}").expect("a text"));
            text.push('}');
        }
        text.push('\n');
    }
}

impl Default for Project {
    fn default() -> Project {
        Project {
            zone: "UTC",
            week_starts: Weekday::Monday,
            fiscal_year_starts: 1,
            declarations: Vec::new(),
            data: Data::new(),
        }
    }
}

impl Project {
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.declarations.iter().for_each(|declaration| declaration.write(&mut text));
        text
    }

    /// The declarations, by their places, in which there is an error.
    pub fn mistaken(&self) -> BTreeSet<usize> {
        let (_, errors) = self.compiled(self.text());
        let mut ends = Vec::new();
        let mut text = String::new();
        for declaration in &self.declarations {
            declaration.write(&mut text);
            ends.push(text.len());
        }
        let place = |error: &Diagnostic| ends.partition_point(|end| *end <= error.span().start as usize);
        errors.iter().map(place).collect()
    }

    pub fn settings(&self) -> Settings {
        Settings {
            timezone: TimeZone::get(self.zone).expect("a time zone"),
            week_starts: self.week_starts,
            fiscal_year_starts: self.fiscal_year_starts,
            ..Settings::default()
        }
    }

    /// The checked model, or the names and messages of its errors.
    pub fn compile(&self) -> Result<CheckedModel, Vec<String>> {
        let (model, errors) = self.compiled(self.text());
        if errors.is_empty() { Ok(model) } else { Err(errors.iter().map(told).collect()) }
    }

    /// The data as a test gives it.
    pub fn given(&self) -> Result<Arc<TestCase>, Vec<String>> {
        let mut text = format!("{}test \"rows\" {{\n", self.text());
        for (name, sheet) in self.data.iter().filter(|(_, sheet)| !sheet.rows.is_empty()) {
            writeln!(text, "  given {name}").expect("a text");
            for row in std::iter::once(&sheet.header).chain(&sheet.rows) {
                let cells: Vec<String> = row.iter().map(|cell| written(cell)).collect();
                writeln!(text, "    | {} |", cells.join(" | ")).expect("a text");
            }
        }
        text.push_str("}\n");
        let (model, mut errors) = self.compiled(text);
        errors.retain(|error| error.name != "no-expectation");
        if errors.is_empty() { Ok(model.tests[0].clone()) } else { Err(errors.iter().map(told).collect()) }
    }

    fn compiled(&self, text: String) -> (CheckedModel, Vec<Diagnostic>) {
        let mut sources = Sources::default();
        let id = sources.add("all.kpi", text);
        let (file, problems) = syntax::parse(sources.get(id));
        let mut found = problems.sorted();
        let files = [file];
        let (resolved, problems) = model::resolve(&files, &self.settings());
        found.extend(problems.sorted());
        let (model, problems) = check::check(&resolved);
        found.extend(problems.sorted());
        found.retain(|d| d.severity == Severity::Error);
        (model, found)
    }

    pub fn write_data(&self, folder: &Path) {
        for (name, sheet) in &self.data {
            let mut writer = csv::Writer::from_path(folder.join(format!("{name}.csv"))).expect("a file");
            writer.write_record(&sheet.header).expect("a header");
            sheet.rows.iter().for_each(|row| writer.write_record(row).expect("a row"));
            writer.flush().expect("a file");
        }
    }

    /// Everything that makes the case again, for people.
    pub fn report(&self) -> String {
        let mut text = format!(
            "zone {}, weeks start on {:?}, fiscal years in month {}\n\n{}",
            self.zone,
            self.week_starts,
            self.fiscal_year_starts,
            self.text()
        );
        for (name, sheet) in &self.data {
            writeln!(text, "\n{name}.csv\n  {}", sheet.header.join(",")).expect("a text");
            sheet.rows.iter().for_each(|row| writeln!(text, "  {}", row.join(",")).expect("a text"));
        }
        text
    }
}

fn told(error: &Diagnostic) -> String {
    format!("{}: {}", error.name, error.message)
}

/// A cell of a table, in quotes where it would be read otherwise.
fn written(cell: &str) -> String {
    match cell.starts_with('"') || cell.contains('|') || cell.trim() != cell {
        true => format!("\"{}\"", cell.replace('\\', "\\\\").replace('"', "\\\"")),
        false => cell.to_string(),
    }
}

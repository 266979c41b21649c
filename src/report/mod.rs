//! How things look: tables, messages and pages as text. Pure functions, one file a
//! format; what is printed where is decided in `cli`.

mod changes;
mod compact;
mod csv;
mod decimal;
mod grid;
mod json;
pub mod last_run;
mod markdown;
mod network;
mod of_data;
mod outcome;
mod pages;
mod plain;
mod problems_json;
mod problems_text;
mod promises;
mod screen;
mod terminal;
#[cfg(test)]
mod tests;
mod unified;
mod value;
mod wrap;

use crate::diagnostic::Diagnostic;
use crate::table::Table;
use crate::text::Sources;
use crate::threshold::Promise;

pub use changes::{ChangeFormat, Compared, changes};
pub use network::{NetworkFormat, network};
pub use of_data::{Misread, OfData};
pub use outcome::{
    OUTCOME_FORMATS, OutcomeFormat, PipelineFormat, long_table, problems_for_pipeline, snapshot,
};
pub use pages::{page, page_names, plain};
pub use screen::Screen;
pub use unified::unified;
pub use value::{places, shown, shown_at, unit_name};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    Terminal,
    Csv,
    Json,
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemFormat {
    Text,
    Json,
}

/// The screen matters to the terminal's format only.
pub fn table(table: &Table, format: TableFormat, screen: &Screen) -> String {
    match format {
        TableFormat::Terminal => terminal::render(table, screen),
        TableFormat::Csv => csv::render(table),
        TableFormat::Json => json::render(table),
        TableFormat::Markdown => markdown::render(table),
    }
}

/// Any value, on several lines.
pub fn pretty_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("plain values can be written") + "\n"
}

/// Rows of texts under headings; the last column gives way where room is scarce.
pub fn listing(headings: &[&str], rows: Vec<Vec<String>>, screen: &Screen) -> String {
    terminal::listing(headings, rows, screen)
}

/// The promises that the data breaks, beside a table that is the result; nothing where
/// all are kept.
pub fn promises(promises: &[Promise], screen: &Screen) -> String {
    promises::render(promises, screen)
}

/// Messages alone, of what has no files to count.
pub fn messages(list: &[Diagnostic], sources: &Sources, screen: &Screen) -> String {
    problems_text::messages(list, sources, screen)
}

/// Messages in the order given, which is that of their places, and a line that counts them;
/// then what was found in the data, where it was read.
pub fn problems(
    list: &[Diagnostic],
    sources: &Sources,
    data: Option<&OfData>,
    format: ProblemFormat,
    screen: &Screen,
) -> String {
    match format {
        ProblemFormat::Text => {
            let data = data.map(|found| of_data::text(found, screen)).unwrap_or_default();
            problems_text::render(list, sources, screen) + &data
        }
        ProblemFormat::Json => problems_json::render(list, sources, data),
    }
}

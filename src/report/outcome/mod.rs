//! What a run found, in every form that somebody reads: one file a format, and one
//! table of them all. Each is a pure function of the outcome.

mod board;
mod csv;
mod facts;
mod findings;
mod github;
mod gitlab;
mod html;
pub mod json;
mod junit;
mod layout;
mod long;
mod markdown;
mod openmetrics;
mod sarif;
mod slack;
mod snapshot;
mod text;
pub mod tree;
mod webhook;
pub mod words;

use super::{OfData, Screen};
use crate::diagnostic::Diagnostic;
use crate::text::Sources;
use crate::threshold::{Outcome, Promise};

pub use long::table as long_table;
pub use snapshot::render as snapshot;

/// A form that an outcome may take.
#[derive(Debug)]
pub struct OutcomeFormat {
    /// As in `-o junit:report.xml`.
    pub name: &'static str,
    /// Of a file that holds it.
    pub extension: &'static str,
    /// One line that says what it is for.
    pub doc: &'static str,
    render: fn(&Outcome, &Screen) -> String,
}

/// All of them; Parquet, which is no text, is [`long_table`] written by the engine.
pub const OUTCOME_FORMATS: &[OutcomeFormat] = &[
    row("text", "txt", "scorecards and findings for a terminal", text::render),
    row("markdown", "md", "the same for a pull request or a job's summary, the answer first", |o, _| {
        markdown::render(o)
    }),
    row("json", "json", "everything, by the schema docs/schema/report-1.json", |o, _| json::render(o)),
    row("csv", "csv", "a row for each metric, member and period, with its verdict", |o, _| csv::render(o)),
    row("junit", "xml", "a test case for each threshold and promise", |o, _| junit::render(o)),
    row("sarif", "sarif", "findings for code scanning", |o, _| sarif::render(o)),
    row("github", "txt", "annotations of a GitHub workflow", |o, _| github::render(o)),
    row("gitlab", "json", "a GitLab code quality report", |o, _| gitlab::render(o)),
    row("openmetrics", "prom", "values, limits and verdicts for Prometheus", |o, _| openmetrics::render(o)),
    row("html", "html", "one page that works offline, with charts", |o, _| html::render(o)),
    row("slack", "json", "a message for Slack, as a payload of blocks", |o, _| slack::render(o)),
    row("webhook", "json", "a small payload for whatever else listens", |o, _| webhook::render(o)),
];

const fn row(
    name: &'static str,
    extension: &'static str,
    doc: &'static str,
    render: fn(&Outcome, &Screen) -> String,
) -> OutcomeFormat {
    OutcomeFormat { name, extension, doc, render }
}

impl OutcomeFormat {
    pub fn named(name: &str) -> Option<&'static OutcomeFormat> {
        OUTCOME_FORMATS.iter().find(|format| format.name == name)
    }

    /// The screen matters to the terminal's format only.
    pub fn render(&self, outcome: &Outcome, screen: &Screen) -> String {
        (self.render)(outcome, screen)
    }
}

/// The forms of messages that a pipeline reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PipelineFormat {
    Junit,
    Sarif,
    Github,
    Gitlab,
}

/// Messages about definitions for a pipeline, and what was found in the data, where it was
/// read. `folder` is that of the project within its repository, with `/` at the end, or empty.
pub fn problems_for_pipeline(
    list: &[Diagnostic],
    sources: &Sources,
    data: Option<&OfData>,
    folder: &str,
    format: PipelineFormat,
) -> String {
    let of_definitions = findings::of_problems(list, sources, folder);
    let of_data = data.map(|found| findings::of_data(found, folder)).unwrap_or_default();
    if format == PipelineFormat::Junit {
        return junit::of_problems(
            &of_definitions,
            sources,
            data.map(|found| (found, of_data.as_slice())),
            folder,
        );
    }
    let all: Vec<findings::Finding> = of_definitions.into_iter().chain(of_data).collect();
    match format {
        PipelineFormat::Sarif => sarif::of_problems(&all),
        PipelineFormat::Github => github::of_problems(&all),
        PipelineFormat::Gitlab | PipelineFormat::Junit => gitlab::of_findings(&all),
    }
}

/// As in the report of a run.
pub fn promise_json(promise: &Promise) -> serde_json::Value {
    serde_json::from_str(&json::promise(promise).to_string()).expect("what we write is JSON")
}

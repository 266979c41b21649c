//! `kepi list`: what the project defines.

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, open};
use crate::check::{CheckedModel, Metric};
use crate::report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what has this word in its name, label, other names or tags
    word: Option<String>,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let opened = open::open(global)?;
    let word = args.word.as_deref().unwrap_or_default().to_lowercase();
    let model = &opened.model;
    let parts =
        [metrics(model, &word), scorecards(model, &word), dimensions(model, &word), parameters(model, &word)];
    let headings = [
        vec!["metric", "label", "unit", "about"],
        vec!["scorecard", "label", "about"],
        vec!["dimension", "label", "about"],
        vec!["parameter", "label", "about"],
    ];
    let parts = headings.iter().zip(parts).filter(|(_, rows)| !rows.is_empty());
    let parts: Vec<String> =
        parts.map(|(headings, rows)| report::listing(headings, rows, &output.result)).collect();
    let text = match parts.is_empty() {
        true => format!("nothing has `{word}` in its name\n"),
        false => parts.join("\n"),
    };
    output.print(&text)?;
    Ok(Outcome::Well)
}

type Row = Vec<String>;

/// The current versions, by name.
fn metrics(model: &CheckedModel, word: &str) -> Vec<Row> {
    let known = model.metrics.iter().filter(|m| m.current && is_about(m, word));
    let row = |m: &Metric| {
        let mut row = row(&m.name, &m.label, &m.docs);
        row.insert(2, report::unit_name(&m.show).unwrap_or_default());
        row
    };
    known.map(row).collect()
}

fn is_about(metric: &Metric, word: &str) -> bool {
    let attributes = &metric.attributes;
    let words =
        [&metric.name].into_iter().chain(&metric.label).chain(&attributes.also).chain(&attributes.tags);
    words.into_iter().any(|w| w.to_lowercase().contains(word))
}

fn scorecards(model: &CheckedModel, word: &str) -> Vec<Row> {
    let known = model.scorecards.iter().filter(|s| names(&s.name, &s.label, word));
    known.map(|s| row(&s.name, &s.label, &s.docs)).collect()
}

fn dimensions(model: &CheckedModel, word: &str) -> Vec<Row> {
    let known = model.dimensions.iter().filter(|d| names(&d.name, &d.label, word));
    known.map(|d| row(&d.name, &d.label, &d.docs)).collect()
}

fn parameters(model: &CheckedModel, word: &str) -> Vec<Row> {
    let known = model.parameters.iter().filter(|p| names(&p.name, &p.label, word));
    known.map(|p| row(&p.name, &p.label, &p.docs)).collect()
}

fn names(name: &str, label: &Option<String>, word: &str) -> bool {
    name.contains(word) || label.as_ref().is_some_and(|l| l.to_lowercase().contains(word))
}

fn row(name: &str, label: &Option<String>, docs: &Option<String>) -> Row {
    let about = docs.as_deref().and_then(|d| d.lines().next()).unwrap_or_default();
    vec![name.to_string(), label.clone().unwrap_or_default(), about.trim().to_string()]
}

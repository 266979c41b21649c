//! Kepi: metrics as code.
#![doc = include_str!("ARCHITECTURE.md")]

pub mod bump;
pub mod calendar;
pub mod check;
pub mod cli;
pub mod diagnostic;
pub mod diff;
#[cfg(feature = "engine")]
pub mod engine;
pub mod fingerprint;
pub mod format;
pub mod git;
pub mod ide;
pub mod lsp;
pub mod model;
pub mod movement;
#[cfg(feature = "engine")]
pub mod plan;
pub mod project;
pub mod query;
pub mod report;
pub mod sample;
pub mod syntax;
pub mod table;
pub mod testing;
pub mod text;
pub mod threshold;
pub mod units;
pub mod values;

/// The language, front to back: all files parsed, resolved and checked. Every problem
/// of every file is in the one list; a model with errors may be looked at, not run.
pub fn compile(
    sources: &text::Sources,
    settings: &model::Settings,
) -> (check::CheckedModel, diagnostic::Problems) {
    let mut problems = diagnostic::Problems::default();
    let mut files = Vec::new();
    for source in sources.iter() {
        let (file, found) = syntax::parse(source);
        files.push(file);
        problems.extend(found);
    }
    let (model, found) = model::resolve(&files, settings);
    problems.extend(found);
    let (checked, found) = check::check(&model);
    problems.extend(found);
    if !problems.has_errors() {
        problems.extend(query::misasked(&checked));
    }
    (checked, problems)
}

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

/// Trees, plans and tables are made of many small pieces: a fifth of their time is theirs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The language, front to back: all files parsed, resolved and checked. Every problem
/// of every file is in the one list; a model with errors may be looked at, not run.
pub fn compile(
    sources: &text::Sources,
    settings: &model::Settings,
) -> (check::CheckedModel, diagnostic::Problems) {
    Trees::default().compile(sources, settings)
}

/// The trees of what was compiled last, for another revision of the same project: a file whose
/// text is the same is not parsed again.
#[derive(Debug, Default)]
pub struct Trees {
    files: Vec<syntax::ast::File>,
    /// Of each file its text, and what was wrong with it.
    parsed: Vec<(String, diagnostic::Problems)>,
}

impl Trees {
    pub fn compile(
        &mut self,
        sources: &text::Sources,
        settings: &model::Settings,
    ) -> (check::CheckedModel, diagnostic::Problems) {
        let Trees { files, parsed } = std::mem::take(self);
        // the spans of a tree name its file by number
        let mut known = files.into_iter().zip(parsed);
        let mut problems = diagnostic::Problems::default();
        for source in sources.iter() {
            let (file, found) = match known.next() {
                Some((file, (text, found))) if text == source.text => (file, found),
                _ => syntax::parse(source),
            };
            self.files.push(file);
            self.parsed.push((source.text.clone(), found.clone()));
            problems.extend(found);
        }
        let unread = problems.has_errors();
        let (model, found) = model::resolve(&self.files, settings);
        problems.extend(found);
        let (checked, found) = check::check(&model);
        // what could not be read may be what uses it
        problems.extend(if unread { found.without("unused") } else { found });
        if !problems.has_errors() {
            problems.extend(query::misasked(&checked));
        }
        (checked, problems)
    }
}

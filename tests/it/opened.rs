//! A project as the tests run it: opened, compiled, asked.

use std::path::{Path, PathBuf};

use kepi::check::CheckedModel;
use kepi::diagnostic::Diagnostic;
use kepi::engine::{self, Answer, Bindings, Failure, Options};
use kepi::query::Ask;
use kepi::table::Table;
use kepi::{check, model, project, syntax};

pub struct Opened {
    pub root: PathBuf,
    pub model: CheckedModel,
    pub bindings: Bindings,
}

impl Opened {
    pub fn new(root: &Path) -> Opened {
        let loaded = project::load(root).unwrap_or_else(|e| panic!("{}: {e}", root.display()));
        let mut problems = Vec::new();
        let mut files = Vec::new();
        for file in loaded.sources.iter() {
            let (parsed, found) = syntax::parse(file);
            files.push(parsed);
            problems.extend(found.sorted());
        }
        let (resolved, found) = model::resolve(&files, &loaded.project.settings);
        problems.extend(found.sorted());
        let (model, found) = check::check(&resolved);
        problems.extend(found.sorted());
        let errors: Vec<String> = problems.iter().filter(|d| is_error(d)).map(|d| format!("{d:?}")).collect();
        assert!(errors.is_empty(), "{}: {}", root.display(), errors.join("\n"));
        let data = root.join(&loaded.project.data);
        let bindings = Bindings { root: root.to_path_buf(), data, ..Bindings::default() };
        Opened { root: root.to_path_buf(), model, bindings }
    }

    pub fn run(&self, ask: &Ask) -> Result<Table, String> {
        self.run_with(ask, &Options::default())
    }

    pub fn run_with(&self, ask: &Ask, options: &Options) -> Result<Table, String> {
        let Answer { table, .. } = engine::run(&self.model, ask, &self.bindings, options).map_err(told)?;
        Ok(table)
    }

    pub fn explain(&self, ask: &Ask) -> Result<engine::Explained, String> {
        engine::explain(&self.model, ask, &self.bindings, &Options::default()).map_err(told)
    }
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == kepi::diagnostic::Severity::Error
}

fn told(failure: Failure) -> String {
    match failure {
        Failure::Data(error) => error.to_string(),
        Failure::Interrupted => "interrupted".to_string(),
        Failure::Ask(error) => {
            let told = error.diagnostics.iter().map(|d| {
                let help = d.help.as_ref().map(|h| format!(" (help: {h})")).unwrap_or_default();
                format!("{}: {}{help}", d.name, d.message)
            });
            told.collect::<Vec<_>>().join("\n")
        }
    }
}

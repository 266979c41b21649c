//! A project while it is edited: of a file that changes only that file is parsed again.

use crate::check::{CheckedModel, check};
use crate::diagnostic::{Diagnostic, Problems};
use crate::model::{Settings, resolve};
use crate::query;
use crate::syntax::{ast, parse};
use crate::text::{FileId, Sources};

/// The files, their trees, and what was last found in all of them together.
#[derive(Debug, Default)]
pub struct Project {
    settings: Settings,
    sources: Sources,
    trees: Vec<ast::File>,
    parsed: Vec<Problems>,
    model: CheckedModel,
    problems: Vec<Diagnostic>,
    /// A file has changed since the last check.
    stale: bool,
}

/// A checked project, to be asked.
#[derive(Debug, Clone, Copy)]
pub struct View<'p> {
    pub sources: &'p Sources,
    /// By the ids of files.
    pub trees: &'p [ast::File],
    pub model: &'p CheckedModel,
    /// In the order of their places.
    pub problems: &'p [Diagnostic],
}

impl View<'_> {
    /// The same project, but for the text of one file.
    pub fn with_text(&self, file: FileId, text: &str) -> Project {
        let parsed = self.trees.iter().map(|_| Problems::default()).collect();
        let (sources, trees) = (self.sources.clone(), self.trees.to_vec());
        let settings = self.model.settings.clone();
        let mut project = Project { settings, sources, trees, parsed, ..Project::default() };
        project.stale = true;
        project.set_text(file, text);
        project
    }
}

impl Project {
    pub fn new(settings: Settings, sources: Sources) -> Project {
        let mut project = Project { settings, stale: true, ..Project::default() };
        for file in sources.iter() {
            project.add(&file.path, &file.text);
        }
        project
    }

    pub fn add(&mut self, path: &str, text: &str) -> FileId {
        let id = self.sources.add(path, text);
        let (tree, problems) = parse(self.sources.get(id));
        self.trees.push(tree);
        self.parsed.push(problems);
        self.stale = true;
        id
    }

    pub fn find(&self, path: &str) -> Option<FileId> {
        self.sources.iter().find(|file| file.path == path).map(|file| file.id)
    }

    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    pub fn set_text(&mut self, id: FileId, text: &str) {
        if self.sources.get(id).text == text {
            return;
        }
        self.sources.replace(id, text);
        let (tree, problems) = parse(self.sources.get(id));
        self.trees[id.0 as usize] = tree;
        self.parsed[id.0 as usize] = problems;
        self.stale = true;
    }

    /// All files resolved and checked together, if one has changed.
    pub fn view(&mut self) -> View<'_> {
        if self.stale {
            let (model, of_model) = resolve(&self.trees, &self.settings);
            let (checked, of_check) = check(&model);
            let mut problems = Problems::default();
            self.parsed.iter().for_each(|found| problems.extend(found.clone()));
            // what could not be read may be what uses it
            let of_check = if problems.has_errors() { of_check.without("unused") } else { of_check };
            problems.extend(of_model);
            problems.extend(of_check);
            if !problems.has_errors() {
                problems.extend(query::misasked(&checked));
            }
            self.model = checked;
            self.problems = problems.sorted();
            self.stale = false;
        }
        View { sources: &self.sources, trees: &self.trees, model: &self.model, problems: &self.problems }
    }
}

//! Which project a file belongs to, and the projects as they are on the screen: the text of
//! an open document counts, not that of its file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Severity};
use crate::ide::Project;
use crate::model::Settings;
use crate::project::{self, FILE, LoadError};
use crate::text::{FileId, Sources};

/// A project, or a file that is in none.
pub struct Workspace {
    /// Of the project; the file's folder where there is none.
    pub root: PathBuf,
    pub project: Project,
    /// What is wrong with `kepi.toml` and the folders that it names, and the text it points into.
    pub setup: (Vec<Diagnostic>, Sources),
    /// The folders whose files belong to it.
    folders: Vec<String>,
    /// Something has changed since its problems were told.
    pub untold: bool,
    /// The files that problems have been told of.
    pub told: BTreeSet<PathBuf>,
}

/// Where a file is: its workspace, by the key of `Workspaces`, and its place there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub workspace: PathBuf,
    pub file: FileId,
}

#[derive(Default)]
pub struct Workspaces {
    /// By the root of the project, or the file itself.
    pub all: BTreeMap<PathBuf, Workspace>,
    /// Texts of open documents.
    open: BTreeMap<PathBuf, String>,
}

impl Workspaces {
    /// The project of a folder, if it is in one.
    pub fn add_folder(&mut self, folder: &Path) {
        if let Ok(root) = project::find(folder) {
            self.load(&root);
        }
    }

    /// Where the file is. A project is read when the first of its files is asked for.
    pub fn locate(&mut self, path: &Path) -> Option<Location> {
        if let Some(root) = path.parent().and_then(|folder| project::find(folder).ok()) {
            if !self.all.contains_key(&root) {
                self.load(&root);
            }
            let workspace = self.all.get_mut(&root)?;
            let shown = shown(&root, path)?;
            if let Some(file) = workspace.project.find(&shown) {
                return Some(Location { workspace: root, file });
            }
            if workspace.holds(&shown) {
                let text = self.open.get(path)?;
                let file = workspace.project.add(&shown, text);
                workspace.untold = true;
                return Some(Location { workspace: root, file });
            }
        }
        self.alone(path)
    }

    /// A file by itself.
    fn alone(&mut self, path: &Path) -> Option<Location> {
        let text = self.open.get(path)?;
        let root = path.parent()?.to_path_buf();
        let name = path.file_name()?.to_string_lossy().into_owned();
        let workspace = self.all.entry(path.to_path_buf()).or_insert_with(|| {
            let mut sources = Sources::default();
            sources.add(name.as_str(), text.as_str());
            Workspace::new(root, Settings::default(), sources)
        });
        Some(Location { workspace: path.to_path_buf(), file: workspace.project.find(&name)? })
    }

    pub fn get(&mut self, location: &Location) -> Option<&mut Workspace> {
        self.all.get_mut(&location.workspace)
    }

    /// The text of a document that is open now.
    pub fn set_text(&mut self, path: &Path, text: String) {
        self.open.insert(path.to_path_buf(), text.clone());
        let Some(location) = self.locate(path) else { return };
        if let Some(workspace) = self.all.get_mut(&location.workspace) {
            workspace.project.set_text(location.file, &text);
            workspace.untold = true;
        }
    }

    /// What is in its file counts again.
    pub fn close(&mut self, path: &Path) {
        self.open.remove(path);
        match self.root_of(path) {
            Some(root) => self.load(&root),
            None => {
                if let Some(alone) = self.all.get_mut(path) {
                    *alone = Workspace::new(alone.root.clone(), Settings::default(), Sources::default());
                }
            }
        }
    }

    /// Something was written beside us: the projects that it may belong to are read again.
    pub fn changed_on_disk(&mut self, path: &Path) {
        if let Some(root) = self.root_of(path).or_else(|| path.parent().map(Path::to_path_buf))
            && root.join(FILE).is_file()
        {
            self.load(&root);
        }
    }

    fn root_of(&self, path: &Path) -> Option<PathBuf> {
        let known = self.all.keys().filter(|root| path.starts_with(root) && path != root.as_path());
        known.max_by_key(|root| root.as_os_str().len()).cloned()
    }

    /// Reads a project, with the texts of its open documents in place of its files.
    fn load(&mut self, root: &Path) {
        let mut workspace = match project::load(root) {
            Ok(loaded) => {
                let folders = loaded.project.metrics.clone();
                Workspace {
                    folders,
                    ..Workspace::new(root.to_path_buf(), loaded.project.settings, loaded.sources)
                }
            }
            Err(LoadError::Mistakes(sources, problems)) => {
                let found = problems.sorted();
                let toml = sources.iter().all(|file| file.path == FILE);
                let files = if toml { Sources::default() } else { (*sources).clone() };
                let workspace = Workspace::new(root.to_path_buf(), Settings::default(), files);
                Workspace { setup: (found, *sources), folders: vec!["metrics".to_string()], ..workspace }
            }
            Err(other) => {
                let told = Diagnostic {
                    severity: Severity::Error,
                    ..Diagnostic::error(UNREADABLE, other.to_string())
                };
                let workspace = Workspace::new(root.to_path_buf(), Settings::default(), Sources::default());
                Workspace { setup: (vec![told], Sources::default()), ..workspace }
            }
        };
        if let Some(before) = self.all.remove(root) {
            workspace.told = before.told;
        }
        for (path, text) in self.open.iter().filter(|(path, _)| path.starts_with(root)) {
            let Some(shown) = shown(root, path) else { continue };
            match workspace.project.find(&shown) {
                Some(file) => workspace.project.set_text(file, text),
                None if workspace.holds(&shown) => {
                    workspace.project.add(&shown, text);
                }
                None => {}
            }
        }
        self.all.insert(root.to_path_buf(), workspace);
    }
}

/// What cannot be read is no message of the language.
const UNREADABLE: &str = "unreadable";

impl Workspace {
    fn new(root: PathBuf, settings: Settings, sources: Sources) -> Workspace {
        Workspace {
            root,
            project: Project::new(settings, sources),
            setup: (Vec::new(), Sources::default()),
            folders: Vec::new(),
            untold: true,
            told: BTreeSet::new(),
        }
    }

    /// Whether a file of that path belongs to the project once it is saved.
    fn holds(&self, shown: &str) -> bool {
        let below = |folder: &String| {
            let folder = folder.trim_end_matches('/');
            folder == "." || shown.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        shown.ends_with(".kpi") && self.folders.iter().any(below)
    }

    pub fn path(&self, shown: &str) -> PathBuf {
        self.root.join(shown)
    }
}

/// As the files of a project are named: from its root, with `/`.
fn shown(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.components();
    let names: Vec<String> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    Some(names.join("/"))
}

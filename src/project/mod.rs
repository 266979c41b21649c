//! A project as a folder: `kepi.toml` and the `.kpi` files that it names. What
//! reads files for the language; everything after it is a function of what it read.

mod file;
mod files;
mod find;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use crate::diagnostic::{Problems, nearest};
use crate::model::Settings;
use crate::text::{Sources, Span};

pub use files::{kpi_files, snapshots};
pub use find::find;

/// The file that makes a folder a project.
pub const FILE: &str = "kepi.toml";

/// What `kepi.toml` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    pub root: PathBuf,
    pub name: String,
    /// Folders with `.kpi` files, relative to the root.
    pub metrics: Vec<String>,
    /// Where sources are looked for by their names: a folder, relative to the root, or an address.
    pub data: String,
    pub settings: Settings,
    pub profiles: BTreeMap<String, Profile>,
}

/// Where one surrounding (`prod`, a laptop) has its data, and what it sets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    pub data: Option<String>,
    /// Paths or globs by source.
    pub sources: BTreeMap<String, String>,
    /// As they would be written in a `.kpi` file.
    pub parameters: BTreeMap<String, String>,
    /// Where they stand in kepi.toml.
    pub source_places: BTreeMap<String, Span>,
    pub parameter_places: BTreeMap<String, Span>,
}

/// A project and the text of all its files.
#[derive(Debug)]
pub struct Loaded {
    pub project: Project,
    pub sources: Sources,
}

/// Why a project could not be read.
#[derive(Debug)]
pub enum LoadError {
    /// Neither the folder nor one above it has a `kepi.toml`.
    NotFound(PathBuf),
    /// The folder that was named has none.
    NotAProject(PathBuf),
    Read(PathBuf, io::Error),
    /// Mistakes in `kepi.toml`, or files that are not there or not text.
    Mistakes(Box<Sources>, Problems),
}

/// Reads `kepi.toml` in `root` and all files of its metrics folders.
pub fn load(root: &Path) -> Result<Loaded, LoadError> {
    let path = root.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(LoadError::NotAProject(root.to_path_buf()));
        }
        Err(e) => return Err(LoadError::Read(path, e)),
    };
    let (project, problems) = file::read(root, &text);
    if problems.has_errors() {
        let mut sources = Sources::default();
        sources.add(FILE, text);
        return Err(LoadError::Mistakes(Box::new(sources), problems));
    }
    let sources = files::read_all(&project)?;
    Ok(Loaded { project, sources })
}

/// A project out of files that are not on the disk, as of another revision: `kepi.toml` and
/// all others by their paths in the project. Only what its metrics folders hold is taken.
pub fn assemble(root: &Path, mut contents: BTreeMap<String, Vec<u8>>) -> Result<Loaded, LoadError> {
    let toml = contents.remove(FILE).ok_or_else(|| LoadError::NotAProject(root.to_path_buf()))?;
    let text = String::from_utf8_lossy(&toml).into_owned();
    let (project, problems) = file::read(root, &text);
    if problems.has_errors() {
        let mut sources = Sources::default();
        sources.add(FILE, text);
        return Err(LoadError::Mistakes(Box::new(sources), problems));
    }
    let sources = files::of_contents(&project, contents)?;
    Ok(Loaded { project, sources })
}

/// The text of a file of the project's folder, where there is one.
pub fn beside(root: &Path, path: &str) -> Option<String> {
    fs::read_to_string(root.join(path)).ok()
}

impl Project {
    /// The profile by its name, or the empty one where none is asked for.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, String> {
        let Some(name) = name else {
            return Ok(Profile::default());
        };
        self.profiles.get(name).cloned().ok_or_else(|| {
            let known = || self.profiles.keys().map(String::as_str);
            let hint = match nearest(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if self.profiles.is_empty() => format!("add `[profiles.{name}]` to kepi.toml"),
                None => format!("kepi.toml has {}", known().collect::<Vec<_>>().join(", ")),
            };
            format!("no profile is called `{name}`: {hint}")
        })
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::NotFound(folder) => {
                let folder = folder.display();
                write!(f, "no project: neither {folder} nor a folder above it has a kepi.toml")
            }
            LoadError::NotAProject(folder) if folder.is_dir() => {
                write!(f, "no project: {} has no kepi.toml", folder.display())
            }
            LoadError::NotAProject(folder) => write!(f, "there is no folder {}", folder.display()),
            LoadError::Read(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            LoadError::Mistakes(..) => f.write_str("the project has mistakes"),
        }
    }
}

impl std::error::Error for LoadError {}

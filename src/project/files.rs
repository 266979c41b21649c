//! The `.kpi` files of a project: all below its metrics folders, in the order of
//! their paths, each once, whatever links lead to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{LoadError, Project};
use crate::diagnostic::{Diagnostic, Problems};
use crate::text::Sources;

const KPI: &str = ".kpi";

pub fn read_all(project: &Project) -> Result<Sources, LoadError> {
    let mut found = Found::default();
    let mut problems = Problems::default();
    for folder in &project.metrics {
        match project.root.join(folder) {
            path if path.is_dir() => found.walk(&path, folder.trim_end_matches('/'), KPI)?,
            path => problems.add(missing_folder(folder, path.exists())),
        }
    }
    if found.files.is_empty() && problems.is_empty() {
        problems.add(no_files(&project.metrics));
    }
    let mut sources = Sources::default();
    for (shown, path) in found.files {
        let bytes = fs::read(&path).map_err(|e| LoadError::Read(path, e))?;
        match String::from_utf8(bytes) {
            Ok(text) => {
                sources.add(shown, text);
            }
            Err(e) => problems.add(not_text(&shown, e.as_bytes(), e.utf8_error().valid_up_to())),
        }
    }
    match problems.has_errors() {
        true => Err(LoadError::Mistakes(Box::new(sources), problems)),
        false => Ok(sources),
    }
}

/// The snapshots of scorecards beside the metrics, as people are shown them and where they are.
pub fn snapshots(project: &Project) -> Result<Vec<(String, PathBuf)>, LoadError> {
    let mut found = Found::default();
    for folder in &project.metrics {
        found.walk(&project.root.join(folder), folder.trim_end_matches('/'), ".snap.md")?;
    }
    Ok(found.files.into_iter().collect())
}

/// All `.kpi` files below a folder, in the order of their paths.
pub fn kpi_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Found::default();
    match found.walk(folder, "", KPI) {
        Ok(()) => Ok(found.files.into_values().collect()),
        Err(LoadError::Read(_, error)) => Err(error),
        Err(other) => Err(io::Error::other(other)),
    }
}

/// The same of files whose contents are known.
pub fn of_contents(project: &Project, contents: BTreeMap<String, Vec<u8>>) -> Result<Sources, LoadError> {
    let folders: Vec<&str> =
        project.metrics.iter().map(|f| f.trim_start_matches("./").trim_end_matches('/')).collect();
    let inside = |path: &str, folder: &str| match folder {
        "." | "" => true,
        _ => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
    };
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    for (path, bytes) in contents {
        if !path.ends_with(".kpi") || !folders.iter().any(|folder| inside(&path, folder)) {
            continue;
        }
        match String::from_utf8(bytes) {
            Ok(text) => _ = sources.add(path, text),
            Err(e) => problems.add(not_text(&path, e.as_bytes(), e.utf8_error().valid_up_to())),
        }
    }
    match problems.has_errors() {
        true => Err(LoadError::Mistakes(Box::new(sources), problems)),
        false => Ok(sources),
    }
}

#[derive(Default)]
struct Found {
    /// Where they are, by the path that people are shown.
    files: BTreeMap<String, PathBuf>,
    /// Real places that have been seen: links may lead in circles.
    seen: std::collections::HashSet<PathBuf>,
}

impl Found {
    fn walk(&mut self, folder: &Path, shown: &str, ending: &str) -> Result<(), LoadError> {
        if !self.is_new(folder)? {
            return Ok(());
        }
        for entry in entries(folder).map_err(|e| LoadError::Read(folder.to_path_buf(), e))? {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let ends = name.len() > ending.len() && name.ends_with(ending);
            let shown = if shown == "." { name } else { format!("{shown}/{name}") };
            if entry.is_dir() {
                self.walk(&entry, &shown, ending)?;
            } else if ends && self.is_new(&entry)? {
                self.files.insert(shown, entry);
            }
        }
        Ok(())
    }

    fn is_new(&mut self, path: &Path) -> Result<bool, LoadError> {
        let real = fs::canonicalize(path).map_err(|e| LoadError::Read(path.to_path_buf(), e))?;
        Ok(self.seen.insert(real))
    }
}

/// Sorted, so that of two ways to one file always the same is taken.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|e| Ok(e?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn missing_folder(folder: &str, exists: bool) -> Diagnostic {
    let what = if exists { "is a file" } else { "does not exist" };
    Diagnostic::error("no-metrics", format!("the metrics folder `{folder}` {what}"))
        .help(format!("create `{folder}`, or name another folder under `metrics` in kepi.toml"))
}

fn no_files(folders: &[String]) -> Diagnostic {
    Diagnostic::error("no-metrics", format!("no `.kpi` file in `{}`", folders.join("`, `")))
        .help("write the first definitions there, or let `kepi init` make a project that runs")
}

fn not_text(path: &str, bytes: &[u8], at: usize) -> Diagnostic {
    let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
    Diagnostic::error(
        "not-utf-8",
        format!("{path} is not UTF-8 text: line {line} has the byte 0x{:02x}", bytes[at]),
    )
    .help("save the file with the encoding UTF-8")
}

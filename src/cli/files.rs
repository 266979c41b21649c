//! Files that commands write, and where a project lies in its repository.

use std::fs;
use std::path::Path;

use super::failure::Failure;
use crate::fingerprint::lock;

/// Beside its place first, so that there is never half a file.
pub fn put(path: &Path, write: impl FnOnce(&Path) -> Result<(), String>) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = path.with_file_name(name);
    write(&part).and_then(|()| fs::rename(&part, path).map_err(|e| e.to_string())).map_err(|e| {
        // what is half written is of no use, and may not even be there
        let _ = fs::remove_file(&part);
        Failure::new(format!("cannot write {}: {e}", path.display()))
    })
}

/// Whether a `.gitattributes` says anything of kepi.lock.
pub fn knows_lock(attributes: &str) -> bool {
    let pattern = |line: &str| line.split_whitespace().next().unwrap_or_default().to_string();
    attributes.lines().any(|line| pattern(line).ends_with(lock::FILE))
}

/// Whether git has been told how to merge the kepi.lock of a project: beside it, or above it
/// in the repository.
pub fn merges_lock(root: &Path) -> bool {
    let Ok(root) = root.canonicalize() else { return false };
    let mut inside = true;
    let folders = root.ancestors().take_while(|folder| {
        let here = inside;
        inside = here && !folder.join(".git").exists();
        here
    });
    let mut texts = folders.filter_map(|folder| fs::read_to_string(folder.join(".gitattributes")).ok());
    texts.any(|text| knows_lock(&text))
}

/// Where a project lies within the repository that holds it: `examples/acme/`, with `/` at
/// the end; empty where they are one, or where there is none.
pub fn folder_in_repository(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else {
        return String::new();
    };
    // in a worktree and in a submodule it is a file
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let inside = repository.and_then(|repository| root.strip_prefix(repository).ok());
    let parts = inside.into_iter().flat_map(|path| path.components());
    parts.map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

//! Which project is meant: the nearest folder upward that has a `kepi.toml`.

use std::path::{Path, PathBuf};

use super::{FILE, LoadError};

/// From a folder upward.
pub fn find(from: &Path) -> Result<PathBuf, LoadError> {
    let found = from.ancestors().find(|folder| folder.join(FILE).is_file());
    found.map(Path::to_path_buf).ok_or_else(|| LoadError::NotFound(from.to_path_buf()))
}

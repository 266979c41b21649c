//! What a revision holds below a folder, read from the repository's objects.

use std::collections::BTreeMap;

use super::{Error, Of, Repository, Revision};

/// Contents by path, relative to the folder that the repository was opened for.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Repository {
    /// All files of a revision whose names are wanted; folders with a dot are left out.
    pub fn files(&self, revision: &Revision, wanted: impl Fn(&str) -> bool) -> Result<Files, Error> {
        match &revision.of {
            Of::Nothing => Ok(Files::new()),
            Of::Commit(id) => self.of_commit(*id, &wanted),
            Of::Index => self.of_index(&wanted),
        }
    }

    fn of_commit(&self, id: git2::Oid, wanted: &dyn Fn(&str) -> bool) -> Result<Files, Error> {
        let tree = self.git.find_commit(id)?.tree()?;
        let tree = match self.prefix.as_os_str().is_empty() {
            true => tree,
            false => match tree.get_path(&self.prefix) {
                Ok(entry) => match self.git.find_tree(entry.id()) {
                    Ok(tree) => tree,
                    Err(_) => return Ok(Files::new()),
                },
                Err(_) => return Ok(Files::new()),
            },
        };
        let mut found = Vec::new();
        tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            match entry.kind() {
                Some(git2::ObjectType::Tree) if name.starts_with('.') => return git2::TreeWalkResult::Skip,
                Some(git2::ObjectType::Blob) => {
                    let path = format!("{}{name}", folder);
                    if wanted(&path) {
                        found.push((path, entry.id()));
                    }
                }
                _ => {}
            }
            git2::TreeWalkResult::Ok
        })?;
        self.contents(found)
    }

    fn of_index(&self, wanted: &dyn Fn(&str) -> bool) -> Result<Files, Error> {
        let prefix = self.prefix.to_string_lossy().replace('\\', "/");
        let prefix = if prefix.is_empty() { prefix } else { format!("{prefix}/") };
        let mut found = Vec::new();
        for entry in self.git.index()?.iter() {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            let Some(path) = path.strip_prefix(&prefix) else { continue };
            let hidden = path.split('/').any(|part| part.starts_with('.'));
            if !hidden && wanted(path) {
                found.push((path.to_string(), entry.id));
            }
        }
        self.contents(found)
    }

    fn contents(&self, found: Vec<(String, git2::Oid)>) -> Result<Files, Error> {
        let mut files = Files::new();
        for (path, id) in found {
            // a clone without blobs, or a file that git only points at
            let Ok(blob) = self.git.find_blob(id) else {
                return Err(Error::NotFound { name: path, shallow: self.git.is_shallow() });
            };
            files.insert(path, blob.content().to_vec());
        }
        Ok(files)
    }
}

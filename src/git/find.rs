//! Names of revisions -> commits.

use std::path::{Path, PathBuf};

use super::{Error, Of, Revision};

pub struct Repository {
    pub(super) git: git2::Repository,
    /// Of the folder in the repository, with `/` between, without one at the end.
    pub(super) prefix: PathBuf,
}

/// The repository that a folder lies in.
pub fn open(folder: &Path) -> Result<Repository, Error> {
    let real =
        folder.canonicalize().map_err(|e| Error::Other(format!("cannot read {}: {e}", folder.display())))?;
    let git = match git2::Repository::discover(&real) {
        Ok(git) => git,
        Err(e) if e.code() == git2::ErrorCode::NotFound => {
            return Err(Error::NoRepository(folder.to_path_buf()));
        }
        Err(e) => return Err(e.into()),
    };
    let workdir = git.workdir().and_then(|w| w.canonicalize().ok());
    let prefix = workdir.and_then(|w| real.strip_prefix(w).ok().map(Path::to_path_buf));
    let prefix = prefix.ok_or_else(|| Error::NoRepository(folder.to_path_buf()))?;
    Ok(Repository { git, prefix })
}

impl Repository {
    /// A branch, tag or commit; without a local branch of the name the one of `origin`.
    pub fn revision(&self, name: &str) -> Result<Revision, Error> {
        let found = self.commit(name).or_else(|| self.commit(&format!("origin/{name}")));
        let of = found.map(Of::Commit).ok_or_else(|| self.not_found(name))?;
        Ok(Revision { name: name.to_string(), of })
    }

    fn commit(&self, name: &str) -> Option<git2::Oid> {
        Some(self.git.revparse_single(name).ok()?.peel_to_commit().ok()?.id())
    }

    fn not_found(&self, name: &str) -> Error {
        Error::NotFound { name: name.to_string(), shallow: self.git.is_shallow() }
    }

    /// The last commit; before the first there is nothing.
    pub fn head(&self) -> Result<Revision, Error> {
        match self.git.head() {
            Ok(head) => {
                let id = head.peel_to_commit().map_err(|_| self.not_found("HEAD"))?.id();
                Ok(Revision { name: "HEAD".to_string(), of: Of::Commit(id) })
            }
            Err(e) if matches!(e.code(), git2::ErrorCode::UnbornBranch | git2::ErrorCode::NotFound) => {
                Ok(Revision { name: "nothing".to_string(), of: Of::Nothing })
            }
            Err(e) => Err(e.into()),
        }
    }

    pub fn index(&self) -> Revision {
        Revision { name: "the index".to_string(), of: Of::Index }
    }

    /// Where HEAD left the main branch: that of `origin`, else `main` or `master`.
    pub fn default_base(&self) -> Result<Revision, Error> {
        let head = self.head()?;
        if head.of == Of::Nothing {
            return Ok(head);
        }
        self.merge_base(&self.main_branch()?, "HEAD")
    }

    fn main_branch(&self) -> Result<String, Error> {
        let names = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];
        let found = names.iter().find(|name| self.commit(name).is_some());
        let name = found.ok_or(Error::NoMainBranch)?;
        // what origin calls its own
        let target = self.git.find_reference("refs/remotes/origin/HEAD").ok();
        let target = target.and_then(|r| r.symbolic_target().ok().flatten().map(str::to_string));
        let target = target.and_then(|t| t.strip_prefix("refs/remotes/").map(str::to_string));
        Ok(match *name {
            "origin/HEAD" => target.unwrap_or_else(|| name.to_string()),
            name => name.to_string(),
        })
    }

    pub fn merge_base(&self, with: &str, head: &str) -> Result<Revision, Error> {
        let (a, b) = (self.revision(with)?, self.revision(head)?);
        let (Of::Commit(a), Of::Commit(b)) = (a.of, b.of) else { return Err(self.not_found(with)) };
        let base = self
            .git
            .merge_base(a, b)
            .map_err(|_| Error::NoMergeBase { with: with.to_string(), shallow: self.git.is_shallow() })?;
        let name = if base == a { with.to_string() } else { format!("the merge base with {with}") };
        Ok(Revision { name, of: Of::Commit(base) })
    }
}

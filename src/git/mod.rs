//! Revisions of a repository: the only module that names git2. It reads, and never touches
//! the work tree.

mod find;
mod read;

use std::fmt;
use std::path::PathBuf;

pub use find::{Repository, open};
pub use read::Files;

/// A state of the definitions that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// As it was asked for: `main`, `HEAD~2`; `the merge base with main`.
    pub name: String,
    of: Of,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Of {
    Commit(git2::Oid),
    /// What `git add` has gathered.
    Index,
    /// Before the first commit.
    Nothing,
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.of {
            Of::Commit(id) => write!(f, "{} ({})", self.name, &id.to_string()[..7]),
            Of::Index | Of::Nothing => f.write_str(&self.name),
        }
    }
}

/// Why a revision cannot be read.
#[derive(Debug)]
pub enum Error {
    NoRepository(PathBuf),
    /// The name of what was looked for; the clone may be too shallow to have it.
    NotFound {
        name: String,
        shallow: bool,
    },
    /// No branch is the one that others are merged into.
    NoMainBranch,
    NoMergeBase {
        with: String,
        shallow: bool,
    },
    Other(String),
}

impl Error {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Error::NoRepository(_) => Some("`kepi diff BEFORE AFTER` compares two folders without git"),
            Error::NotFound { shallow: true, .. } | Error::NoMergeBase { shallow: true, .. } => Some(
                "this clone is shallow: `git fetch --unshallow` brings the rest (`fetch-depth: 0` in GitHub's checkout, `GIT_DEPTH: 0` in GitLab)",
            ),
            Error::NotFound { .. } => {
                Some("name a branch, tag or commit: `kepi diff main`, `kepi diff v1..HEAD`")
            }
            Error::NoMainBranch => Some("name what to compare with: `kepi diff develop`"),
            Error::NoMergeBase { .. } => Some("name a commit to compare with: `kepi diff COMMIT`"),
            Error::Other(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoRepository(folder) => write!(f, "{} is in no git repository", folder.display()),
            Error::NotFound { name, .. } => write!(f, "the repository does not have `{name}`"),
            Error::NoMainBranch => {
                f.write_str("the repository has no main branch: neither `main` nor `master`")
            }
            Error::NoMergeBase { with, .. } => write!(f, "nothing is common to HEAD and `{with}`"),
            Error::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}

impl From<git2::Error> for Error {
    fn from(error: git2::Error) -> Error {
        Error::Other(format!("git: {}", error.message()))
    }
}

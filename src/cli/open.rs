//! From the arguments to a project: where it is, what is in it, what it means.

use std::path::{Path, PathBuf};

use super::Global;
use super::failure::Failure;
use crate::check::CheckedModel;
use crate::project::{self, Loaded, Project};
use crate::text::Sources;

/// A project without errors.
pub struct Opened {
    pub project: Project,
    pub sources: Sources,
    pub model: CheckedModel,
}

/// The folder of the project: `--project`, or the nearest upward of where we are.
pub fn root(global: &Global) -> Result<PathBuf, Failure> {
    match &global.project {
        Some(folder) => Ok(folder.clone()),
        None => root_above(Path::new(".")),
    }
}

/// The nearest one upward of a file or folder.
pub fn root_above(path: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(path)
        .and_then(|p| p.canonicalize())
        .map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))?;
    Ok(project::find(&absolute)?)
}

/// A project to be computed: none with errors.
pub fn open(global: &Global) -> Result<Opened, Failure> {
    let Loaded { project, sources } = project::load(&root(global)?)?;
    let (model, problems) = crate::compile(&sources, &project.settings);
    match problems.has_errors() {
        true => Err(Failure::Definitions(problems.sorted(), Box::new(sources))),
        // warnings are for `kepi check`
        false => Ok(Opened { project, sources, model }),
    }
}

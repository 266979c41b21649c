//! A new version of a metric beside the one that was: what `kepi bump` writes and what an
//! editor offers.

use std::path::Path;

use jiff::civil::Date;

use crate::check::{CheckedModel, MetricId};
use crate::fingerprint::lock::Lock;
use crate::fingerprint::{Digest, meanings};
use crate::format::{self, Old};
use crate::git;
use crate::project::{self, FILE, Loaded};
use crate::text::{FileId, Sources};

/// The file with both versions.
pub struct Bumped {
    pub file: FileId,
    pub text: String,
    pub version: u32,
    pub new: u32,
    /// The old version's text is the recorded one: what was edited is the new version.
    pub edited: bool,
    /// The project with that file.
    pub model: CheckedModel,
}

/// Why it cannot be done.
#[derive(Debug)]
pub enum Refused {
    Because { why: String, help: Option<String> },
    Git(git::Error),
}

impl From<git::Error> for Refused {
    fn from(error: git::Error) -> Refused {
        Refused::Git(error)
    }
}

fn because(why: impl Into<String>, help: impl Into<String>) -> Refused {
    Refused::Because { why: why.into(), help: Some(help.into()) }
}

/// Whether the metric is one that can have a new version.
pub fn can_bump(model: &CheckedModel, id: MetricId) -> Result<(), Refused> {
    let metric = model.metric(id);
    let (name, version) = (&metric.name, metric.version);
    if metric.attributes.draft {
        let why = format!("`{name}` v{version} is a draft, which may change as it is");
        return Err(because(why, "bump a current version by its name"));
    }
    if !metric.current {
        let why = format!("`{name}` v{version} is not the current one");
        return Err(because(why, "bump a current version by its name"));
    }
    if metric.attributes.deprecated.is_some() {
        return Err(because(format!("`{name}` v{version} is deprecated"), "take `deprecated` out first"));
    }
    Ok(())
}

/// Nothing is written: the old version means in the new text what is recorded of it, or what
/// it meant.
pub fn bump(
    root: &Path,
    sources: &Sources,
    model: &CheckedModel,
    id: MetricId,
    lock: Option<&Lock>,
    until: Date,
) -> Result<Bumped, Refused> {
    can_bump(model, id)?;
    let metric = model.metric(id);
    let (name, version) = (metric.name.as_str(), metric.version);
    let file = sources.get(metric.name_span.file);
    let meaning = meanings(model)[id.index()];
    let recorded = lock.and_then(|lock| recorded(lock, name, version)).filter(|r| *r != meaning);
    let text = recorded.map(|recorded| text_of(root, name, version, recorded)).transpose()?;
    let versions = model.metrics.iter().filter(|m| m.name == name).map(|m| m.version);
    let new = 1 + versions.max().unwrap_or(version);
    let old = Old { version, text: text.as_deref(), until };
    let Some(bumped) = format::bump(file, name, &old, new) else {
        let why = format!("cannot find `{name}` v{version} in {}", file.path);
        return Err(Refused::Because { why, help: None });
    };
    let mut after = sources.clone();
    after.replace(file.id, bumped.as_str());
    let (after, problems) = crate::compile(&after, &model.settings);
    let stays = after.find_metric(&format!("{name}.v{version}")).filter(|_| !problems.has_errors());
    if stays.is_none_or(|id| meanings(&after)[id.index()] != recorded.unwrap_or(meaning)) {
        let why = format!(
            "`{name}` v{version}, as it was written, no longer means what is recorded: what it uses changed"
        );
        let help = format!(
            "bump what it uses first and name that version in it, or say that the number was wrong: `kepi correct {name} -m \"…\"`"
        );
        return Err(because(why, help));
    }
    Ok(Bumped { file: file.id, text: bumped, version, new, edited: recorded.is_some(), model: after })
}

fn recorded(lock: &Lock, name: &str, version: u32) -> Option<Digest> {
    let entry = lock.versions.get(&(name.to_string(), version))?;
    let recorded = entry.recorded.as_ref()?;
    (recorded.meaning.algorithm == crate::fingerprint::ALGORITHM).then_some(recorded.meaning.digest)
}

/// How the recorded meaning was written, in the last commit or where the main branch was left.
fn text_of(root: &Path, name: &str, version: u32, meaning: Digest) -> Result<String, Refused> {
    let repository = git::open(root)?;
    for revision in [repository.head(), repository.default_base()].into_iter().flatten() {
        let wanted = |path: &str| path == FILE || path.ends_with(".kpi");
        let contents = repository.files(&revision, wanted)?;
        let Ok(Loaded { project, sources }) = project::assemble(root, contents) else { continue };
        let (model, problems) = crate::compile(&sources, &project.settings);
        let Some(id) = model.find_metric(&format!("{name}.v{version}")).filter(|_| !problems.has_errors())
        else {
            continue;
        };
        if meanings(&model)[id.index()] == meaning {
            let file = sources.get(model.metric(id).name_span.file);
            if let Some(span) = format::place(file, name, version) {
                return Ok(file.slice(span).to_string());
            }
        }
    }
    let why =
        format!("neither the last commit nor the main branch has `{name}` v{version} as it is recorded");
    Err(because(why, "bump before editing; or write the old definition beside the new one by hand"))
}

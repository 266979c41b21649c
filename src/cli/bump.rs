//! `kepi bump`: a new version of a metric, beside the one that was.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, day, decide, lock, open};
use crate::check::{CheckedModel, MetricId};
use crate::fingerprint::lock::Lock;
use crate::fingerprint::{Digest, meanings, named_metrics};
use crate::format::{self, Old};
use crate::git;
use crate::project::{self, FILE, Loaded};
use crate::text::SourceFile;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The metric, by its name alone: the current version
    metric: String,
    /// The last day of the old version; without it three months from today
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[command(flatten)]
    today: day::Flag,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let mut opened = open::open(global)?;
    let root = opened.project.root.clone();
    let id = decide::find(&opened.model, &args.metric)?;
    let metric = opened.model.metric(id).clone();
    let (name, version) = (metric.name.as_str(), metric.version);
    if !metric.current || metric.attributes.draft {
        let what = if metric.attributes.draft {
            "a draft, which may change as it is"
        } else {
            "not the current one"
        };
        return Err(
            Failure::new(format!("`{name}` v{version} is {what}")).help("bump a current version by its name")
        );
    }
    if metric.attributes.deprecated.is_some() {
        return Err(
            Failure::new(format!("`{name}` v{version} is deprecated")).help("take `deprecated` out first")
        );
    }
    let file = opened.sources.get(metric.name_span.file).clone();
    let mut lock = lock::read(&root, &mut opened.sources)?;
    let meaning = meanings(&opened.model)[id.index()];
    let recorded = lock.as_ref().and_then(|l| recorded(l, name, version)).filter(|r| *r != meaning);
    let text = recorded.map(|recorded| text_of(&root, name, version, recorded)).transpose()?;
    let new = 1 + opened
        .model
        .metrics
        .iter()
        .filter(|m| m.name == name)
        .map(|m| m.version)
        .max()
        .unwrap_or(version);
    let until = args.until.unwrap_or_else(|| args.today.day().saturating_add(3.months()));
    let old = Old { version, text: text.as_deref(), until };
    let bumped = format::bump(&file, name, &old, new)
        .ok_or_else(|| Failure::new(format!("cannot find `{name}` v{version} in {}", file.path)))?;
    write(&root, &file, &bumped)?;
    let wanted = recorded.unwrap_or(meaning);
    let model = sound(&root, &file, name, version, wanted)?;
    if let (Some(lock_file), Some(_)) = (&mut lock, recorded) {
        crate::fingerprint::lock::record(&model, lock_file);
        lock::write(&root, lock_file)?;
    }
    output.print(&told(&model, &file, name, version, new, until, recorded.is_some()))?;
    Ok(Outcome::Well)
}

fn recorded(lock: &Lock, name: &str, version: u32) -> Option<Digest> {
    let entry = lock.versions.get(&(name.to_string(), version))?;
    let recorded = entry.recorded.as_ref()?;
    (recorded.meaning.algorithm == crate::fingerprint::ALGORITHM).then_some(recorded.meaning.digest)
}

/// How the recorded meaning was written, in the last commit or where the main branch was left.
fn text_of(root: &Path, name: &str, version: u32, meaning: Digest) -> Result<String, Failure> {
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
    let message =
        format!("neither the last commit nor the main branch has `{name}` v{version} as it is recorded");
    Err(Failure::new(message)
        .help("bump before editing; or write the old definition beside the new one by hand"))
}

fn path(root: &Path, file: &SourceFile) -> PathBuf {
    root.join(&file.path)
}

fn write(root: &Path, file: &SourceFile, text: &str) -> Result<(), Failure> {
    fs::write(path(root, file), text).map_err(|e| Failure::new(format!("cannot write {}: {e}", file.path)))
}

/// The project as it is now; where the old version does not mean what it did, nothing was done.
fn sound(
    root: &Path,
    file: &SourceFile,
    name: &str,
    version: u32,
    meaning: Digest,
) -> Result<CheckedModel, Failure> {
    let Loaded { project, sources } = project::load(root)?;
    let (model, problems) = crate::compile(&sources, &project.settings);
    let id = model.find_metric(&format!("{name}.v{version}")).filter(|_| !problems.has_errors());
    if id.is_some_and(|id| meanings(&model)[id.index()] == meaning) {
        return Ok(model);
    }
    write(root, file, &file.text)?;
    let message = format!(
        "`{name}` v{version}, as it was written, no longer means what is recorded: what it uses changed"
    );
    Err(Failure::new(message).help(format!(
        "bump what it uses first and name that version in it, or say that the number was wrong: `kepi correct {name} -m \"…\"`"
    )))
}

fn told(
    model: &CheckedModel,
    file: &SourceFile,
    name: &str,
    version: u32,
    new: u32,
    until: Date,
    edited: bool,
) -> String {
    let mut text =
        format!("{}: `{name}` is v{new} now; v{version} stays, deprecated, until {until}\n", file.path);
    let users = users(model, name, new);
    if !users.is_empty() {
        text += &format!(
            "these follow it: `{}`; name `{name}.v{version}` in those that should not\n",
            users.join("`, `")
        );
    }
    if !edited {
        text += &format!("edit v{new}, then `kepi lock` records it\n");
    }
    text
}

/// The metrics that use the new version.
fn users(model: &CheckedModel, name: &str, new: u32) -> Vec<String> {
    let is_new = |id: &MetricId| model.metric(*id).name == name && model.metric(*id).version == new;
    let uses = |m: &&crate::check::Metric| {
        let mut named = Vec::new();
        named_metrics(&m.value, &mut named);
        named.iter().any(is_new)
    };
    model.metrics.iter().filter(uses).map(|m| m.name.clone()).collect()
}

//! `kepi check`: all mistakes of all files, and what changed without a decision.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, day, lock, open};
use crate::check::{allowed, deprecated};
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::fingerprint::lock::compare;
use crate::project::{self, LoadError, Loaded};
use crate::report::{self, ProblemFormat};
use crate::text::Sources;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show only messages about these files and folders; all files are read
    paths: Vec<PathBuf>,
    /// `json` for other programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    today: day::Flag,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let root = match (&global.project, args.paths.first()) {
        (None, Some(path)) => open::root_above(path)?,
        _ => open::root(global)?,
    };
    let (list, sources) = match project::load(&root) {
        Ok(mut loaded) => {
            let problems = problems(&mut loaded, args.today.day())?;
            let list = restricted(problems.sorted(), &loaded.sources, &root, &args.paths)?;
            (list, loaded.sources)
        }
        Err(LoadError::Mistakes(sources, problems)) => (problems.sorted(), *sources),
        Err(other) => return Err(other.into()),
    };
    let format = match args.format {
        Format::Text => ProblemFormat::Text,
        Format::Json => ProblemFormat::Json,
    };
    output.print(&report::problems(&list, &sources, format, &output.result))?;
    let first = list.iter().find(|d| d.severity == Severity::Error);
    if let Some(first) = first.filter(|d| output.watched() && report::page(d.name).is_some()) {
        output.note(&format!("`kepi explain {}` tells more\n", first.name));
    }
    Ok(if first.is_some() { Outcome::Findings } else { Outcome::Well })
}

/// Of the definitions; of one that is sound also what its dates and its lock file say.
fn problems(loaded: &mut Loaded, today: Date) -> Result<Problems, Failure> {
    let (model, mut problems) = crate::compile(&loaded.sources, &loaded.project.settings);
    let sound = !problems.has_errors();
    if sound {
        problems.extend(deprecated(&model, today));
    }
    let mut problems = allowed(&loaded.sources, problems, today);
    if let Some((lock, found)) = lock::read_leniently(&loaded.project.root, &mut loaded.sources)? {
        let readable = found.is_empty();
        problems.extend(found);
        if sound && readable {
            problems.extend(compare(&model, &lock, today));
        }
    }
    Ok(problems)
}

/// Only what is about these paths, or about no file at all.
fn restricted(
    list: Vec<Diagnostic>,
    sources: &Sources,
    root: &Path,
    paths: &[PathBuf],
) -> Result<Vec<Diagnostic>, Failure> {
    if paths.is_empty() {
        return Ok(list);
    }
    let real = |path: &Path| {
        path.canonicalize().map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))
    };
    let wanted = paths.iter().map(|p| real(p)).collect::<Result<Vec<_>, _>>()?;
    let shown: Vec<bool> = sources
        .iter()
        .map(|file| real(&root.join(&file.path)).is_ok_and(|path| wanted.iter().any(|w| path.starts_with(w))))
        .collect();
    Ok(list.into_iter().filter(|d| d.labels.is_empty() || shown[d.span().file.0 as usize]).collect())
}

//! `kepi check`: all mistakes of all files, and what changed without a decision.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::failure::Failure;
use super::files::{folder_in_repository, put};
use super::goal::{Goal, goal};
use super::output::Output;
use super::{Global, Outcome, day, lock, open, profiles};
use crate::check::{allowed, deprecated};
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::fingerprint::lock::compare;
use crate::project::{self, LoadError, Loaded};
use crate::report::{self, PipelineFormat, ProblemFormat, Screen};
use crate::text::Sources;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show only messages about these files and folders; all files are read
    paths: Vec<PathBuf>,
    /// Another form: json, github, gitlab, junit, sarif
    #[arg(long, value_name = "FORMAT", value_parser = format, default_value = "text")]
    format: Format,
    /// The same for several forms, each into a file if one is named: `-o text -o sarif:kepi.sarif`
    #[arg(long, short, value_name = "FORMAT[:FILE]", value_parser = |text: &str| goal(text, FORMATS), conflicts_with = "format")]
    output: Vec<Goal<Format>>,
    #[cfg(feature = "engine")]
    #[command(flatten)]
    data: super::data::Flags,
    #[command(flatten)]
    today: day::Flag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Plain(ProblemFormat),
    Pipeline(PipelineFormat),
}

const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Plain(ProblemFormat::Text)),
    ("json", Format::Plain(ProblemFormat::Json)),
    ("github", Format::Pipeline(PipelineFormat::Github)),
    ("gitlab", Format::Pipeline(PipelineFormat::Gitlab)),
    ("junit", Format::Pipeline(PipelineFormat::Junit)),
    ("sarif", Format::Pipeline(PipelineFormat::Sarif)),
];

fn format(text: &str) -> Result<Format, String> {
    let goal = goal(text, FORMATS)?;
    match goal.file {
        None => Ok(goal.format),
        Some(_) => Err("a file is named by `--output FORMAT:FILE`".to_string()),
    }
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
    let first = list.iter().find(|d| d.severity == Severity::Error);
    #[cfg(feature = "engine")]
    let data = match first {
        None => super::data::check(&args.data, global, output)?,
        // what is not sound cannot say what the data should be
        Some(_) => None,
    };
    #[cfg(not(feature = "engine"))]
    let data: Option<report::OfData> = None;
    let folder = folder_in_repository(&root);
    for goal in args.goals() {
        let rendered = |screen: &Screen| match goal.format {
            Format::Plain(format) => report::problems(&list, &sources, data.as_ref(), format, screen),
            Format::Pipeline(format) => {
                report::problems_for_pipeline(&list, &sources, data.as_ref(), &folder, format)
            }
        };
        match &goal.file {
            None => output.print(&rendered(&output.result))?,
            Some(path) => {
                put(path, |part| fs::write(part, rendered(&Screen::default())).map_err(|e| e.to_string()))?
            }
        }
    }
    if let Some(first) = first.filter(|d| output.watched() && report::page(d.name).is_some()) {
        output.note(&format!("`kepi explain {}` tells more\n", first.name));
    }
    #[cfg(feature = "engine")]
    if data.as_ref().is_some_and(super::data::red) {
        return Ok(Outcome::Findings);
    }
    Ok(if first.is_some() { Outcome::Findings } else { Outcome::Well })
}

impl Args {
    fn goals(&self) -> Vec<Goal<Format>> {
        match self.output.as_slice() {
            [] => vec![Goal { format: self.format, file: None }],
            some => some.to_vec(),
        }
    }
}

/// Of the definitions; of one that is sound also what its dates and its lock file say.
fn problems(loaded: &mut Loaded, today: Date) -> Result<Problems, Failure> {
    let (model, mut problems) = crate::compile(&loaded.sources, &loaded.project.settings);
    let sound = !problems.has_errors();
    if sound {
        problems.extend(deprecated(&model, today));
    }
    let mut problems = allowed(&loaded.sources, problems, today);
    if sound {
        let mistakes = profiles::mistakes(&loaded.project, &model, &mut loaded.sources);
        mistakes.into_iter().for_each(|mistake| problems.add(mistake));
    }
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

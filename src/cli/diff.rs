//! `kepi diff`: what changed from one revision, or folder, to another.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::failure::Failure;
#[cfg(feature = "engine")]
use super::moved;
use super::output::Output;
use super::{Global, Outcome, open};
use crate::Trees;
use crate::check::CheckedModel;
use crate::diff::{self, Class, Side};
use crate::git::{self, Repository, Revision};
use crate::project::{self, FILE, LoadError, Loaded, Project};
use crate::report::{self, ChangeFormat, Compared};
use crate::text::Sources;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes with --detailed-exitcode: 0 nothing, or nothing but words; 10 thresholds or compatible \
changes; 11 numbers change; 12 something breaks")]
pub struct Args {
    /// A revision to compare the work tree with, two as BASE..HEAD, or two folders; without it
    /// the merge base with the main branch
    #[arg(value_name = "BASE[..HEAD]", num_args = 0..=2)]
    what: Vec<String>,
    /// Compare what `git add` has gathered with the last commit, or with BASE
    #[arg(long)]
    staged: bool,
    /// How it looks; `markdown` is a comment for a pull request
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Write it there
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// End with a code that tells how much the changes matter
    #[arg(long)]
    detailed_exitcode: bool,
    #[cfg(feature = "engine")]
    #[command(flatten)]
    on_data: moved::Flags,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Markdown,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let (before, after) = sides(args, global)?;
    let compared = Compared { before: before.name.clone(), after: after.name.clone() };
    let found = diff::diff(before.side(), after.side());
    #[cfg(feature = "engine")]
    let moved = moved::movements(&args.on_data, &before, &after, &found, output)?;
    #[cfg(not(feature = "engine"))]
    let moved = None::<crate::movement::Movements>;
    let format = match args.format {
        Format::Text => ChangeFormat::Text,
        Format::Json => ChangeFormat::Json,
        Format::Markdown => ChangeFormat::Markdown,
    };
    match &args.output {
        None => output.print(&report::changes(&found, moved.as_ref(), &compared, format, &output.result))?,
        Some(path) => {
            let text = report::changes(&found, moved.as_ref(), &compared, format, &report::Screen::default());
            std::fs::write(path, text)
                .map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))?;
        }
    }
    if moved.as_ref().is_some_and(crate::movement::Movements::has_failed) {
        // shown all the same: what it says of the definitions is right
        return Ok(Outcome::Code(2));
    }
    Ok(if args.detailed_exitcode { Outcome::Code(code(found.class)) } else { Outcome::Well })
}

fn code(class: Option<Class>) -> u8 {
    match class {
        None | Some(Class::Cosmetic | Class::Documentation) => 0,
        Some(Class::Tightened | Class::Loosened | Class::Moved | Class::Compatible) => 10,
        Some(Class::ValueChanging) => 11,
        Some(Class::Breaking) => 12,
    }
}

/// A state of the project, compiled.
pub struct State {
    pub name: String,
    /// None before there was one.
    #[cfg_attr(not(feature = "engine"), expect(dead_code, reason = "it says where the data is"))]
    pub project: Option<Project>,
    pub sources: Sources,
    pub model: CheckedModel,
}

impl State {
    fn side(&self) -> Side<'_> {
        Side { sources: &self.sources, model: &self.model }
    }
}

fn sides(args: &Args, global: &Global) -> Result<(State, State), Failure> {
    // most files are the same on both sides
    let trees = &mut Trees::default();
    if let [before, after] = &args.what[..] {
        if args.staged {
            return Err(Failure::new("`--staged` compares with one revision, and two folders are named")
                .help("leave one of them out: `kepi diff main --staged`"));
        }
        return Ok((folder(Path::new(before), trees)?, folder(Path::new(after), trees)?));
    }
    let what = args.what.first().map(String::as_str);
    let root = open::root(global)?;
    let repository = match (git::open(&root), what) {
        (Ok(repository), _) => repository,
        (Err(_), Some(path)) if is_project(path) => {
            return Ok((folder(Path::new(path), trees)?, work_tree(&root, trees)?));
        }
        (Err(e), _) => return Err(e.into()),
    };
    let mut of = |revision: Revision| of_revision(&repository, &root, &revision, trees);
    match what {
        _ if args.staged => {
            let base = what.map_or_else(|| repository.head(), |name| repository.revision(name))?;
            Ok((of(base)?, of(repository.index())?))
        }
        None => Ok((of(repository.default_base()?)?, work_tree(&root, trees)?)),
        Some(range) if range.contains("..") => {
            let (base, head) = revisions(&repository, range)?;
            Ok((of(base)?, of(head)?))
        }
        Some(name) => match repository.revision(name) {
            Ok(base) => Ok((of(base)?, work_tree(&root, trees)?)),
            Err(_) if is_project(name) => Ok((folder(Path::new(name), trees)?, work_tree(&root, trees)?)),
            Err(e) => Err(not_found(args, name, e.into())),
        },
    }
}

#[cfg(feature = "engine")]
fn not_found(args: &Args, name: &str, failure: Failure) -> Failure {
    match args.on_data.meant(name) {
        Some(help) => failure.help(help),
        None => failure,
    }
}

#[cfg(not(feature = "engine"))]
fn not_found(_: &Args, _: &str, failure: Failure) -> Failure {
    failure
}

fn is_project(path: &str) -> bool {
    Path::new(path).join(FILE).is_file()
}

/// `a..b`, and `a...b` from where they parted; what is left out is HEAD.
fn revisions(repository: &Repository, range: &str) -> Result<(Revision, Revision), Failure> {
    let or_head = |name: &str| if name.is_empty() { "HEAD".to_string() } else { name.to_string() };
    match range.split_once("...") {
        Some((base, head)) => {
            let (base, head) = (or_head(base), or_head(head));
            Ok((repository.merge_base(&base, &head)?, repository.revision(&head)?))
        }
        None => {
            let (base, head) = range.split_once("..").unwrap_or((range, ""));
            Ok((repository.revision(&or_head(base))?, repository.revision(&or_head(head))?))
        }
    }
}

fn folder(root: &Path, trees: &mut Trees) -> Result<State, Failure> {
    compiled(root.display().to_string(), project::load(root), trees)
}

fn work_tree(root: &Path, trees: &mut Trees) -> Result<State, Failure> {
    compiled("the work tree".to_string(), project::load(root), trees)
}

/// Before there was a project there was nothing, which is no mistake.
fn of_revision(
    repository: &Repository,
    root: &Path,
    revision: &Revision,
    trees: &mut Trees,
) -> Result<State, Failure> {
    let wanted = |path: &str| path == FILE || path.ends_with(".kpi");
    let contents = repository.files(revision, wanted)?;
    if !contents.contains_key(FILE) {
        let name = revision.to_string();
        return Ok(State {
            name,
            project: None,
            sources: Sources::default(),
            model: CheckedModel::default(),
        });
    }
    compiled(revision.to_string(), project::assemble(root, contents), trees)
}

fn compiled(name: String, loaded: Result<Loaded, LoadError>, trees: &mut Trees) -> Result<State, Failure> {
    let of_this = |failure: Failure| match failure {
        Failure::Definitions(list, sources) => Failure::Revision(name.clone(), list, sources),
        other => other,
    };
    let Loaded { project, sources } = loaded.map_err(|e| of_this(e.into()))?;
    let (model, problems) = trees.compile(&sources, &project.settings);
    match problems.has_errors() {
        true => Err(Failure::Revision(name, problems.sorted(), Box::new(sources))),
        false => Ok(State { name, project: Some(project), sources, model }),
    }
}

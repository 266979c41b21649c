//! `kepi init-ci`: the files that make a pipeline run Kepi, and hooks before a commit.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::failure::Failure;
use super::files::folder_in_repository;
use super::output::Output;
use super::{Global, Outcome, open};
use crate::threshold::quoted;

/// No registry has Kepi yet, and whoever takes its name there would run in the pipeline.
const PRESENT: &str =
    "command -v kepi || { echo 'say here how this machine gets kepi: kepi init-ci --install'; exit 1; }";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// For which the file is written
    #[arg(value_name = "WHERE")]
    pipeline: Pipeline,
    /// The command that brings Kepi to the machine of a pipeline; without it Kepi has to be there
    #[arg(long, value_name = "COMMAND", default_value = PRESENT)]
    install: String,
    /// Print it, and write nothing
    #[arg(long)]
    print: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Pipeline {
    /// .github/workflows/metrics.yml
    Github,
    /// .gitlab-ci.yml
    Gitlab,
    /// .pre-commit-config.yaml
    PreCommit,
}

impl Pipeline {
    /// From the root of the repository.
    fn path(self, folder: &str) -> String {
        match self {
            Pipeline::Github if folder.is_empty() => ".github/workflows/metrics.yml".to_string(),
            // a repository may hold several projects
            Pipeline::Github => format!(".github/workflows/metrics-{}.yml", folder.replace('/', "-")),
            Pipeline::Gitlab => ".gitlab-ci.yml".to_string(),
            Pipeline::PreCommit => ".pre-commit-config.yaml".to_string(),
        }
    }

    fn template(self) -> &'static str {
        match self {
            Pipeline::Github => include_str!("../../templates/ci/github.yml"),
            Pipeline::Gitlab => include_str!("../../templates/ci/gitlab.yml"),
            Pipeline::PreCommit => include_str!("../../templates/ci/pre-commit.yml"),
        }
    }
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let opened = open::open(global)?;
    if args.install.contains('\n') {
        return Err(Failure::new("the command of --install is one line")
            .help("put the lines into a script, and say how it is run"));
    }
    let root = &opened.project.root;
    let root =
        root.canonicalize().map_err(|e| Failure::new(format!("cannot read {}: {e}", root.display())))?;
    let prefix = folder_in_repository(&root);
    let folder = prefix.trim_end_matches('/');
    let scorecards: Vec<&str> = opened.model.scorecards.iter().map(|s| s.name.as_str()).collect();
    let text = filled(args.pipeline, folder, &args.install, &opened.project.data, &scorecards.join(" "));
    if args.print {
        output.print(&text)?;
        return Ok(Outcome::Well);
    }
    // pipelines and hooks are looked for at the root of a repository
    let repository = root.ancestors().nth(prefix.matches('/').count()).unwrap_or(&root);
    let path = repository.join(args.pipeline.path(folder));
    write(&path, &text)?;
    output.print(&format!("wrote {}\n", path.display()))?;
    if args.install == PRESENT && args.pipeline != Pipeline::PreCommit {
        output
            .note("Kepi has to be on the pipeline's machine: `--install COMMAND` writes how it gets there\n");
    }
    Ok(Outcome::Well)
}

/// The pipeline of a project in a folder of its repository, or at its root (`""`).
fn filled(pipeline: Pipeline, folder: &str, install: &str, data: &str, scorecards: &str) -> String {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let (name, mark) = match folder {
        "" => ("metrics".to_string(), "<!-- kepi diff -->".to_string()),
        folder => (format!("metrics ({folder})"), format!("<!-- kepi diff of {folder} -->")),
    };
    let matching = |files: &str| yaml(&format!("^{}({files})$", escaped(&prefix)));
    let in_folder = if folder.is_empty() { String::new() } else { format!(" --project {}", quoted(folder)) };
    let places = [
        ("name", yaml(&name)),
        ("mark", yaml(&mark)),
        ("folder", yaml(folder)),
        ("files", yaml(&format!("{prefix}**/*"))),
        ("workflow", yaml(&pipeline.path(folder))),
        ("prefix", prefix.clone()),
        ("inside", prefix.replace('\'', "''")),
        ("kpi", matching(r".*\.kpi")),
        ("definitions", matching(r".*\.kpi|kepi\.toml|kepi\.lock")),
        ("project", in_folder),
        ("quoted", quoted(folder)),
        ("data", quoted(data)),
        ("scorecards", scorecards.to_string()),
        ("install", install.to_string()),
    ];
    let kept = pipeline.template().lines().filter_map(|line| match line.strip_suffix("#folder") {
        Some(line) => (!folder.is_empty()).then(|| line.trim_end()),
        None => Some(line),
    });
    let text = kept.map(|line| format!("{line}\n")).collect::<String>();
    let text = if scorecards.is_empty() { text.replace("{{scorecards}} ", "") } else { text };
    places.iter().fold(text, |text, (place, value)| text.replace(&format!("{{{{{place}}}}}"), value))
}

/// As a scalar.
fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// For a regular expression that means the text itself.
fn escaped(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_/-".contains(c);
    text.chars().flat_map(|c| (!plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

/// Never over a file that is there.
fn write(path: &PathBuf, text: &str) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::new(format!("cannot write {}: {e}", path.display()));
    if path.exists() {
        return Err(Failure::new(format!("{} is there already, and nothing was written", path.display()))
            .help("`--print` shows what would be in it"));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}

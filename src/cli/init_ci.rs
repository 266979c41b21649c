//! `kepi init-ci`: the files that make a pipeline run Kepi, and hooks before a commit.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, open};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// For which the file is written
    #[arg(value_name = "WHERE")]
    pipeline: Pipeline,
    /// The command that brings Kepi to the machine of a pipeline
    #[arg(long, value_name = "COMMAND", default_value = "cargo install kepi --locked")]
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
    fn path(self) -> &'static str {
        match self {
            Pipeline::Github => ".github/workflows/metrics.yml",
            Pipeline::Gitlab => ".gitlab-ci.yml",
            Pipeline::PreCommit => ".pre-commit-config.yaml",
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
    let scorecards: Vec<&str> = opened.model.scorecards.iter().map(|s| s.name.as_str()).collect();
    let text = args.pipeline.template().replace("{{install}}", &args.install);
    let text = text.replace("{{data}}", &crate::threshold::quoted(&opened.project.data));
    let text =
        text.replace("run {{scorecards}} ", &format!("run {} ", scorecards.join(" ")).replace("  ", " "));
    if args.print {
        output.print(&text)?;
        return Ok(Outcome::Well);
    }
    let path = opened.project.root.join(args.pipeline.path());
    write(&path, &text)?;
    output.print(&format!("wrote {}\n", path.display()))?;
    Ok(Outcome::Well)
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

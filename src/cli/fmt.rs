//! `kepi fmt`: definitions in their one layout.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, open};
use crate::project::{self, kpi_files};
use crate::text::{FileId, SourceFile};
use crate::{format, report, syntax};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files and folders, without them all of the project; `-` for standard input, also
    /// Markdown, whose blocks of Kepi are formatted
    files: Vec<PathBuf>,
    /// Write nothing, name the files that would change; then the exit code is 1
    #[arg(long)]
    check: bool,
    /// Write nothing, show what would change; then the exit code is 1
    #[arg(long)]
    diff: bool,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    if args.files == [PathBuf::from("-")] {
        return standard_input(args, output);
    }
    let files = files(args, global)?;
    let mut changed = 0;
    for path in &files {
        let written = fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
        let text = formatted(path, &written, output);
        if text == written {
            continue;
        }
        changed += 1;
        match args.check || args.diff {
            true => show(args, path, &written, &text, output)?,
            false => fs::write(path, text)
                .map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))?,
        }
    }
    let (count, files) = (changed, counted(files.len()));
    match args.check || args.diff {
        true if count > 0 => {
            output.note(&format!("{count} of {files} would be formatted\n"));
            Ok(Outcome::Findings)
        }
        true => Ok(Outcome::Well),
        false => {
            output.note(&format!("formatted {count} of {files}\n"));
            Ok(Outcome::Well)
        }
    }
}

fn counted(files: usize) -> String {
    if files == 1 { "1 file".to_string() } else { format!("{files} files") }
}

/// For editors: the text in its layout, on standard output.
fn standard_input(args: &Args, output: &Output) -> Result<Outcome, Failure> {
    let path = Path::new("<standard input>");
    let mut written = String::new();
    io::stdin().read_to_string(&mut written).map_err(|e| unreadable(path, &e))?;
    let text = formatted(path, &written, output);
    if !args.check && !args.diff {
        output.print(&text)?;
        return Ok(Outcome::Well);
    }
    if text == written {
        return Ok(Outcome::Well);
    }
    show(args, path, &written, &text, output)?;
    Ok(Outcome::Findings)
}

fn show(args: &Args, path: &Path, written: &str, text: &str, output: &Output) -> Result<(), Failure> {
    let path = path.display().to_string();
    let shown = if args.diff { report::unified(&path, written, text, &output.result) } else { path + "\n" };
    Ok(output.print(&shown)?)
}

/// What does not parse stays as it is, and is named.
fn formatted(path: &Path, written: &str, output: &Output) -> String {
    if path.extension().is_some_and(|e| e == "md") {
        return format::markdown(written);
    }
    let file = SourceFile::new(FileId(0), path.display().to_string(), written);
    let (_, problems) = syntax::parse(&file);
    if let Some(first) = problems.sorted().first() {
        let line = file.place(first.span().start).line;
        output.note(&format!("{}:{line}: left as it is: {}\n", path.display(), first.message));
    }
    format::format(&file).unwrap_or_else(|| written.to_string())
}

fn files(args: &Args, global: &Global) -> Result<Vec<PathBuf>, Failure> {
    if args.files.is_empty() {
        let root = open::root(global)?;
        let loaded = project::load(&root)?;
        // shown from where we are, so that it can be opened from there
        let shown = if root == Path::new(".") { PathBuf::new() } else { from_here(&root) };
        return Ok(loaded.sources.iter().map(|file| shown.join(&file.path)).collect());
    }
    let mut files = Vec::new();
    for path in &args.files {
        match path.is_dir() {
            true => files.extend(kpi_files(path).map_err(|e| unreadable(path, &e))?),
            false => files.push(path.clone()),
        }
    }
    Ok(files)
}

/// The shorter of two ways to say where a folder is.
fn from_here(folder: &Path) -> PathBuf {
    let here = Path::new(".").canonicalize().ok();
    let below = here.and_then(|here| folder.strip_prefix(here).ok().map(Path::to_path_buf));
    below.unwrap_or_else(|| folder.to_path_buf())
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {error}", path.display()))
}

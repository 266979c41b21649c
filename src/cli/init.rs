//! `kepi init`: a small project that runs at once.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::output::Output;
use super::{Outcome, files};
use crate::fingerprint::lock;
use crate::sample;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to write it; made if it is not there
    #[arg(default_value = ".")]
    dir: PathBuf,
}

pub fn run(args: &Args, output: &Output) -> Result<Outcome, Failure> {
    let sample = sample::files();
    if let Some((taken, _)) = sample.iter().find(|(path, _)| args.dir.join(path).exists()) {
        let there = args.dir.join(taken);
        return Err(Failure::new(format!("{} is there already, and nothing was written", there.display()))
            .help("name a folder that is not there yet: `kepi init DIR`"));
    }
    for (path, contents) in &sample {
        let path = args.dir.join(path);
        write(&path, contents).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))?;
    }
    attributes(&args.dir)?;
    output.print(&report(&args.dir, sample.len() + 1))?;
    Ok(Outcome::Well)
}

/// What git has to know of kepi.lock; a `.gitattributes` that is there keeps its lines.
fn attributes(dir: &Path) -> Result<(), Failure> {
    let path = dir.join(".gitattributes");
    let failed = |e: io::Error| Failure::new(format!("cannot write {}: {e}", path.display()));
    let mut text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(failed(e)),
    };
    if files::knows_lock(&text) {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text += &format!("# both sides of a merge keep their lines\n{}\n", lock::ATTRIBUTES);
    fs::write(&path, text).map_err(failed)
}

/// Never over a file that is there.
fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::create_new(path)?.write_all(contents)
}

fn report(dir: &Path, files: usize) -> String {
    let mut text = format!("wrote {files} files: metrics and data of a company that does not exist\n\n");
    if dir != Path::new(".") {
        text += &format!("    cd {}\n", dir.display());
    }
    text + "    kepi run bookings win_rate --every quarter\n    kepi list\n"
}

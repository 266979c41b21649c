//! `kepi init`: a small project that runs at once.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Outcome;
use super::failure::Failure;
use super::output::Output;
use crate::sample;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to write it; made if it is not there
    #[arg(default_value = ".")]
    dir: PathBuf,
}

pub fn run(args: &Args, output: &Output) -> Result<Outcome, Failure> {
    let files = sample::files();
    if let Some((taken, _)) = files.iter().find(|(path, _)| args.dir.join(path).exists()) {
        let there = args.dir.join(taken);
        return Err(Failure::new(format!("{} is there already, and nothing was written", there.display()))
            .help("name a folder that is not there yet: `kepi init DIR`"));
    }
    for (path, contents) in &files {
        let path = args.dir.join(path);
        write(&path, contents).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))?;
    }
    output.print(&report(&args.dir, files.len()))?;
    Ok(Outcome::Well)
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

//! `kepi lock`: what every metric means, recorded in `kepi.lock`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, open};
use crate::diagnostic::Problems;
use crate::fingerprint::lock::{self, Lock};
use crate::text::Sources;

#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let mut opened = open::open(global)?;
    let root = opened.project.root.clone();
    let known = read(&root, &mut opened.sources)?;
    let is_new = known.is_none();
    let mut lock = known.unwrap_or_default();
    let done = lock::record(&opened.model, &mut lock);
    write(&root, &lock)?;
    let mut text = String::new();
    for (word, list) in [("recorded", &done.added), ("forgot", &done.removed)] {
        match &list[..] {
            [] => {}
            list if list.len() > 8 => text += &format!("{word} {} versions\n", list.len()),
            list => list.iter().for_each(|title| text += &format!("{word} {title}\n")),
        }
    }
    if done.renewed > 0 {
        text += &format!("recorded {} anew, with the fingerprints of this Kepi\n", done.renewed);
    }
    for title in &done.undecided {
        text +=
            &format!("left {title} as recorded: its meaning changed; `kepi check` tells what to decide\n");
    }
    if text.is_empty() {
        text = "nothing new\n".to_string();
    }
    output.print(&text)?;
    if is_new && !super::files::merges_lock(&root) {
        output.note(&format!("for git to merge kepi.lock, add to .gitattributes: {}\n", lock::ATTRIBUTES));
    }
    Ok(if done.undecided.is_empty() { Outcome::Well } else { Outcome::Findings })
}

fn path(root: &Path) -> PathBuf {
    root.join(lock::FILE)
}

/// The lock file, which joins the sources so that messages can point into it. `None`: there is none.
pub fn read_leniently(root: &Path, sources: &mut Sources) -> Result<Option<(Lock, Problems)>, Failure> {
    let text = match fs::read_to_string(path(root)) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Failure::new(format!("cannot read {}: {e}", lock::FILE))),
    };
    let id = sources.add(lock::FILE, text);
    Ok(Some(lock::parse(sources.get(id))))
}

/// Only one without mistakes: what does not read would be lost.
pub fn read(root: &Path, sources: &mut Sources) -> Result<Option<Lock>, Failure> {
    match read_leniently(root, sources)? {
        Some((_, problems)) if problems.has_errors() => {
            Err(Failure::Definitions(problems.sorted(), Box::new(sources.clone())))
        }
        found => Ok(found.map(|(lock, _)| lock)),
    }
}

pub fn write(root: &Path, lock: &Lock) -> Result<(), Failure> {
    fs::write(path(root), lock::write(lock))
        .map_err(|e| Failure::new(format!("cannot write {}: {e}", lock::FILE)))
}

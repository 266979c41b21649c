//! `docs/tutorial.md` is followed: its files are written, its commands run, and what it
//! shows is what they print. After a change: `KEPI_BLESS=1 cargo test --test it tutorial`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_tutorial_is_true() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial.md");
    let written = fs::read_to_string(&page).expect("read the tutorial");
    let folder = tempfile::tempdir().expect("a folder for the test");
    let followed = follow(&written, folder.path());
    if bless() {
        return fs::write(page, followed).expect("write the tutorial");
    }
    assert!(written == followed, "the tutorial should read\n{followed}");
}

/// The page with what its commands print now.
fn follow(page: &str, folder: &Path) -> String {
    let mut followed = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        followed += &format!("{line}\n");
        if let Some(path) = line.strip_prefix("<!-- remove ").and_then(|rest| rest.strip_suffix(" -->")) {
            fs::remove_file(folder.join(path)).expect("it was written");
        }
        let Some(opening) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some((_, path)) = opening.split_once(' ') {
            write(folder.join(path), &block);
        }
        let shown = if opening == "console" { run(block[0], folder) } else { block.join("\n") };
        followed += &format!("{}\n```\n", shown.trim_end());
    }
    followed
}

fn write(path: PathBuf, lines: &[&str]) {
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("make its folder");
    fs::write(path, lines.join("\n") + "\n").expect("write the file");
}

fn run(line: &str, folder: &Path) -> String {
    let arguments = line.strip_prefix("$ kepi ").expect("commands are ours").split_whitespace();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kepi"));
    let output = command.args(arguments).current_dir(folder).output().expect("the program starts");
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("it prints text");
    format!("{line}\n{text}")
}

#[expect(clippy::disallowed_methods, reason = "blessing is asked for through the environment")]
fn bless() -> bool {
    std::env::var_os("KEPI_BLESS").is_some()
}

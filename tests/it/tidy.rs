//! The house as `src/ARCHITECTURE.md` draws it: which folder may name which, and
//! who alone may name what comes from outside.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder, and those that it may name. The order is that of the pipeline: none
/// names one that comes later.
const EDGES: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("units", &[]),
    ("calendar", &[]),
    ("diagnostic", &["text"]),
    ("values", &["calendar", "diagnostic"]),
    ("syntax", &["text", "diagnostic"]),
    ("format", &["text", "syntax"]),
    ("model", &["text", "units", "calendar", "diagnostic", "syntax"]),
    ("check", &["text", "units", "calendar", "diagnostic", "values", "syntax", "model"]),
    ("fingerprint", &["text", "units", "calendar", "diagnostic", "check"]),
    ("query", &["text", "units", "calendar", "diagnostic", "syntax", "model", "check"]),
    ("ide", &["text", "diagnostic", "syntax", "format", "model", "check", "query"]),
    ("table", &["calendar", "check"]),
    ("diff", &["text", "calendar", "model", "check", "fingerprint"]),
    ("plan", &["units", "calendar", "model", "check", "query"]),
    (
        "engine",
        &["text", "units", "calendar", "diagnostic", "values", "model", "check", "query", "plan", "table"],
    ),
    ("threshold", &["text", "units", "calendar", "check", "query", "table"]),
    ("movement", &["calendar", "check", "diff", "query", "table", "threshold"]),
    ("project", &["text", "units", "diagnostic", "model"]),
    (
        "report",
        &[
            "text",
            "units",
            "calendar",
            "diagnostic",
            "check",
            "ide",
            "table",
            "threshold",
            "diff",
            "movement",
        ],
    ),
    (
        "testing",
        &[
            "text",
            "units",
            "calendar",
            "values",
            "check",
            "query",
            "engine",
            "table",
            "threshold",
            "format",
            "report",
        ],
    ),
    ("sample", &["engine", "table"]),
    ("git", &[]),
    ("bump", &["text", "check", "fingerprint", "format", "git", "project"]),
    (
        "lsp",
        &[
            "text",
            "diagnostic",
            "format",
            "model",
            "check",
            "fingerprint",
            "project",
            "ide",
            "report",
            "bump",
        ],
    ),
    (
        "cli",
        &[
            "text",
            "calendar",
            "diagnostic",
            "syntax",
            "format",
            "model",
            "check",
            "fingerprint",
            "diff",
            "query",
            "plan",
            "engine",
            "table",
            "threshold",
            "movement",
            "project",
            "report",
            "testing",
            "sample",
            "git",
            "bump",
            "ide",
            "lsp",
        ],
    ),
];

/// What comes from outside, and the folders that may name it.
const OUTSIDE: &[(&[&str], &[&str])] = &[
    (&["pest::", "pest_derive::"], &["syntax"]),
    (&["datafusion::", "arrow::", "parquet::", "tokio::"], &["plan", "engine"]),
    (&["clap::", "indicatif::", "println!", "eprintln!", "print!", "eprint!"], &["cli"]),
    (&["quick_junit::"], &["report", "testing"]),
    (&["miette::", "serde_sarif::", "prometheus_client::"], &["report"]),
    (&["plotters::", "askama::", "pulldown_cmark::"], &["report"]),
    (&["similar::"], &["ide", "report"]),
    (&["lsp_types::", "lsp_server::"], &["lsp"]),
    (&["git2::"], &["git"]),
    (&["toml::"], &["project"]),
    (&["std::fs", "fs::read", "fs::write", "File::open"], &["project", "engine", "cli"]),
];

/// The code of a folder: lines without comments, without the tests beside it.
struct Folder {
    name: String,
    lines: Vec<(PathBuf, usize, String)>,
}

fn folders() -> Vec<Folder> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = Vec::new();
    for entry in fs::read_dir(&src).expect("src is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            let mut lines = Vec::new();
            read_code(&path, &mut lines);
            folders.push(Folder { name, lines });
        }
    }
    folders
}

fn read_code(folder: &Path, lines: &mut Vec<(PathBuf, usize, String)>) {
    let module = fs::read_to_string(folder.join("mod.rs")).unwrap_or_default();
    for entry in fs::read_dir(folder).expect("a folder of src") {
        let path = entry.expect("it can be listed").path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if module.contains(&format!("#[cfg(test)]\nmod {stem};")) {
            continue;
        }
        if path.is_dir() {
            read_code(&path, lines);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("it is text");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = code.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"));
            lines.extend(code.map(|(at, line)| (path.clone(), at + 1, line.to_string())));
        }
    }
}

/// The modules that a line names: `check` in `use crate::check::Show`.
fn named(line: &str) -> BTreeSet<String> {
    let rest = line.split("crate::").skip(1);
    let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    rest.flat_map(|after| match after.strip_prefix('{') {
        Some(list) => list.split([',', '}']).map(|part| word(part.trim())).collect::<Vec<_>>(),
        None => vec![word(after)],
    })
    .collect()
}

#[test]
fn folders_name_only_what_comes_before_them() {
    let all: Vec<&str> = EDGES.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for folder in folders() {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == folder.name) else {
            wrong.push(format!("src/{} is not in the table of tests/it/tidy.rs", folder.name));
            continue;
        };
        for (path, line, text) in &folder.lines {
            for other in named(text) {
                let known = all.contains(&other.as_str()) && other != folder.name;
                if known && !allowed.contains(&other.as_str()) {
                    wrong.push(format!(
                        "{}:{line}: `{}` may not name `{other}`",
                        path.display(),
                        folder.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_itself_points_one_way() {
    for (at, (name, allowed)) in EDGES.iter().enumerate() {
        for other in *allowed {
            let before = EDGES[..at].iter().any(|(earlier, _)| earlier == other);
            assert!(before, "`{name}` names `{other}`, which comes later");
        }
    }
}

#[test]
fn what_comes_from_outside_has_one_door() {
    let mut wrong = Vec::new();
    for folder in folders() {
        for (words, doors) in OUTSIDE.iter().filter(|(_, doors)| !doors.contains(&folder.name.as_str())) {
            for (path, line, text) in &folder.lines {
                if let Some(word) = words.iter().find(|w| names_word(text, w)) {
                    let doors = doors.join(" and ");
                    wrong.push(format!("{}:{line}: only {doors} may name `{word}`", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `println!` is not `eprintln!`, and `toml::` not `my_toml::`.
fn names_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"'))
}

#[test]
fn every_file_says_what_it_is_for() {
    let files: BTreeSet<PathBuf> =
        folders().into_iter().flat_map(|f| f.lines).map(|(path, ..)| path).collect();
    for path in files {
        let text = fs::read_to_string(&path).expect("it is text");
        assert!(text.starts_with("//!"), "{} does not open with //!", path.display());
    }
}

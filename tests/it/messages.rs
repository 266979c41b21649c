//! The pages of `docs/messages`: every message has one and every page has a message, and
//! the first example of a page raises exactly its message. How each looks is a snapshot
//! in `tests/ui/messages`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kepi::diagnostic::{Diagnostic, Problems};
use kepi::model::{self, Settings};
use kepi::report::{self, ProblemFormat, Screen};
use kepi::text::Sources;
use kepi::{check, syntax};

#[test]
fn the_first_example_of_a_page_raises_its_message() {
    let mut wrong = Vec::new();
    for (name, page) in pages() {
        let Some(example) = first_example(&page) else { continue };
        let mut sources = Sources::default();
        sources.add("example.kpi", example);
        let found = problems(&sources);
        let names = found.iter().map(|d| d.name).collect::<Vec<_>>();
        if names != [name.as_str()] {
            let messages = found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>();
            wrong.push(format!("{name}.md raises {names:?}: {messages:?}"));
            continue;
        }
        let shown = report::problems(&found, &sources, None, ProblemFormat::Text, &Screen::default());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../ui/messages");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, format!("{}\n----\n{shown}", example.trim_end())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_message_has_a_page_and_every_page_a_message() {
    let raised = raised_names();
    let paged = pages().into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>();
    let without_page = raised.difference(&paged).collect::<Vec<_>>();
    let without_message = paged.difference(&raised).collect::<Vec<_>>();
    assert!(
        without_page.is_empty() && without_message.is_empty(),
        "without a page: {without_page:?}, pages without a message: {without_message:?}"
    );
}

fn problems(sources: &Sources) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    let mut trees = Vec::new();
    for file in sources.iter() {
        let (tree, of_file) = syntax::parse(file);
        trees.push(tree);
        problems.extend(of_file);
    }
    let (model, of_model) = model::resolve(&trees, &Settings::default());
    problems.extend(of_model);
    problems.extend(check::check(&model).1);
    problems.sorted()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(root().join("docs/messages")).expect("read the folder");
    let mut pages = entries
        .map(|entry| {
            let path = entry.expect("read its entry").path();
            let name = path.file_stem().expect("a page has a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("read the page"))
        })
        .collect::<Vec<_>>();
    pages.sort();
    pages
}

/// The first block of code of the page, where that is Kepi.
fn first_example(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("```")?;
    rest.strip_prefix("kpi\n")?.split_once("```").map(|(example, _)| example)
}

/// What stands behind `Diagnostic::error(` and `Diagnostic::warning(` in the source.
fn raised_names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in rust_files(&root().join("src")) {
        if path.file_name().is_some_and(|n| n == "tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("read the source");
        for start in ["Diagnostic::error(", "Diagnostic::warning("] {
            for (at, _) in text.match_indices(start) {
                let rest = text[at + start.len()..].trim_start();
                if let Some((name, _)) = rest.strip_prefix('"').and_then(|r| r.split_once('"')) {
                    names.insert(name.to_string());
                }
            }
        }
    }
    names
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("read the folder") {
        let path = entry.expect("read its entry").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

//! The formatter on all there is to format: it changes nothing but the layout, keeps every
//! comment, and leaves what it made as it is.

use std::path::{Path, PathBuf};

use kepi::format;
use kepi::syntax;
use kepi::text::{FileId, SourceFile};

use proptest::prelude::*;

use crate::syntax::definitions;
use crate::syntax::properties::{cut, good_files, pieces};

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId(0), "format.kpi", text)
}

fn tree(file: &SourceFile) -> String {
    syntax::display(&syntax::parse(file).0)
}

fn comments(file: &SourceFile) -> Vec<String> {
    let text = |comment: &syntax::Comment| file.slice(comment.span).trim_matches(['/', ' ', '\t']).to_owned();
    syntax::comments(file).iter().map(text).collect()
}

/// What is wrong with the formatted text, if anything.
fn mistake(written: &SourceFile) -> Option<String> {
    let formatted = file(&format::format(written)?);
    let again = format::format(&formatted)?;
    if again != formatted.text {
        return Some(format!("is formatted otherwise the second time:\n{}\n{again}", formatted.text));
    }
    if tree(&formatted) != tree(written) {
        return Some(format!("means something else:\n{}", formatted.text));
    }
    (comments(&formatted) != comments(written)).then(|| format!("lost a comment:\n{}", formatted.text))
}

#[test]
fn formatting_keeps_the_tree_and_the_comments_of_every_definition() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/cases", "tests/ui", "examples", "metrics"];
    let mut wrong = Vec::new();
    for path in folders.into_iter().flat_map(|folder| definitions(&root.join(folder))) {
        let text = std::fs::read_to_string(&path).expect("a definition can be read");
        wrong.extend(mistake(&file(&text)).map(|mistake| format!("{} {mistake}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// After a change of the layout: `kepi fmt metrics examples tests/cases README.md docs/*.md
/// docs/messages/*.md`.
#[test]
fn everything_that_is_shown_is_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for path in ["tests/cases", "examples", "metrics"].iter().flat_map(|f| definitions(&root.join(f))) {
        let text = std::fs::read_to_string(&path).expect("a definition can be read");
        if format::format(&file(&text)).as_deref() != Some(&text) {
            wrong.push(path.display().to_string());
        }
    }
    for path in pages(root) {
        let text = std::fs::read_to_string(&path).expect("a page can be read");
        if format::markdown(&text) != text {
            wrong.push(path.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "not formatted:\n{}", wrong.join("\n"));
}

/// All of Markdown.
fn pages(root: &Path) -> Vec<PathBuf> {
    let patterns = ["*.md", "docs/**/*.md", "metrics/*.md", "examples/*/*.md"];
    let found = patterns.iter().flat_map(|pattern| {
        glob::glob(&format!("{}/{pattern}", root.display()))
            .expect("a pattern")
            .map(|path| path.expect("a path"))
    });
    found.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn formatting_keeps_what_a_mutated_file_says(
        text in prop::sample::select(good_files()),
        from in 0.0..1.0_f64,
        length in 0_usize..40,
        with in pieces(),
    ) {
        let (before, behind) = cut(&text, from, length);
        let written = file(&format!("{before}{with}{behind}"));
        prop_assert_eq!(mistake(&written), None, "{}", written.text);
    }
}

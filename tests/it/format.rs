//! The formatter on all there is to format: it changes nothing but the layout, keeps every
//! comment, and leaves what it made as it is.

use std::path::{Path, PathBuf};

use kepi::format;
use kepi::model::Settings;
use kepi::syntax::{self, Lexer, Token, TokenKind};
use kepi::text::{FileId, SourceFile, Sources};

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
    let folders = ["tests/cases", "tests/diff", "tests/ui", "examples", "metrics"];
    let mut wrong = Vec::new();
    for path in folders.into_iter().flat_map(|folder| definitions(&root.join(folder))) {
        let text = std::fs::read_to_string(&path).expect("a definition can be read");
        wrong.extend(mistake(&file(&text)).map(|mistake| format!("{} {mistake}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What each metric means, and what it is held against.
fn meanings(sources: &Sources, settings: &Settings) -> Vec<(String, String)> {
    let (model, _) = kepi::compile(sources, settings);
    let found = kepi::fingerprint::fingerprints(&model);
    let shown = |at: usize| {
        let (of, metric) = (&found.metrics[at], &model.metrics[at]);
        (format!("{} v{}", metric.name, metric.version), format!("{} {}", of.meaning, of.thresholds))
    };
    (0..model.metrics.len()).map(shown).collect()
}

#[test]
fn formatting_keeps_every_fingerprint() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut projects = Vec::new();
    for pattern in ["examples/*/kepi.toml", "tests/cases/*/kepi.toml"] {
        for toml in glob::glob(&format!("{}/{pattern}", root.display())).expect("a pattern") {
            let folder = toml.expect("a path").parent().expect("it lies in a folder").to_path_buf();
            let loaded = kepi::project::load(&folder).expect("a sound project");
            projects.push((folder, loaded.sources, loaded.project.settings));
        }
    }
    let alone = |folder: &str| {
        let mut sources = Sources::default();
        for path in definitions(&root.join(folder)) {
            sources.add(path.display().to_string(), std::fs::read_to_string(&path).expect("it is text"));
        }
        let currency = kepi::units::Currency::from_code("USD");
        (root.join(folder), sources, Settings { currency, ..Settings::default() })
    };
    projects.extend(["metrics", "tests/diff"].map(alone));
    let mut seen = 0;
    for (folder, written, settings) in projects {
        // as nobody would write it: every blank a line break, but where lines count
        let (mut wild, mut formatted) = (Sources::default(), Sources::default());
        for file in written.iter() {
            wild.add(file.path.as_str(), scattered(file));
        }
        for file in wild.iter() {
            formatted.add(file.path.as_str(), format::format(file).unwrap_or_else(|| file.text.clone()));
        }
        let before = meanings(&written, &settings);
        assert!(before == meanings(&wild, &settings), "{}: the text was scattered wrongly", folder.display());
        assert!(before == meanings(&formatted, &settings), "{}", folder.display());
        assert!(formatted.iter().zip(wild.iter()).any(|(a, b)| a.text != b.text), "{}", folder.display());
        seen += before.len();
    }
    assert!(seen > 200, "{seen} metrics");
}

/// Each token on a line of its own; rows and what documents something stay as they are.
fn scattered(file: &SourceFile) -> String {
    let mut out = String::new();
    let mut before: Option<Token> = None;
    for token in Lexer::new(&file.text, 0) {
        let between = &file.text[before.map_or(0, |b| b.end)..token.start];
        let keeps = |t: Token| t.is_comment() || t.kind == TokenKind::Row;
        match between.is_empty() || keeps(token) || before.is_some_and(keeps) || token.at_margin {
            true => out += between,
            false => out += "\n   ",
        }
        out += token.text(&file.text);
        before = Some(token);
    }
    out + "\n"
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
    fn comments_stay_wherever_they_stand(
        text in prop::sample::select(good_files()),
        places in prop::collection::vec(0.0..1.0_f64, 1..6),
    ) {
        // the lexer is coarse: a date is three numbers to it, which nothing may part
        let blank = |end: &usize| text[*end..].starts_with([' ', '\n']);
        let ends: Vec<usize> = Lexer::new(&text, 0).map(|token| token.end).filter(blank).collect();
        let mut at: Vec<usize> = places.iter().map(|p| ends[(p * ends.len() as f64) as usize]).collect();
        at.sort_unstable();
        at.dedup();
        let mut written = text.clone();
        for (n, at) in at.iter().enumerate().rev() {
            written.insert_str(*at, &format!(" // note {n}\n"));
        }
        let written = file(&written);
        // a file from Windows stays one
        let formatted = format::format(&written).unwrap_or_default().replace("\r\n", "\n");
        for n in 0..at.len() {
            prop_assert_eq!(formatted.matches(&format!("// note {n}\n")).count(), 1, "{}", written.text);
        }
        prop_assert_eq!(mistake(&written), None, "{}", written.text);
    }

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

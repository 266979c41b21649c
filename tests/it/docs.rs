//! `docs/language.md` and `docs/coming-from.md` are run: each of its blocks of Kepi is right, or raises exactly the
//! message that it names. The table in `metrics/README.md` is whole.
//!
//! ```` ```kpi world ```` is the world that all other blocks live in, `alone` has none around
//! it, `error=NAME` must raise that message and no other.

use std::collections::BTreeSet;
use std::path::Path;

use kepi::diagnostic::{Diagnostic, Severity};
use kepi::model::Settings;
use kepi::text::Sources;
use kepi::units::Currency;

struct Block<'t> {
    line: usize,
    /// Behind "```kpi".
    mark: &'t str,
    text: String,
}

#[test]
fn every_block_of_the_reference_is_true() {
    every_block_is_true("docs/language.md");
}

#[test]
fn every_block_for_those_who_come_from_elsewhere_is_true() {
    every_block_is_true("docs/coming-from.md");
}

/// The table of the library names its metrics, all of them and no others.
#[test]
fn the_table_of_the_library_is_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = kepi::project::load(&root.join("tests/library")).expect("the project can be read");
    let (model, _) = kepi::compile(&loaded.sources, &loaded.project.settings);
    let metrics: BTreeSet<&str> = model.metrics.iter().map(|metric| metric.name.as_str()).collect();
    let page = std::fs::read_to_string(root.join("metrics/README.md")).expect("the page can be read");
    let rows = page.lines().filter(|line| line.starts_with("| M"));
    let in_the_table = rows.filter_map(|row| row.split('|').nth(3)).flat_map(quoted);
    let unknown: Vec<&str> = in_the_table.filter(|name| !metrics.contains(name)).collect();
    let named: BTreeSet<&str> = page.lines().flat_map(quoted).collect();
    let missing: Vec<&&str> = metrics.difference(&named).collect();
    assert!(unknown.is_empty() && missing.is_empty(), "no metrics: {unknown:?}, not in it: {missing:?}");
}

/// What stands in backquotes.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn every_block_is_true(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let reference = std::fs::read_to_string(path).expect("the reference can be read");
    let blocks = blocks(&reference);
    let world: String = blocks.iter().filter(|b| b.mark == "world").map(|b| b.text.as_str()).collect();
    let mut wrong = Vec::new();
    for block in blocks {
        let around = if matches!(block.mark, "alone" | "world") { "" } else { world.as_str() };
        let found = errors(around, &block.text);
        let names: Vec<&str> = found.iter().map(|diagnostic| diagnostic.name).collect();
        let expected: Vec<&str> = block.mark.strip_prefix("error=").into_iter().collect();
        if names != expected {
            wrong.push(format!("line {}: expected {expected:?}, found {found:#?}", block.line));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut inside = false;
    for (index, line) in markdown.lines().enumerate() {
        if let Some(mark) = line.strip_prefix("```kpi") {
            blocks.push(Block { line: index + 1, mark: mark.trim(), text: String::new() });
            inside = true;
        } else if line.starts_with("```") {
            inside = false;
        } else if let (true, Some(block)) = (inside, blocks.last_mut()) {
            block.text += line;
            block.text += "\n";
        }
    }
    blocks
}

fn errors(world: &str, text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    sources.add("world.kpi", world);
    sources.add("block.kpi", text);
    let settings = Settings { currency: Currency::from_code("USD"), ..Settings::default() };
    let (_, problems) = kepi::compile(&sources, &settings);
    problems.sorted().into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect()
}

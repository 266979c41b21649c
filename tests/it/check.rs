//! Checking whole projects: the gallery of its messages in `tests/ui/check`, and every
//! project that the repository holds.

use std::path::{Path, PathBuf};

use kepi::check::{self, display};
use kepi::model::{self, Settings};
use kepi::syntax;
use kepi::text::{SourceFile, Sources};
use kepi::units::Currency;

use crate::ui;

/// The settings of the gallery: a currency, so that `money` has a meaning.
fn settings() -> Settings {
    Settings { currency: Currency::from_code("EUR"), ..Settings::default() }
}

#[test]
fn gallery() {
    ui::cases("check", outcome);
}

/// What people write who know SQL, dbt, Looker, Malloy, Prometheus or a spreadsheet, and
/// what they are told: the right text, with the right help.
#[test]
fn newcomers() {
    ui::cases("newcomer", outcome);
}

fn outcome(file: &SourceFile) -> String {
    let (tree, mut problems) = syntax::parse(file);
    let trees = [tree];
    let (model, of_model) = model::resolve(&trees, &settings());
    problems.extend(of_model);
    let (checked, of_check) = check::check(&model);
    problems.extend(of_check);
    let shown = if problems.has_errors() { String::new() } else { display::model(&checked) };
    format!("{}{shown}", ui::plain(file, problems))
}

#[test]
fn projects_of_the_repository_have_no_problems() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let projects = [
        "examples/acme/metrics",
        "metrics",
        "tests/cases/maven_crm/metrics",
        "tests/cases/dfin_salesops/metrics",
        "tests/cases/mrr_playbook/metrics",
    ];
    for folder in projects {
        found.extend(problems_of(root, folder));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn problems_of(root: &Path, folder: &str) -> Vec<String> {
    let mut sources = Sources::default();
    for path in kpi_files(&root.join(folder)) {
        let text = std::fs::read_to_string(&path).expect("read the file");
        sources.add(path.strip_prefix(root).expect("inside").to_string_lossy(), text);
    }
    let mut trees = Vec::new();
    let mut problems = kepi::diagnostic::Problems::default();
    for file in sources.iter() {
        let (tree, of_file) = syntax::parse(file);
        trees.push(tree);
        problems.extend(of_file);
    }
    let (model, of_model) = model::resolve(&trees, &settings());
    problems.extend(of_model);
    problems.extend(check::check(&model).1);
    let line = |d: &kepi::diagnostic::Diagnostic| {
        let file = sources.get(d.span().file);
        let (place, text) = (file.place(d.span().start), file.slice(d.span()));
        let help = d.help.clone().unwrap_or_default();
        let labels = d.labels.iter().map(|l| l.text.clone()).collect::<Vec<_>>().join(" | ");
        format!("{}:{}: [{}] {} `{text}` {labels} ({help})", file.path, place.line, d.name, d.message)
    };
    problems.sorted().iter().map(line).collect()
}

fn kpi_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("read the folder") {
        let path = entry.expect("read its entry").path();
        if path.is_dir() {
            found.extend(kpi_files(&path));
        } else if path.extension().is_some_and(|e| e == "kpi") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whatever is written, the checker answers: words of right projects are dropped, doubled
/// and exchanged, by fixed seeds.
#[test]
fn no_project_is_too_wrong_to_check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts = kpi_files(&root.join("tests/ui/check"))
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("read the file"))
        .collect::<Vec<_>>();
    let mut random = Random(20_261_122);
    for text in &texts {
        let words = text.split_inclusive([' ', '\n', '.', '(', ')']).collect::<Vec<_>>();
        for _ in 0..MUTATIONS {
            let mut mutated = words.clone();
            for _ in 0..1 + random.below(3) {
                let (at, other) = (random.below(mutated.len()), random.below(mutated.len()));
                match random.below(3) {
                    0 => drop(mutated.remove(at)),
                    1 => mutated.insert(at, words[other % words.len()]),
                    _ => mutated.swap(at, other),
                }
            }
            let file = kepi::text::SourceFile::new(kepi::text::FileId(0), "mutated.kpi", mutated.concat());
            let trees = [syntax::parse(&file).0];
            let (model, _) = model::resolve(&trees, &settings());
            let (checked, problems) = check::check(&model);
            if !problems.has_errors() {
                display::model(&checked);
            }
            problems.sorted();
        }
    }
}

/// Of each file.
const MUTATIONS: usize = 12;

/// A linear congruential generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// As long as the parser lets them be: 1,000 operators, 64 levels, a chain of definitions.
#[test]
fn the_longest_expressions_and_chains_are_checked() {
    let sum = vec!["count(s)"; 1_000].join(" + ");
    let deep = format!("{}count(s){}", "(1 + ".repeat(60), ")".repeat(60));
    let lets = (1..100).map(|i| format!("let l{i} = {}l{}{}", "(1 + ".repeat(60), i - 1, ")".repeat(60)));
    let lets = lets.collect::<Vec<_>>().join("\n");
    let metrics = (1..3_000).map(|i| format!("metric m{i} = m{} + 1", i - 1)).collect::<Vec<_>>().join("\n");
    let text = format!(
        "source s {{\n id : text\n}}\nmetric sum = {sum}\nmetric deep = {deep}\n\
         metric chain = l99 {{ let l0 = count(s)\n{lets} }}\nmetric m0 = count(s)\n{metrics}"
    );
    let file = kepi::text::SourceFile::new(kepi::text::FileId(0), "long.kpi", text);
    let (tree, problems) = syntax::parse(&file);
    assert!(problems.is_empty(), "{problems:?}");
    let trees = [tree];
    let (model, _) = model::resolve(&trees, &settings());
    let (checked, problems) = check::check(&model);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(checked.metrics.len(), 3_003);
}

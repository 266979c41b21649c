//! The corpus of edits in `tests/diff`: each is a project before and after, the class of the
//! change, and every code with what it is about.
//!
//! A case is `== name`, then pieces of the base project (`<<<` lines) with what takes their
//! place (`>>>` lines), and the outcome: `=> CLASS: CODE SUBJECT, …`.

use std::path::Path;

use kepi::diff::{Class, Diff, Side, diff};
use kepi::model::Settings;
use kepi::text::Sources;
use kepi::units::Currency;

struct Case {
    name: String,
    edits: Vec<(String, String)>,
    expected: String,
}

#[test]
fn refactorings_are_silent() {
    let cases = cases("silent.txt");
    assert!(cases.len() >= 20, "{} cases", cases.len());
    run(&cases);
}

#[test]
fn one_character_is_not() {
    let cases = cases("characters.txt");
    assert!(cases.len() >= 20, "{} cases", cases.len());
    run(&cases);
}

#[test]
fn edits_of_every_kind() {
    let cases = cases("changes.txt");
    assert!(cases.len() >= 20, "{} cases", cases.len());
    run(&cases);
}

#[test]
fn a_project_against_itself_has_no_diff() {
    let project = base();
    let found = compare(&project, &project);
    assert!(found.class.is_none() && found.changes.is_empty(), "{:?}", found.changes);
    assert!(found.unchanged.metrics > 10);
}

#[test]
fn moved_files_are_no_change() {
    let project = base();
    let (head, tail) = project.split_at(project.find("metric velocity").expect("it is there"));
    let (mut one, mut two) = (Sources::default(), Sources::default());
    one.add("metrics/a.kpi", project.as_str());
    two.add("metrics/sources.kpi", head);
    two.add("metrics/more/velocity.kpi", tail);
    let found = compare_sources(&one, &two);
    assert_eq!(codes(&found), "cosmetic: layout files");
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff").join(name);
    std::fs::read_to_string(path).expect("the corpus can be read")
}

fn base() -> String {
    read("base.kpi")
}

fn cases(file: &str) -> Vec<Case> {
    let text = read(file);
    text.split("\n== ").skip(1).map(case).collect()
}

fn case(text: &str) -> Case {
    let mut lines = text.lines();
    let name = lines.next().unwrap_or_default().to_string();
    let mut case = Case { name, edits: Vec::new(), expected: String::new() };
    let mut last = ' ';
    for line in lines.filter(|l| !l.trim().is_empty()) {
        let (mark, rest) = line.split_at(line.len().min(3));
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match mark {
            "<<<" if last == '<' => push(&mut case.edits.last_mut().expect("one has begun").0, rest),
            "<<<" => case.edits.push((rest.to_string(), String::new())),
            ">>>" if last == '>' => push(&mut case.edits.last_mut().expect("one has begun").1, rest),
            ">>>" => case.edits.last_mut().expect("one has begun").1 = rest.to_string(),
            _ => case.expected = line.strip_prefix("=> ").expect("an outcome").to_string(),
        }
        last = mark.chars().next().unwrap_or(' ');
    }
    case
}

fn push(text: &mut String, line: &str) {
    text.push('\n');
    text.push_str(line);
}

fn run(cases: &[Case]) {
    let before = base();
    let mut wrong = Vec::new();
    for case in cases {
        let mut after = before.clone();
        for (from, to) in &case.edits {
            assert!(after.contains(from.as_str()), "{}: nothing reads {from:?}", case.name);
            after = after.replacen(from.as_str(), to, 1);
        }
        let found = codes(&compare(&before, &after));
        let expected = sorted(&case.expected);
        if found != expected {
            wrong.push(format!("== {}\nexpected {expected}\nfound    {found}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn sorted(outcome: &str) -> String {
    let (class, codes) = outcome.split_once(": ").expect("a class and codes");
    let mut codes: Vec<&str> = codes.split(", ").collect();
    codes.sort_unstable();
    format!("{class}: {}", codes.join(", "))
}

fn codes(found: &Diff) -> String {
    let class = found.class.map_or("nothing", Class::name);
    let mut codes: Vec<String> =
        found.changes.iter().map(|c| format!("{} {}", c.code, c.subject.name)).collect();
    codes.sort();
    format!("{class}: {}", codes.join(", "))
}

fn compare(before: &str, after: &str) -> Diff {
    let (mut one, mut two) = (Sources::default(), Sources::default());
    one.add("metrics/all.kpi", before);
    two.add("metrics/all.kpi", after);
    compare_sources(&one, &two)
}

fn compare_sources(before: &Sources, after: &Sources) -> Diff {
    let settings = Settings { currency: Currency::from_code("USD"), ..Settings::default() };
    let compiled = |sources: &Sources| {
        let (model, problems) = kepi::compile(sources, &settings);
        let errors: Vec<_> = problems.iter().map(|p| &p.message).collect();
        assert!(
            !problems.has_errors(),
            "{errors:#?}\n{}",
            sources.iter().map(|f| &*f.text).collect::<String>()
        );
        model
    };
    let (old, new) = (compiled(before), compiled(after));
    diff(Side { sources: before, model: &old }, Side { sources: after, model: &new })
}

/// Rules against rules: which way each edit goes.
#[test]
fn thresholds_have_a_direction() {
    let with = |rules: &str, better: &str| {
        let block = format!("{{\n  every month\n  better {better}\n  {rules}\n}}\n");
        base() + "metric held : percent = proportion(is_won of deals where amount > 5) " + &block
    };
    let cases = [
        ("warn below 20%", "warn below 25%", "threshold tightened: limit-tightened held"),
        ("warn below 20%", "warn below 15%", "threshold loosened: limit-loosened held"),
        ("warn above 20%", "warn above 25%", "threshold loosened: limit-loosened held"),
        ("warn below 20%", "critical below 20%", "threshold tightened: severity-raised held"),
        ("critical below 20%", "warn below 20%", "threshold loosened: severity-lowered held"),
        ("warn below 20%", "warn below 20% for 2 periods", "threshold loosened: limit-loosened held"),
        (
            "warn below 20% for 2 periods",
            "warn below 25% for 3 periods",
            "threshold moved: rule-changed held",
        ),
        ("warn below 20%", "", "threshold loosened: rule-removed held"),
        ("", "warn below 20%", "threshold tightened: rule-added held"),
        (
            "warn below 20%",
            "warn below 20%\n  warn below 10% where region is \"EMEA\"",
            "threshold loosened: rule-added held",
        ),
        (
            "warn below 20%",
            "warn below 20%\n  warn below 30% where region is \"EMEA\"",
            "threshold tightened: rule-added held",
        ),
        ("target 30%", "target 35%", "threshold tightened: target-raised held"),
        ("target 30%", "target 25%", "threshold loosened: target-lowered held"),
        ("", "target 25%", "threshold tightened: target-added held"),
        ("target 30% by 2026-12-31", "target 30% by 2027-12-31", "threshold moved: target-changed held"),
        ("warn below 20% by region", "warn below 20%", "threshold moved: rule-changed held"),
        ("missing warn", "missing critical", "threshold tightened: judging-widened held"),
        ("warn below 20%", "warn below 20.0%", "cosmetic: layout files"),
    ];
    let mut wrong = Vec::new();
    for (before, after, expected) in cases {
        let found = codes(&compare(&with(before, "higher"), &with(after, "higher")));
        if found != expected {
            wrong.push(format!("{before:?} -> {after:?}\nexpected {expected}\nfound    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reference_has_the_table_of_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/review.md");
    let page = std::fs::read_to_string(path).expect("the page can be read");
    let table: String =
        kepi::diff::CODES.iter().map(|c| format!("| `{}` | {} | {} |\n", c.name, c.class, c.about)).collect();
    assert!(page.ends_with(&table), "docs/review.md should end with\n{table}");
}

//! `kepi test`: runs the tests of the project over the rows that they give.

use std::fs;
use std::path::PathBuf;

use super::failure::Failure;
use super::open::Opened;
use super::output::Output;
use super::{Global, Outcome, open, snapshot};
use crate::engine;
use crate::testing::{self, SnapshotOutcome, TestOutcome};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only tests whose name holds this, or that ask for this metric, and snapshots of such a name
    filters: Vec<String>,
    /// Write what was found into the tables expected, and into snapshots
    #[arg(long)]
    bless: bool,
    /// Tell which metrics no test asks for, and which conditions and thresholds were always true, or never
    #[arg(long)]
    coverage: bool,
    /// Put mistakes into the definitions, one at a time, and tell which of them no test notices
    #[arg(long)]
    mutate: bool,
    /// Write the outcomes into a file, too: `junit:tests.xml`
    #[arg(long, short, value_name = "FORMAT:FILE", value_parser = goal)]
    output: Vec<PathBuf>,
}

/// The file of `junit:FILE`.
fn goal(text: &str) -> Result<PathBuf, String> {
    match text.split_once(':') {
        Some(("junit", file)) if !file.is_empty() => Ok(PathBuf::from(file)),
        _ => Err("it has the form `junit:FILE`".to_string()),
    }
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let opened = open::open(global)?;
    let tests = testing::selected(&opened.model, &args.filters);
    let mut snapshots = snapshot::compared(&args.filters, &opened.project, global, output)?;
    if tests.is_empty() && snapshots.is_empty() {
        return Err(nothing_selected(args));
    }
    let mut outcomes = testing::run(&opened.model, &opened.sources, &tests).map_err(engine::Failure::from)?;
    if args.bless {
        bless(&opened, &mut outcomes, output)?;
        snapshot::bless(&mut snapshots, &opened.project, output)?;
    }
    for file in &args.output {
        write(file, &testing::junit(&outcomes, &snapshots, &opened.sources))?;
    }
    let told = [
        testing::render(&outcomes, &opened.sources, &output.result),
        testing::render_snapshots(&snapshots, &output.result),
        format!("{}\n", testing::summary(&outcomes, &snapshots)),
    ];
    let told: Vec<String> = told.into_iter().filter(|part| !part.is_empty()).collect();
    let mut text = told.join("\n");
    let passed = outcomes.iter().all(TestOutcome::passed);
    if args.coverage {
        let coverage =
            testing::coverage(&opened.model, &opened.sources, &tests).map_err(engine::Failure::from)?;
        text += &format!("\n{}", testing::told::coverage(&coverage, &opened.sources));
    }
    if args.mutate && passed {
        let mutated =
            testing::mutate(&opened.model, &opened.sources, &tests).map_err(engine::Failure::from)?;
        text += &format!("\n{}", testing::told::mutated(&mutated, &opened.sources));
    }
    output.print(&text)?;
    if args.mutate && !passed {
        output.note("mistakes are put in once all tests pass\n");
    }
    let same = snapshots.iter().all(SnapshotOutcome::passed);
    Ok(if passed && same { Outcome::Well } else { Outcome::Findings })
}

fn nothing_selected(args: &Args) -> Failure {
    match args.filters.is_empty() {
        true => Failure::new("the project has no tests").help("`test \"…\" { … }` in a metric file is one"),
        false => Failure::new("no test is called so, and none asks for such a metric")
            .help("`kepi test` runs all tests"),
    }
}

fn bless(opened: &Opened, outcomes: &mut [TestOutcome], output: &Output) -> Result<(), Failure> {
    let edits = testing::edits(outcomes, &opened.sources);
    for file in opened.sources.iter().filter(|file| edits.iter().any(|e| e.span.file == file.id)) {
        write(&opened.project.root.join(&file.path), &testing::apply(file, &edits))?;
        output.note(&format!("wrote {}\n", file.path));
    }
    outcomes.iter_mut().for_each(TestOutcome::blessed);
    Ok(())
}

fn write(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))
}

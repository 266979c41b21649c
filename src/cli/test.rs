//! `kepi test`: runs the tests of the project over the rows that they give.

use std::fs;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, open};
use crate::testing;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only tests whose name holds this, or that ask for this metric
    filters: Vec<String>,
    /// Write what was found into the tables expected
    #[arg(long)]
    bless: bool,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let opened = open::open(global)?;
    let tests = testing::selected(&opened.model, &args.filters);
    if tests.is_empty() {
        let (text, help) = match args.filters.is_empty() {
            true => ("the project has no tests", "`test \"…\" { … }` in a metric file is one"),
            false => ("no test is called so, and none asks for such a metric", "`kepi test` runs all tests"),
        };
        return Err(Failure::new(text).help(help));
    }
    let mut outcomes = testing::run(&opened.model, &tests).map_err(crate::engine::Failure::from)?;
    if args.bless {
        let edits = testing::edits(&outcomes, &opened.sources);
        for file in opened.sources.iter().filter(|file| edits.iter().any(|e| e.span.file == file.id)) {
            let path = opened.project.root.join(&file.path);
            let written = fs::write(&path, testing::apply(file, &edits));
            written.map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))?;
            output.note(&format!("wrote {}\n", file.path));
        }
        outcomes.iter_mut().for_each(testing::TestOutcome::blessed);
    }
    let text = testing::render(&outcomes, &opened.sources, &output.result);
    let gap = if text.is_empty() { "" } else { "\n" };
    output.print(&format!("{text}{gap}{}\n", testing::summary(&outcomes)))?;
    Ok(if outcomes.iter().all(|outcome| outcome.passed()) { Outcome::Well } else { Outcome::Findings })
}

//! `kepi explain NAME`: the page of a message.

use super::Outcome;
use super::failure::Failure;
use super::output::Output;
use crate::diagnostic::nearest;
use crate::report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// As it stands in brackets: `error[unit-mismatch]`; without it all are listed
    name: Option<String>,
}

pub fn run(args: &Args, output: &Output) -> Result<Outcome, Failure> {
    let text = match &args.name {
        None => list(),
        Some(name) => match report::page(name) {
            Some(page) => report::plain(page, &output.result),
            None => return Err(unknown(name)),
        },
    };
    output.print(&text)?;
    Ok(Outcome::Well)
}

/// Every name with the first line of its page, which says what it is about.
fn list() -> String {
    let width = report::page_names().map(str::len).max().unwrap_or(0);
    let line = |name: &str| {
        let page = report::page(name).unwrap_or_default();
        let about = page.lines().find(|l| !l.is_empty() && !l.starts_with('#')).unwrap_or_default();
        format!("{name:width$}  {about}").trim_end().to_string() + "\n"
    };
    report::page_names().map(line).collect()
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(format!("no message is called `{name}`"));
    match nearest(name, report::page_names()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`kepi explain` lists all messages"),
    }
}

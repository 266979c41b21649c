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
        None => list(output),
        Some(name) => match report::page(name) {
            Some(page) => report::plain(page, &output.result),
            None => return Err(unknown(name)),
        },
    };
    output.print(&text)?;
    Ok(Outcome::Well)
}

/// Every name with the first sentence of its page, which says what it is about.
fn list(output: &Output) -> String {
    let row = |name: &str| vec![name.to_string(), about(report::page(name).unwrap_or_default())];
    report::listing(&["message", "about"], report::page_names().map(row).collect(), &output.result)
}

fn about(page: &str) -> String {
    let paragraph = page.split("\n\n").find(|p| !p.trim().is_empty() && !p.starts_with('#'));
    let text = paragraph.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    text.split_once(". ").map(|(sentence, _)| format!("{sentence}.")).unwrap_or(text)
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(format!("no message is called `{name}`"));
    match nearest(name, report::page_names()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`kepi explain` lists all messages"),
    }
}

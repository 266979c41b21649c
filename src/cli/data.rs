//! `kepi check --data`: the data held against what the sources declare and promise.

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, ask, progress};
use crate::engine::{self, Inspected, Options};
use crate::report;
use crate::threshold::{self, Promise, Severity, Teller};

#[derive(Debug, clap::Args)]
pub struct OfData {
    /// Read the data, too: all of it, held against what the sources declare and promise
    #[arg(long)]
    data: bool,
    /// The profile of kepi.toml that says where the data is
    #[arg(long, value_name = "NAME", requires = "data")]
    profile: Option<String>,
    /// The day by which data has to be fresh, or `today`; otherwise the newest date in the data
    #[arg(long, value_name = "DATE", requires = "data")]
    as_of: Option<String>,
}

/// Nothing where nobody asks.
pub fn check(flags: &OfData, global: &Global, output: &Output) -> Result<Option<Outcome>, Failure> {
    if !flags.data {
        return Ok(None);
    }
    let ready = ask::Flags::of_data(flags.profile.clone(), flags.as_of.clone()).ready(global)?;
    let inspect = || engine::inspect(&ready.model, ready.ask.as_of, &ready.bindings, &Options::default());
    let Inspected { sources, examined, errors } = progress::shown(output, inspect)?;
    let teller = Teller { model: &ready.model, sources: &ready.sources, flags: "" };
    let promises = threshold::promises(&ready.model, &teller, examined);
    let mut text: String =
        errors.iter().map(|error| format!("{}: {error}\n", output.result.red("error"))).collect();
    text += &report::promises(&promises, &output.result);
    text += &summary(sources, &promises);
    output.print(&text)?;
    let broken = |promise: &Promise| promise.broken.is_some() && promise.severity == Severity::Critical;
    let red = !errors.is_empty() || promises.iter().any(broken);
    Ok(Some(if red { Outcome::Findings } else { Outcome::Well }))
}

fn summary(sources: usize, promises: &[Promise]) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let broken = promises.iter().filter(|promise| promise.broken.is_some()).count();
    let kept = promises.len();
    format!(
        "data: {sources} source{} read, {broken} of {kept} promise{} broken\n",
        plural(sources),
        plural(kept)
    )
}

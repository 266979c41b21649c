//! `kepi check --data`: the data held against what the sources declare and promise.

use super::failure::Failure;
use super::output::Output;
use super::{Global, ask, progress};
use crate::engine::{self, Error, Inspected, Options, Row};
use crate::report::{Misread, OfData};
use crate::threshold::{self, Promise, Severity, Teller};

#[derive(Debug, clap::Args)]
pub struct Flags {
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
pub fn check(flags: &Flags, global: &Global, output: &Output) -> Result<Option<OfData>, Failure> {
    if !flags.data {
        return Ok(None);
    }
    let ready = ask::Flags::of_data(flags.profile.clone(), flags.as_of.clone()).ready(global)?;
    let model = &ready.model.with_implied();
    let inspect = || engine::inspect(model, ready.ask.as_of, &ready.bindings, &Options::default());
    let Inspected { sources, examined, errors } = progress::shown(output, inspect)?;
    let teller = Teller { model, sources: &ready.sources, flags: "" };
    let promises = threshold::promises(model, &teller, examined);
    Ok(Some(OfData { sources, promises, misread: errors.iter().map(misread).collect() }))
}

/// Whether anything in it makes the check red.
pub fn red(found: &OfData) -> bool {
    let broken = |promise: &Promise| promise.broken.is_some() && promise.severity == Severity::Critical;
    !found.misread.is_empty() || found.promises.iter().any(broken)
}

fn misread(error: &Error) -> Misread {
    let (line, row) = match error.row {
        Some(Row::Line(line)) => (Some(line), None),
        Some(Row::Number(row)) => (None, Some(row)),
        None => (None, None),
    };
    Misread {
        message: error.message.clone(),
        text: error.to_string(),
        file: error.file.as_deref().map(str::to_string),
        line,
        row,
        column: error.column.as_deref().map(str::to_string),
        help: error.help.clone(),
    }
}

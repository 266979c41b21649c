//! What `kepi check --data` found in the data, for all forms of its report.

use serde_json::{Value as Json, json};

use super::{Screen, promises};
use crate::threshold::Promise;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfData {
    /// How many sources have been read.
    pub sources: usize,
    pub promises: Vec<Promise>,
    pub misread: Vec<Misread>,
}

/// Data that does not hold what its contract says, or what links rely on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Misread {
    /// Without the place.
    pub message: String,
    /// All of it, with the place and the help.
    pub text: String,
    pub file: Option<String>,
    /// Of a text file.
    pub line: Option<u64>,
    /// Of any other.
    pub row: Option<u64>,
    pub column: Option<String>,
    pub help: Option<String>,
}

pub fn text(found: &OfData, screen: &Screen) -> String {
    let misread = found.misread.iter().map(|error| format!("{}: {}\n", screen.red("error"), error.text));
    misread.collect::<String>() + &promises::render(&found.promises, screen) + &summary(found)
}

fn summary(found: &OfData) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let broken = found.promises.iter().filter(|promise| promise.broken.is_some()).count();
    let kept = found.promises.len();
    format!(
        "data: {} source{} read, {broken} of {kept} promise{} broken\n",
        found.sources,
        plural(found.sources),
        plural(kept)
    )
}

/// Beside the messages, as `data`.
pub fn json(found: &OfData) -> Json {
    let promise = |promise: &Promise| super::outcome::promise_json(promise);
    let misread = |error: &Misread| {
        json!({
            "message": error.message,
            "file": error.file,
            "line": error.line,
            "row": error.row,
            "column": error.column,
            "help": error.help,
        })
    };
    json!({
        "sources": found.sources,
        "errors": found.misread.iter().map(misread).collect::<Vec<_>>(),
        "promises": found.promises.iter().map(promise).collect::<Vec<_>>(),
    })
}

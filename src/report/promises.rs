//! Promises that the data breaks, beside a table that is the result: each in a line, with the
//! first rows that break it.

use super::{Screen, TableFormat};
use crate::threshold::{Broken, Promise};

/// Nothing where all are kept.
pub fn render(promises: &[Promise], screen: &Screen) -> String {
    let broken = promises.iter().filter_map(|promise| Some((promise, promise.broken.as_ref()?)));
    broken.map(|(promise, broken)| one(promise, broken, screen)).collect()
}

fn one(promise: &Promise, broken: &Broken, screen: &Screen) -> String {
    let Promise { source, text, severity, place, .. } = promise;
    let what = match broken.rows {
        0 => format!("{source} is not fresh"),
        1 => format!("1 row of {source} breaks its promise"),
        rows => format!("{rows} rows of {source} break their promise"),
    };
    let at = format!("{}:{}:{}", place.file, place.line, place.column);
    let rows = super::table(&broken.examples, TableFormat::Terminal, screen);
    let rows: String = rows.lines().map(|line| format!("  {line}\n")).collect();
    format!("{}: {what}: `{text}` ({at})\n{rows}", severity.name())
}

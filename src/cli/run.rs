//! `kepi run`: metrics, computed from the data.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::failure::Failure;
use super::files::put;
use super::output::Output;
use super::{Global, Outcome, ask, progress};
use crate::engine::{self, Options};
use crate::report::{self, Screen, TableFormat};
use crate::table::Table;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    ask: ask::Flags,
    /// How the result looks; by the name of the output where there is one
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write the result there, and nothing if something goes wrong
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
    Markdown,
    Parquet,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let goal = args.goal()?;
    let ready = args.ask.ready(global)?;
    let compute = || engine::run(&ready.model, &ready.ask, &ready.bindings, &Options::default());
    let answer = progress::shown(output, compute)?;
    goal.reach(&answer.table, output)?;
    for (metric, reason) in &answer.left_out {
        output.note(&format!("left out `{metric}`: {reason}\n"));
    }
    Ok(Outcome::Well)
}

/// Where the result goes, and how it looks.
enum Goal {
    Print(TableFormat),
    Write(PathBuf, TableFormat),
    WriteParquet(PathBuf),
}

impl Args {
    fn goal(&self) -> Result<Goal, Failure> {
        let named = || self.output.as_deref().and_then(Path::extension).and_then(Format::of_extension);
        let format = self.format.or_else(named).unwrap_or(Format::Table);
        match (&self.output, format.text()) {
            (None, Some(text)) => Ok(Goal::Print(text)),
            (Some(path), Some(text)) => Ok(Goal::Write(path.clone(), text)),
            (Some(path), None) => Ok(Goal::WriteParquet(path.clone())),
            (None, None) => Err(Failure::new("Parquet is no text: it goes into a file")
                .help("add `--output FILE`, for example `--output metrics.parquet`")),
        }
    }
}

impl Goal {
    fn reach(self, table: &Table, output: &Output) -> Result<(), Failure> {
        match self {
            Goal::Print(format) => Ok(output.print(&report::table(table, format, &output.result))?),
            Goal::Write(path, format) => {
                let text = report::table(table, format, &Screen::default());
                put(&path, |part| fs::write(part, &text).map_err(|e| e.to_string()))
            }
            Goal::WriteParquet(path) => put(&path, |part| {
                let bytes = engine::parquet_bytes(table).map_err(|e| e.to_string())?;
                fs::write(part, bytes).map_err(|e| e.to_string())
            }),
        }
    }
}

impl Format {
    /// `None`: not a text.
    fn text(self) -> Option<TableFormat> {
        Some(match self {
            Format::Table => TableFormat::Terminal,
            Format::Csv => TableFormat::Csv,
            Format::Json => TableFormat::Json,
            Format::Markdown => TableFormat::Markdown,
            Format::Parquet => return None,
        })
    }

    fn of_extension(extension: &OsStr) -> Option<Format> {
        Some(match extension.to_str()? {
            "csv" => Format::Csv,
            "json" => Format::Json,
            "md" => Format::Markdown,
            "parquet" => Format::Parquet,
            _ => return None,
        })
    }
}

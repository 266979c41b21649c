//! `kepi graph`: what metrics are made of, as a picture.

use clap::ValueEnum;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, open, show};
use crate::ide;
use crate::report::{self, NetworkFormat};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these, and all that they are made of
    metrics: Vec<String>,
    /// `mermaid` for Markdown and chat, `dot` for Graphviz
    #[arg(long, value_name = "FORMAT", default_value = "mermaid")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Mermaid,
    Dot,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let model = open::open(global)?.model;
    let wanted = args.metrics.iter().map(|name| show::metric(&model, name)).collect::<Result<Vec<_>, _>>()?;
    let format = match args.format {
        Format::Mermaid => NetworkFormat::Mermaid,
        Format::Dot => NetworkFormat::Dot,
    };
    output.print(&report::network(&ide::network(&model, &wanted), format))?;
    Ok(Outcome::Well)
}

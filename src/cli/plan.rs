//! `kepi plan`: how metrics would be computed, in the words of each stage.

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, ask};
use crate::engine::{self, Options};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    ask: ask::Flags,
    #[command(flatten)]
    stage: Stage,
}

/// Without any: the query in Kepi's own words.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Stage {
    /// DataFusion's logical plan, optimized
    #[arg(long)]
    logical: bool,
    /// DataFusion's physical plan
    #[arg(long)]
    physical: bool,
    /// The plan as SQL, where it can be said so
    #[arg(long)]
    sql: bool,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let ready = args.ask.ready(global)?;
    let explained = engine::explain(&ready.model, &ready.ask, &ready.bindings, &Options::default())?;
    let text = match args.stage {
        Stage { logical: true, .. } => explained.logical,
        Stage { physical: true, .. } => explained.physical,
        Stage { sql: true, .. } => explained.sql.map_err(|why| no_sql(&why))?,
        _ => explained.query,
    };
    output.print(&format!("{}\n", text.trim_end()))?;
    Ok(Outcome::Well)
}

/// DataFusion's reason prints the whole operator behind its name.
fn no_sql(why: &str) -> Failure {
    let why = why.split('(').next().unwrap_or(why);
    Failure::new(format!("DataFusion cannot say this plan in SQL: {why}"))
        .help("`--logical` shows the plan itself")
}

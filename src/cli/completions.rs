//! `kepi completions SHELL`: a script that completes commands and flags.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::failure::Failure;
use super::output::Output;
use super::{Arguments, Outcome};

#[derive(Debug, clap::Args)]
pub struct Args {
    shell: Shell,
}

pub fn run(args: &Args, output: &Output) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut Arguments::command(), "kepi", &mut script);
    output.print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Well)
}

//! `kepi lsp`: the language server, over standard input and output.

use std::io;

use super::failure::Failure;
use super::{Outcome, day};
use crate::lsp;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What editors say when they start a server; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,
}

pub fn run(_args: &Args) -> Result<Outcome, Failure> {
    match lsp::serve(io::BufReader::new(io::stdin()), io::stdout().lock(), day::clock) {
        true => Ok(Outcome::Well),
        false => Ok(Outcome::Findings),
    }
}

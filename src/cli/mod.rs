//! The command line: the only module that names clap, and the only one that prints.
//! One file a command; each returns an [`Outcome`] or why it could not do its job.
//!
//! Exit codes: 0 all is well, 1 findings (errors in the definitions, thresholds or promises
//! that are broken), 2 the job could not be done (wrong usage, no project, data that
//! breaks its contract, a file that cannot be read or written), 3 something that had to be
//! judged could not be, 130 interrupted.

#[cfg(feature = "engine")]
mod ask;
mod bump;
mod check;
mod completions;
#[cfg(feature = "engine")]
mod data;
mod day;
mod debug;
mod decide;
mod diff;
mod explain;
mod failure;
mod files;
mod fmt;
#[cfg(feature = "engine")]
mod forms;
mod goal;
mod graph;
mod init;
mod init_ci;
mod list;
mod lock;
mod lsp;
#[cfg(feature = "engine")]
mod moved;
#[cfg(feature = "engine")]
mod notes;
mod open;
mod output;
#[cfg(feature = "engine")]
mod plan;
mod profiles;
#[cfg(feature = "engine")]
mod progress;
#[cfg(feature = "engine")]
mod run;
#[cfg(feature = "engine")]
mod score;
mod show;
#[cfg(feature = "engine")]
mod snapshot;
#[cfg(feature = "engine")]
mod test;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use failure::Failure;
use output::Output;

/// Metrics as code: checks definitions of metrics and computes them from files
#[derive(Debug, Parser)]
#[command(name = "kepi", version, infer_long_args = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 all is well, 1 findings: errors in the definitions, broken thresholds or promises, \
2 the job could not be done, 3 something was not judged (--not-judged fail), 130 interrupted"
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Global {
    /// The folder of the project; without it the nearest one upward with a kepi.toml
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    project: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Everywhere")]
    color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find all mistakes in the definitions; needs no data, yet looks at it with --data
    Check(check::Args),
    /// Show what changed since another revision, and how much that matters
    Diff(diff::Args),
    /// Record what every metric means, so that a change of it is noticed
    Lock(lock::Args),
    /// Make a new version of a metric beside the one that is
    Bump(bump::Args),
    /// Say that the number of a metric was wrong before its meaning changed
    Correct(decide::Correct),
    /// Let a changed meaning stand for a while
    Accept(decide::Accept),
    /// Compute metrics from the data
    #[cfg(feature = "engine")]
    Run(run::Args),
    /// Run the tests in the metric files, which need no data, and compare snapshots
    #[cfg(feature = "engine")]
    Test(test::Args),
    /// Write the table of a scorecard beside its metrics: `kepi test` tells when it changes
    #[cfg(feature = "engine")]
    Snapshot(snapshot::Args),
    /// Show how metrics would be computed
    #[cfg(feature = "engine")]
    Plan(plan::Args),
    /// Tell more about a message, by its name: `kepi explain unit-mismatch`
    Explain(explain::Args),
    /// Bring definitions into their one layout
    Fmt(fmt::Args),
    /// Write a small project with sample data, which runs at once
    Init(init::Args),
    /// Write what makes a pipeline run Kepi, or hooks before a commit
    InitCi(init_ci::Args),
    /// Show the metrics, scorecards, dimensions and parameters of the project
    List(list::Args),
    /// Show everything that is known of a metric
    Show(show::Args),
    /// Draw what metrics are made of
    Graph(graph::Args),
    /// Help an editor: the language server, which editors start by themselves
    Lsp(lsp::Args),
    /// Print a script that completes commands and flags in a shell
    Completions(completions::Args),
    /// Show what the compiler made of a file
    Debug(debug::Args),
}

/// How a command ended that could do its job.
enum Outcome {
    Well,
    /// It found errors, or what breaks a threshold or a promise, and has shown it.
    Findings,
    /// What it found, as the code that was asked for.
    Code(u8),
    /// Something could not be judged that had to be.
    #[cfg(feature = "engine")]
    NotJudged,
}

/// Runs the program with its arguments, the first of which is its own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(message) => {
            // help and version are messages, too; a closed pipe is no news
            let _ = message.print();
            return ExitCode::from(message.exit_code() as u8);
        }
    };
    let output = Output::new(arguments.global.color);
    #[cfg(feature = "engine")]
    crate::engine::when_stopped(|| {
        // a run that can stop by itself does so, and puts away what it shows
        std::thread::sleep(std::time::Duration::from_millis(200));
        std::process::exit(130)
    });
    match run(&arguments.command, &arguments.global, &output) {
        Ok(Outcome::Well) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Code(code)) => ExitCode::from(code),
        #[cfg(feature = "engine")]
        Ok(Outcome::NotJudged) => ExitCode::from(3),
        Err(failure) => failure.report(&output),
    }
}

fn run(command: &Command, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    match command {
        Command::Check(args) => check::run(args, global, output),
        Command::Diff(args) => diff::run(args, global, output),
        Command::Lock(args) => lock::run(args, global, output),
        Command::Bump(args) => bump::run(args, global, output),
        Command::Correct(args) => decide::correct(args, global, output),
        Command::Accept(args) => decide::accept(args, global, output),
        #[cfg(feature = "engine")]
        Command::Run(args) => run::run(args, global, output),
        #[cfg(feature = "engine")]
        Command::Test(args) => test::run(args, global, output),
        #[cfg(feature = "engine")]
        Command::Snapshot(args) => snapshot::run(args, global, output),
        #[cfg(feature = "engine")]
        Command::Plan(args) => plan::run(args, global, output),
        Command::Explain(args) => explain::run(args, output),
        Command::Fmt(args) => fmt::run(args, global, output),
        Command::Init(args) => init::run(args, output),
        Command::InitCi(args) => init_ci::run(args, global, output),
        Command::List(args) => list::run(args, global, output),
        Command::Show(args) => show::run(args, global, output),
        Command::Graph(args) => graph::run(args, global, output),
        Command::Lsp(args) => lsp::run(args),
        Command::Completions(args) => completions::run(args, output),
        Command::Debug(args) => debug::run(args, output),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_make_sense() {
        super::Arguments::command().debug_assert();
    }
}

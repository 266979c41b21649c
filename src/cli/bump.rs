//! `kepi bump`: a new version of a metric, beside the one that was.

use std::fs;

use jiff::ToSpan;
use jiff::civil::Date;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, day, decide, lock, open};
use crate::bump::{self, Bumped, Refused};
use crate::check::{CheckedModel, MetricId};
use crate::fingerprint::named_metrics;
use crate::text::SourceFile;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The metric, by its name alone: the current version
    metric: String,
    /// The last day of the old version; without it three months from today
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[command(flatten)]
    today: day::Flag,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let opened = open::open(global)?;
    let root = opened.project.root.clone();
    let id = decide::find(&opened.model, &args.metric)?;
    let name = opened.model.metric(id).name.as_str();
    // the lock file joins the sources, and is no definition
    let mut lock = lock::read(&root, &mut opened.sources.clone())?;
    let until = args.until.unwrap_or_else(|| args.today.day().saturating_add(3.months()));
    if args.until.is_some_and(|until| until < args.today.day()) {
        return Err(Failure::new(format!("{until} is over: the old version would be gone already"))
            .help("`--until` is the last day on which the old version may be used"));
    }
    let bumped = bump::bump(&root, &opened.sources, &opened.model, id, lock.as_ref(), until)?;
    let file = opened.sources.get(bumped.file);
    fs::write(root.join(&file.path), &bumped.text)
        .map_err(|e| Failure::new(format!("cannot write {}: {e}", file.path)))?;
    if let (Some(lock_file), true) = (&mut lock, bumped.edited) {
        crate::fingerprint::lock::record(&bumped.model, lock_file);
        lock::write(&root, lock_file)?;
    }
    output.print(&told(&bumped, file, name, until))?;
    Ok(Outcome::Well)
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        match refused {
            Refused::Because { why, help: Some(help) } => Failure::new(why).help(help),
            Refused::Because { why, help: None } => Failure::new(why),
            Refused::Git(error) => error.into(),
        }
    }
}

fn told(bumped: &Bumped, file: &SourceFile, name: &str, until: Date) -> String {
    let Bumped { version, new, edited, ref model, .. } = *bumped;
    let mut text =
        format!("{}: `{name}` is v{new} now; v{version} stays, deprecated, until {until}\n", file.path);
    let users = users(model, name, new);
    if !users.is_empty() {
        text += &format!(
            "these follow it: `{}`; name `{name}.v{version}` in those that should not\n",
            users.join("`, `")
        );
    }
    if !edited {
        text += &format!("edit v{new}, then `kepi lock` records it\n");
    }
    text
}

/// The metrics that use the new version.
fn users(model: &CheckedModel, name: &str, new: u32) -> Vec<String> {
    let is_new = |id: &MetricId| model.metric(*id).name == name && model.metric(*id).version == new;
    let uses = |m: &&crate::check::Metric| {
        let mut named = Vec::new();
        named_metrics(&m.value, &mut named);
        named.iter().any(is_new)
    };
    model.metrics.iter().filter(uses).map(|m| m.name.clone()).collect()
}

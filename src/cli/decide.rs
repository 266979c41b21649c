//! `kepi correct` and `kepi accept`: what became of a changed meaning, written into
//! `kepi.lock`.

use jiff::civil::Date;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, day, lock, open};
use crate::check::{CheckedModel, MetricId};
use crate::diagnostic::nearest;
use crate::fingerprint::lock::{self as file, Decision, Lock};

#[derive(Debug, clap::Args)]
pub struct Correct {
    #[command(flatten)]
    which: Which,
    /// What was wrong
    #[arg(long, short = 'm', value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    today: day::Flag,
}

#[derive(Debug, clap::Args)]
pub struct Accept {
    #[command(flatten)]
    which: Which,
    /// The last day that it may stand
    #[arg(long, value_name = "DATE")]
    until: Date,
    /// Why it may
    #[arg(long, short = 'm', value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    today: day::Flag,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// `win_rate`, or an older version: `win_rate.v1`
    metrics: Vec<String>,
    /// Every metric whose meaning changed
    #[arg(long)]
    all: bool,
}

pub fn correct(args: &Correct, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let on = args.today.day();
    let done = decide(&args.which, &args.reason, global, |model, lock, id| {
        file::correct(model, lock, id, on, &args.reason)
    })?;
    output.print(&format!("recorded that the number before was wrong: {done}\n"))?;
    Ok(Outcome::Well)
}

pub fn accept(args: &Accept, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    if args.until < args.today.day() {
        return Err(Failure::new(format!("{} has passed", args.until)).help("name a day to come"));
    }
    let done = decide(&args.which, &args.reason, global, |model, lock, id| {
        file::accept(model, lock, id, args.until, &args.reason)
    })?;
    output.print(&format!("accepted until {}: {done}\n", args.until))?;
    Ok(Outcome::Well)
}

/// The metrics that were decided about, those that changed through them behind.
fn decide(
    which: &Which,
    reason: &str,
    global: &Global,
    decide: impl Fn(&CheckedModel, &mut Lock, MetricId) -> Decision,
) -> Result<String, Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::new("a decision without a reason helps nobody").help("say why with `-m \"…\"`"));
    }
    let mut opened = open::open(global)?;
    let root = opened.project.root.clone();
    let ids = which.metrics.iter().map(|name| find(&opened.model, name)).collect::<Result<Vec<_>, _>>()?;
    let none = || Failure::new("there is no kepi.lock").help("`kepi lock` records what everything means now");
    let mut lock = lock::read(&root, &mut opened.sources)?.ok_or_else(none)?;
    let ids = if which.all { file::undecided(&opened.model, &lock) } else { ids };
    let (mut done, mut with_it) = (Vec::new(), Vec::new());
    for id in ids {
        let name = &opened.model.metric(id).name;
        match decide(&opened.model, &mut lock, id) {
            Decision::Made { with_it: more } => {
                done.push(format!("`{name}`"));
                with_it.extend(more.into_iter().map(|name| format!("`{name}`")));
            }
            Decision::Unchanged if with_it.contains(&format!("`{name}`")) => {}
            Decision::Unchanged => {
                return Err(Failure::new(format!("`{name}` means what is recorded: nothing to decide")));
            }
            Decision::NotRecorded => {
                return Err(Failure::new(format!("kepi.lock does not record `{name}` yet"))
                    .help("`kepi lock` records what it means now"));
            }
        }
    }
    if done.is_empty() {
        return Err(Failure::new("everything means what is recorded: nothing to decide"));
    }
    lock::write(&root, &lock)?;
    let with_it =
        if with_it.is_empty() { String::new() } else { format!("; with it {}", with_it.join(", ")) };
    Ok(format!("{}{with_it}", done.join(", ")))
}

pub fn find(model: &CheckedModel, name: &str) -> Result<MetricId, Failure> {
    model.find_metric(name).ok_or_else(|| {
        let failure = Failure::new(format!("no metric is called `{name}`"));
        match nearest(name, model.metrics.iter().map(|m| m.name.as_str())) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`kepi list` shows all"),
        }
    })
}

//! `kepi run`: metrics, computed from the data, and scorecards, judged by their thresholds.

use std::fs;

use super::failure::Failure;
use super::output::Output;
use super::{Global, Outcome, ask, day, forms, notes, progress, score};
use crate::engine::{self, Options};
use crate::fingerprint::meaning;
use crate::report::{self, last_run};
use crate::table::Table;
use crate::threshold::{self, Teller};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    ask: ask::Flags,
    #[command(flatten)]
    forms: forms::Forms,
    #[command(flatten)]
    judge: score::Judging,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let ready = args.ask.ready(global)?;
    let scorecards = score::of_scorecards(&ready.model, &ready.ask.metrics)?;
    match scorecards || args.judge.judge() || args.forms.judge() {
        true => judged(args, &ready, global, output),
        false => table(args, &ready, output),
    }
}

fn table(args: &Args, ready: &ask::Ready, output: &Output) -> Result<Outcome, Failure> {
    let goals = args.forms.tables()?;
    let compute = || engine::run(&ready.model, &ready.ask, &ready.bindings, &Options::default());
    let answer = progress::shown(output, compute)?;
    for goal in &goals {
        forms::write_table(goal, &answer.table, output)?;
    }
    for (metric, reason) in &answer.left_out {
        output.note(&format!("left out `{metric}`: {reason}\n"));
    }
    notes::of_periods(ready, &answer.table, output);
    notes::of_totals(ready, &answer.table, output);
    notes::of_filter(ready, &answer.table, output);
    if let Some(ahead) = &answer.ahead {
        output.note(&format!("{ahead}\n"));
    }
    if answer.shared_place {
        output.note("more rows than --top asks for: several share the last place\n");
    }
    remember(ready, &answer.table, output);
    let teller = Teller { model: &ready.model, sources: &ready.sources, flags: "" };
    let promises = threshold::promises(&ready.model, &teller, answer.examined);
    output.note(&report::promises(&promises, &output.error));
    let fails = args.judge.severity();
    let broken = promises.iter().filter(|promise| promise.broken.is_some());
    let red = broken.map(|promise| promise.severity).any(|s| fails.is_some_and(|least| s >= least));
    Ok(if red { Outcome::Findings } else { Outcome::Well })
}

/// Keeps the newest values for editors, where the project has a folder for them. Only those of
/// the definitions as they are, of all rows.
fn remember(ready: &ask::Ready, table: &Table, output: &Output) {
    let folder = ready.bindings.root.join(last_run::FOLDER);
    let ask = &ready.ask;
    let whole = ask.filter.is_none() && ask.having.is_none() && ask.top.is_none() && ready.as_declared;
    if !whole || !folder.is_dir() {
        return;
    }
    let path = folder.join(last_run::FILE);
    let mut known = fs::read_to_string(&path).map(|text| last_run::parse(&text)).unwrap_or_default();
    for (name, value) in last_run::newest(table) {
        let Some(id) = ready.model.find_metric(&name) else { continue };
        let metric = ready.model.metric(id);
        let fingerprint = meaning(&ready.model, id).to_string();
        let value = last_run::LastValue {
            fingerprint,
            computed_on: day::clock().to_string(),
            flags: ready.again_flags(),
            ..value
        };
        known.insert(format!("{}.v{}", metric.name, metric.version), value);
    }
    if let Err(error) = fs::write(&path, last_run::write(&known)) {
        output.note(&format!("cannot write {}: {error}\n", path.display()));
    }
}

fn judged(args: &Args, ready: &ask::Ready, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let ask = &ready.ask;
    let members = ask.having.is_some() && ask.by.is_empty();
    let of_tables =
        [("--top", ask.top.is_some()), ("--order-by", ask.order_by.is_some()), ("--having", members)];
    if let Some((flag, _)) = of_tables.iter().find(|(_, given)| *given) {
        let help = match *flag {
            "--having" => "it chooses members: say which, `--by region`, or put it into a threshold",
            _ => "leave it out, or ask for a table: `--format table`",
        };
        return Err(Failure::new(format!("{flag} says nothing of what is judged")).help(help));
    }
    let goals = args.forms.outcomes()?;
    let outcome = score::outcome(&args.judge, ready, global, output)?;
    for goal in &goals {
        forms::write_outcome(goal, &outcome, output)?;
    }
    if goals.iter().all(|goal| goal.file.is_some()) {
        score::tell_not_judged(&args.judge, &outcome, output);
    }
    Ok(match outcome.exit_code {
        0 => Outcome::Well,
        3 => Outcome::NotJudged,
        _ => Outcome::Findings,
    })
}

//! `kepi run` of scorecards, and of metrics that are to be judged: from the names to an
//! outcome.

use clap::ValueEnum;

use super::ask::Ready;
use super::failure::Failure;
use super::output::Output;
use super::{Global, progress};
use crate::check::{self, BinaryOp, CheckedModel, Expr, ExprKind, Severity, Type};
use crate::engine::{self, AskRows, Computed, Options};
use crate::query::{self, Ask, Request};
use crate::text::Span;
use crate::threshold::{self, Answers, Card, Compare, Drill, Judgement, NotJudged, Outcome, Teller, Verdict};

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Thresholds")]
pub struct Judging {
    /// From which severity on a finding ends the run with 1: critical, if nothing else is said
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// What follows where something cannot be judged: warn tells it, if nothing else is said,
    /// and fail ends the run with 3
    #[arg(long, value_name = "WHAT")]
    not_judged: Option<WhenNotJudged>,
    /// Of each finding the N members, and the N rows, that make it worst
    #[arg(long, value_name = "N")]
    drill: Option<u32>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Warn,
    Critical,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WhenNotJudged {
    Ok,
    Warn,
    Fail,
}

impl Judging {
    /// Whether any of them is given: they are about verdicts.
    pub fn judge(&self) -> bool {
        self.fail_on.is_some() || self.not_judged.is_some() || self.drill.is_some()
    }

    pub fn severity(&self) -> Option<Severity> {
        match self.fail_on {
            None | Some(FailOn::Critical) => Some(Severity::Critical),
            Some(FailOn::Warn) => Some(Severity::Warn),
            Some(FailOn::Never) => None,
        }
    }

    fn not_judged(&self) -> NotJudged {
        match self.not_judged {
            Some(WhenNotJudged::Ok) => NotJudged::Ok,
            None | Some(WhenNotJudged::Warn) => NotJudged::Warn,
            Some(WhenNotJudged::Fail) => NotJudged::Fail,
        }
    }
}

/// What is asked for is a scorecard: all names are of scorecards. A mix is none of both.
pub fn of_scorecards(model: &CheckedModel, names: &[String]) -> Result<bool, Failure> {
    let is_card = |name: &&String| model.find_scorecard(name).is_some();
    match (names.iter().find(is_card), names.iter().find(|name| !is_card(name))) {
        (Some(card), Some(other)) => {
            Err(Failure::new(format!("`{card}` is a scorecard, and `{other}` is none")).help(
                "run scorecards and metrics one after the other: a scorecard brings its own periods and dimensions",
            ))
        }
        (card, _) => Ok(card.is_some()),
    }
}

/// Computes and judges; the exit code is the outcome's.
pub fn outcome(flags: &Judging, ready: &Ready, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let model = &query::hoist(&ready.model);
    let scored = of_scorecards(model, &ready.ask.metrics)?;
    let cards = match scored {
        true => scorecards(model, &ready.ask)?,
        false => vec![of_metrics(model, &ready.ask)?],
    };
    let again = ready.again(global);
    let plan = threshold::plan(model, cards, ready.ask.as_of);
    let compute = |requests: &[Request]| {
        engine::compute(model, requests, &ready.bindings, &Options::default()).map_err(Failure::from)
    };
    let Computed { dense, examined, ahead } = progress::shown(output, || compute(&plan.requests))?;
    if let Some(ahead) = ahead {
        output.note(&format!("{ahead}\n"));
    }
    let stale = threshold::stale(model, &examined);
    let teller = Teller { model, sources: &ready.sources, flags: &again };
    let answers = Answers { model, plan: &plan, dense: &dense, stale: &stale };
    let outcome = Outcome {
        project: ready.project.clone(),
        folder: super::files::folder_in_repository(&ready.bindings.root),
        kepi: env!("CARGO_PKG_VERSION").to_string(),
        as_of: dense.iter().find_map(|dense| dense.as_of),
        command: command(ready, flags, &again),
        scorecards: threshold::scorecards(&answers, &teller),
        promises: threshold::promises(model, &teller, examined),
        fail_on: flags.severity(),
        exit_code: 0,
    };
    let mut outcome = outcome;
    if let Some(most) = flags.drill {
        let drilled = Drilled { model, plan: &plan, bindings: &ready.bindings, most: most as usize };
        progress::shown(output, || drilled.drill(&mut outcome))?;
    }
    let exit_code = threshold::exit_code(&outcome, flags.severity(), flags.not_judged());
    Ok(Outcome { exit_code, ..outcome })
}

/// What is behind the findings.
struct Drilled<'a> {
    model: &'a CheckedModel,
    plan: &'a threshold::Plan,
    bindings: &'a engine::Bindings,
    most: usize,
}

impl Drilled<'_> {
    fn drill(&self, outcome: &mut Outcome) -> Result<(), Failure> {
        let drills = threshold::drills(self.model, self.plan, &outcome.scorecards, outcome.as_of);
        let (model, options) = (self.model, &Options::default());
        let members: Vec<Request> = drills.iter().flat_map(|d| &d.members).map(|(_, r)| r.clone()).collect();
        let mut members = engine::compute(model, &members, self.bindings, options)?.dense.into_iter();
        let low_first = |drill: &Drill| threshold::low_first(model, drill.metric, finding(outcome, drill));
        let asked: Vec<AskRows> = drills
            .iter()
            .flat_map(|d| Some(AskRows { request: d.whole.clone()?, low_first: low_first(d) }))
            .collect();
        let mut rows = engine::worst_rows(model, &asked, self.most, self.bindings, options)?.into_iter();
        for drill in &drills {
            let judgement = finding(outcome, drill);
            let dense = drill.members.as_ref().and_then(|(by, _)| Some((*by, members.next()?)));
            let worst = dense
                .map(|(by, dense)| threshold::worst(model, (drill.metric, by), judgement, &dense, self.most));
            let mut behind = judgement.rows.clone();
            for found in drill.whole.as_ref().and_then(|_| rows.next()).into_iter().flatten() {
                let name = &model.source(found.source).name;
                let of = behind.iter_mut().find(|rows| rows.source == *name && rows.by == found.by);
                of.into_iter().for_each(|rows| rows.worst = Some(found.rows.clone()));
            }
            let (card, metric, judgement) = drill.place;
            let judgement = &mut outcome.scorecards[card].metrics[metric].judgements[judgement];
            (judgement.drill, judgement.rows) = (worst, behind);
        }
        Ok(())
    }
}

fn finding<'a>(outcome: &'a Outcome, drill: &Drill) -> &'a Judgement {
    let (card, metric, judgement) = drill.place;
    &outcome.scorecards[card].metrics[metric].judgements[judgement]
}

fn scorecards(model: &CheckedModel, ask: &Ask) -> Result<Vec<Card>, Failure> {
    let own =
        [("--every", ask.every.is_some()), ("--by", !ask.by.is_empty()), ("--having", ask.having.is_some())];
    if let Some((flag, _)) = own.iter().find(|(_, given)| *given) {
        return Err(Failure::new(format!("a scorecard says itself what {flag} says"))
            .help("change the scorecard, or run its metrics by their names"));
    }
    let found = ask.metrics.iter().filter_map(|name| model.find_scorecard(name));
    let mut found: Vec<&check::Scorecard> = found.collect();
    let mut seen = Vec::new();
    // asked twice, shown once
    found.retain(|card| {
        !seen.contains(&card.name) && {
            seen.push(card.name.clone());
            true
        }
    });
    found.into_iter().map(|card| scorecard(model, ask, card)).collect()
}

fn scorecard(model: &CheckedModel, ask: &Ask, card: &check::Scorecard) -> Result<Card, Failure> {
    let asked = ask.filter.as_deref().map(|text| query::filter(model, text)).transpose();
    let asked = asked.map_err(|wrong| Failure::Usage(wrong.diagnostics, Box::new(wrong.sources)))?;
    let filter = match (card.filter.clone(), asked) {
        (Some(own), Some(asked)) => {
            Some(Expr::new(ExprKind::Binary(BinaryOp::And, own, asked), Type::Bool, Span::default()))
        }
        (own, asked) => own.or(asked),
    };
    let (from, to, last) = range(model, ask, card)?;
    let card = Card {
        name: card.name.clone(),
        label: card.label.clone().unwrap_or_else(|| query::heading(&card.name)),
        docs: card.docs.clone(),
        span: Some(card.name_span),
        metrics: card.metrics.clone(),
        every: card.every.clone(),
        by: card.by.clone(),
        filter,
        filter_text: both(card.filter_text.clone(), ask.filter.clone()),
        having: card.having.clone(),
        last,
        from,
        to,
        compare: card.compare.clone(),
    };
    served(model, &card)?;
    Ok(card)
}

type Range = (Option<jiff::civil::Date>, Option<jiff::civil::Date>, Option<u32>);

/// The flags in the place of what the scorecard says.
fn range(model: &CheckedModel, ask: &Ask, card: &check::Scorecard) -> Result<Range, Failure> {
    if ask.from.is_none() && ask.to.is_none() && ask.last.is_none() {
        return Ok((card.from, card.to, card.last));
    }
    let metrics = card.metrics.iter().map(|id| threshold::name(model, *id)).collect();
    let every = card.every.as_ref().map(ToString::to_string);
    let (from, to, last) = (ask.from.clone(), ask.to.clone(), ask.last);
    let ask = Ask { metrics, every, from, to, last, ..Ask::default() };
    let request = resolved(model, &ask)?;
    Ok((request.from, request.to, request.last))
}

/// Metrics without a scorecard, as one.
fn of_metrics(model: &CheckedModel, ask: &Ask) -> Result<Card, Failure> {
    let request = resolved(model, ask)?;
    Ok(Card {
        name: "metrics".to_string(),
        label: "Metrics".to_string(),
        metrics: request.metrics,
        every: request.grain,
        by: request.by,
        filter: request.filter,
        filter_text: ask.filter.clone(),
        having: request.having,
        last: request.last,
        from: request.from,
        to: request.to,
        compare: vec![Compare::PriorPeriod, Compare::PriorYear, Compare::Target, Compare::Benchmark],
        ..Card::default()
    })
}

fn resolved(model: &CheckedModel, ask: &Ask) -> Result<Request, Failure> {
    query::resolve(model, ask).map_err(|wrong| Failure::Usage(wrong.diagnostics, Box::new(wrong.sources)))
}

/// Whether all its metrics can be asked with the filter.
fn served(model: &CheckedModel, card: &Card) -> Result<(), Failure> {
    let request = Request { filter: card.filter.clone(), ..Request::default() };
    let problems = card.metrics.iter().flat_map(|id| query::misfits(model, *id, &request));
    let mut problems: Vec<_> = problems.collect();
    problems.dedup();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Failure::Usage(problems, Box::default())),
    }
}

fn both(own: Option<String>, asked: Option<String>) -> Option<String> {
    let bracketed = |text: &String| if text.contains(" or ") { format!("({text})") } else { text.clone() };
    match (own, asked) {
        (Some(own), Some(asked)) => Some(format!("{} and {}", bracketed(&own), bracketed(&asked))),
        (own, asked) => own.or(asked),
    }
}

/// Shows all of it again.
fn command(ready: &Ready, flags: &Judging, again: &str) -> String {
    let ask = &ready.ask;
    let mut command = format!("kepi run {}", ask.metrics.join(" ")).trim_end().to_string();
    let mut add = |flag: &str, value: Option<String>| {
        value.into_iter().for_each(|value| command += &format!(" --{flag} {}", threshold::quoted(&value)));
    };
    add("every", ask.every.clone());
    add("by", (!ask.by.is_empty()).then(|| ask.by.join(",")));
    add("where", ask.filter.clone());
    add("having", ask.having.clone());
    add("from", ask.from.clone());
    add("to", ask.to.clone());
    add("last", ask.last.map(|last| last.to_string()));
    let name = |value: Option<clap::builder::PossibleValue>| value.map(|v| v.get_name().to_string());
    add("fail-on", flags.fail_on.and_then(|f| name(f.to_possible_value())));
    add("not-judged", flags.not_judged.and_then(|n| name(n.to_possible_value())));
    add("drill", flags.drill.map(|drill| drill.to_string()));
    command + again
}

/// Where all forms go to files, nothing else says so.
pub fn tell_not_judged(flags: &Judging, outcome: &Outcome, output: &Output) {
    if flags.not_judged() == NotJudged::Ok {
        return;
    }
    let metrics = outcome.scorecards.iter().flat_map(|card| &card.metrics);
    let all: Vec<(String, Verdict)> = metrics
        .flat_map(|metric| {
            metric.judgements.iter().map(|judgement| (metric.definition.name.clone(), judgement.verdict))
        })
        .collect();
    let mut reasons: Vec<String> = Vec::new();
    let not_judged = all.iter().filter(|(_, verdict)| verdict.not_judged());
    let count = not_judged.clone().count();
    for (metric, verdict) in not_judged {
        let reason = format!("{metric}: {}", verdict.name());
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if count > 0 {
        output.note(&format!("{count} of {} not judged: {}\n", all.len(), reasons.join(", ")));
    }
}

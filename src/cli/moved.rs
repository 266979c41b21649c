//! `kepi diff --data`: what both revisions say of the same data. What cannot be computed on
//! a side is told of that metric, and takes nothing else with it.

use std::path::PathBuf;

use jiff::civil::Date;

use super::ask;
use super::diff::State;
use super::failure::Failure;
use super::output::Output;
use super::progress;
use crate::check::{CheckedModel, set_parameter};
use crate::diff::Diff;
use crate::engine::{self, Bindings, Options};
use crate::movement::{self, Asked, Both, Movements, Question, Wanted};
use crate::project::Project;
use crate::query::{self, AskError};
use crate::text::Sources;
use crate::threshold::{self, Scorecard, Teller};

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "On the data")]
pub struct Flags {
    /// Compute what changed by both definitions over the same data: that of the project, or
    /// of the folder DIR
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    data: Option<Option<PathBuf>>,
    /// The profile of kepi.toml that says where the data is
    #[arg(long, value_name = "NAME", requires = "data")]
    profile: Option<String>,
    /// As it was known at the end of that day, or `today`; otherwise the newest date in the data
    #[arg(long, value_name = "DATE", requires = "data")]
    as_of: Option<String>,
    /// Another value for a parameter, on both sides: gross_margin=75%
    #[arg(long, value_name = "PARAMETER=VALUE", value_parser = ask::setting, requires = "data")]
    set: Vec<(String, String)>,
    /// The length of the periods; otherwise the metric's own, that of a scorecard, or months
    #[arg(long, value_name = "GRAIN", requires = "data")]
    every: Option<String>,
    /// Dimensions to slice by, again for others: `--by region --by region,segment`; otherwise
    /// those that scorecards, consumers and thresholds look at
    #[arg(long, value_name = "DIMENSIONS", requires = "data")]
    by: Vec<String>,
    /// Compare the verdicts of the N newest whole periods
    #[arg(long, value_name = "N", requires = "data", default_value_t = 12,
          value_parser = clap::value_parser!(u32).range(1..))]
    replay: u32,
}

impl Flags {
    /// What somebody may have meant who named a folder behind `--data`.
    pub fn meant(&self, word: &str) -> Option<String> {
        let is_folder = self.data == Some(None) && std::path::Path::new(word).is_dir();
        is_folder.then(|| format!("write `--data={word}` for the folder with the data"))
    }

    fn wanted(&self, as_of: Option<Date>) -> Wanted {
        let names = |by: &String| by.split(',').map(|name| name.trim().to_string()).collect();
        Wanted { every: self.every.clone(), by: self.by.iter().map(names).collect(), as_of }
    }
}

/// Nothing where nobody asks.
pub fn movements(
    flags: &Flags,
    before: &State,
    after: &State,
    diff: &Diff,
    output: &Output,
) -> Result<Option<Movements>, Failure> {
    let Some(folder) = &flags.data else { return Ok(None) };
    // the newer one says where the data is: both are to read the same
    let Some(project) = after.project.as_ref().or(before.project.as_ref()) else { return Ok(None) };
    let profile = project.profile(flags.profile.as_deref()).map_err(Failure::new)?;
    let whence = whence(project, flags, profile.data.as_deref());
    let set: Vec<(String, String)> =
        profile.parameters.clone().into_iter().chain(flags.set.iter().cloned()).collect();
    let bindings = ask::bindings(project, profile, folder.as_deref());
    there(&bindings)?;
    let as_of = ask::as_of(flags.as_of.as_deref(), &project.settings.timezone)?;
    let mut notes = Vec::new();
    let models = with_parameters(before, after, &set, &mut notes)?;
    let models = models.map(|model| query::hoist(&model));
    let wanted = flags.wanted(as_of);
    let questions = movement::questions(models.as_ref(), diff, &wanted).map_err(usage)?;
    let sides = Both {
        before: Side { model: &models.before, sources: &before.sources, bindings: &bindings },
        after: Side { model: &models.after, sources: &after.sources, bindings: &bindings },
    };
    let (answers, as_of) = progress::shown(output, || answers(&sides, &questions, as_of))?;
    let replayed = flags.replay as usize;
    let one = |(at, question): (usize, &Question)| {
        let of = |answers: &'_ Answers| answers[at].clone();
        let own = answers.as_ref().map(of);
        let answers = own.as_ref().map(|answer| {
            answer.as_ref().map(|found| found.as_ref().map(Vec::as_slice).map_err(String::as_str))
        });
        movement::movement(question, answers, replayed)
    };
    let metrics = questions.iter().enumerate().map(one).collect();
    Ok(Some(Movements { data: whence, as_of, replayed, metrics, notes }))
}

fn usage(wrong: AskError) -> Failure {
    Failure::Usage(wrong.diagnostics, Box::new(wrong.sources))
}

fn whence(project: &Project, flags: &Flags, of_profile: Option<&str>) -> String {
    match (&flags.data, &flags.profile, of_profile) {
        (Some(Some(folder)), _, _) => format!("the data in {}", folder.display()),
        (_, Some(profile), Some(_)) => format!("the data of the profile {profile}"),
        (_, Some(profile), None) => {
            format!("the project's data ({}) with the profile {profile}", project.data)
        }
        _ => format!("the project's data ({})", project.data),
    }
}

/// Without the folder nothing could be computed, of whatever revision.
fn there(bindings: &Bindings) -> Result<(), Failure> {
    let path = &bindings.data;
    let address = path.to_string_lossy().contains(":/");
    if address || !bindings.sources.is_empty() || path.is_dir() {
        return Ok(());
    }
    Err(Failure::new(format!("there is no folder {} with the data", path.display())).help(
        "`--data=DIR` names another one, `--profile NAME` takes that of kepi.toml; without --data no \
         numbers are compared",
    ))
}

/// What is set is set on both sides; a parameter that one of them lacks is told.
fn with_parameters(
    before: &State,
    after: &State,
    set: &[(String, String)],
    notes: &mut Vec<String>,
) -> Result<Both<CheckedModel>, Failure> {
    let mut models = Both { before: before.model.clone(), after: after.model.clone() };
    for (name, value) in set {
        let has = |model: &CheckedModel| model.parameters.iter().any(|p| p.name == *name);
        let there = models.as_ref().map(has);
        let wrong =
            |diagnostic, sources: &Sources| Failure::Usage(vec![diagnostic], Box::new(sources.clone()));
        if there.after || !there.before {
            set_parameter(&mut models.after, name, value).map_err(|d| wrong(d, &after.sources))?;
        } else {
            notes.push(format!("the parameter {name} is set before only: it is not there after"));
        }
        if there.before {
            set_parameter(&mut models.before, name, value).map_err(|d| wrong(d, &before.sources))?;
        } else {
            notes.push(format!("the parameter {name} is set after only: it was not there before"));
        }
    }
    Ok(models)
}

/// The scorecards of a question, or why there are none.
type Answer = Result<Vec<Scorecard>, String>;

/// Of all questions, in their order; `None` where the side has no such metric.
type Answers = Vec<Option<Answer>>;

/// A revision, and the data that it reads.
struct Side<'a> {
    model: &'a CheckedModel,
    sources: &'a Sources,
    bindings: &'a Bindings,
}

/// All of both sides by one moment: as asked, else the newest date by the newer definitions,
/// or by the older ones where those fail.
fn answers(
    sides: &Both<Side<'_>>,
    questions: &[Question],
    as_of: Option<Date>,
) -> Result<(Both<Answers>, Option<Date>), Failure> {
    let asked: Both<Vec<Option<&Asked>>> = Both {
        before: questions.iter().map(|q| q.sides.before.as_ref()).collect(),
        after: questions.iter().map(|q| q.sides.after.as_ref()).collect(),
    };
    let mut as_of = as_of;
    let after = sides.after.at_once(&asked.after, &mut as_of)?;
    let before = sides.before.at_once(&asked.before, &mut as_of)?;
    let after = match after {
        Some(after) => after,
        None => sides.after.one_by_one(&asked.after, &mut as_of)?,
    };
    let before = match before {
        Some(before) => before,
        None => sides.before.one_by_one(&asked.before, &mut as_of)?,
    };
    Ok((Both { before, after }, as_of))
}

impl Side<'_> {
    /// Nothing where any of it fails.
    fn at_once(
        &self,
        asked: &[Option<&Asked>],
        as_of: &mut Option<Date>,
    ) -> Result<Option<Answers>, Failure> {
        let all: Vec<&Asked> = asked.iter().flatten().copied().collect();
        let mut found = match self.compute(&all, as_of) {
            Ok(found) => found.into_iter(),
            Err(engine::Failure::Interrupted) => return Err(Failure::Interrupted),
            Err(_) => return Ok(None),
        };
        Ok(Some(asked.iter().map(|asked| asked.and_then(|_| found.next()).map(Ok)).collect()))
    }

    fn one_by_one(&self, asked: &[Option<&Asked>], as_of: &mut Option<Date>) -> Result<Answers, Failure> {
        let mut all = Vec::new();
        for asked in asked {
            all.push(match asked {
                None => None,
                Some(asked) => Some(match self.compute(&[asked], as_of) {
                    Ok(mut found) => Ok(found.pop().unwrap_or_default()),
                    Err(engine::Failure::Interrupted) => return Err(Failure::Interrupted),
                    Err(failure) => Err(reason(&failure)),
                }),
            });
        }
        Ok(all)
    }

    /// The scorecards of each; a moment that was not given is what the data says.
    fn compute(
        &self,
        all: &[&Asked],
        as_of: &mut Option<Date>,
    ) -> Result<Vec<Vec<Scorecard>>, engine::Failure> {
        let cards: Vec<Vec<_>> = all.iter().map(|asked| movement::cards(asked)).collect();
        let counts: Vec<usize> = cards.iter().map(Vec::len).collect();
        let mut plan = threshold::plan(self.model, cards.into_iter().flatten().collect(), *as_of);
        // each metric is judged once, whatever it is sliced by
        let is_first = counts.iter().flat_map(|count| (0..*count).map(|at| at == 0));
        for (card, _) in plan.cards.iter_mut().zip(is_first).filter(|(_, is_first)| !is_first) {
            card.metrics.iter_mut().for_each(|metric| metric.judged.clear());
        }
        let computed = engine::compute(self.model, &plan.requests, self.bindings, &Options::default())?;
        *as_of = as_of.or_else(|| computed.dense.iter().find_map(|dense| dense.as_of));
        let stale = threshold::stale(self.model, &computed.examined);
        let teller = Teller { model: self.model, sources: self.sources, flags: "" };
        let answers =
            threshold::Answers { model: self.model, plan: &plan, dense: &computed.dense, stale: &stale };
        let mut found = threshold::scorecards(&answers, &teller).into_iter();
        Ok(counts.into_iter().map(|count| found.by_ref().take(count).collect()).collect())
    }
}

/// On one line.
fn reason(failure: &engine::Failure) -> String {
    let text = match failure {
        engine::Failure::Ask(wrong) => {
            wrong.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ")
        }
        engine::Failure::Data(error) => engine::Error { help: None, ..(**error).clone() }.to_string(),
        engine::Failure::Interrupted => "it was interrupted".to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

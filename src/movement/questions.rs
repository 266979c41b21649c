//! What has to be asked of both sides: a metric's total, and its values by the dimensions
//! that people look at it by, each over all of history.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Both;
use crate::calendar::Grain;
use crate::check::{CheckedModel, DimensionId, MetricId};
use crate::diff::{Diff, Touched};
use crate::query::{self, Ask, AskError, Request, fits};
use crate::threshold::{self, Card};

/// What is asked for instead of what is usual.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub every: Option<String>,
    /// Each a set of dimensions.
    pub by: Vec<Vec<String>>,
    pub as_of: Option<Date>,
}

/// Of one metric that is touched.
#[derive(Debug, Clone)]
pub struct Question {
    pub touched: Touched,
    pub sides: Both<Option<Asked>>,
    /// By the names after; those of dimensions that are gone by their own.
    pub slices: Vec<Vec<String>>,
    /// Dimensions that are called otherwise now: names before, with those after.
    pub renamed: BTreeMap<String, String>,
    /// Why a side cannot be asked like this.
    pub failed: Both<Option<String>>,
    pub notes: Vec<String>,
}

/// Of one side.
#[derive(Debug, Clone)]
pub struct Asked {
    pub metric: MetricId,
    pub grain: Option<Grain>,
    /// By which its rules are judged.
    pub cadence: Option<Grain>,
    /// In the order of the question's slices; `None` where there is no such slice here.
    pub slices: Vec<Option<Vec<DimensionId>>>,
}

impl Question {
    pub fn grain(&self) -> Option<Grain> {
        self.sides.after.as_ref().or(self.sides.before.as_ref()).and_then(|asked| asked.grain.clone())
    }

    /// Whether both sides are judged by one grain; a metric that is on one side always is.
    pub fn same_cadence(&self) -> bool {
        match (&self.sides.before, &self.sides.after) {
            (Some(before), Some(after)) => before.cadence == after.cadence,
            _ => true,
        }
    }
}

/// One question for each metric that is touched. An error is a word that neither side knows.
pub fn questions(
    models: Both<&CheckedModel>,
    diff: &Diff,
    wanted: &Wanted,
) -> Result<Vec<Question>, AskError> {
    known(models, wanted)?;
    let renamed = diff.changes.iter().filter(|change| change.code == "dimension-renamed");
    let names = renamed.flat_map(|change| &change.details).map(|d| (d.before.clone(), d.after.clone()));
    let renamed: BTreeMap<String, String> = names.collect();
    Ok(diff.touched.iter().map(|touched| question(models, touched, &renamed, wanted)).collect())
}

/// Whether the words of the flags stand for anything on one of the sides.
fn known(models: Both<&CheckedModel>, wanted: &Wanted) -> Result<(), AskError> {
    let resolve = |model: &CheckedModel, by: Option<&String>| {
        let every = wanted.every.clone().filter(|_| by.is_none());
        // metrics are none of the words that may be wrong
        let metrics = model.metrics.iter().find(|m| m.current).map(|m| m.name.clone());
        let ask = Ask {
            metrics: metrics.into_iter().collect(),
            every,
            by: by.cloned().into_iter().collect(),
            ..Ask::default()
        };
        match query::resolve(model, &ask) {
            Err(wrong) if wrong.diagnostics.iter().any(|d| d.name == "unknown-name") => Err(wrong),
            _ => Ok(()),
        }
    };
    let words = wanted.by.iter().flatten().map(Some).chain([None]);
    for word in words {
        if resolve(models.before, word).is_err() {
            resolve(models.after, word)?;
        }
    }
    Ok(())
}

fn question(
    models: Both<&CheckedModel>,
    touched: &Touched,
    renamed: &BTreeMap<String, String>,
    wanted: &Wanted,
) -> Question {
    let ids = Both { before: touched.before, after: touched.after };
    let sides = [(models.after, ids.after), (models.before, ids.before)];
    let there: Vec<(&CheckedModel, MetricId)> =
        sides.iter().filter_map(|(model, id)| Some((*model, (*id)?))).collect();
    let mut slices = wanted.by.clone();
    if slices.is_empty() {
        slices = usual_slices(&there, touched);
    }
    for name in slices.iter_mut().flatten() {
        renamed.get(name).into_iter().for_each(|after| name.clone_from(after));
    }
    let mut seen = BTreeSet::new();
    slices.retain(|by| seen.insert(by.clone()));
    let every = match &wanted.every {
        Some(every) => Some(every.clone()),
        None => there.iter().find_map(|(model, id)| usual_grain(model, *id)).map(|grain| grain.to_string()),
    };
    let mut question = Question {
        touched: touched.clone(),
        sides: Both::default(),
        slices,
        renamed: renamed.clone(),
        failed: Both::default(),
        notes: Vec::new(),
    };
    question.sides.before =
        ids.before.and_then(|id| asked(&mut question, "before", models.before, id, &every));
    question.sides.after = ids.after.and_then(|id| asked(&mut question, "after", models.after, id, &every));
    if !question.same_cadence() {
        let said = |asked: &Option<Asked>| {
            asked
                .as_ref()
                .and_then(|a| a.cadence.as_ref())
                .map_or("as a whole".to_string(), |g| format!("every {g}"))
        };
        let (before, after) = (said(&question.sides.before), said(&question.sides.after));
        question
            .notes
            .push(format!("judged {before} before and {after} now: only the newest verdicts are compared"));
    }
    question
}

fn asked(
    question: &mut Question,
    side: &str,
    model: &CheckedModel,
    metric: MetricId,
    every: &Option<String>,
) -> Option<Asked> {
    let resolved = |by: &[String]| {
        let metrics = vec![threshold::name(model, metric)];
        query::resolve(model, &Ask { metrics, every: every.clone(), by: by.to_vec(), ..Ask::default() })
    };
    let said =
        |wrong: AskError| wrong.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ");
    let grain = match resolved(&[]) {
        Ok(request) => request.grain,
        Err(wrong) => {
            let failed =
                if side == "before" { &mut question.failed.before } else { &mut question.failed.after };
            *failed = Some(said(wrong));
            return None;
        }
    };
    let mut slices = Vec::new();
    for mut by in question.slices.clone() {
        for name in by.iter_mut().filter(|_| side == "before") {
            let before = question.renamed.iter().find(|(_, after)| *after == name);
            before.into_iter().for_each(|(before, _)| name.clone_from(before));
        }
        let found = resolved(&by);
        slices.push(match found {
            Ok(request) => Some(request.by),
            Err(wrong) => {
                question.notes.push(format!("not by {} {side}: {}", by.join(" and "), said(wrong)));
                None
            }
        });
    }
    let cadence = model.metric(metric).attributes.every.clone().or(grain.clone());
    Some(Asked { metric, grain, cadence, slices })
}

/// Those by which scorecards, consumers and rules look at the metric; where none does, by the
/// first that it can be sliced by. And by those that group otherwise now.
fn usual_slices(there: &[(&CheckedModel, MetricId)], touched: &Touched) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut add = |names: Vec<String>| {
        if !names.is_empty() && !found.contains(&names) {
            found.push(names);
        }
    };
    touched.dimensions.iter().for_each(|name| add(vec![name.clone()]));
    if !touched.meaning && !touched.judged {
        return found;
    }
    for (model, id) in there {
        let names =
            |by: &[DimensionId]| by.iter().map(|d| model.dimension(*d).name.clone()).collect::<Vec<_>>();
        model.scorecards.iter().filter(|s| s.metrics.contains(id)).for_each(|s| add(names(&s.by)));
        let consumers = model.consumers.iter().filter(|c| c.metrics.contains(id));
        consumers.flat_map(|c| &c.by).for_each(|dimension| add(names(&[*dimension])));
        for rule in &model.metric(*id).thresholds.rules {
            let mut by: Vec<DimensionId> =
                rule.pins.iter().map(|pin| pin.dimension).chain(rule.by.clone()).collect();
            by.sort();
            by.dedup();
            add(names(&by));
        }
    }
    if found.is_empty()
        && let Some((model, id)) = there.first()
    {
        let own = model.metric(*id).attributes.by.clone();
        let all =
            own.unwrap_or_else(|| (0..model.dimensions.len()).map(|at| DimensionId(at as u32)).collect());
        let by = |dimension: &DimensionId| Request { by: vec![*dimension], ..Request::default() };
        let first = all.into_iter().find(|dimension| fits(model, &model.metric(*id).value, &by(dimension)));
        found.extend(first.map(|first| vec![model.dimension(first).name.clone()]));
    }
    found
}

/// Its own, else that of a scorecard, else months or the first longer ones that it can be
/// asked by; `None`: by none.
fn usual_grain(model: &CheckedModel, id: MetricId) -> Option<Grain> {
    let metric = model.metric(id);
    let can = |grain: &Grain| {
        query::misfits(model, id, &Request { grain: Some(grain.clone()), ..Request::default() }).is_empty()
    };
    let scorecards = model.scorecards.iter().filter(|s| s.metrics.contains(&id));
    let declared = metric.attributes.every.iter().chain(scorecards.filter_map(|s| s.every.as_ref())).cloned();
    let others = [
        Grain::Month,
        Grain::Quarter,
        Grain::FiscalQuarter,
        Grain::Year,
        Grain::FiscalYear,
        Grain::Week,
        Grain::Day,
    ];
    declared.chain(others).find(can)
}

/// The cards that answer a side's question: one without dimensions, which is judged, and one
/// for each slice that there is. `None` where the side has no such metric.
pub fn cards(asked: &Asked) -> Vec<Card> {
    let card = |by: &[DimensionId]| Card {
        metrics: vec![asked.metric],
        every: asked.grain.clone(),
        by: by.to_vec(),
        ..Card::default()
    };
    let slices = asked.slices.iter().flatten().map(|by| card(by));
    [card(&[])].into_iter().chain(slices).collect()
}

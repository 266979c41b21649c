//! What is judged before and after, over the same periods.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::questions::Question;
use super::{Both, MomentChange, VerdictMovement};
use crate::calendar::Period;
use crate::table::Value;
use crate::threshold::{Judgement, Member, ScoredMetric, Verdict};

/// Of one member: the worst verdict at each period, with the rules that fire.
#[derive(Default)]
struct Judged {
    member: Vec<Member>,
    moments: BTreeMap<Option<Date>, Moment>,
}

#[derive(Debug)]
struct Moment {
    period: Option<Period>,
    verdict: Verdict,
    fires: Vec<String>,
}

/// Members of which a verdict differs in the last so many periods; alerts that go silent first.
/// Where the two are not judged by the same grain, only what is newest is compared.
pub fn movements(
    metrics: Both<Option<&ScoredMetric>>,
    last: usize,
    question: &Question,
) -> Vec<VerdictMovement> {
    let judgements = metrics.map(|metric| metric.map(|m| m.judgements.as_slice()).unwrap_or_default());
    let all = Both {
        before: judged(judgements.before, &question.renamed),
        after: judged(judgements.after, &BTreeMap::new()),
    };
    let same_grain = question.same_cadence();
    let keys: Vec<&String> =
        all.after.keys().chain(all.before.keys().filter(|key| !all.after.contains_key(*key))).collect();
    let none = Judged::default();
    let mut found: Vec<VerdictMovement> = keys
        .into_iter()
        .filter_map(|key| {
            let sides = all.as_ref().map(|side| side.get(key).unwrap_or(&none));
            one(sides, last, same_grain)
        })
        .collect();
    found.sort_by_key(|movement| (!movement.goes_silent(), !movement.starts_firing()));
    found
}

/// By member, with dimensions by the names that they have now.
fn judged(judgements: &[Judgement], renamed: &BTreeMap<String, String>) -> BTreeMap<String, Judged> {
    let mut found: BTreeMap<String, Judged> = BTreeMap::new();
    for judgement in judgements {
        let mut member = judgement.member.clone();
        for m in &mut member {
            renamed.get(&m.dimension).into_iter().for_each(|after| m.dimension.clone_from(after));
        }
        let mut key: Vec<(&str, &Value)> = member.iter().map(|m| (m.dimension.as_str(), &m.value)).collect();
        // declared in whatever order
        key.sort_by_key(|(dimension, _)| *dimension);
        let judged = found.entry(format!("{key:?}")).or_default();
        judged.member = member;
        for moment in judgement.history.iter() {
            let start = moment.period.map(|p| p.start);
            let known = judged.moments.entry(start).or_insert_with(|| Moment {
                period: moment.period.cloned(),
                verdict: moment.verdict,
                fires: Vec::new(),
            });
            if weight(moment.verdict) > weight(known.verdict) {
                known.verdict = moment.verdict;
            }
            if weight(moment.verdict) >= ALERT {
                known.fires.push(rule(judgement));
            }
        }
    }
    found
}

fn rule(judgement: &Judgement) -> String {
    let (severity, text) = (judgement.rule.severity.name(), judgement.rule.text.as_str());
    if text.starts_with(severity) { text.to_string() } else { format!("{severity} {text}") }
}

const ALERT: u8 = 2;

/// Of several rules the worst counts, and of those that are silent one that could judge.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Critical => 3,
        Verdict::Warn => ALERT,
        Verdict::Ok => 1,
        Verdict::NoData | Verdict::Immature | Verdict::TooFew | Verdict::Stale => 0,
    }
}

fn one(sides: Both<&Judged>, last: usize, same_grain: bool) -> Option<VerdictMovement> {
    let newest = sides.map(|side| side.moments.values().next_back());
    let mut starts: Vec<Option<Date>> =
        sides.before.moments.keys().chain(sides.after.moments.keys()).copied().collect();
    starts.sort();
    starts.dedup();
    let starts = &starts[starts.len().saturating_sub(if same_grain { last } else { 1 })..];
    let at = |start: &Option<Date>| match same_grain {
        true => sides.map(|side| side.moments.get(start)),
        false => newest,
    };
    let mut rules: Both<Vec<String>> = Both::default();
    let mut moments = Vec::new();
    for start in starts {
        let here = at(start);
        let verdict = here.map(|moment| moment.map(|m| m.verdict));
        if verdict.before == verdict.after {
            continue;
        }
        let period = here.after.or(here.before).and_then(|m| m.period.clone());
        moments.push(MomentChange { period, verdict });
        for (all, moment) in [(&mut rules.before, here.before), (&mut rules.after, here.after)] {
            for rule in moment.iter().flat_map(|m| &m.fires) {
                if !all.contains(rule) {
                    all.push(rule.clone());
                }
            }
        }
    }
    if moments.is_empty() {
        return None;
    }
    let member = if sides.after.moments.is_empty() { &sides.before.member } else { &sides.after.member };
    let newest = starts.last().map_or(newest, at);
    Some(VerdictMovement {
        member: member.clone(),
        newest: newest.map(|moment| moment.map(|m| m.verdict)),
        moments,
        rules,
    })
}

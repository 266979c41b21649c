//! Dimensions, parameters, calendars, settings, scorecards and consumers.

use std::collections::BTreeMap;

use super::{At, Both, Kind, Subject, said, words};
use crate::check::{CheckedModel, Dimension, Scorecard, display, expression};
use crate::fingerprint::Digest;

pub fn settings(both: &mut Both<'_>) {
    if both.before.sources.iter().next().is_none() {
        // before there was a project nothing was set
        return;
    }
    let (old, new) = (&both.before.model.settings, &both.after.model.settings);
    let zone = |s: &crate::model::Settings| s.timezone.iana_name().unwrap_or("unknown").to_string();
    let month = |s: &crate::model::Settings| s.fiscal_year_starts.to_string();
    let day = |s: &crate::model::Settings| format!("{:?}", s.week_starts).to_lowercase();
    let currency = |s: &crate::model::Settings| s.currency.map(|c| c.code().to_string()).unwrap_or_default();
    let all = [
        ("currency", currency(old), currency(new)),
        ("timezone", zone(old), zone(new)),
        ("week_starts", day(old), day(new)),
        ("fiscal_year_starts", month(old), month(new)),
    ];
    for (name, before, after) in all.into_iter().filter(|(_, before, after)| before != after) {
        both.add("setting-changed", Subject::new(Kind::Setting, name), At::Nowhere)
            .detail(name, before, after);
    }
}

pub fn calendars(both: &mut Both<'_>) {
    let text = |c: &crate::calendar::WeekCalendar| {
        let [a, b, d] = c.weeks;
        format!("weeks {a}-{b}-{d}, year starts {:?} {:?} of month {}", c.which, c.weekday, c.month)
            .to_lowercase()
    };
    let all = |model: &CheckedModel| -> BTreeMap<String, String> {
        model.calendars.iter().map(|c| (c.name.clone(), text(c))).collect()
    };
    let (old, new) = (all(both.before.model), all(both.after.model));
    for (name, before) in &old {
        let subject = Subject::new(Kind::Calendar, name);
        match new.get(name) {
            None => _ = both.add("calendar-removed", subject, At::Nowhere).detail("weeks", before, ""),
            Some(after) if after != before => {
                both.add("calendar-changed", subject, At::Nowhere).detail("weeks", before, after);
            }
            Some(_) => {}
        }
    }
    for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        both.add("calendar-added", Subject::new(Kind::Calendar, name), At::Nowhere)
            .detail("weeks", "", after);
    }
}

pub fn parameters(both: &mut Both<'_>) {
    let (was, is) = (both.before.model, both.after.model);
    for parameter in &was.parameters {
        let subject = Subject::new(Kind::Parameter, &parameter.name);
        let before = words::parameter(parameter);
        let Some(now) = is.parameters.iter().find(|p| p.name == parameter.name) else {
            both.add("parameter-removed", subject, At::Before(parameter.span)).detail("value", before, "");
            continue;
        };
        let (at, after) = (At::After(now.span), words::parameter(now));
        let unit = |p: &crate::check::Parameter| match &p.ty {
            crate::check::Type::Number(n) => n.unit.to_string(),
            other => display::ty(other),
        };
        if unit(parameter) != unit(now) {
            both.add("parameter-retyped", subject.clone(), at).detail("value", before, after);
        } else if before != after && parameter.value != now.value {
            both.add("parameter-changed", subject.clone(), at).detail("value", before, after);
        }
        said::label_and_docs(both, subject, at, (&parameter.label, &parameter.docs), (&now.label, &now.docs));
    }
    for parameter in is.parameters.iter().filter(|p| was.parameters.iter().all(|o| o.name != p.name)) {
        let (subject, at) = (Subject::new(Kind::Parameter, &parameter.name), At::After(parameter.span));
        both.add("parameter-added", subject, at).detail("value", "", words::parameter(parameter));
    }
}

pub fn dimensions(both: &mut Both<'_>) {
    let (was, is) = (both.before.model, both.after.model);
    let digests = |model: &CheckedModel, all: &[Digest]| -> BTreeMap<String, Digest> {
        model.dimensions.iter().map(|d| d.name.clone()).zip(all.iter().copied()).collect()
    };
    let (old, new) = (digests(was, &both.old.dimensions), digests(is, &both.new.dimensions));
    let mut renamed = Vec::new();
    for dimension in &was.dimensions {
        let digest = old[&dimension.name];
        let Some(now) = is.dimensions.iter().find(|d| d.name == dimension.name) else {
            let by = |(name, d): &(&String, &Digest)| {
                **d == digest && !old.contains_key(*name) && !renamed.contains(*name)
            };
            let new_name = new.iter().find(by).map(|(name, _)| name.clone());
            gone(both, dimension, new_name.as_deref());
            renamed.extend(new_name);
            continue;
        };
        let (subject, at) = (Subject::new(Kind::Dimension, &now.name), At::After(now.span));
        let (before, after) = (words::dimension(was, dimension), words::dimension(is, now));
        if digest != new[&now.name] {
            both.add("dimension-changed", subject.clone(), at).detail("value", before, after);
        } else if before != after {
            both.add("rewritten", subject.clone(), at).detail("value", before, after);
        }
        if dimension.members_all != now.members_all {
            both.add("members-changed", subject.clone(), at).detail("members all", yes(dimension), yes(now));
        }
        said::label_and_docs(both, subject, at, (&dimension.label, &dimension.docs), (&now.label, &now.docs));
    }
    for now in is.dimensions.iter().filter(|d| !old.contains_key(&d.name) && !renamed.contains(&d.name)) {
        let subject = Subject::new(Kind::Dimension, &now.name);
        both.add("dimension-added", subject, At::After(now.span)).detail(
            "value",
            "",
            words::dimension(is, now),
        );
    }
}

fn yes(dimension: &Dimension) -> &'static str {
    if dimension.members_all { "yes" } else { "no" }
}

fn gone(both: &mut Both<'_>, dimension: &Dimension, new_name: Option<&str>) {
    match new_name {
        Some(new) => {
            let span = both.after.model.dimensions.iter().find(|d| d.name == new).map(|d| d.span);
            let at = span.map_or(At::Nowhere, At::After);
            both.add("dimension-renamed", Subject::new(Kind::Dimension, new), at).detail(
                "name",
                &dimension.name,
                new,
            );
        }
        None => {
            let value = words::dimension(both.before.model, dimension);
            let subject = Subject::new(Kind::Dimension, &dimension.name);
            both.add("dimension-removed", subject, At::Before(dimension.span)).detail("value", value, "");
        }
    }
}

// ---------------------------------------------------------------- scorecards, consumers

pub fn scorecards(both: &mut Both<'_>) {
    let (was, is) = (both.before.model, both.after.model);
    for scorecard in &was.scorecards {
        let subject = Subject::new(Kind::Scorecard, &scorecard.name);
        let Some(now) = is.scorecards.iter().find(|s| s.name == scorecard.name) else {
            both.add("scorecard-removed", subject, At::Before(scorecard.name_span));
            continue;
        };
        let at = At::After(now.name_span);
        let (before, after) = (asked(was, scorecard), asked(is, now));
        let differing: Vec<_> = before.iter().zip(&after).filter(|(a, b)| a != b).collect();
        if !differing.is_empty() {
            let change = both.add("scorecard-changed", subject.clone(), at);
            for ((what, before), (_, after)) in differing {
                change.detail(*what, before, after);
            }
        }
        if scorecard.owner != now.owner {
            let text = |o: &Option<String>| o.clone().unwrap_or_default();
            both.add("owner-changed", subject.clone(), at).detail(
                "owner",
                text(&scorecard.owner),
                text(&now.owner),
            );
        }
        said::label_and_docs(both, subject, at, (&scorecard.label, &scorecard.docs), (&now.label, &now.docs));
    }
    for now in is.scorecards.iter().filter(|s| was.scorecards.iter().all(|o| o.name != s.name)) {
        both.add("scorecard-added", Subject::new(Kind::Scorecard, &now.name), At::After(now.name_span));
    }
}

/// What a scorecard asks, part by part.
fn asked(model: &CheckedModel, scorecard: &Scorecard) -> Vec<(&'static str, String)> {
    let metrics = scorecard.metrics.iter().map(|id| {
        let metric = model.metric(*id);
        if metric.current { metric.name.clone() } else { format!("{}.v{}", metric.name, metric.version) }
    });
    let every = scorecard.every.as_ref().map(|g| g.to_string()).unwrap_or_default();
    let last = scorecard.last.map(|n| format!(" last {n}")).unwrap_or_default();
    let by = scorecard.by.iter().map(|d| model.dimension(*d).name.clone());
    let having = scorecard.having.as_ref().map(|h| expression(model, h)).unwrap_or_default();
    let date = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    vec![
        ("metrics", metrics.collect::<Vec<_>>().join(", ")),
        ("every", format!("{every}{last}")),
        ("by", by.collect::<Vec<_>>().join(", ")),
        ("where", scorecard.filter_text.clone().unwrap_or_default()),
        ("having", having),
        (
            "in",
            format!("{}..{}", date(scorecard.from), date(scorecard.to))
                .replace("..", " to ")
                .trim()
                .to_string(),
        ),
        ("compare", format!("{:?}", scorecard.compare)),
    ]
}

pub fn consumers(both: &mut Both<'_>) {
    let (was, is) = (both.before.model, both.after.model);
    let text = |model: &CheckedModel, c: &crate::check::Consumer| {
        let names = |ids: &mut dyn Iterator<Item = String>| ids.collect::<Vec<_>>().join(", ");
        let metrics = names(&mut c.metrics.iter().map(|id| model.metric(*id).name.clone()));
        let by = names(&mut c.by.iter().map(|id| model.dimension(*id).name.clone()));
        if by.is_empty() { metrics } else { format!("{metrics} by {by}") }
    };
    for consumer in &was.consumers {
        let subject = Subject::new(Kind::Consumer, &consumer.name);
        let before = text(was, consumer);
        match is.consumers.iter().find(|c| c.name == consumer.name) {
            None => {
                _ = both
                    .add("consumer-removed", subject, At::Before(consumer.span))
                    .detail("uses", before, "")
            }
            Some(now) => {
                let (at, after) = (At::After(now.span), text(is, now));
                if before != after {
                    both.add("consumer-changed", subject.clone(), at).detail("uses", before, after);
                }
                if consumer.owner != now.owner {
                    let text = |o: &Option<String>| o.clone().unwrap_or_default();
                    let change = both.add("owner-changed", subject, at);
                    change.detail("owner", text(&consumer.owner), text(&now.owner));
                }
            }
        }
    }
    for now in is.consumers.iter().filter(|c| was.consumers.iter().all(|o| o.name != c.name)) {
        let subject = Subject::new(Kind::Consumer, &now.name);
        both.add("consumer-added", subject, At::After(now.span)).detail("uses", "", text(is, now));
    }
}

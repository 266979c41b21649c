//! How far numbers and verdicts move, in words that the forms share.

use std::collections::BTreeMap;

use super::listed;
use crate::check::{Show, Style};
use crate::movement::{Both, Change, Count, Movement, Movements, VerdictMovement};
use crate::report::outcome::words;
use crate::report::plain::line;
use crate::report::value::raw;
use crate::report::{places, shown_at};
use crate::table::Value;
use crate::threshold::{Member, Verdict, float};

/// Two values beside one another, as people read them.
pub struct Line {
    /// `total`, `region EMEA`
    pub what: String,
    pub before: String,
    pub after: String,
    /// `-4.3 points`; `–` where there is none.
    pub difference: String,
    /// `-6.9%`
    pub relative: String,
}

pub fn of(what: String, change: &Change, show: &Both<Show>) -> Line {
    let (before, after) = pair(change, show);
    Line {
        what,
        before,
        after,
        difference: signed(&change.difference, |value| difference(value, &show.after)),
        relative: signed(&change.relative, percent),
    }
}

impl Line {
    /// `62.4% → 58.1% (-4.3 points, -6.9%)`
    pub fn on_one_line(&self) -> String {
        let Line { before, after, difference, relative, .. } = self;
        match (difference.as_str(), relative.as_str()) {
            ("–", _) => format!("{before} → {after}"),
            (_, "–") => format!("{before} → {after} ({difference})"),
            _ => format!("{before} → {after} ({difference}, {relative})"),
        }
    }
}

/// With as many places as it takes to see that they differ.
fn pair(change: &Change, show: &Both<Show>) -> (String, String) {
    let values = &change.values;
    let own = (places(&show.before, [&values.before]), places(&show.after, [&values.after]));
    let same = show.before.style == show.after.style;
    let own = if same { (own.0.max(own.1), own.0.max(own.1)) } else { own };
    let text = |more: u8| {
        (
            shown_at(&values.before, &show.before, own.0 + more),
            shown_at(&values.after, &show.after, own.1 + more),
        )
    };
    let told = (0..=9).map(text).find(|(before, after)| !change.differs || !same || before != after);
    told.unwrap_or_else(|| text(0))
}

/// Of percents in points.
fn difference(value: &Value, show: &Show) -> String {
    // a difference that rounds to nothing is one all the same
    let of = |more: u8| {
        let show = match &show.style {
            Style::Percent | Style::Points => &Show { style: Style::Points, decimals: show.decimals },
            _ => show,
        };
        let decimals = Some(places(show, [value]) + more);
        words::amount(value, &Show { style: show.style.clone(), decimals })
    };
    let is_zero = |text: &str| !text.contains(|c: char| ('1'..='9').contains(&c));
    let zero = float(value).is_some_and(|x| x == 0.0);
    (0..=9).map(of).find(|text| zero || !is_zero(text)).unwrap_or_else(|| of(0))
}

fn percent(value: &Value) -> String {
    shown_at(value, &Show { style: Style::Percent, decimals: Some(1) }, 1)
}

/// With its sign; the text is of what it is without one.
fn signed(value: &Value, text: impl Fn(&Value) -> String) -> String {
    match float(value) {
        None => "–".to_string(),
        Some(0.0) => "=".to_string(),
        Some(x) => format!(
            "{}{}",
            if x < 0.0 { "-" } else { "+" },
            text(&Value::clone(value)).trim_start_matches('-')
        ),
    }
}

/// `region EMEA, segment SMB`; of the whole `total`.
pub fn who(member: &[Member]) -> String {
    let one = |m: &Member| match &m.value {
        Value::NoMember | Value::Missing => format!("no {}", m.dimension),
        value => format!("{} {}", m.dimension, line(&raw(value).unwrap_or_default())),
    };
    match member {
        [] => "total".to_string(),
        all => all.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}

/// `2026-10, the newest whole month`
pub fn period(movement: &Movement) -> String {
    let grain = movement.grain.as_ref().map_or_else(|| "period".to_string(), ToString::to_string);
    match (&movement.period, movement.is_newest_whole) {
        (None, _) => "over all time".to_string(),
        (Some(period), true) => format!("{}, the newest whole {grain}", period.label),
        (Some(period), false) if movement.moves() => {
            format!("{}, the newest {grain} in which anything differs", period.label)
        }
        (Some(period), false) => format!("{}, which has not ended", period.label),
    }
}

/// `differs since 2024-02: 31 of 34 totals, 80 of 102 values by region (34 months × 3 members)`
pub fn extent(movement: &Movement) -> String {
    let both = movement.there.before && movement.there.after;
    let grain = movement.grain.as_ref().map_or_else(|| "period".to_string(), ToString::to_string);
    let of = |count: &Count| match both && movement.moves() {
        true => format!("{} of {}", count.changed, count.values),
        false => count.values.to_string(),
    };
    let mut parts = Vec::new();
    if movement.totals.values > 0 {
        parts.push(format!("{} totals", of(&movement.totals)));
    }
    for slice in movement.slices.iter().filter(|slice| slice.count.values > 0) {
        let periods = words::plural(slice.count.periods as u64, &grain);
        let members = words::plural(slice.count.members as u64, "member");
        let by = slice.by.join(" and ");
        parts.push(format!("{} values by {by} ({periods} × {members})", of(&slice.count)));
    }
    let since = movement.first().map(|p| format!(" since {}", p.label)).unwrap_or_default();
    let verb = match (movement.there.before, movement.there.after, movement.moves()) {
        (false, ..) => format!("new, with values{since}"),
        (_, false, _) => format!("gone, with values{since}"),
        (.., true) => format!("differs{since}"),
        (.., false) => "no number differs".to_string(),
    };
    if parts.is_empty() { verb } else { format!("{verb}: {}", parts.join(", ")) }
}

/// Of a side that could be computed where the other could not: `before it is 62.4% in 2026-10`.
pub fn known_side(movement: &Movement) -> Option<String> {
    let values = &movement.total.as_ref()?.values;
    let (side, value, show) = match (&movement.failed.before, &movement.failed.after) {
        (None, Some(_)) => ("before", &values.before, &movement.show.before),
        (Some(_), None) => ("after", &values.after, &movement.show.after),
        _ => return None,
    };
    let period = movement.period.as_ref().map(|p| format!(" in {}", p.label)).unwrap_or_default();
    let there = if side == "before" { movement.there.before } else { movement.there.after };
    there.then(|| format!("{side} it is {}{period}", crate::report::shown(value, show)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alert {
    GoesSilent,
    StartsFiring,
    Changes,
}

impl Alert {
    pub fn word(self) -> &'static str {
        match self {
            Alert::GoesSilent => "goes silent",
            Alert::StartsFiring => "starts firing",
            Alert::Changes => "is judged otherwise",
        }
    }
}

/// What is said of a member's verdicts, what goes silent first: `segment SMB: critical → ok in
/// 2026-09, 2026-10, the newest (critical below 20% by segment)`.
pub fn verdicts(movement: &VerdictMovement) -> Vec<(Alert, String)> {
    let mut groups: BTreeMap<(Alert, &str, &str), Vec<String>> = BTreeMap::new();
    let name = |verdict: Option<Verdict>| verdict.map_or("not judged", Verdict::name);
    for moment in &movement.moments {
        let alert = match (moment.goes_silent(), moment.starts_firing()) {
            (true, _) => Alert::GoesSilent,
            (_, true) => Alert::StartsFiring,
            _ => Alert::Changes,
        };
        let key = (alert, name(moment.verdict.before), name(moment.verdict.after));
        let period = moment.period.as_ref().map(|p| p.label.to_string());
        groups.entry(key).or_default().extend(period);
    }
    let newest = (name(movement.newest.before), name(movement.newest.after));
    let mut all: Vec<(Alert, String)> = Vec::new();
    for ((alert, before, after), periods) in groups {
        let rules = match alert {
            Alert::GoesSilent => movement.rules.before.clone(),
            Alert::StartsFiring => movement.rules.after.clone(),
            Alert::Changes => Vec::new(),
        };
        let rules = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join("; ")) };
        let still = if (before, after) == newest { ", the newest" } else { ", not in the newest" };
        let count = periods.len();
        let shown = &periods[count.saturating_sub(6)..];
        let when = match periods.is_empty() {
            true => String::new(),
            false if shown.len() < count => {
                format!(" in {} periods, last {}{still}", count, listed(shown, 6))
            }
            false => format!(" in {}{still}", listed(shown, 6)),
        };
        all.push((alert, format!("{}: {before} → {after}{when}{rules}", who(&movement.member))));
    }
    all
}

/// On which sides a metric cannot be computed, and why; nothing where `shared` tells it.
pub fn failures<'m>(all: &'m Movements, movement: &'m Movement) -> Vec<(&'static str, Option<&'m str>)> {
    let own = |(side, reason): (&'static str, Option<&'m str>)| {
        reason.map(|reason| (side, (failing(all, side, reason).len() == 1).then_some(reason)))
    };
    sides(movement).into_iter().filter_map(own).collect()
}

/// The reasons for which several metrics cannot be computed: a missing column, told once.
pub fn shared(all: &Movements) -> Vec<String> {
    let mut told: Vec<(&str, &str)> = Vec::new();
    let mut lines = Vec::new();
    for (side, reason) in all.metrics.iter().flat_map(sides) {
        let Some(reason) = reason.filter(|reason| !told.contains(&(side, reason))) else { continue };
        told.push((side, reason));
        let names = failing(all, side, reason);
        if names.len() > 1 {
            lines.push(format!("cannot be computed {side}: {}: {reason}", listed(&names, 12)));
        }
    }
    lines
}

fn sides(movement: &Movement) -> [(&'static str, Option<&str>); 2] {
    let failed = &movement.failed;
    [("before", failed.before.as_deref()), ("after", failed.after.as_deref())]
}

fn failing(all: &Movements, side: &str, reason: &str) -> Vec<String> {
    let same = |m: &&Movement| sides(m).contains(&(side, Some(reason)));
    all.metrics.iter().filter(same).map(|m| m.subject.name.clone()).collect()
}

/// `numbers move in 2 of 5 metrics, 1 alert goes silent, 2 start firing`
pub fn tally(moved: &Movements) -> String {
    if moved.metrics.is_empty() {
        return "nothing that a number is made of changed".to_string();
    }
    let compared = moved.metrics.iter().filter(|m| m.there.before && m.there.after && !m.has_failed());
    let moves = compared.clone().filter(|m| m.moves()).count();
    let count = compared.count();
    let of = words::plural(count as u64, "metric");
    let alerts = |n: usize, one: &str, many: &str| {
        (n > 0).then(|| format!("{} {}", words::plural(n as u64, "alert"), if n == 1 { one } else { many }))
    };
    let failed = moved.metrics.iter().filter(|m| m.has_failed()).count();
    let parts = [
        (count > 0).then(|| match moves {
            0 => format!("no number moves ({of})"),
            moves => format!("numbers move in {moves} of {of}"),
        }),
        (failed > 0).then(|| format!("{} could not be compared", words::plural(failed as u64, "metric"))),
        one_sided(moved),
        alerts(moved.goes_silent(), "goes silent", "go silent"),
        alerts(moved.starts_firing(), "starts firing", "start firing"),
        (count > 0 && moved.goes_silent() + moved.starts_firing() == 0)
            .then(|| "no alert changes".to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `1 metric is new, 2 are gone`
fn one_sided(moved: &Movements) -> Option<String> {
    let count = |is: fn(&Movement) -> bool| moved.metrics.iter().filter(|m| is(m)).count();
    let (new, gone) = (count(|m| !m.there.before), count(|m| !m.there.after));
    let said = |n: usize, word: &str| {
        let verb = if n == 1 { "is" } else { "are" };
        (n > 0).then(|| format!("{} {verb} {word}", words::plural(n as u64, "metric")))
    };
    let parts: Vec<String> = [said(new, "new"), said(gone, "gone")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `data as of 2026-11-22`
pub fn whence(moved: &Movements) -> String {
    let as_of = moved.as_of.map(|date| format!(" as of {date}")).unwrap_or_default();
    format!("{}{as_of}", moved.data)
}

//! A scorecard as the rows that people see: grouped by tier, each metric with its value,
//! what it is compared with, its trend and verdict, and below it its members.

use super::facts::{Delta, badness, compared, comparisons, current, delta, so_far, verdict_on};
use super::words;
use crate::calendar::Grain;
use crate::check::Tier;
use crate::report::shown;
use crate::table::Value;
use crate::threshold::{Compare, Judgement, Member, Point, Scorecard, ScoredMetric, Series, Verdict};

/// Members of a metric that are shown where there is little room.
const MOST_MEMBERS: usize = 12;

pub struct Board<'a> {
    pub comparisons: Vec<Compare>,
    /// That of the values; `None` where they have none.
    pub period: Option<String>,
    /// The one that has not ended, where the values are of one before it.
    pub so_far: Option<String>,
    /// In the order primary, secondary, others; empty ones are left out.
    pub tiers: Vec<(Option<Tier>, Vec<Line<'a>>)>,
}

/// A row: a metric as a whole, one of its members, or how many more of these there are.
pub struct Line<'a> {
    pub metric: &'a ScoredMetric,
    pub name: String,
    /// Whether it stands below its metric.
    pub indented: bool,
    pub verdict: Option<Verdict>,
    pub value: String,
    pub raw: &'a Value,
    /// The value is of a period that has not ended.
    pub partial: bool,
    pub so_far: Option<String>,
    pub trend: Vec<&'a Value>,
    /// One for each comparison: the other value, and how far it is.
    pub compared: Vec<(&'a Value, Option<Delta>)>,
}

/// What one member, or the whole, is known by.
struct Known<'a> {
    member: &'a [Member],
    point: Option<&'a Point>,
    value: &'a Value,
    so_far: Option<&'a Point>,
    trend: Vec<&'a Value>,
}

impl<'a> Board<'a> {
    /// With at most twelve members of a metric, those in trouble first.
    pub fn short(scorecard: &'a Scorecard) -> Board<'a> {
        Board::of(scorecard, MOST_MEMBERS)
    }

    pub fn of(scorecard: &'a Scorecard, most: usize) -> Board<'a> {
        let comparisons = comparisons(scorecard);
        let series = || scorecard.metrics.iter().flat_map(|m| &m.series);
        let named = |p: &Point| p.period.as_ref().map(|p| p.label.to_string());
        let tiers = [Some(Tier::Primary), Some(Tier::Secondary), None].into_iter().map(|tier| {
            let metrics = scorecard.metrics.iter().filter(|m| m.definition.tier == tier);
            (tier, metrics.flat_map(|m| lines(m, &comparisons, most)).collect::<Vec<Line>>())
        });
        Board {
            tiers: tiers.filter(|(_, lines)| !lines.is_empty()).collect(),
            period: series().filter_map(current).find_map(named),
            so_far: series().filter_map(so_far).find_map(named),
            comparisons,
        }
    }
}

fn lines<'a>(metric: &'a ScoredMetric, comparisons: &[Compare], most: usize) -> Vec<Line<'a>> {
    let all = known(metric);
    let (whole, members): (Vec<Known>, Vec<Known>) = all.into_iter().partition(|k| k.member.is_empty());
    let alone = whole.is_empty() && members.is_empty();
    let mut lines: Vec<Line> = whole.into_iter().map(|k| line(metric, k, comparisons, false)).collect();
    if lines.is_empty() {
        lines.push(heading(metric, alone));
    }
    let hidden = members.len().saturating_sub(most);
    let mut kept: Vec<(usize, Known)> = members.into_iter().enumerate().collect();
    kept.sort_by_key(|(_, k)| std::cmp::Reverse(verdict_on(metric, k.member).map_or(0, badness)));
    kept.truncate(most);
    kept.sort_by_key(|(at, _)| *at);
    lines.extend(kept.into_iter().map(|(_, k)| line(metric, k, comparisons, true)));
    if hidden > 0 {
        let text = format!("… and {hidden} more");
        lines.push(Line { name: text, indented: true, ..heading(metric, false) });
    }
    lines
}

/// Of its series, then of members that are judged without being shown.
fn known(metric: &ScoredMetric) -> Vec<Known<'_>> {
    let mut all: Vec<Known> = metric.series.iter().map(of_series).collect();
    for judgement in &metric.judgements {
        if !all.iter().any(|k| k.member == judgement.member) {
            // judging looks further back than the scorecard shows
            let shown = metric.series.first().map_or(usize::MAX, |s| s.points.len());
            all.push(of_judgement(judgement, shown));
        }
    }
    all
}

fn of_series(series: &Series) -> Known<'_> {
    let point = current(series);
    Known {
        member: &series.member,
        point,
        value: point.map_or(&Value::Missing, |p| &p.value),
        so_far: so_far(series),
        // what has not ended looks like a fall
        trend: complete(series).map(|p| &p.value).collect(),
    }
}

fn complete(series: &Series) -> impl Iterator<Item = &Point> {
    let all = series.points.iter().all(|p| p.partial);
    series.points.iter().filter(move |p| all || !p.partial)
}

fn of_judgement(judgement: &Judgement, most: usize) -> Known<'_> {
    let skipped = judgement.history.len().saturating_sub(most);
    Known {
        member: &judgement.member,
        point: None,
        value: &judgement.value,
        so_far: None,
        trend: judgement.history.iter().skip(skipped).map(|m| m.value).collect(),
    }
}

fn line<'a>(metric: &'a ScoredMetric, known: Known<'a>, comparisons: &[Compare], indented: bool) -> Line<'a> {
    let definition = &metric.definition;
    let show = &definition.show;
    let against = |c: &Compare| {
        let other = known.point.map_or(&Value::Missing, |p| compared(p, *c));
        (other, delta(known.value, other, show, definition.better))
    };
    Line {
        metric,
        name: match indented {
            true => words::members(known.member),
            false => words::line(&definition.label),
        },
        indented,
        verdict: verdict_on(metric, known.member),
        value: shown(known.value, show),
        raw: known.value,
        partial: known.point.is_some_and(|p| p.partial),
        so_far: known.so_far.map(|p| shown(&p.value, show)),
        compared: comparisons.iter().map(against).collect(),
        trend: known.trend,
    }
}

/// A metric of which only members are known.
fn heading(metric: &ScoredMetric, alone: bool) -> Line<'_> {
    Line {
        metric,
        raw: &Value::Missing,
        name: words::line(&metric.definition.label),
        indented: false,
        verdict: None,
        value: if alone { crate::report::value::MISSING.to_string() } else { String::new() },
        partial: false,
        so_far: None,
        trend: Vec::new(),
        compared: Vec::new(),
    }
}

pub fn tier_name(tier: Option<Tier>) -> &'static str {
    match tier {
        Some(Tier::Primary) => "Primary",
        Some(Tier::Secondary) => "Secondary",
        None => "Others",
    }
}

/// `vs target`
pub fn heading_of(compare: Compare) -> &'static str {
    match compare {
        Compare::PriorPeriod => "vs prior",
        Compare::PriorYear => "vs year",
        Compare::Target => "vs target",
        Compare::Benchmark => "vs bench",
    }
}

/// `by month, 2025-07 to 2026-06, where region is "EMEA"`
pub fn scope(scorecard: &Scorecard) -> String {
    let grain = scorecard.grain.as_ref().map(|grain: &Grain| format!("by {grain}"));
    let range = match (scorecard.periods.first(), scorecard.periods.last()) {
        (Some(first), Some(last)) if first != last => Some(format!("{} to {}", first.label, last.label)),
        (Some(only), _) => Some(only.label.to_string()),
        _ => None,
    };
    let filter = scorecard.filter.as_ref().map(|f| format!("where {}", words::line(f)));
    [grain, range, filter].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

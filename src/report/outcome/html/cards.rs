//! Scorecards and their metrics, for the page: rows of the scorecard, and a card for each
//! metric with its chart, thresholds, members and definition.

use super::chart;
use super::docs;
use super::lines::{Lines, height};
use super::notices::{at, detail, mark};
use super::views::{
    Cell, ComparedView, DeltaView, Detail, MetricView, RowView, Rows, RuleView, ScorecardView, TierView,
};
use crate::calendar::Period;
use crate::check::{Better, Tier};
use crate::report::outcome::board::{Board, Line, heading_of, scope, tier_name};
use crate::report::outcome::facts::{self, Delta, Tone, badness, number};
use crate::report::outcome::words;
use crate::report::value::MISSING;
use crate::report::{shown, unit_name};
use crate::threshold::{
    Compare, Definition, Judgement, Member, Outcome, Scorecard, ScoredMetric, Series, Severity, Verdict,
};

/// Members in trouble that are named in the row of their metric.
const MOST_IN_TROUBLE: usize = 3;

pub fn anchor(scorecard: &Scorecard, metric: &ScoredMetric) -> String {
    format!("{}-{}-v{}", scorecard.name, metric.definition.name, metric.definition.version)
}

pub fn scorecards(outcome: &Outcome) -> Vec<ScorecardView> {
    outcome.scorecards.iter().map(scorecard).collect()
}

fn scorecard(scorecard: &Scorecard) -> ScorecardView {
    let board = Board::of(scorecard, usize::MAX);
    let many = board.tiers.len() > 1;
    let mut tiers = Vec::new();
    let mut metrics = Vec::new();
    for (tier, lines) in &board.tiers {
        let whole = lines.iter().filter(|line| !line.indented).map(|line| row(scorecard, line, &board));
        tiers.push(TierView { name: many.then(|| tier_name(*tier)), rows: whole.collect() });
        for metric in scorecard.metrics.iter().filter(|m| m.definition.tier == *tier) {
            metrics.push(metric_view(scorecard, metric, lines, &board));
        }
    }
    ScorecardView {
        id: scorecard.name.clone(),
        label: words::line(&scorecard.label),
        docs: scorecard.docs.as_deref().map(docs::rendered),
        scope: scope(scorecard),
        period: board.period.clone().unwrap_or("Value".to_string()),
        so_far: board.so_far.clone(),
        columns: 4 + board.comparisons.len() + usize::from(board.so_far.is_some()),
        comparisons: board.comparisons.iter().map(|c| heading_of(*c)).collect(),
        tiers,
        metrics,
    }
}

fn row(scorecard: &Scorecard, line: &Line, board: &Board) -> RowView {
    let definition = &line.metric.definition;
    let members = if line.indented { Vec::new() } else { in_trouble(line.metric) };
    let rank = line.verdict.into_iter().chain(members.iter().map(|(v, _)| *v)).map(badness).max();
    let more = members.len().saturating_sub(MOST_IN_TROUBLE);
    let members = members.into_iter().take(MOST_IN_TROUBLE);
    let known = [Some(&definition.name), definition.owner.as_ref()];
    let words = known.into_iter().flatten().chain(&definition.tags).map(String::as_str);
    RowView {
        anchor: anchor(scorecard, line.metric),
        name: line.name.clone(),
        mark: line.verdict.map(mark),
        rank: rank.map(|rank| rank.to_string()).unwrap_or_default(),
        members: members.map(|(verdict, member)| (mark(verdict), words::members(member))).collect(),
        more,
        value: line.value.clone(),
        number: number(line.raw).map(|n| n.to_string()).unwrap_or_default(),
        partial: line.partial,
        so_far: line.so_far.clone().unwrap_or_default(),
        compared: compared(line, board),
        spark: chart::spark(&line.trend.iter().map(|v| height(v)).collect::<Vec<_>>()),
        words: words.collect::<Vec<_>>().join(" "),
    }
}

/// The members that are not ok, the worst first.
fn in_trouble(metric: &ScoredMetric) -> Vec<(Verdict, &[Member])> {
    let mut found: Vec<(Verdict, &[Member])> = Vec::new();
    let of_members = metric.judgements.iter().filter(|j| !j.member.is_empty() && j.verdict != Verdict::Ok);
    for judgement in of_members {
        match found.iter_mut().find(|(_, member)| *member == judgement.member) {
            Some((worst, _)) if badness(*worst) < badness(judgement.verdict) => *worst = judgement.verdict,
            Some(_) => {}
            None => found.push((judgement.verdict, &judgement.member)),
        }
    }
    found.sort_by_key(|(verdict, _)| std::cmp::Reverse(badness(*verdict)));
    found
}

fn compared(line: &Line, board: &Board) -> Vec<ComparedView> {
    let view = |at: usize, compare: &Compare| {
        let (other, delta) = match line.compared.get(at) {
            Some((other, delta)) => (Some(*other), delta.as_ref()),
            None => (None, None),
        };
        let level = matches!(compare, Compare::Target | Compare::Benchmark);
        let other = other.filter(|v| level && number(v).is_some());
        ComparedView {
            heading: heading_of(*compare),
            other: other.map(|v| shown(v, &line.metric.definition.show)),
            delta: delta.map(delta_view),
        }
    };
    board.comparisons.iter().enumerate().map(|(at, c)| view(at, c)).collect()
}

fn delta_view(delta: &Delta) -> DeltaView {
    let (class, tone) = match delta.tone {
        Tone::Good => ("good", "better"),
        Tone::Bad => ("bad", "worse"),
        Tone::Neutral => ("flat", ""),
    };
    DeltaView { text: delta.text.clone(), class, tone }
}

fn metric_view(scorecard: &Scorecard, metric: &ScoredMetric, lines: &[Line], board: &Board) -> MetricView {
    let definition = &metric.definition;
    let own = |line: &&Line| std::ptr::eq(line.metric, metric);
    let whole = lines.iter().filter(own).find(|line| !line.indented);
    let drawn = Lines::of(scorecard, metric);
    let label = words::line(&definition.label);
    let rows = lines.iter().filter(own).filter(|l| l.indented).map(|l| row(scorecard, l, board));
    let mut members: Vec<RowView> = rows.collect();
    // a column that says nothing of any of them takes room from those that do
    let says = |at: usize| members.iter().any(|row| row.compared[at].says());
    let says: Vec<bool> = (0..board.comparisons.len()).map(says).collect();
    for row in &mut members {
        let mut says = says.iter();
        row.compared.retain(|_| *says.next().unwrap_or(&true));
    }
    let headings = board.comparisons.iter().map(|c| heading_of(*c)).zip(&says).filter(|(_, says)| **says);
    MetricView {
        id: anchor(scorecard, metric),
        name: match definition.version {
            1 => definition.name.clone(),
            version => format!("{} v{version}", definition.name),
        },
        mark: facts::verdict_on(metric, &[]).map(mark),
        value: whole.map(|line| line.value.clone()).unwrap_or_default(),
        chart: chart::chart(&drawn, &format!("{label} over time: {}", drawn.tips().join("; "))),
        legend: legend(&drawn),
        docs: definition.docs.as_deref().map(docs::rendered),
        facts: facts(definition),
        rules: metric.judgements.iter().map(|j| rule(metric, j, board)).collect(),
        comparisons: headings.map(|(heading, _)| heading).collect(),
        members_judged: members.iter().any(|row| row.mark.is_some()),
        members,
        values: metric.series.first().filter(|s| s.points.len() > 1).map(|s| values(metric, s, board)),
        label,
    }
}

/// The class of each line of a chart, and what it is.
fn legend(lines: &Lines) -> Vec<(&'static str, String)> {
    const CLASSES: [&str; 6] = ["line-1", "line-2", "line-3", "line-4", "line-5", "line-6"];
    let mut legend: Vec<(&'static str, String)> = match lines.tracks.as_slice() {
        [_] => vec![("line-1", "value".to_string())],
        many => many.iter().zip(CLASSES).map(|(t, class)| (class, words::members(t.member))).collect(),
    };
    legend.extend(lines.target.as_ref().map(|_| ("target", "target".to_string())));
    for (severity, class) in [(Severity::Warn, "warn"), (Severity::Critical, "critical")] {
        let any = lines.limits.iter().any(|(s, _)| *s == severity);
        legend.extend(any.then(|| (class, format!("{} limit", severity.name()))));
    }
    for (verdict, class) in [(Verdict::Warn, "band-warn"), (Verdict::Critical, "band-critical")] {
        let broken = lines.verdicts.contains(&Some(verdict));
        legend.extend(broken.then(|| (class, format!("{} limit broken", verdict.name()))));
    }
    legend.extend(lines.partial.contains(&true).then(|| ("hollow", "not ended".to_string())));
    legend
}

fn facts(definition: &Definition) -> Vec<Detail> {
    let better = match definition.better {
        Better::Higher => "higher is better",
        Better::Lower => "lower is better",
        Better::Neither => "neither way is better",
    };
    let unit = unit_name(&definition.show).map(|unit| format!("{unit}, {better}"));
    let list = |items: &[String]| Some(items.join(", ")).filter(|text| !text.is_empty());
    let tier = definition.tier.map(|tier| match tier {
        Tier::Primary => "primary".to_string(),
        Tier::Secondary => "secondary".to_string(),
    });
    let known = [
        ("formula", Some(definition.formula.clone())),
        ("unit", unit),
        ("owner", definition.owner.clone()),
        ("playbook", definition.playbook.clone()),
        ("made of", list(&definition.lineage)),
        ("tier", tier),
        ("roles", list(&definition.roles)),
        ("tags", list(&definition.tags)),
        ("defined in", Some(at(&definition.place))),
    ];
    known.into_iter().filter_map(|(name, text)| Some(detail(name, words::line(&text?)))).collect()
}

fn rule(metric: &ScoredMetric, judgement: &Judgement, board: &Board) -> RuleView {
    let show = &metric.definition.show;
    let since = judgement.since.as_ref().map(|p| match judgement.periods {
        0 | 1 => p.label.to_string(),
        n => format!("{} ({n} periods)", p.label),
    });
    let period = judgement.period.as_ref().map(|p| p.label.to_string());
    let period = period.filter(|period| board.period.as_ref() != Some(period));
    RuleView {
        mark: mark(judgement.verdict),
        rule: words::rule(judgement),
        member: words::members(&judgement.member),
        value: shown(&judgement.value, show),
        period: period.unwrap_or_default(),
        limit: shown(&judgement.limit, show),
        since: since.unwrap_or_default(),
        reason: judgement.reason.as_deref().map(words::line).unwrap_or_default(),
    }
}

/// Every value of the first series, with what it is compared with and its verdict.
fn values(metric: &ScoredMetric, series: &Series, board: &Board) -> Rows {
    let show = &metric.definition.show;
    let cell = |text: &str, right: bool| Cell { text: text.to_string(), right };
    let mut headings = vec![cell("Period", false), cell("Value", true)];
    let compared = |c: &&Compare| series.points.iter().any(|p| number(facts::compared(p, **c)).is_some());
    let comparisons: Vec<&Compare> = board.comparisons.iter().filter(compared).collect();
    headings.extend(comparisons.iter().map(|c| cell(heading_of(**c).trim_start_matches("vs "), true)));
    headings.push(cell("Verdict", false));
    let judged = |period: Option<&Period>| {
        let moments =
            metric.judgements.iter().filter(|j| j.member == series.member).flat_map(|j| j.history.iter());
        moments.filter(|m| m.period == period).map(|m| m.verdict).max_by_key(|v| badness(*v))
    };
    let row = |point: &crate::threshold::Point| {
        let period = point.period.as_ref().map(|p| p.label.to_string()).unwrap_or_default();
        let mark = if point.partial { "*" } else { "" };
        let mut cells = vec![cell(&format!("{period}{mark}"), false), cell(&shown(&point.value, show), true)];
        cells.extend(comparisons.iter().map(|c| cell(&shown(facts::compared(point, **c), show), true)));
        let verdict = judged(point.period.as_ref()).filter(|_| !point.partial);
        cells.push(cell(verdict.map_or(MISSING, Verdict::name), false));
        cells
    };
    Rows { headings, rows: series.points.iter().rev().map(row).collect() }
}

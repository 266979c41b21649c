//! What was found, for the page: how many of which verdict, what needs attention, what was
//! not judged, what the data promises.

use super::cards::anchor;
use super::docs;
use super::views::{Cell, Count, Detail, FindingView, Mark, PromiseView, Rows};
use crate::report::grid::{Align, Grid};
use crate::report::outcome::facts::Counts;
use crate::report::outcome::findings::details;
use crate::report::outcome::words;
use crate::table::Table;
use crate::threshold::{Judgement, Outcome, Place, Promise, Scorecard, ScoredMetric, Severity, Verdict};

pub fn mark(verdict: Verdict) -> Mark {
    let class = match verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "warn",
        Verdict::Critical => "critical",
        _ => "open",
    };
    Mark { class, sign: words::glyph(Some(verdict)), name: verdict.name() }
}

pub fn counts(counts: &Counts) -> Vec<Count> {
    let all = [
        (Verdict::Critical, counts.critical, "critical"),
        (Verdict::Warn, counts.warn, if counts.warn == 1 { "warning" } else { "warnings" }),
        (Verdict::NoData, counts.not_judged, "not judged"),
        (Verdict::Ok, counts.ok, "ok"),
    ];
    let count = |(verdict, number, name): (Verdict, usize, &str)| Count {
        mark: mark(verdict),
        number,
        name: name.to_string(),
    };
    all.into_iter().map(count).collect()
}

/// Critical first, then warnings; of thresholds, then of promises.
pub fn findings(outcome: &Outcome) -> Vec<FindingView> {
    let mut found = Vec::new();
    for (verdict, severity) in [(Verdict::Critical, Severity::Critical), (Verdict::Warn, Severity::Warn)] {
        let broken = outcome.judgements().into_iter().filter(|(_, _, j)| j.verdict == verdict);
        found.extend(broken.map(|(s, m, j)| finding(s, m, j)));
        let promises = outcome.promises.iter().filter(|p| p.severity == severity);
        found.extend(promises.filter_map(|p| {
            let broken = p.broken.as_ref()?;
            Some(FindingView {
                mark: mark(verdict),
                headline: words::broken(p, broken),
                details: Vec::new(),
                anchor: None,
                place: at(&p.place),
                command: None,
                rows: vec![("The rows behind it".to_string(), rows(&broken.examples))],
            })
        }));
    }
    found
}

fn finding(scorecard: &Scorecard, metric: &ScoredMetric, judgement: &Judgement) -> FindingView {
    let (again, known): (Vec<_>, Vec<_>) =
        details(metric, judgement).into_iter().partition(|(name, _)| *name == "again");
    FindingView {
        mark: mark(judgement.verdict),
        headline: words::headline(metric, judgement),
        details: known.into_iter().map(|(name, text)| detail(name, text)).collect(),
        command: again.into_iter().next().map(|(_, text)| text),
        anchor: Some(anchor(scorecard, metric)),
        place: at(&judgement.rule.place),
        rows: words::drilled(judgement)
            .into_iter()
            .map(|(title, table)| (format!("Behind it: {title}"), rows(table)))
            .collect(),
    }
}

pub fn detail(name: &'static str, text: String) -> Detail {
    let code = name == "formula";
    Detail { name, link: docs::link(&text).map(str::to_string), code, text }
}

pub fn at(place: &Place) -> String {
    format!("{}:{}", words::line(&place.file), place.line)
}

fn rows(table: &Table) -> Rows {
    let grid = Grid::of(table);
    let right: Vec<bool> = grid.aligns.iter().map(|a| *a == Align::Right).collect();
    let cells = |texts: &[String]| {
        texts
            .iter()
            .zip(&right)
            .map(|(text, right)| Cell { text: words::line(text), right: *right })
            .collect()
    };
    Rows { headings: cells(&grid.headings), rows: grid.rows.iter().map(|r| cells(r)).collect() }
}

pub fn promises(outcome: &Outcome) -> Vec<PromiseView> {
    outcome.promises.iter().map(promise).collect()
}

fn promise(promise: &Promise) -> PromiseView {
    let verdict = match (&promise.broken, promise.severity) {
        (None, _) => Verdict::Ok,
        (Some(_), Severity::Warn) => Verdict::Warn,
        (Some(_), Severity::Critical) => Verdict::Critical,
    };
    PromiseView {
        mark: mark(verdict),
        source: words::line(&promise.source),
        text: words::line(&promise.text),
        place: at(&promise.place),
        broken: match promise.broken.as_ref().map(|b| b.rows) {
            None => String::new(),
            Some(0) => "not fresh".to_string(),
            Some(rows) => words::plural(rows, "row"),
        },
        rows: promise.broken.as_ref().map(|b| rows(&b.examples)),
    }
}

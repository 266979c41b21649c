//! Findings: what a pipeline shows at a line of a file. Broken thresholds, broken
//! promises and messages about definitions become the same plain thing here.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::words;
use crate::diagnostic::{self, Diagnostic};
use crate::report::pages::page;
use crate::report::{Misread, OfData};
use crate::table::Value;
use crate::text::Sources;
use crate::threshold::{Judgement, Member, Outcome, Place, Promise, ScoredMetric, Severity};

#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub rule: RuleOfFinding,
    pub level: Level,
    /// One line that stands alone.
    pub headline: String,
    /// What else is known: `owner`, `playbook`, `again`, …
    pub details: Vec<(&'static str, String)>,
    /// From the root of the repository; `None`: about no file.
    pub place: Option<Place>,
    /// The same in the next run, wherever the lines have moved.
    pub fingerprint: String,
}

/// What was broken: a threshold, a promise, a rule of the language.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleOfFinding {
    pub id: String,
    pub name: String,
    pub about: String,
    /// Markdown.
    pub help: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warning,
}

/// The worst first.
pub fn of_outcome(outcome: &Outcome) -> Vec<Finding> {
    let broken = outcome.judgements().into_iter().filter_map(|(_, m, j)| of_judgement(m, j, outcome));
    let promises = outcome.promises.iter().filter_map(|p| of_promise(p, &outcome.folder));
    let mut found: Vec<Finding> = broken.chain(promises).collect();
    found.sort_by_key(|finding| finding.level);
    distinct(found)
}

fn of_judgement(metric: &ScoredMetric, judgement: &Judgement, outcome: &Outcome) -> Option<Finding> {
    let level = match judgement.verdict {
        crate::threshold::Verdict::Critical => Level::Error,
        crate::threshold::Verdict::Warn => Level::Warning,
        _ => return None,
    };
    let rule = RuleOfFinding {
        id: judgement.rule.id.clone(),
        name: format!("{}: {}", words::line(&metric.definition.label), words::rule(judgement)),
        about: words::line(metric.definition.docs.as_deref().unwrap_or(&metric.definition.label)),
        help: Some(help(metric, judgement)),
    };
    Some(Finding {
        level,
        headline: words::headline(metric, judgement),
        details: details(metric, judgement),
        place: Some(from_repository(&judgement.rule.place, &outcome.folder)),
        fingerprint: fingerprint(&[&judgement.rule.id, &member_key(&judgement.member)]),
        rule,
    })
}

/// What a reader of a finding wants to know next, in this order.
pub fn details(metric: &ScoredMetric, judgement: &Judgement) -> Vec<(&'static str, String)> {
    let definition = &metric.definition;
    let known = [
        ("rule", Some(words::rule(judgement))),
        ("owner", judgement.rule.owner.clone().or_else(|| definition.owner.clone())),
        ("playbook", judgement.rule.playbook.clone().or_else(|| definition.playbook.clone())),
        ("rows", Some(words::rows(judgement)).filter(|rows| !rows.is_empty())),
        ("again", Some(judgement.command.clone()).filter(|c| !c.is_empty())),
    ];
    known.into_iter().filter_map(|(name, text)| Some((name, words::line(&text?)))).collect()
}

fn help(metric: &ScoredMetric, judgement: &Judgement) -> String {
    let definition = &metric.definition;
    let mut lines = vec![format!("`{}` = `{}`", definition.name, words::line(&definition.formula))];
    lines.extend(definition.docs.clone());
    let playbook = judgement.rule.playbook.as_ref().or(definition.playbook.as_ref());
    lines.extend(playbook.map(|p| format!("What to do: {}", words::line(p))));
    let owner = judgement.rule.owner.as_ref().or(definition.owner.as_ref());
    lines.extend(owner.map(|o| format!("Owner: {}", words::line(o))));
    lines.join("\n\n")
}

fn of_promise(promise: &Promise, folder: &str) -> Option<Finding> {
    let broken = promise.broken.as_ref()?;
    let level = match promise.severity {
        Severity::Critical => Level::Error,
        Severity::Warn => Level::Warning,
    };
    let text = words::line(&promise.text);
    Some(Finding {
        rule: RuleOfFinding {
            id: promise.id.clone(),
            name: format!("{}: {text}", words::line(&promise.source)),
            about: format!("A promise of the source {}", words::line(&promise.source)),
            help: Some("The data breaks a promise that its source makes.".to_string()),
        },
        level,
        headline: words::broken(promise, broken),
        details: words::places(broken).map(|places| ("where", places)).into_iter().collect(),
        place: Some(from_repository(&promise.place, folder)),
        fingerprint: fingerprint(&[&promise.id]),
    })
}

/// What was found in the data: what could not be read first, then promises, the worst first.
pub fn of_data(found: &OfData, folder: &str) -> Vec<Finding> {
    let mut promises: Vec<Finding> = found.promises.iter().filter_map(|p| of_promise(p, folder)).collect();
    promises.sort_by_key(|finding| finding.level);
    distinct(found.misread.iter().map(|error| of_misread(error, folder)).chain(promises).collect())
}

fn of_misread(error: &Misread, folder: &str) -> Finding {
    let at = |line: u64| {
        let line = usize::try_from(line).unwrap_or(1);
        let file = format!("{folder}{}", error.file.as_deref().unwrap_or_default());
        Place { file, line, column: 1, end_line: line, end_column: 1 }
    };
    let details = [
        ("file", error.file.clone()),
        ("line", error.line.map(|line| line.to_string())),
        ("row", error.row.map(|row| row.to_string())),
        ("column", error.column.clone()),
        ("help", error.help.clone()),
    ];
    Finding {
        rule: RuleOfFinding {
            id: "data".to_string(),
            name: "data".to_string(),
            about: "The data does not hold what its source declares".to_string(),
            help: None,
        },
        level: Level::Error,
        headline: words::line(&error.message),
        details: details.into_iter().filter_map(|(name, text)| Some((name, words::line(&text?)))).collect(),
        place: error.file.as_ref().map(|_| at(error.line.unwrap_or(1))),
        fingerprint: fingerprint(&["data", error.file.as_deref().unwrap_or_default(), &error.message]),
    }
}

/// Messages about definitions, in their order.
pub fn of_problems(list: &[Diagnostic], sources: &Sources, folder: &str) -> Vec<Finding> {
    distinct(list.iter().map(|d| of_problem(d, sources, folder)).collect())
}

fn of_problem(diagnostic: &Diagnostic, sources: &Sources, folder: &str) -> Finding {
    let page = page(diagnostic.name);
    let place = diagnostic.labels.first().map(|label| {
        let file = sources.get(label.span.file);
        let (start, end) = (file.place(label.span.start), file.place(label.span.end));
        Place {
            file: format!("{folder}{}", file.path),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    });
    let file = place.as_ref().map(|p| p.file.clone()).unwrap_or_default();
    Finding {
        rule: RuleOfFinding {
            id: diagnostic.name.to_string(),
            name: diagnostic.name.to_string(),
            about: page.and_then(first_sentence).unwrap_or_else(|| diagnostic.name.replace('-', " ")),
            help: page.map(str::to_string),
        },
        level: match diagnostic.severity {
            diagnostic::Severity::Error => Level::Error,
            diagnostic::Severity::Warning => Level::Warning,
        },
        headline: words::line(&diagnostic.message),
        details: diagnostic.help.iter().map(|help| ("help", words::line(help))).collect(),
        place,
        fingerprint: fingerprint(&[diagnostic.name, &file, &diagnostic.message]),
    }
}

/// The first paragraph of a page that is no heading.
fn first_sentence(page: &str) -> Option<String> {
    let text = page.split("\n\n").find(|part| !part.starts_with(['#', '`']) && !part.trim().is_empty())?;
    Some(words::line(text))
}

fn from_repository(place: &Place, folder: &str) -> Place {
    Place { file: format!("{folder}{}", place.file), ..place.clone() }
}

/// `region=EMEA`, for machines.
pub fn member_key(member: &[Member]) -> String {
    let one = |m: &Member| {
        let value = match &m.value {
            Value::NoMember => "(none)".to_string(),
            value => crate::report::value::raw(value).unwrap_or_default(),
        };
        format!("{}={value}", m.dimension)
    };
    member.iter().map(one).collect::<Vec<_>>().join(",")
}

fn fingerprint(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Equal fingerprints are counted apart.
fn distinct(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in &mut findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            finding.fingerprint = fingerprint(&[&finding.fingerprint, &count.to_string()]);
        }
    }
    findings
}

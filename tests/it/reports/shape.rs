//! What holds of a format whatever is in the outcome.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr;

use super::{fixture, rendered};
use kepi::report::{OutcomeFormat, Screen};
use kepi::threshold::{Outcome, Verdict};

fn json(format: &str, outcome: &Outcome) -> Json {
    serde_json::from_str(&rendered(format, outcome)).expect("it is JSON")
}

#[test]
fn nothing_wraps_at_100_columns() {
    let screen = Screen { width: Some(100), colour: false };
    let text = OutcomeFormat::named("text").expect("one of ours").render(&fixture::outcome(), &screen);
    let wide: Vec<&str> = text.lines().filter(|line| line.width() > 100).collect();
    // a word that has no blank in it cannot be broken, and a command must not be
    let breakable =
        |line: &&str| line.trim().split(' ').all(|word| word.width() <= 80) && !line.contains('\'');
    let wide: Vec<&str> = wide.into_iter().filter(breakable).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

/// Where there is no terminal lines of text are as long as they are, and tables are not.
#[test]
fn tables_fit_where_nothing_says_how_wide_it_is() {
    let mut outcome = fixture::outcome();
    for metric in outcome.scorecards.iter_mut().flat_map(|s| &mut s.metrics) {
        metric.definition.label =
            format!("{} of customers who have been with us for years", metric.definition.label);
        for member in metric.series.iter_mut().flat_map(|s| &mut s.member) {
            member.value = kepi::table::Value::Text("the department of names that never end".into());
        }
    }
    let text = rendered("text", &outcome);
    let tables: Vec<&str> =
        text.lines().filter(|line| line.contains(['▁', '█', '─']) && !line.starts_with("  │")).collect();
    assert!(tables.len() >= 6, "{text}");
    let wide: Vec<&&str> = tables.iter().filter(|line| line.width() > 100).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    // the newest months of a year, and names cut short
    assert!(text.contains("…") && tables.iter().any(|line| line.contains("Trend") || line.contains('▁')));
}

/// A runner takes `::` for a command behind blanks, and `##[` anywhere in a line.
#[test]
fn no_line_of_ours_is_a_command_of_a_runner() {
    for format in ["text", "markdown"] {
        let text = rendered(format, &fixture::outcome());
        let command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
        let bad: Vec<&str> = text.lines().filter(command).collect();
        assert!(bad.is_empty(), "{format}: {bad:#?}");
    }
}

#[test]
fn annotations_are_commands_and_nothing_else() {
    let text = rendered("github", &fixture::outcome());
    for line in text.lines() {
        assert!(line.starts_with("::error ") || line.starts_with("::warning "), "{line}");
        let properties = line.split("::").nth(1).expect("there is a head");
        assert!(!properties.contains('\r') && !properties.contains('\u{1b}'), "{line}");
    }
}

/// GitHub shows ten of a kind.
#[test]
fn at_most_nine_annotations_and_a_line_for_the_rest() {
    for (findings, lines) in [(1, 1), (9, 9), (10, 10), (11, 10), (40, 10)] {
        let mut outcome = fixture::outcome();
        outcome.promises.clear();
        outcome.scorecards.truncate(1);
        let metric = outcome.scorecards[0].metrics[0].clone();
        let template =
            metric.judgements.iter().find(|j| j.verdict == Verdict::Critical).expect("EMEA").clone();
        outcome.scorecards[0].metrics.truncate(1);
        outcome.scorecards[0].metrics[0].judgements = (0..findings)
            .map(|n| {
                let mut judgement = template.clone();
                judgement.member[0].value = kepi::table::Value::Text(format!("R{n}"));
                judgement
            })
            .collect();
        let text = rendered("github", &outcome);
        assert_eq!(text.lines().count(), lines, "{findings} findings");
        if findings > 10 {
            let last = text.lines().last().unwrap_or_default();
            assert!(last.contains(&format!("::{} more of this kind", findings - 9)), "{last}");
        }
    }
}

#[test]
fn fingerprints_differ_and_stay_when_lines_move() {
    let prints = |outcome: &Outcome| {
        let issues = json("gitlab", outcome);
        let issues = issues.as_array().expect("a list").clone();
        issues.iter().map(|i| i["fingerprint"].as_str().expect("a text").to_string()).collect::<Vec<_>>()
    };
    let before = fixture::outcome();
    let mut after = fixture::outcome();
    for metric in after.scorecards.iter_mut().flat_map(|s| &mut s.metrics) {
        for judgement in &mut metric.judgements {
            judgement.rule.place.line += 100;
        }
    }
    assert_eq!(prints(&before), prints(&after));
    assert_eq!(prints(&before).iter().collect::<BTreeSet<_>>().len(), prints(&before).len());
}

/// A metric on two scorecards is one finding where both say the same of it.
#[test]
fn what_two_scorecards_find_alike_is_there_once() {
    let mut outcome = fixture::outcome();
    let count = |outcome: &Outcome| json("gitlab", outcome).as_array().map_or(0, Vec::len);
    let before = count(&outcome);
    let mut again = outcome.scorecards[0].clone();
    again.name = "manager".into();
    let told = |outcome: &Outcome| {
        let text = rendered("text", outcome);
        let counted = text.lines().last().unwrap_or_default().to_string();
        let lines = text.lines().filter(|l| l.starts_with(['✗', '▲', '○']) && l.contains(" in 20"));
        (lines.map(String::from).collect::<Vec<_>>(), counted, json("json", outcome)["counts"].clone())
    };
    let alone = told(&outcome);
    outcome.scorecards.push(again);
    assert_eq!(count(&outcome), before);
    assert_eq!(told(&outcome), alone);
    assert!(rendered("text", &outcome).contains("scorecard Executive"), "whose finding it is");
}

/// Rules of which the same is to be said have one line, which counts them.
#[test]
fn what_is_not_judged_for_one_reason_is_one_line() {
    let mut outcome = fixture::outcome();
    let lines = |outcome: &Outcome| json("webhook", outcome)["not_judged"].clone();
    let before = lines(&outcome);
    let metrics = outcome.scorecards.iter_mut().flat_map(|s| &mut s.metrics);
    let mut judgements = metrics.map(|m| &mut m.judgements);
    let list = judgements.find(|list| list.iter().any(|j| j.verdict.not_judged())).expect("there is one");
    let mut other = list.iter().find(|j| j.verdict.not_judged()).expect("it was found").clone();
    other.rule.id += " and another";
    list.push(other);
    let (before, after) = (before.as_array().expect("a list").clone(), lines(&outcome));
    let after = after.as_array().expect("a list");
    assert_eq!(after.len(), before.len());
    assert!(
        after.iter().any(|line| line.as_str().is_some_and(|line| line.ends_with(": 2 rules"))),
        "{after:?}"
    );
}

/// What GitLab's documentation requires of an issue.
#[test]
fn code_quality_has_the_fields_that_gitlab_requires() {
    for issue in json("gitlab", &fixture::outcome()).as_array().expect("a list") {
        for field in ["description", "check_name", "fingerprint"] {
            assert!(issue[field].as_str().is_some_and(|t| !t.is_empty()), "{field} of {issue}");
        }
        let severity = issue["severity"].as_str().unwrap_or_default();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity), "{issue}");
        let path = issue["location"]["path"].as_str().unwrap_or_default();
        assert!(!path.is_empty() && !path.starts_with(['/', '.']), "{issue}");
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|n| n > 0), "{issue}");
    }
}

/// A warning is a failure only where warnings make the run red.
#[test]
fn junit_fails_what_the_run_fails() {
    let count = |fail_on| {
        let outcome = Outcome { fail_on, ..fixture::outcome() };
        let text = rendered("junit", &outcome);
        let document = roxmltree::Document::parse(&text).expect("it is XML");
        document.descendants().filter(|n| n.has_tag_name("failure")).count()
    };
    use kepi::threshold::Severity;
    assert_eq!([count(Some(Severity::Critical)), count(Some(Severity::Warn)), count(None)], [2, 6, 0]);
}

#[test]
fn slack_stays_within_its_limits() {
    let payload = json("slack", &fixture::outcome());
    let blocks = payload["blocks"].as_array().expect("blocks");
    assert!(blocks.len() <= 50);
    for block in blocks {
        let text = block["text"]["text"].as_str().unwrap_or_default();
        let most = if block["type"] == "header" { 150 } else { 3000 };
        assert!(text.chars().count() <= most, "{text}");
        assert!(block["type"] == "header" || !text.contains("<!"), "{text}");
    }
}

/// Money has all its digits, which no float would keep.
#[test]
fn json_keeps_every_digit() {
    let text = rendered("json", &fixture::outcome());
    assert!(text.contains("\"value\": 90071992547409.93,"), "{text}");
}

#[test]
fn the_long_table_has_a_row_for_each_value() {
    let table = kepi::report::long_table(&fixture::outcome());
    // win rate 4 × 12, four metrics × 12 and the two members they are judged for, 15 reps, 4 values
    assert_eq!(table.rows.len(), 48 + 48 + 2 + 15 + 4);
    assert!(table.rows.iter().all(|row| row.values.len() == table.columns.len()));
    let names: BTreeSet<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names.len(), table.columns.len(), "every column has a name of its own");
}

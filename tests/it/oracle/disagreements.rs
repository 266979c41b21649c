//! What Kepi and the second opinion once disagreed on, made small. What is expected is
//! worked out by hand; both have to give it.

use super::answer::Question;
use super::compare;
use super::project::{Declaration, Project};
use super::trial::{Outcome, Trial};
use super::world::Sheet;

fn project(declarations: &str, data: &[(&str, &str)]) -> Project {
    let mut project = Project::default();
    project.declarations.push(Declaration { head: declarations.to_string(), items: Vec::new() });
    for (name, rows) in data {
        let mut lines = rows.split_whitespace().map(|row| row.split(',').map(str::to_string).collect());
        let header = lines.next().expect("a header");
        project.data.insert((*name).to_string(), Sheet { header, rows: lines.collect() });
    }
    project
}

fn question(metric: &str, every: Option<&str>, by: &[&str]) -> Question {
    Question {
        metrics: vec![metric.to_string()],
        every: every.map(str::to_string),
        by: by.iter().map(|d| (*d).to_string()).collect(),
        ..Question::default()
    }
}

#[track_caller]
fn check(project: &Project, question: &Question, expected: &[&str]) {
    let trial = Trial::new(project).unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
    match trial.ask(question, 1) {
        Outcome::Same(_) => {}
        Outcome::Different(difference) => panic!("{difference}"),
        Outcome::Rejected(why) | Outcome::Refused(why) => panic!("{why}"),
    }
    let found: Vec<String> = trial.table(question).rows.iter().map(compare::row_line).collect();
    assert_eq!(found, expected);
}

const LINKED: [(&str, &str); 2] =
    [("deals", "id,rep_id,won_on 1,7,2024-01-05 2,8,2024-01-06 3,,2024-01-07"), ("reps", "id,team 7,north")];

/// "A row whose link finds nothing is kept, in the group `(none)`", whatever the
/// dimension makes of missing columns.
#[test]
fn a_link_that_finds_nothing_has_no_group() {
    let text = r#"
        source deals { key id time won_on id : int rep_id : int? won_on : date rep -> reps }
        source reps { key id id : int team : text }
        dimension size = choose { big when reps.team is "south", else small }
        metric deals_won = count(deals)"#;
    check(&project(text, &LINKED), &question("deals_won", None, &["size"]), &["\"small\" | 1", "(none) | 2"]);
}

/// A source without `time` counts whole in every period, so also in the one before.
#[test]
fn what_counts_in_every_period_did_so_before() {
    let text = r#"
        source deals { key id time won_on id : int rep_id : int? won_on : date rep -> reps }
        source reps { key id id : int team : text }
        metric more_reps = change(count(reps))"#;
    let asked = Question { last: Some(1), ..question("more_reps", Some("month"), &[]) };
    check(&project(text, &LINKED), &asked, &["2024-01-01 | 0 partial"]);
}

const INTERVALS: &str = r#"
    source seats { key id time begins valid begins to ends id : int begins : timestamp ends : timestamp? }
    metric used = count(seats during)"#;

/// In force until an instant within a day is in force on that day; until its first
/// instant, it is not; and from an instant to the same one, never.
#[test]
fn an_interval_that_ends_within_a_day_was_in_force_that_day() {
    let rows = "id,begins,ends \
        1,2024-01-01T08:00:00Z,2024-01-02T09:00:00Z \
        2,2024-01-01T08:00:00Z,2024-01-02T00:00:00Z \
        3,2024-01-02T08:00:00Z,2024-01-02T08:00:00Z";
    let expected = ["2024-01-01 | 2", "2024-01-02 | 1"];
    check(&project(INTERVALS, &[("seats", rows)]), &question("used", Some("day"), &[]), &expected);
}

/// Rows that do not exist yet say nothing about where the answer begins.
#[test]
fn the_range_begins_with_rows_that_exist() {
    let text = r#"
        source deals { key id time won_on id : int won_on : date due_on : date }
        metric due = count(deals on due_on)"#;
    let rows = "id,won_on,due_on 1,2024-01-05,2024-01-10 2,2024-03-01,2023-06-01";
    let as_of = Some("2024-01-31".parse().expect("a date"));
    let asked = Question { as_of, ..question("due", Some("month"), &[]) };
    check(&project(text, &[("deals", rows)]), &asked, &["2024-01-01 | 1"]);
}

/// A range that begins after all that is known has no period of its own to show, and
/// none before it is shown instead.
#[test]
fn a_range_after_the_data_is_refused() {
    let text = r#"
        source deals { key id time won_on id : int won_on : date }
        metric won = count(deals)"#;
    let project = project(text, &[("deals", "id,won_on 1,2024-01-05")]);
    let from = Some("2024-04-19".parse().expect("a date"));
    let asked = Question { from, ..question("won", Some("month"), &[]) };
    let outcome = Trial::new(&project).expect("a project").ask(&asked, 1);
    assert!(matches!(&outcome, Outcome::Rejected(why) if why.contains("the range begins on 2024-04-19")));
}

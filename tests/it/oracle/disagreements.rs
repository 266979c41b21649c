//! What Kepi and the second opinion once disagreed on, made small. What is expected is
//! worked out by hand; both have to give it.

use super::answer::Question;
use super::compare;
use super::project::{Declaration, Project};
use super::trial::{Outcome, Trial};
use super::world::Sheet;

pub(super) fn project(declarations: &str, data: &[(&str, &str)]) -> Project {
    let mut project = Project::default();
    project.declarations.push(Declaration { head: declarations.to_string(), items: Vec::new() });
    for (name, rows) in data {
        let mut lines = rows.split_whitespace().map(|row| row.split(',').map(str::to_string).collect());
        let header = lines.next().expect("a header");
        project.data.insert((*name).to_string(), Sheet { header, rows: lines.collect() });
    }
    project
}

pub(super) fn question(metric: &str, every: Option<&str>, by: &[&str]) -> Question {
    Question {
        metrics: vec![metric.to_string()],
        every: every.map(str::to_string),
        by: by.iter().map(|d| (*d).to_string()).collect(),
        ..Question::default()
    }
}

#[track_caller]
pub(super) fn check(project: &Project, question: &Question, expected: &[&str]) {
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

/// The first row that links here is the earliest, not the one with the least value.
#[test]
fn the_first_of_linked_rows_is_the_earliest() {
    let text = r#"
        source deals { key id id : int began_as = first(steps.stage) ended_as = last(steps.stage) }
        source steps { key id time entered id : int deal_id : int stage : text entered : date deal -> deals }
        dimension began = deals.began_as
        dimension ended = deals.ended_as
        metric all_deals = count(deals)"#;
    let steps = "id,deal_id,stage,entered 1,7,apply,2024-01-03 2,7,visit,2024-01-01 3,7,buy,2024-01-05";
    let project = project(text, &[("deals", "id 7"), ("steps", steps)]);
    let asked = question("all_deals", None, &["began", "ended"]);
    check(&project, &asked, &["\"visit\" | \"buy\" | 1"]);
}

/// The next period opens with what is in force after `as_of`; the one after is not known.
#[test]
fn the_next_period_opens_with_what_is_in_force() {
    let text = r#"
        source seats { key id valid begins to ends id : int begins : date ends : date? }
        metric opening = count(seats at start)"#;
    let seats = "id,begins,ends 1,2024-01-05, 2,2024-01-10,2024-01-15 3,2024-02-03,";
    let day = |text: &str| Some(text.parse().expect("a date"));
    let asked = Question {
        as_of: day("2024-01-20"),
        to: day("2024-03-31"),
        from: day("2024-01-01"),
        ..question("opening", Some("month"), &[])
    };
    let expected = ["2024-01-01 | 0 partial", "2024-02-01 | 1 partial", "2024-03-01 | – partial"];
    check(&project(text, &[("seats", seats)]), &asked, &expected);
}

const SALES: &str = r#"
    calendar shop { weeks 4-4-5, year starts last saturday of december }
    source sales { key id time sold id : int sold : date pieces : int }
    metric more = change(count(sales), 1 year)
    metric most_before = prior(max(sales.pieces) ?? 0)
    metric sum_before = prior(sum(sales.pieces))"#;

/// A year that starts in the last days of December is not the one a year earlier.
#[test]
fn a_year_earlier_in_a_calendar_of_weeks() {
    let sales = "id,sold,pieces 1,2023-01-05,1 2,2024-01-02,1 3,2024-01-04,1";
    let asked = Question { last: Some(1), ..question("more", Some("shop.month"), &[]) };
    check(&project(SALES, &[("sales", sales)]), &asked, &["2023-12-30 | 1 partial"]);
}

/// What an author puts in the place of a missing value stays there, also before the data.
#[test]
fn an_authors_zero_is_there_before_the_data() {
    let asked = Question {
        metrics: vec!["most_before".into(), "sum_before".into()],
        ..question("", Some("month"), &[])
    };
    check(
        &project(SALES, &[("sales", "id,sold,pieces 1,2024-01-05,3")]),
        &asked,
        &["2024-01-01 | 0 | – partial"],
    );
}

/// What is dated after `as_of` has not happened, by whatever date it is counted.
#[test]
fn the_whole_range_ends_with_as_of() {
    let text = r#"
        source deals { key id time won_on id : int won_on : date due_on : date }
        metric due = count(deals on due_on)"#;
    let rows = "id,won_on,due_on 1,2024-01-05,2024-01-04 2,2024-01-03,2024-02-01";
    let project = project(text, &[("deals", rows)]);
    check(&project, &question("due", None, &[]), &["1"]);
    let asked = Question { to: Some("2024-12-31".parse().expect("a date")), ..question("due", None, &[]) };
    check(&project, &asked, &["1"]);
}

const ORDERS: &str = r#"
    source orders {
      key id
      time ordered
      id : int
      ordered : date
      paid : date?
      large : bool
    }
    metric large_paid = proportion(large of orders where paid within 30 days after ordered)
    metric paid_late  = count(orders where not (paid within 30 days after ordered))"#;

const ORDER_ROWS: &str = "id,ordered,paid,large 1,2024-01-01,2024-01-05,true 2,2024-01-20,,false";

/// A row that may still come to count makes a part of a whole uncertain, whatever part it
/// would be. Once its time is over it is known.
#[test]
fn what_may_still_count_is_not_yet_known() {
    let project = project(ORDERS, &[("orders", ORDER_ROWS)]);
    let asked = |as_of: &str| Question {
        metrics: vec!["large_paid".into(), "paid_late".into()],
        as_of: Some(as_of.parse().expect("a date")),
        ..question("", None, &[])
    };
    check(&project, &asked("2024-01-31"), &["immature | immature"]);
    check(&project, &asked("2024-02-19"), &["~1.0 | 1"]);
}

/// A place does not depend on what else is asked: who has no deals has no place among
/// those who have.
#[test]
fn who_has_no_data_has_no_place() {
    let text = r#"
        source deals { key id id : int team : text amount : int }
        source leads { key id id : int team : text }
        dimension team = deals.team, leads.team
        metric cost     = sum(deals.amount) { better lower }
        metric place    = rank(cost over team)
        metric all_leads = count(leads)"#;
    let data = [("deals", "id,team,amount 1,north,5 2,south,3"), ("leads", "id,team 1,east")];
    let asked =
        Question { metrics: vec!["place".into(), "all_leads".into()], ..question("", None, &["team"]) };
    let expected = ["\"east\" | – | 1", "\"north\" | 2 | 0", "\"south\" | 1 | 0"];
    check(&project(text, &data), &asked, &expected);
}

/// A row is there where a metric has data, also in the earlier period that it looks at, but
/// not where only another metric has it earlier.
#[test]
fn rows_are_those_of_what_is_looked_at() {
    let text = r#"
        source deals { key id time closed id : int team : text closed : date is_won : bool }
        dimension team = deals.team
        metric won         = count(deals where is_won)
        metric lost_before = prior(count(deals where not is_won))"#;
    let rows = "id,team,closed,is_won 1,a,2024-01-05,true 2,b,2024-01-06,false 3,c,2024-02-05,true";
    let asked = Question {
        metrics: vec!["won".into(), "lost_before".into()],
        ..question("", Some("month"), &["team"])
    };
    let expected = [
        "2024-01-01 | \"a\" | 1 | –",
        "2024-02-01 | \"b\" | 0 | 1 partial",
        "2024-02-01 | \"c\" | 1 | 0 partial",
    ];
    check(&project(text, &[("deals", rows)]), &asked, &expected);
}

//! What the two disagreed on when they were asked by the ten thousand, made small. What is
//! expected is worked out by hand; both have to give it.

use super::answer::Question;
use super::disagreements::{check, project, question};
use super::trial::{Outcome, Trial};

fn day(text: &str) -> Option<jiff::civil::Date> {
    Some(text.parse().expect("a date"))
}

const SEATS: &str = r#"
    source seats { key id valid begins to ends id : int begins : date ends : date? }
    metric opening = count(seats at start)"#;

/// Of the periods after `as_of` the next one opens with something, wherever the range begins.
#[test]
fn the_next_period_is_the_one_after_as_of() {
    let project = project(SEATS, &[("seats", "id,begins,ends 1,2024-01-05,")]);
    let asked = |from: &str, every| Question {
        as_of: day("2024-01-20"),
        from: day(from),
        to: day("2024-04-30"),
        ..question("opening", every, &[])
    };
    check(
        &project,
        &asked("2024-03-01", Some("month")),
        &["2024-03-01 | – partial", "2024-04-01 | – partial"],
    );
    check(&project, &asked("2024-02-01", None), &["–"]);
}

const ACCOUNTS: &str = r#"
    source accounts { key id id : int region : text known = true }
    dimension region = accounts.region
    metric all_accounts = count(accounts)
    metric some_known   = count(distinct accounts.known where id > 5)"#;

fn accounts() -> super::project::Project {
    project(ACCOUNTS, &[("accounts", "id,region 1,north 2,south")])
}

/// What counts in every period has no row in one that has not begun, and `having` sees what
/// is shown.
#[test]
fn after_as_of_nothing_is_shown() {
    let asked = Question {
        as_of: day("2024-01-20"),
        from: day("2024-01-01"),
        to: day("2024-02-29"),
        ..question("all_accounts", Some("month"), &["region"])
    };
    let expected = ["2024-01-01 | \"north\" | 1 partial", "2024-01-01 | \"south\" | 1 partial"];
    check(&accounts(), &asked, &expected);
    let having = Some("all_accounts is present".to_string());
    let asked = Question { by: Vec::new(), having, ..asked };
    check(&accounts(), &asked, &["2024-01-01 | 2 partial"]);
}

/// Of no rows there is no value, also of a column that is the same for all.
#[test]
fn a_constant_has_no_value_without_rows() {
    check(&accounts(), &question("some_known", None, &[]), &["0"]);
}

/// Whether a missing value is in two lists at once is not known, even where no value can be.
#[test]
fn a_missing_value_is_in_no_list_and_in_none_not() {
    let text = r#"
        source deals { key id id : int label : text? }
        metric not_both = count(deals where not (label in ("a", "b", "c", "d") and label in ("e", "f", "g", "h")))
        metric not_one  = count(deals where label not in ("a", "b", "c", "d") or label not in ("e", "f", "g", "h"))"#;
    let project = project(text, &[("deals", "id,label 1,a 2,")]);
    check(&project, &question("not_both", None, &[]), &["1"]);
    check(&project, &question("not_one", None, &[]), &["1"]);
}

const SALES: &str = r#"
    calendar shop { weeks 4-4-5, year starts last saturday of december }
    source sales { key id time sold id : int sold : date pieces : int kind : text team : text }
    dimension kind = sales.kind
    dimension team = sales.team
    metric two_weeks_before = prior(sum(sales.pieces), 14 days)
    metric month_before_yesterday = prior(prior(sum(sales.pieces), 1 month))
    metric a_day = sum(sales.pieces) / period { every day }
    metric of_all_teams_before = prior(total(sum(sales.pieces) over team))"#;

#[test]
fn weeks_of_a_calendar_move_by_weeks() {
    let sales = "id,sold,pieces,kind,team 1,2024-01-06,3,k,x 2,2024-01-20,5,k,x";
    check(
        &project(SALES, &[("sales", sales)]),
        &question("two_weeks_before", Some("shop.week"), &[]),
        &["2024-01-06 | –", "2024-01-13 | –", "2024-01-20 | 3 partial"],
    );
}

/// Its four weeks are 28 days.
#[test]
fn a_month_of_weeks_has_a_length_in_days() {
    let sales = "id,sold,pieces,kind,team 1,2024-01-06,56,k,x";
    let project = project(SALES, &[("sales", sales)]);
    check(&project, &question("a_day", Some("shop.month"), &[]), &["2023-12-30 | ~2.0 partial"]);
}

/// The day before the first of March is the 29th of February, a month before that the 29th
/// of January; a month before the first of March is the first of February.
#[test]
fn of_two_steps_back_the_outer_is_first() {
    let sales = "id,sold,pieces,kind,team 1,2024-01-29,4,k,x 2,2024-01-31,9,k,x 3,2024-03-01,1,k,x";
    let asked = Question { from: day("2024-03-01"), ..question("month_before_yesterday", Some("day"), &[]) };
    check(&project(SALES, &[("sales", sales)]), &asked, &["2024-03-01 | 4"]);
}

/// Without a dimension that nothing is asked by, a total is a member's own.
#[test]
fn a_total_over_what_is_not_asked_has_data() {
    let sales = "id,sold,pieces,kind,team 1,2024-01-29,4,k,x";
    let asked =
        Question { as_of: day("2024-02-10"), ..question("of_all_teams_before", Some("month"), &["kind"]) };
    check(&project(SALES, &[("sales", sales)]), &asked, &["2024-02-01 | \"k\" | 4 partial"]);
}

#[test]
fn several_ranks_in_one_question() {
    let text = r#"
        source deals { key id id : int team : text amount : int pieces : int }
        dimension team = deals.team
        metric by_amount = rank(sum(deals.amount) over team)
        metric by_pieces = rank(sum(deals.pieces) over team)
        metric by_place  = rank(rank(sum(deals.amount) over team) over team)"#;
    let project = project(text, &[("deals", "id,team,amount,pieces 1,x,5,1 2,y,3,2")]);
    let metrics = ["by_amount", "by_pieces", "by_place"].map(String::from).to_vec();
    let asked = Question { metrics, ..question("", None, &["team"]) };
    check(&project, &asked, &["\"x\" | 1 | 2 | 2", "\"y\" | 2 | 1 | 1"]);
}

/// One value for all rows that are linked to is none for those that link to nothing.
#[test]
fn what_is_the_same_there_is_missing_here() {
    let text = r#"
        source accounts { key id where region is "north" id : int region : text known = true surely = known }
        source deals { key id id : int account_id : int? account -> accounts }
        dimension known  = accounts.known
        dimension surely = accounts.surely
        dimension region = accounts.region
        metric all_deals = count(deals)"#;
    let deals = "id,account_id 1,7 2, 3,7 4,8 5,7";
    let project = project(text, &[("accounts", "id,region 7,north 8,south"), ("deals", deals)]);
    check(&project, &question("all_deals", None, &["known"]), &["true | 3", "(none) | 2"]);
    check(&project, &question("all_deals", None, &["surely"]), &["true | 3", "(none) | 2"]);
    check(&project, &question("all_deals", None, &["region"]), &["\"north\" | 3", "(none) | 2"]);
}

const DUE: &str = r#"
    source deals { key id id : int due_on : date }
    metric overdue = count(deals where due_on < period_end - 10 days)
    metric fresh   = count(deals on due_on trailing 30 days)"#;

/// Where nothing says when the data ends, a period has no last day, and there is none to
/// count back from.
#[test]
fn without_dates_there_is_no_end() {
    let project = project(DUE, &[("deals", "id,due_on 1,2024-01-05")]);
    check(&project, &question("overdue", None, &[]), &["0"]);
    let trial = Trial::new(&project).unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
    match trial.ask(&question("fresh", None, &[]), 9) {
        Outcome::Rejected(why) => assert_eq!(why, "there is no date to count back from"),
        _ => panic!("there is no last day"),
    }
    let asked = Question { to: day("2024-01-31"), ..question("fresh", None, &[]) };
    check(&project, &asked, &["1"]);
}

/// What else is asked of a row settles nothing that is open; what is not asked is not open.
#[test]
fn an_open_condition_is_open_whatever_stands_beside_it() {
    let text = r#"
        source orders { key id time ordered id : int ordered : date paid : date? amount : int }
        metric large = count(orders where amount > (if paid within 30 days after ordered then 3 else 5))
        metric won   = count(orders where paid within 30 days after ordered and amount > 4)
        metric not_won = count(orders where not (paid within 30 days after ordered and amount > 4))
        metric either = count(orders where paid within 30 days after ordered or amount > 4)
        metric asked = count(orders where if amount > 4 then paid within 30 days after ordered else false)
        metric share = proportion(paid within 30 days after ordered of orders where amount > 4)"#;
    let metrics = ["large", "won", "not_won", "either", "asked", "share"].map(str::to_string).to_vec();
    let asked = Question { metrics, ..question("large", None, &[]) };
    let of = |rows: &str| project(text, &[("orders", rows)]);
    let open = "immature | immature | immature | immature";
    check(
        &of("id,ordered,paid,amount 1,2024-01-20,,10"),
        &asked,
        &[&format!("{open} | immature | immature")],
    );
    check(&of("id,ordered,paid,amount 1,2024-01-20,,2"), &asked, &[&format!("{open} | 0 | –")]);
    let paid = "id,ordered,paid,amount 1,2024-01-20,2024-01-20,10";
    check(&of(paid), &asked, &["1 | 1 | 0 | 1 | 1 | ~1.0"]);
}

/// A rollup has no row with data before there is any.
#[test]
fn a_rollup_has_no_data_before_the_first() {
    let text = r#"
        source deals { key id valid begins to ends id : int begins : date ends : date? label : text }
        rollup kept per deals, period { open = count(deals at end) }
        dimension label = deals.label
        metric kept_before = prior(average(kept.open) ?? 0)"#;
    let project = project(text, &[("deals", "id,begins,ends,label 4,2024-02-10,,k")]);
    let asked = Question { as_of: day("2024-03-10"), ..question("kept_before", Some("month"), &["label"]) };
    check(&project, &asked, &["2024-03-01 | \"k\" | ~1.0 partial"]);
}

const SOLD: &str = r#"
    source seats { key id valid begins to ends id : int region : text product : text begins : date ends : date? }
    source deals { key id time happened id : int region : text product : text happened : date }
    dimension region  = seats.region, deals.region
    dimension product = seats.product, deals.product
    metric held   = count(seats at end)
    metric sold   = count(deals)
    metric change = total(change(sold) over product)"#;

/// In the north nothing has ever been sold: from the second month on that is no change.
#[test]
fn a_total_of_what_a_group_never_had_changes_by_nothing() {
    let seats = "id,region,product,begins,ends 1,north,a,2024-01-02,";
    let deals = "id,region,product,happened 1,south,a,2024-01-05 2,south,b,2024-02-06 3,south,b,2024-02-07";
    let project = project(SOLD, &[("seats", seats), ("deals", deals)]);
    let asked = Question {
        metrics: ["held", "sold", "change"].map(String::from).to_vec(),
        ..question("held", Some("month"), &["region", "product"])
    };
    check(
        &project,
        &asked,
        &[
            "2024-01-01 | \"north\" | \"a\" | 1 | 0 | –",
            "2024-01-01 | \"south\" | \"a\" | 0 | 1 | –",
            "2024-02-01 | \"north\" | \"a\" | 1 | 0 | 0 partial",
            "2024-02-01 | \"south\" | \"b\" | 0 | 2 | 1 partial",
        ],
    );
}

/// `amount - amount` has a digit more than `amount`.
#[test]
fn the_first_of_two_decimals_of_different_lengths() {
    let definitions = r#"
        source accounts {
          key id time happened
          id : int amount : USD happened : date
          left = if id > 1 then amount else amount - amount
        }
        metric first_left = first(accounts.left)
        metric last_left  = last(accounts.left year to date)"#;
    let accounts = "id,amount,happened 1,40.00,2024-04-19 2,30.00,2024-04-20";
    let project = project(definitions, &[("accounts", accounts)]);
    let asked = Question {
        metrics: vec!["first_left".to_string(), "last_left".to_string()],
        ..question("first_left", None, &[])
    };
    check(&project, &asked, &["0 | 30"]);
}

/// Two instants of one day before a date: the second opinion took whichever came first.
#[test]
fn the_latest_of_several_instants_of_a_day() {
    let text = r#"
        source deals {
          key id
          id : int due_on : date item : int
          rate -> rates via item latest before due_on
        }
        source rates { key item time set_on item : int set_on : timestamp rate : number? }
        metric low_rates = count(deals where rate.rate < 0)"#;
    let deals = "id,due_on,item 4,2024-03-10,2 5,2024-03-11,2";
    let rates = "item,set_on,rate 2,2024-03-10T04:30:00Z, 2,2024-03-10T22:59:00Z,-5";
    let project = project(text, &[("deals", deals), ("rates", rates)]);
    check(&project, &question("low_rates", None, &[]), &["1"]);
}

const KEPT: &str = r#"
    source deals { key id time won_on id : int won_on : date amount : int }
    rollup kept per deals.id, period { earned = sum(deals.amount) }
    dimension size = kept.earned in bands { low < 2, middle < 8, high } { members all }
    metric spread  = stddev(kept.earned)
    metric rise    = change(average(kept.earned))"#;

/// In a range that begins after what is known no row of a rollup has come to be, and so no member.
#[test]
fn what_has_not_begun_has_no_members() {
    let project = project(KEPT, &[("deals", "id,won_on,amount 1,2023-12-28,1")]);
    let asked = |from, to| Question { from: day(from), to: day(to), ..question("spread", None, &["size"]) };
    check(&project, &asked("2024-03-08", "2024-03-27"), &[]);
    check(&project, &asked("2023-12-01", "2024-03-27"), &["\"low\" | –"]);
}

/// The members of a dimension over rows that are others in each period are those of all
/// periods shown, and only of these.
#[test]
fn bands_of_a_period_are_shown_in_all() {
    let rows = "id,won_on,amount 1,2023-11-20,9 1,2023-12-28,1 1,2024-01-24,3";
    let project = project(KEPT, &[("deals", rows)]);
    let asked =
        |metric: &str| Question { from: day("2023-12-01"), ..question(metric, Some("month"), &["size"]) };
    let expected = [
        "2023-12-01 | \"low\" | –",
        "2023-12-01 | \"middle\" | –",
        "2024-01-01 | \"low\" | – partial",
        "2024-01-01 | \"middle\" | – partial",
    ];
    check(&project, &asked("spread"), &expected);
    // a look at the month before shows what changed since, and no member of that month alone
    let expected = [&expected[..2], &["2023-12-01 | \"high\" | –"], &expected[2..]].concat();
    check(&project, &asked("rise"), &expected);
}

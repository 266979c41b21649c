//! Which texts mean the same, and which do not.

use super::*;
use crate::model::Settings;
use crate::text::Sources;
use crate::units::Currency;

const SOURCES: &str = r#"
source opportunities {
  key   id
  time  closed_on
  valid created_on to closed_on
  id : text
  account_id : text
  stage : one of (open, won = "Closed Won", lost = "Closed Lost")
  amount : USD
  created_on : date
  closed_on : date?
  account -> accounts
  is_won = stage is won
  is_closed = stage in (won, lost)
  measure bookings = sum(amount where is_won)
}
source accounts { key id  id : text  region : text }
dimension region = accounts.region
parameter goal : USD = 1_000
"#;

fn meaning(metric: &str) -> Digest {
    meaning_in(SOURCES, metric)
}

fn meaning_in(sources: &str, metrics: &str) -> Digest {
    let model = compiled(&format!("{sources}\n{metrics}"));
    let at = model.find_metric("m").expect("there is a metric m");
    meanings(&model)[at.index()]
}

fn compiled(text: &str) -> CheckedModel {
    let mut files = Sources::default();
    files.add("a.kpi", text.to_string());
    let settings = Settings { currency: Currency::from_code("USD"), ..Settings::default() };
    let (model, problems) = crate::compile(&files, &settings);
    assert!(!problems.has_errors(), "{:#?}", problems.sorted());
    model
}

fn same(a: &str, b: &str) {
    assert_eq!(meaning(a), meaning(b), "{a}\n{b}");
}

fn other(a: &str, b: &str) {
    assert_ne!(meaning(a), meaning(b), "{a}\n{b}");
}

#[test]
fn what_is_written_otherwise() {
    same("metric m = sum(opportunities.amount where is_won)", "metric m = opportunities.bookings");
    same(
        "metric m = sum(opportunities.amount where stage is won and amount > 5)",
        "metric m = sum(opportunities.amount where 5 < amount and is_won and is_won)",
    );
    same(
        "metric m = count(opportunities where stage in (won, lost))",
        "metric m = count(opportunities where stage in (lost, won))",
    );
    same("metric m = 0.25 * opportunities.bookings", "metric m = opportunities.bookings * 25%");
    same(
        "metric m = opportunities.bookings - goal + count(opportunities) * goal",
        "metric m = count(opportunities) * goal + opportunities.bookings - goal",
    );
}

#[test]
fn what_is_something_else() {
    other("metric m = count(opportunities where is_won)", "metric m = count(opportunities where is_closed)");
    other(
        "metric m = sum(opportunities.amount where amount > 5)",
        "metric m = sum(opportunities.amount where amount >= 5)",
    );
    other("metric m = sum(opportunities.amount)", "metric m = sum(opportunities.amount on created_on)");
    other("metric m = sum(opportunities.amount)", "metric m = average(opportunities.amount)");
    other("metric m = opportunities.bookings - goal", "metric m = goal - opportunities.bookings");
}

#[test]
fn a_sum_of_a_negative_is_a_difference() {
    same("metric m = opportunities.bookings - goal", "metric m = -goal + opportunities.bookings");
    same("metric m = opportunities.bookings", "metric m = -(-opportunities.bookings)");
}

/// Which of two links leads to the key decides what is counted; saying so where there is only
/// one says nothing.
#[test]
fn by_which_link_rows_belong_to_a_key() {
    let sources = |links: &str| {
        format!(
            "source people {{ key id  id : text }}
             source sales {{ key id  id : text  seller_id : text  closer_id : text  amount : int  {links} }}"
        )
    };
    let of = |links: &str, via: &str| {
        let rollup = format!("rollup each per people {{ sold = sum(sales.amount {via}) }}");
        meaning_in(&sources(links), &format!("{rollup}\nmetric m = sum(each.sold)"))
    };
    let both = "seller -> people  closer -> people";
    assert_ne!(of(both, "via seller"), of(both, "via closer"));
    assert_eq!(of("seller -> people", "via seller"), of("seller -> people", ""));
    assert_eq!(of(both, "via seller"), of("seller -> people", ""));
    assert_ne!(of("seller -> people", ""), of("seller -> people via closer_id", ""));
}

/// A declared calendar belongs to what a metric is made of, wherever it is named.
#[test]
fn a_calendar_that_matters() {
    let calendar = "calendar retail { weeks 4-4-5, year starts first sunday of february }";
    let of = |definitions: &str| {
        let model = compiled(&format!("{SOURCES}\n{calendar}\n{definitions}"));
        uses::of_metric(&model, model.find_metric("m").expect("there is a metric m")).settings.calendars
    };
    assert_eq!(of("metric m = sum(opportunities.amount)"), 0);
    assert_eq!(of("metric m = sum(opportunities.amount retail.year to date)"), 1);
    let rollup = "rollup each per accounts, retail.month { sold = sum(opportunities.amount) }";
    assert_eq!(of(&format!("{rollup}\nmetric m = sum(each.sold)")), 1);
}

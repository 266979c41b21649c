//! Every form of a threshold at its edge, over data: what each month sold, and the states
//! that follow by hand. The state machine alone has its tests beside it, in `threshold`.

use insta::assert_snapshot;

use crate::judged::verdicts;
use crate::promises::world;

/// Sales of so much on the 15th of each month from January 2025 on, and the states of the
/// rules for them up to the end of the last month; a month of `-` has no row.
fn judged(rules: &str, months: &str) -> String {
    let rows = (0..).zip(months.split_whitespace()).filter(|(_, amount)| *amount != "-");
    let rows: String = rows
        .map(|(at, amount)| format!("{}-{:02}-15,EMEA,{amount}\n", 2025 + at / 12, at % 12 + 1))
        .collect();
    let last = months.split_whitespace().count() as i32;
    let as_of = jiff::civil::date(2025, 1, 1) + jiff::Span::new().months(last) - jiff::Span::new().days(1);
    of_rows(rules, &rows, &as_of.to_string())
}

fn of_rows(rules: &str, rows: &str, as_of: &str) -> String {
    let metrics = format!(
        "source sales {{ time day day : date region : text amount : USD }}\n\
         dimension region = sales.region\n\
         metric sold : USD = sum(sales.amount) {{ every month {rules} }}\n\
         metric size : USD = average(sales.amount) {{ every month {rules} }}\n\
         scorecard all {{ metrics sold every month }}\n\
         scorecard averages {{ metrics size every month }}\n"
    );
    let csv = format!("day,region,amount\n{rows}");
    let folder = world(&[("metrics/sales.kpi", &metrics), ("data/sales.csv", &csv)]);
    let sum = verdicts(folder.path(), &["run", "all", "--as-of", as_of]);
    let average = verdicts(folder.path(), &["run", "averages", "--as-of", as_of]);
    // where each month has one row, or none, they differ in nothing but months without any
    if sum == average { sum } else { format!("{sum}averages: {average}") }
}

#[test]
fn down_by_a_part_is_not_yet_broken_by_just_that_part() {
    // of 100.00 a fifth less is 80.00
    assert_snapshot!(judged("warn down 20% from prior period", "100.00 80.00 63.99"), @"
    exit code 0
    warn down 20% from prior period, all: warn since 2025-03 (1)  [no_data ok warn]
    ");
    assert_snapshot!(judged("warn up 20% from prior period", "100.00 120.00 144.01"), @"
    exit code 0
    warn up 20% from prior period, all: warn since 2025-03 (1)  [no_data ok warn]
    ");
}

#[test]
fn down_by_an_amount_is_not_yet_broken_by_just_that_amount() {
    assert_snapshot!(judged("warn down 10 USD from prior period", "100.00 90.00 79.99"), @"
    exit code 0
    warn down 10 USD from prior period, all: warn since 2025-03 (1)  [no_data ok warn]
    ");
}

#[test]
fn before_a_year_has_passed_nothing_is_less_than_the_year_before() {
    let year = "100 100 100 100 100 100 100 100 100 100 100 100";
    assert_snapshot!(judged("warn down 10% from prior year", &format!("{year} 90 89.99")), @"
    exit code 0
    warn down 10% from prior year, all: warn since 2026-02 (1)  [no_data no_data no_data no_data no_data no_data no_data no_data no_data no_data no_data no_data ok warn]
    ");
}

#[test]
fn the_limits_are_inside() {
    assert_snapshot!(judged("critical outside 80 to 120", "79.99 80.00 120.00 120.01"), @"
    exit code 1
    critical outside 80 to 120, all: critical since 2025-04 (1)  [critical ok ok critical]
    ");
}

#[test]
fn a_target_holds_up_to_its_day() {
    // for periods that end on or before that day: February, and not March
    let rules = "target 50 by 2025-02-28 target 100 warn below 100% of target";
    assert_snapshot!(judged(rules, "50 50 50"), @"
    exit code 0
    warn below 100% of target, all: warn since 2025-03 (1)  [ok ok warn]
    ");
    assert_snapshot!(judged("target 100 warn below 90% of target", "90.00 89.99"), @"
    exit code 0
    warn below 90% of target, all: warn since 2025-02 (1)  [ok warn]
    ");
    assert_snapshot!(judged("benchmark 100 warn above 110% of benchmark", "110.00 110.01"), @"
    exit code 0
    warn above 110% of benchmark, all: warn since 2025-02 (1)  [ok warn]
    ");
}

#[test]
fn a_condition_at_its_edge() {
    let rules = "target 100 critical when value < prior(value) * 0.8 and value < target";
    // of the first nothing before is known, but it is not below the target
    assert_snapshot!(judged(rules, "150 119.99 95.99 76.79"), @"
    exit code 1
    critical when value < prior(value) * 0.8 and value < target, all: critical since 2025-03 (2)  [ok ok critical critical]
    ");
}

#[test]
fn just_enough_is_enough() {
    let rows = "2025-01-15,EMEA,1\n2025-01-16,EMEA,1\n2025-02-15,EMEA,1\n2025-03-15,EMEA,1\n2025-03-16,EMEA,1\n2025-03-17,EMEA,1\n";
    assert_snapshot!(of_rows("warn below 10 only when count(sales) >= 2", rows, "2025-03-31"), @"
    exit code 0
    warn below 10, all: warn since 2025-03 (1)  [warn too_few warn]
    ");
}

#[test]
fn a_month_without_rows_breaks_a_run_of_averages_and_is_zero_of_sums() {
    assert_snapshot!(judged("critical below 50 for 2 periods", "40 40 - 40 40"), @"
    exit code 1
    critical below 50 for 2 periods, all: critical since 2025-02 (4)  [ok critical critical critical critical]
    averages: exit code 1
    critical below 50 for 2 periods, all: critical since 2025-05 (1)  [ok critical no_data ok critical]
    ");
    assert_snapshot!(judged("critical below 50 clear above 60 for 1 period", "40 55 - 60 60.01"), @"
    exit code 0
    critical below 50 clear above 60 for 1 period, all: ok  [critical critical critical critical ok]
    averages: exit code 0
    critical below 50 clear above 60 for 1 period, all: ok  [critical critical no_data critical ok]
    ");
    assert_snapshot!(judged("warn below 10 missing critical", "40 - -"), @"
    exit code 0
    warn below 10, all: warn since 2025-02 (2)  [ok warn warn]
    critical missing critical, all: ok  [ok ok ok]
    averages: exit code 1
    warn below 10, all: no_data  [ok no_data no_data]
    critical missing critical, all: critical since 2025-02 (2)  [ok critical critical]
    ");
}

#[test]
fn the_first_month_is_judged() {
    assert_snapshot!(judged("critical below 50", "49.99"), @"
    exit code 1
    critical below 50, all: critical since 2025-01 (1)  [critical]
    ");
    assert_snapshot!(judged("critical below 50 for 2 periods", "40"), @"
    exit code 0
    critical below 50 for 2 periods, all: ok  [ok]
    ");
}

#[test]
fn a_month_that_has_not_ended_is_not_judged() {
    let rows = "2025-01-15,EMEA,40\n2025-02-15,EMEA,60\n2025-03-15,EMEA,40\n";
    assert_snapshot!(of_rows("critical below 50", rows, "2025-03-30"), @"
    exit code 0
    critical below 50, all: ok  [critical ok]
    ");
    // a day later it has
    assert_snapshot!(of_rows("critical below 50", rows, "2025-03-31"), @"
    exit code 1
    critical below 50, all: critical since 2025-03 (1)  [critical ok critical]
    ");
}

/// EMEA sells from January on, APAC from March: before, it is not there to be judged.
#[test]
fn a_member_that_appears_late_begins_with_its_first_row() {
    let rows = "2025-01-15,EMEA,60\n2025-02-15,EMEA,60\n2025-03-15,EMEA,60\n2025-03-20,APAC,40\n2025-04-15,EMEA,60\n2025-04-20,APAC,40\n";
    assert_snapshot!(of_rows("critical below 50 for 2 periods by region", rows, "2025-04-30"), @"
    exit code 1
    critical below 50 for 2 periods by region, all: ok  [ok ok ok ok]
    critical below 50 for 2 periods by region, APAC: critical since 2025-04 (1)  [ok critical]
    critical below 50 for 2 periods by region, EMEA: ok  [ok ok ok ok]
    ");
    assert_snapshot!(of_rows("warn down 10% from prior period by region", rows, "2025-04-30"), @"
    exit code 0
    warn down 10% from prior period by region, all: ok  [no_data ok ok ok]
    warn down 10% from prior period by region, APAC: ok  [ok ok]
    warn down 10% from prior period by region, EMEA: ok  [no_data ok ok ok]
    averages: exit code 0
    warn down 10% from prior period by region, all: ok  [no_data ok warn ok]
    warn down 10% from prior period by region, APAC: ok  [no_data ok]
    warn down 10% from prior period by region, EMEA: ok  [no_data ok ok ok]
    ");
    assert_snapshot!(of_rows("warn below 50 critical below 45 where region is \"APAC\"", rows, "2025-04-30"), @r#"
    exit code 1
    warn below 50, all: ok  [ok ok ok ok]
    critical below 45 where region is "APAC", APAC: critical since 2025-03 (2)  [critical critical]
    "#);
}

#[test]
fn one_of_the_deviations_away_is_not_outside() {
    // of 10, 12 and 14 the mean is 12 and the deviation 2
    assert_snapshot!(judged("warn outside 2 stddev of last 3 periods", "10 12 14 16 10"), @"
    exit code 0
    warn outside 2 stddev of last 3 periods, all: ok  [too_few too_few too_few ok ok]
    ");
    assert_snapshot!(judged("warn outside 2 stddev of last 3 periods", "10 12 14 16.01"), @"
    exit code 0
    warn outside 2 stddev of last 3 periods, all: warn since 2025-04 (1)  [too_few too_few too_few warn]
    ");
}

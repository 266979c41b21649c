//! Days that are longer or shorter, months with a leap day, years with a week 53.

use kepi::query::Ask;

use super::{World, as_of, ask, every};

fn between(from: &str, to: &str, ask: Ask) -> Ask {
    Ask { from: Some(from.into()), to: Some(to.into()), ..ask }
}

const CALLS: &str = "
    source calls {
      time begun_at
      begun_at : timestamp
      ended_at : timestamp
      length = ended_at - begun_at
    }
    metric calls_made       = count(calls)
    metric talked   : hours = sum(calls.length)
";

/// In Berlin 29 March 2026 has 23 hours, and 25 October 25.
#[test]
fn days_of_23_and_25_hours() {
    let calls = "
        begun_at,             ended_at
        2026-03-28T22:59:59Z, 2026-03-28T22:59:59Z
        2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z
        2026-03-29T21:59:59Z, 2026-03-29T21:59:59Z
        2026-03-29T22:00:00Z, 2026-03-29T22:00:00Z
        2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z
        2026-10-25T22:59:59Z, 2026-10-25T22:59:59Z
        2026-10-25T23:00:00Z, 2026-10-25T23:00:00Z";
    let world = World::with_settings("timezone = \"Europe/Berlin\"", CALLS, &[("calls", calls)]);
    let daily = |from, to| between(from, to, every("day", ask(&["calls_made", "talked"], &[])));
    world.check(daily("2026-03-28", "2026-03-30"), "2026-03-28, 1, 0\n 2026-03-29, 2, 23\n 2026-03-30, 1, 0");
    world.check(daily("2026-10-24", "2026-10-26"), "2026-10-24, 0, 0\n 2026-10-25, 2, 25\n 2026-10-26, 1, 0");
}

const ORDERS: &str = "
    source orders {
      time ordered_on
      ordered_on : date
      next_day = ordered_on + 1 year
    }
    dimension a_year_on = orders.next_day
    metric orders_made  = count(orders)
    metric year_before  = prior(count(orders), 1 year)
    metric in_30_days   = count(orders trailing 30 days)
    metric in_a_month   = count(orders trailing 1 month)
    metric of_the_month = count(orders month to date)
";

#[test]
fn leap_days() {
    let orders = "
        ordered_on
        2023-02-28
        2023-03-01
        2023-03-01
        2024-01-30
        2024-01-31
        2024-02-01
        2024-02-29
        2025-02-28";
    let world = World::new(ORDERS, &[("orders", orders)]);
    // a year before the leap day is the last day of that February
    world.check(
        between("2024-02-28", "2024-03-01", every("day", ask(&["year_before"], &[]))),
        "2024-02-28, 1\n 2024-02-29, 1\n 2024-03-01, 2",
    );
    // 30 days that end on 29 February begin on 31 January, the month on the 1st
    world.check(
        between(
            "2024-02",
            "2024-02",
            every("month", ask(&["in_30_days", "in_a_month", "of_the_month"], &[])),
        ),
        "2024-02, 3, 2, 2",
    );
    // a month that ends on 30 March begins on 29 February
    world
        .check(between("2024-03-30", "2024-03-30", every("day", ask(&["in_a_month"], &[]))), "2024-03-30, 1");
    world.check(between("2025-02", "2025-02", every("month", ask(&["year_before"], &[]))), "2025-02, 2");
    world.check(
        between("2024-02-29", "2024-02-29", every("day", ask(&["orders_made"], &["a_year_on"]))),
        "2024-02-29, 2025-02-28, 1",
    );
}

#[test]
fn week_53() {
    let world = World::new(
        "source orders {
           time ordered_on
           ordered_on : date
           in_week = week(ordered_on)
         }
         dimension in_week = orders.in_week
         metric orders_made = count(orders)
         metric week_before = prior(orders_made)
         metric to_date     = count(orders year to date)",
        &[("orders", "ordered_on\n 2026-12-27\n 2026-12-28\n 2027-01-01\n 2027-01-03\n 2027-01-04")],
    );
    // 1 January 2027 is a Friday: its week began on 28 December and is the 53rd of 2026.
    // What is to date is by the year of the week's last day.
    world.check(
        every("week", ask(&["orders_made", "week_before", "to_date"], &[])),
        "2026-W52, 1, , 1\n 2026-W53, 3, 1, 2\n 2027-W01, 1, 3, 3",
    );
    world.check(ask(&["orders_made"], &["in_week"]), "1, 1\n 52, 1\n 53, 3");
}

/// The fiscal year 2026 begins in February; a quarter of it ends with April.
#[test]
fn a_fiscal_year() {
    let world = World::with_settings(
        "fiscal_year_starts = \"february\"",
        "source orders { time ordered_on ordered_on : date }
         metric orders_made = count(orders)
         metric to_date     = count(orders fiscal_year to date)",
        &[("orders", "ordered_on\n 2026-01-31\n 2026-02-01\n 2026-04-30\n 2026-05-01")],
    );
    let asked = every("fiscal_quarter", ask(&["orders_made", "to_date"], &[]));
    let found = world.run(as_of("2026-05-31", asked)).expect("an answer");
    let numbers: Vec<&str> = found.lines().filter_map(|l| l.split_once(',').map(|(_, rest)| rest)).collect();
    assert_eq!(numbers, ["1,1", "2,2", "1,3"], "{found}");
}

/// The retail year 2026 begins on Sunday, 1 February; its first month has four weeks, and the
/// last one of the year before, from 28 December on, five.
#[test]
fn the_year_of_a_calendar_to_date() {
    let orders = "
        ordered_on
        2025-02-01
        2025-12-28
        2026-01-31
        2026-02-01
        2026-02-28
        2026-03-01
        2026-03-05";
    let text = "
        calendar retail { weeks 4-4-5, year starts first sunday of february }
        source orders { time ordered_on  ordered_on : date }
        metric of_the_year  = count(orders retail.year to date)
        metric of_the_month = count(orders retail.month to date)";
    let world = World::new(text, &[("orders", orders)]);
    world.check(
        between("2026-01", "2026-03", every("month", ask(&["of_the_year", "of_the_month"], &[]))),
        "2026-01, 2, 2\n 2026-02, 2, 2\n 2026-03, 4, 2",
    );
}

//! What is in force: from its first day up to its last, open or closed, at moments and during
//! periods; whatever the aggregate, the same rows count.

use super::{World, as_of, ask, every};

const PLANS: &str = "
    source plans {
      valid begins to ends
      customer : text?
      amount   : USD
      weight   : number
      begins   : date
      ends     : date?
    }
    dimension customer = plans.customer
    metric closing     = count(plans at end)
    metric opening     = count(plans at start)
    metric used        = count(plans during)
    metric value       = sum(plans.amount at end)
    metric weight      = sum(plans.weight at end)
    metric mean        = average(plans.amount at end)
    metric customers   = count(distinct plans.customer at end)
    metric users       = count(distinct plans.customer during)
    metric large_users = count(distinct plans.customer during where amount > 3)
    metric middle      = median(plans.amount at end)
    metric largest     = max(plans.amount during)
";

/// The first ends as February begins; the second is never in force; the third is open; the last
/// ends with the last day of February.
const ROWS: &str = "
    customer, amount, weight, begins,     ends
    x,          1,    0.1,    2026-01-10, 2026-02-01
    z,        100,    0.1,    2026-01-15, 2026-01-15
    x,          2,    0.2,    2026-01-31,
    y,          4,    0.4,    2026-02-10, 2026-02-20
    ,           8,    0.8,    2026-02-28, 2026-03-01";

fn world() -> World {
    World::new(PLANS, &[("plans", ROWS)])
}

fn monthly(metrics: &[&str]) -> kepi::query::Ask {
    as_of("2026-03-15", every("month", ask(metrics, &[])))
}

#[test]
fn a_period_opens_with_what_the_last_one_closed_with() {
    world().check(
        monthly(&["opening", "closing", "used"]),
        "2026-01, 0, 2, 2\n 2026-02, 2, 2, 3\n 2026-03, 2, 1, 1",
    );
}

#[test]
fn every_aggregate_counts_the_same_rows() {
    let world = world();
    world.check(
        monthly(&["value", "weight", "mean", "middle"]),
        "2026-01, 3.00, 0.30000000000000004, 1.5, 1.5\n 2026-02, 10.00, 1, 5, 5\n 2026-03, 2.00, 0.2, 2, 2",
    );
    world.check(
        monthly(&["customers", "users", "large_users", "largest"]),
        "2026-01, 1, 1, 0, 2.00\n 2026-02, 1, 2, 1, 8.00\n 2026-03, 1, 1, 0, 2.00",
    );
}

#[test]
fn of_each_customer() {
    // whoever has no name has a group
    world().check(
        as_of("2026-03-15", every("month", ask(&["closing", "value", "users"], &["customer"]))),
        "2026-01, x, 2, 3.00, 1
         2026-02, x, 1, 2.00, 1
         2026-02, y, 0, 0.00, 1
         2026-02, (none), 1, 8.00, 0
         2026-03, x, 1, 2.00, 1",
    );
}

#[test]
fn by_day() {
    let days = |from: &str, to: &str| kepi::query::Ask {
        from: Some(from.into()),
        to: Some(to.into()),
        ..as_of("2026-03-15", every("day", ask(&["closing", "used", "users"], &[])))
    };
    // in force up to, and without, the day of its end
    world().check(
        days("2026-01-30", "2026-02-01"),
        "2026-01-30, 1, 1, 1\n 2026-01-31, 2, 2, 1\n 2026-02-01, 1, 1, 1",
    );
    world().check(days("2026-01-15", "2026-01-15"), "2026-01-15, 1, 1, 1");
    world().check(days("2026-02-19", "2026-02-20"), "2026-02-19, 2, 2, 2\n 2026-02-20, 1, 1, 1");
}
